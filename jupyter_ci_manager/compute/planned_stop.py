"""When an instance will stop by itself: exactly from schedules, as an estimate from idle time."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..sentences import joined, say
from .activity import activity_here
from .models import ComputeInstance
from .schedules import next_stop
from .states import RUNNING
from .times import parse_time, rfc3339

SCHEDULED = say("Its schedule stops it then.")
PUT_OFF = say("Its stop was put off until then.")


def plan_stop(instance: ComputeInstance, now: datetime) -> None:
    """Set ``next_stop`` and ``next_stop_reason`` of a running instance, where they can be known.

    From idle time only for the machine we run on: what happens on another one cannot be seen. Never
    before the moment until which the stop was put off.
    """
    if instance.state not in RUNNING:
        return
    _by_own_settings(instance, now)
    put_off = instance.postponed
    known, until = parse_time(instance.next_stop), parse_time(put_off.until if put_off else None)
    if put_off and until and (put_off.stops or (known is not None and known < until)):
        instance.next_stop, instance.next_stop_reason = put_off.until, PUT_OFF


def _by_own_settings(instance: ComputeInstance, now: datetime) -> None:
    scheduled = next_stop(instance.schedules, now)
    if scheduled is not None:
        instance.next_stop, instance.next_stop_reason = rfc3339(scheduled), SCHEDULED
    if not instance.idle_shutdown_minutes:
        return
    if not instance.is_this_machine:
        if scheduled is None:
            instance.next_stop_reason = say(
                "Azure stops it after {idle_shutdown_minutes} idle minutes; what happens "
                "on it cannot be seen from here.",
                idle_shutdown_minutes=instance.idle_shutdown_minutes,
            )
        return
    _from_idle_time(instance, now, scheduled)


def _from_idle_time(instance: ComputeInstance, now: datetime, scheduled: datetime | None) -> None:
    seen = activity_here()
    idle = timedelta(minutes=instance.idle_shutdown_minutes or 0)
    if seen is not None and seen.awake:
        if scheduled is None:
            instance.next_stop_reason = say(
                "Kept awake by {awake}.", awake=joined(seen.awake, ", ")
            )
        return
    began = parse_time(instance.running_since)
    last = max((m for m in (seen.last if seen else None, began) if m is not None), default=None)
    if last is None:
        return
    earliest = max(last + idle, now)
    if scheduled is None or earliest < scheduled:
        instance.next_stop = rfc3339(earliest)
        instance.next_stop_reason = say(
            "The earliest, estimated from the idle time: Azure counts kernels, terminals and jobs, "
            "but no SSH."
        )
