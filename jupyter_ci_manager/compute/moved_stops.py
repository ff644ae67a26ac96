"""Schedules with their coming stops moved to one later moment, as Azure understands them."""

from __future__ import annotations

from datetime import datetime, timezone

from .differences import schedule_essence
from .models import Schedule
from .schedules import next_fire, zone_of


def moved(
    own: list[Schedule], until: datetime, now: datetime, before: list[Schedule] | None
) -> list[Schedule] | None:
    """Give the schedules with one stop at a moment instead of all that would come before.

    Parameters
    ----------
    own:
        The user's own schedules.
    until:
        The moment.
    before:
        What stands in their place, where the stop was put off before: that is moved then.

    Returns ``None`` where no schedule stops it before.
    """
    kept = own if before is None else before
    sooner = [
        n
        for n, s in enumerate(kept)
        if s.action == "stop" and (fires := next_fire(s, now)) is not None and fires < until
    ]
    if not sooner:
        return None
    once = _once(until, kept[sooner[0]].time_zone)
    # The new stop stands where the first of the old ones stood.
    return [once if n == sooner[0] else s for n, s in enumerate(kept) if n not in sooner[1:]]


def are_same(instead: list[Schedule] | None, present: list[Schedule]) -> bool:
    """Tell whether Azure shows what was set; ``None``, of an older file, counts as that."""
    if instead is None:
        return True
    return sorted(map(schedule_essence, instead)) == sorted(map(schedule_essence, present))


def _once(moment: datetime, time_zone: str) -> Schedule:
    """Give a schedule that stops at a moment, in a zone where the moment's hour comes only once."""
    local = moment.astimezone(zone_of(time_zone))
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        # The hour that comes twice when summer time ends: its first would be too soon.
        local, time_zone = moment.astimezone(timezone.utc), "UTC"
    return Schedule(
        action="stop",
        expression=f"{local.minute} {local.hour} {local.day} {local.month} *",
        time_zone=time_zone,
    )
