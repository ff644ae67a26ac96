"""Durations as Azure writes them: ISO 8601, days to seconds."""

from __future__ import annotations

import re

_PATTERN = re.compile(
    r"P(?=\d|T\d)(?:(?P<days>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)(?:\.\d+)?S)?)?",
)
_SECONDS = {"days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


def parse_duration(text: str) -> int | None:
    """Give a duration in seconds, or None if the text is none."""
    found = _PATTERN.fullmatch(text.strip())
    if found is None or len(text) > 40:
        return None
    return sum(int(value) * _SECONDS[part] for part, value in found.groupdict("0").items())
