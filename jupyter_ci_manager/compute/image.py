"""The operating-system image of an instance: which one, how old, and what to do about it."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from ..sentences import say
from .models import ImageInfo

#: Azure ML's images are numbered by their day: year, month, day.
_DATED = re.compile(r"(\d{2}|20\d{2})\.(\d{1,2})\.(\d{1,2})(?!\d)")


def read_image(raw: Any, now: datetime) -> ImageInfo | None:
    """Read ``osImageMetadata``; ``None`` where there is none.

    Parameters
    ----------
    now:
        With a zone; for the image's age.

    Raises
    ------
    TypeError
        It is no object, or a part of it is of another kind.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise TypeError(raw)
    current, latest = _text(raw.get("currentImageVersion")), _text(raw.get("latestImageVersion"))
    is_latest = raw.get("isLatestOsImageVersion")
    if is_latest is not None and not isinstance(is_latest, bool):
        raise TypeError(is_latest)
    if current is None and latest is None and is_latest is None:
        return None
    age = _age_in_days(current, now)
    return ImageInfo(
        current=current,
        latest=latest,
        is_latest=is_latest,
        age_days=age,
        advice=_advice(latest) if is_latest is False else "",
    )


def _advice(latest: str | None) -> str:
    newer = say("Azure has a newer image ({latest}).", latest=latest)
    return say(
        "{newer} It never exchanges one in place: a new instance gets the "
        "newest. Environments on this one's disk do not move along, so write them down before you "
        "delete it.",
        newer=newer if latest else say("Azure has a newer image."),
    )


def _age_in_days(version: str | None, now: datetime) -> int | None:
    found = _DATED.match(version or "")
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    try:
        made = datetime(year if year > 99 else 2000 + year, month, day, tzinfo=timezone.utc)
    except ValueError:
        return None
    return max(0, (now - made).days)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise TypeError(value)
