"""How long Azure asks to wait, in any of the forms in which it says so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

#: Nobody is kept away for longer by one answer: after that Azure is simply asked again.
LONGEST_SECONDS = 3600.0

_UNITS = (("retry-after", 1.0), ("retry-after-ms", 0.001), ("x-ms-retry-after-ms", 0.001))


def seconds_asked(headers: Mapping[str, str]) -> float | None:
    """Give the seconds that an answer asks to wait; ``None`` when it does not say so.

    Parameters
    ----------
    headers:
        With names in lower case. ``Retry-After`` is a number of seconds or a date (RFC 9110, 10.2.3);
        Azure also has two headers with milliseconds.
    """
    for name, unit in _UNITS:
        text = headers.get(name, "")
        try:
            seconds = float(text) * unit
        except ValueError:
            seconds = _until(text)
        if math.isfinite(seconds) and seconds >= 0:
            return min(seconds, LONGEST_SECONDS)
    return None


def _until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return math.nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - datetime.now(timezone.utc)).total_seconds())
