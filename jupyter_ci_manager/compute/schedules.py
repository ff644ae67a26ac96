"""Starts and stops that Azure does by itself: checked, written, and when the next one comes.

Azure wants Windows names of time zones ("Pacific Standard Time"); tzlocal's table, made from
Unicode's CLDR, translates them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any

from ..errors import InvalidValue
from ..sentences import say
from .models import Schedule

#: Source: Azure's documentation of schedules.
MOST = 4

_FREQUENCIES = ("Minute", "Hour", "Day", "Week", "Month")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LOOK_AHEAD = timedelta(days=370)


def check_schedules(schedules: list[Schedule]) -> None:
    """Refuse schedules that Azure would refuse.

    Raises
    ------
    InvalidValue
        More than four, a wrong cron line, recurrence or time zone; ``field`` names the place.
    """
    if len(schedules) > MOST:
        raise InvalidValue(
            say(
                "Azure takes at most {most} schedules for an instance, not {schedules}.",
                most=MOST,
                schedules=len(schedules),
            ),
            field="schedules",
        )
    for n, schedule in enumerate(schedules):
        here = f"schedules[{n}]"
        zone_of(schedule.time_zone, field=f"{here}.time_zone")
        if schedule.start_time:
            _start(schedule, field=f"{here}.start_time")
        if schedule.trigger == "cron":
            _check_cron(schedule.expression or "", field=f"{here}.expression")
        else:
            _check_recurrence(schedule.recurrence or {}, field=f"{here}.recurrence")


def schedules_to_arm(schedules: Iterable[Schedule]) -> dict[str, Any]:
    """Write schedules as Azure's ``schedules`` object."""
    entries = []
    for schedule in schedules:
        inner: dict[str, Any] = {"timeZone": windows_name(schedule.time_zone)}
        if schedule.start_time:
            inner["startTime"] = schedule.start_time
        if schedule.trigger == "cron":
            inner["expression"] = schedule.expression
        else:
            inner |= schedule.recurrence or {}
        entries.append(
            {
                "action": schedule.action.capitalize(),
                "triggerType": schedule.trigger.capitalize(),
                "status": "Enabled" if schedule.enabled else "Disabled",
                schedule.trigger: inner,
            }
        )
    return {"computeStartStop": entries}


def next_fire(schedule: Schedule, after: datetime) -> datetime | None:
    """Give when a schedule acts next, in UTC; ``None``: never, or it cannot be read.

    Parameters
    ----------
    after:
        With a zone.
    """
    if not schedule.enabled:
        return None
    try:
        zone = zone_of(schedule.time_zone)
        begin = after.astimezone(zone)
        start = _start(schedule)
        if start is not None:
            begin = max(begin, start.replace(tzinfo=zone))
        found = (
            _next_cron(schedule.expression or "", begin)
            if schedule.trigger == "cron"
            else _next_recurrence(schedule.recurrence or {}, begin, start)
        )
    except (InvalidValue, ValueError, KeyError, TypeError):
        return None
    return None if found is None else found.astimezone(timezone.utc)


def next_stop(schedules: Iterable[Schedule], after: datetime) -> datetime | None:
    """Give when the next of the stop schedules acts, in UTC; ``None``: no stop is scheduled."""
    found = (next_fire(s, after) for s in schedules if s.action == "stop")
    return min((moment for moment in found if moment is not None), default=None)


