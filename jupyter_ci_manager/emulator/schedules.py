"""Start and stop schedules: checked when they come, and when they fire next.

Local times are in Windows time zones. A cron expression has five fields that must all match
(NCronTab); a recurrence counts its interval from its start time.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import DAILY, HOURLY, MINUTELY, MONTHLY, WEEKLY, rrule
from tzlocal.windows_tz import win_tz

from .errors import bad_request

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minute", 0, 59, ()),
    ("hour", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")),
)
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?")
_FREQUENCIES: dict[str, Any] = {
    "Minute": MINUTELY,
    "Hour": HOURLY,
    "Day": DAILY,
    "Week": WEEKLY,
    "Month": MONTHLY,
}
_UNITS = {
    "Minute": timedelta(minutes=1),
    "Hour": timedelta(hours=1),
    "Day": timedelta(days=1),
    "Week": timedelta(weeks=1),
}
_HORIZON = timedelta(days=366 * 9)
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def zone(name: str | None) -> ZoneInfo:
    """Give the time zone of a Windows name (an IANA name will do); without a name, UTC.

    Raises:
        KeyError: There is no such time zone.
    """
    if not name:
        return ZoneInfo("UTC")
    for windows, iana in win_tz.items():
        if windows.lower() == name.lower():
            return ZoneInfo(iana)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KeyError(name) from None


def parse_cron(expression: str) -> list[list[int]]:
    """Give the allowed values of the five fields.

    Raises:
        ValueError: The expression has another number of fields, or a field cannot be read.
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(f"five fields are expected, {len(fields)} were given")
    values = [_values(text, *field) for text, field in zip(fields, _FIELDS, strict=True)]
    values[4] = sorted({day % 7 for day in values[4]})
    if values[2][0] > max(_LONGEST_MONTHS.get(month, 31) for month in values[3]):
        raise ValueError("no month named has such a day")
    return values


def _values(text: str, what: str, low: int, high: int, names: tuple[str, ...]) -> list[int]:
    def number(word: str) -> int:
        if word.upper() in names:
            return names.index(word.upper()) + low
        value = int(word)
        if not low <= value <= high:
            raise ValueError
        return value

    found: set[int] = set()
    for part in text.split(","):
        try:
            match = _PART.fullmatch(part)
            if match is None:
                raise ValueError
            first, last, step = match.groups()
            if first == "*":
                span = range(low, high + 1)
            else:
                end = number(last) if last else (high if step else number(first))
                span = range(number(first), end + 1)
            every = int(step or 1)
            if every < 1 or not span or (first == "*" and last):
                raise ValueError
        except ValueError:
            raise ValueError(f"'{part}' is not valid for the field '{what}'") from None
        found.update(span[::every])
    return sorted(found)


def _start(trigger: dict[str, Any]) -> datetime | None:
    text = trigger.get("startTime")
    if not text:
        return None
    # A fraction may have more digits than Python reads; a zone beside "timeZone" says nothing.
    return datetime.fromisoformat(re.sub(r"\.\d+", "", text).rstrip("Z")).replace(tzinfo=None)


def _rule(entry: dict[str, Any], start: datetime, until: datetime) -> rrule:
    if entry["triggerType"] == "Cron":
        minutes, hours, days, months, weekdays = parse_cron(entry["cron"]["expression"])
        return rrule(
            DAILY,
            dtstart=start,
            byminute=minutes,
            byhour=hours,
            bymonthday=days if len(days) < 31 else None,
            bymonth=months,
            byweekday=[(day - 1) % 7 for day in weekdays] if len(weekdays) < 7 else None,
            bysecond=0,
            until=until,
        )
    recurrence = entry["recurrence"]
    # Hours, days and minutes are chosen within days, weeks and months only.
    coarse = recurrence["frequency"] not in ("Minute", "Hour")
    parts = (recurrence.get("schedule") or {}) if coarse else {}
    return rrule(
        _FREQUENCIES[recurrence["frequency"]],
        dtstart=start,
        until=until,
        interval=recurrence.get("interval") or 1,
        byminute=parts.get("minutes") or None,
        byhour=parts.get("hours") or None,
        bymonthday=parts.get("monthDays") or None,
        byweekday=[_WEEKDAYS.index(day) for day in parts.get("weekDays") or []] or None,
        bysecond=0 if parts else None,
    )


