"""Times and durations as Azure writes them."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

_DURATION = re.compile(
    r"^P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?$",
    re.IGNORECASE,
)


def minutes_of(duration: Any) -> int | None:
    """Give an ISO-8601 duration in whole minutes; ``None`` for none.

    Raises
    ------
    ValueError
        It is no duration of days, hours, minutes and seconds.
    """
    if duration in (None, ""):
        return None
    found = _DURATION.match(str(duration))
    if found is None:
        raise ValueError(duration)
    n = {k: int(v or 0) for k, v in found.groupdict().items()}
    total = ((n["weeks"] * 7 + n["days"]) * 24 + n["hours"]) * 60 + n["minutes"]
    return total + n["seconds"] // 60


def parse_time(text: Any) -> datetime | None:
    """Read one of Azure's times, which may have seven fractional digits; ``None`` for none."""
    if not text:
        return None
    shortened = re.sub(r"(\.\d{6})\d+", r"\1", str(text)).replace("Z", "+00:00")
    if re.search(r"\.\d{1,5}(?!\d)", shortened):
        shortened = re.sub(
            r"\.(\d{1,5})(?!\d)", lambda m: "." + m.group(1).ljust(6, "0"), shortened
        )
    read = datetime.fromisoformat(shortened)
    return read if read.tzinfo else read.replace(tzinfo=timezone.utc)


def utc(text: Any) -> str | None:
    """Give one of Azure's times as RFC 3339 in UTC, to the second."""
    read = parse_time(text)
    return None if read is None else rfc3339(read)


def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC, to the second."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