def zone_of(name: str, *, field: str = "time_zone") -> tzinfo:
    """Give the zone for a Windows name or an IANA name.

    Raises
    ------
    InvalidValue
        There is no such zone.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name.upper() == "UTC":
        return timezone.utc
    from tzlocal.windows_tz import win_tz

    known = {k.lower(): v for k, v in win_tz.items()}
    try:
        return ZoneInfo(known.get(name.lower(), name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidValue(
            say("“{name}” is no time zone.", name=name),
            hint=say("Azure wants Windows names, such as “Pacific Standard Time” or “UTC”."),
            code="unknown_time_zone",
            field=field,
        ) from error


def windows_name(zone: str) -> str:
    """Give the Windows name of a zone that has an IANA name; any other name as it is."""
    from tzlocal.windows_tz import tz_win

    return tz_win.get(zone, zone)


def _start(schedule: Schedule, field: str = "start_time") -> datetime | None:
    if not schedule.start_time:
        return None
    text = re.sub(r"(Z|[+-]\d\d:\d\d)\Z", "", re.sub(r"\.\d+", "", schedule.start_time))
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidValue(
            say("“{start_time}” is no time.", start_time=schedule.start_time),
            hint=say("Such as 2026-01-31T18:00:00."),
            field=field,
        ) from error


def _check_cron(expression: str, *, field: str) -> None:
    from croniter import croniter

    if len(expression.split()) != 5 or not croniter.is_valid(expression):
        raise InvalidValue(
            say("“{expression}” is no cron line.", expression=expression),
            hint=say(
                "Five fields: minute, hour, day, month, weekday; “0 18 * * 1-5” is 18:00 on "
                "working days."
            ),
            code="invalid_cron",
            field=field,
        )


def _check_recurrence(recurrence: dict[str, Any], *, field: str) -> None:
    frequency = str(recurrence.get("frequency") or "").capitalize()
    if frequency not in _FREQUENCIES:
        raise InvalidValue(
            say("A recurrence needs a frequency."),
            hint=say("One of {frequencies}.", frequencies=", ".join(_FREQUENCIES)),
            field=f"{field}.frequency",
        )
    interval = recurrence.get("interval")
    if not isinstance(interval, int) or interval < 1:
        raise InvalidValue(
            say("A recurrence needs an interval of 1 or more."), field=f"{field}.interval"
        )
    schedule = recurrence.get("schedule")
    if schedule is not None and not isinstance(schedule, dict):
        raise InvalidValue(
            say("The schedule of a recurrence is an object."), field=f"{field}.schedule"
        )
    for part, most in (("hours", 23), ("minutes", 59)):
        values = (schedule or {}).get(part) or []
        if not all(isinstance(v, int) and 0 <= v <= most for v in values):
            raise InvalidValue(
                say("The {part} are 0 to {most}.", part=part, most=most),
                field=f"{field}.schedule.{part}",
            )
    month_days = (schedule or {}).get("monthDays") or []
    if not all(isinstance(v, int) and 1 <= v <= 31 for v in month_days):
        raise InvalidValue(
            say("The days of a month are 1 to 31."), field=f"{field}.schedule.monthDays"
        )
    days = (schedule or {}).get("weekDays") or []
    if not all(str(day).lower() in _WEEKDAYS for day in days):
        raise InvalidValue(
            say("The weekdays are Monday to Sunday."), field=f"{field}.schedule.weekDays"
        )


def _next_cron(expression: str, begin: datetime) -> datetime | None:
    from croniter import croniter

    if not croniter.is_valid(expression):
        return None
    found: datetime = croniter(expression, begin).get_next(datetime)
    return found


def _next_recurrence(
    recurrence: dict[str, Any], begin: datetime, start: datetime | None
) -> datetime | None:
    """Walk over the days (or steps) of a recurrence until one comes after ``begin``."""
    frequency = str(recurrence["frequency"]).capitalize()
    interval = int(recurrence["interval"])
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    after = begin.astimezone(timezone.utc)
    anchor = (start or midnight).replace(tzinfo=begin.tzinfo)
    if frequency in ("Minute", "Hour"):
        step = timedelta(minutes=interval) if frequency == "Minute" else timedelta(hours=interval)
        # In UTC: an hour stays an hour on the day when the clocks change.
        origin = anchor.astimezone(timezone.utc)
        moment = origin + max(0, (after - origin) // step) * step
        return moment if moment > after else moment + step
    plan = recurrence.get("schedule") or {}
    hours = sorted(plan.get("hours") or [anchor.hour])
    minutes = sorted(plan.get("minutes") or [anchor.minute])
    day = midnight
    while day - begin < _LOOK_AHEAD:
        if _is_due(day, anchor, frequency, interval, plan):
            for hour in hours:
                for minute in minutes:
                    moment = day.replace(hour=hour, minute=minute)
                    if moment.astimezone(timezone.utc) > after:
                        return moment
        day += timedelta(days=1)
    return None


def _is_due(
    day: datetime, anchor: datetime, frequency: str, interval: int, plan: dict[str, Any]
) -> bool:
    days = (day.date() - anchor.date()).days
    if days < 0:
        return False
    if frequency == "Day":
        return days % interval == 0
    if frequency == "Week":
        wanted = [str(d).lower() for d in plan.get("weekDays") or [_WEEKDAYS[anchor.weekday()]]]
        weeks = (days + anchor.weekday()) // 7
        return _WEEKDAYS[day.weekday()] in wanted and weeks % interval == 0
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return months % interval == 0 and day.day in (plan.get("monthDays") or [anchor.day])