def check_schedule(entry: dict[str, Any], target: str) -> None:
    """Refuse a schedule that cannot be read or could never fire.

    Args:
        entry: The schedule in Azure's spelling.
        target: Where it stands in the body, for the refusal.

    Raises:
        ArmError: The rule that is broken.
    """

    def refuse(what: str, where: str = "") -> Exception:
        return bad_request(f"The schedule is not valid: {what}.", target + where, "InvalidSchedule")

    for name in ("action", "triggerType"):
        if not entry.get(name):
            raise refuse(f"'{name}' is missing", f".{name}")
    kind = "cron" if entry["triggerType"] == "Cron" else "recurrence"
    trigger = entry.get(kind)
    if not trigger:
        raise refuse(f"'{kind}' is missing", f".{kind}")
    try:
        zone(trigger.get("timeZone"))
    except KeyError:
        raise refuse(f"'{trigger['timeZone']}' is not a time zone", f".{kind}.timeZone") from None
    try:
        _start(trigger)
    except ValueError:
        raise refuse(
            f"'{trigger['startTime']}' is not a date and time", f".{kind}.startTime"
        ) from None
    if kind == "cron":
        try:
            parse_cron(trigger.get("expression") or "")
        except ValueError as error:
            raise refuse(str(error), ".cron.expression") from None
        return
    if not trigger.get("frequency"):
        raise refuse("'frequency' is missing", ".recurrence.frequency")
    interval = trigger.get("interval")
    if interval is None or not 1 <= interval <= 1000:
        raise refuse("'interval' must be between 1 and 1000", ".recurrence.interval")
    _check_parts(trigger.get("schedule") or {}, refuse)


def _check_parts(parts: dict[str, Any], refuse: Any) -> None:
    ranges = {"hours": range(24), "minutes": range(60), "monthDays": range(1, 32)}
    for name, allowed in ranges.items():
        for value in parts.get(name) or []:
            if value not in allowed:
                raise refuse(f"{value} is out of range", f".recurrence.schedule.{name}")


def next_firing(entry: dict[str, Any], after: float, made: float) -> float | None:
    """Say when a schedule fires next.

    Args:
        entry: The schedule in Azure's spelling.
        after: Seconds since the epoch; the firing lies later.
        made: When the schedule was set, from which it counts if it names no start.

    Returns:
        Seconds since the epoch, or None if it is disabled or never fires again.
    """
    if entry.get("status") == "Disabled":
        return None
    trigger = entry["cron"] if entry["triggerType"] == "Cron" else entry["recurrence"]
    local = zone(trigger.get("timeZone"))
    made_local = datetime.fromtimestamp(made, local).replace(tzinfo=None, microsecond=0)
    moment = datetime.fromtimestamp(after, local).replace(tzinfo=None)
    start = _near(entry, _start(trigger) or made_local, moment)
    rule = _rule(entry, start, max(start, moment) + _HORIZON)
    found = rule.after(moment)
    while found is not None:
        # An hour that the clocks skip or repeat must not fire twice, nor never.
        firing = found.replace(tzinfo=local).timestamp()
        if firing > after:
            return firing
        found = rule.after(found)
    return None


def _near(entry: dict[str, Any], start: datetime, moment: datetime) -> datetime:
    """Move a start long past by whole intervals close to now: walking from it would take long."""
    if entry["triggerType"] == "Cron":
        return max(start, moment.replace(microsecond=0) - timedelta(days=1))
    recurrence = entry["recurrence"]
    unit = _UNITS.get(recurrence["frequency"])
    if unit is None or start >= moment:
        return start
    step = unit * (recurrence.get("interval") or 1)
    return start + step * max(0, (moment - start) // step - 1)
