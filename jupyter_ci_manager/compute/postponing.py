"""Putting off a coming stop: the instance is not stopped before one moment.

Azure knows no such thing. So a longer idle time and a moved schedule are set there, and the user's own
come back when the moment has come; whoever is shown the instance meanwhile sees his own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ..errors import CIManagerError, InvalidValue, WrongState
from ..sentences import joined, say
from . import moved_stops
from .models import ComputeInstance, Postponement, Schedule
from .postponed import IdlePlan, Record, Records, SchedulePlan
from .restoring import Restoring
from .states import RUNNING
from .times import parse_time, rfc3339

if TYPE_CHECKING:
    from .changes import Changes
    from .session import Session

MOST_MINUTES = 480

#: A stop further away than this is not "coming".
_COMING = timedelta(hours=24)
_LONGEST_IDLE = 4320
_FARTHEST = timedelta(hours=48)
_EVER = datetime.max.replace(tzinfo=timezone.utc)
#: How long after a moved stop the old plan comes back.
_AFTER = timedelta(minutes=2)


class Postponing:
    """Puts off stops, and undoes that. Thread-safe, and safe across processes."""

    def __init__(self, session: Session, changes: Changes, *, now: Callable[[], datetime]) -> None:
        self._session = session
        self._changes = changes
        self._now = now
        self._records = Records()
        #: Brings the user's own plans back when their time has come.
        self.restoring = Restoring(session, changes, self._records, now=now)

    def postpone(self, instance: ComputeInstance, minutes: int) -> ComputeInstance:
        """Put the coming stop off by ``minutes`` (1 to 480), and give the instance read back.

        From then on it is not stopped before one moment: that of the coming stop, or where only
        idle time could bring one the present, plus ``minutes``. Putting off once more moves that
        moment.

        Parameters
        ----------
        instance:
            As :meth:`mark` left it: with the user's own settings.

        Raises
        ------
        InvalidValue
            Out of these bounds.
        WrongState
            No stop is coming, or it is put off far enough.
        CIManagerError
            Azure refused a part; what was changed before was changed back.
        """
        if not 1 <= minutes <= MOST_MINUTES:
            raise InvalidValue(
                say(
                    "A stop can be put off by 1 to {most_minutes} minutes, not {minutes}.",
                    most_minutes=MOST_MINUTES,
                    minutes=minutes,
                ),
                field="minutes",
            )
        now, idle = self._now(), instance.idle_shutdown_minutes
        until = self._moment(instance, minutes, now)
        known = self._record_of(instance.name)
        before = None
        if known and known.schedule and instance.postponed and instance.postponed.stops:
            before = known.schedule.instead
        moved = moved_stops.moved(instance.schedules, until, now, before)
        if until - now > _FARTHEST:
            raise WrongState(
                say("The stop of “{name}” is put off far enough.", name=instance.name),
                hint=say("A stop can be put off by two days in all."),
            )
        record = Record(
            realm=self._session.realm,
            computes=self._session.path(),
            name=instance.name,
            not_before=rfc3339(until),
        )
        longer = None
        if idle:
            # Idle for so long it may have been already when it was put off.
            longer = min(_LONGEST_IDLE, idle + math.ceil((until - now).total_seconds() / 60))
            record.idle = IdlePlan(until=rfc3339(until), minutes=idle, instead=longer)
        if moved is not None:
            record.schedule = SchedulePlan(
                until=rfc3339(until + _AFTER), schedules=instance.schedules, instead=moved
            )
        self._records.replace(record)
        try:
            read = instance
            if longer is not None:
                read = self._changes.set_idle_shutdown(instance.name, longer)
            if moved is not None:
                read = self._changes.set_schedules(instance.name, moved)
        except CIManagerError:
            self.restoring.bring_back(record)
            raise
        return read

    def undo(self, name: str) -> None:
        """Bring back now what was to come back later; nothing where nothing was put off.

        Raises
        ------
        CIManagerError
            Azure refused a part, which comes back in its time.
        """
        record = self._record_of(name)
        if record is not None:
            self.restoring.bring_back(record, by=_EVER)

    def mark(self, instance: ComputeInstance) -> None:
        """Say on an instance that its stop was put off, and give it the user's own settings.

        What somebody set elsewhere meanwhile is his own.
        """
        record = self._record_of(instance.name)
        if record is None or not instance.is_complete:
            return
        idle, schedule = record.idle, record.schedule
        if idle is not None and idle.instead not in (None, instance.idle_shutdown_minutes):
            idle = None
        if schedule is not None and not moved_stops.are_same(schedule.instead, instance.schedules):
            schedule = None
        until = parse_time(record.not_before or record.until)
        if (idle is None and schedule is None) or until is None:
            return
        if idle is not None:
            instance.idle_shutdown_minutes = idle.minutes
        if schedule is not None:
            instance.schedules = schedule.schedules
        if instance.state not in RUNNING or until <= self._now():
            return
        instance.postponed = Postponement(
            until=rfc3339(until),
            restores=_in_words(idle, schedule),
            stops=schedule is not None,
        )

    def own_idle_shutdown(self, instance: ComputeInstance, minutes: int | None) -> bool:
        """Note an idle time that somebody sets while a stop is put off: it counts afterwards.

        Tells whether that was so; else it is still to be sent to Azure.
        """
        record = self._record_of(instance.name)
        if record is None or record.idle is None:
            return False
        if instance.postponed is None or record.idle.minutes != instance.idle_shutdown_minutes:
            record.idle = None
        else:
            record.idle = IdlePlan(
                until=record.idle.until, minutes=minutes or None, instead=record.idle.instead
            )
        self._records.replace(record)
        return record.idle is not None

    def own_schedules(self, instance: ComputeInstance, schedules: list[Schedule]) -> bool:
        """Note schedules that somebody sets while a stop is put off, in the same way."""
        record = self._record_of(instance.name)
        if record is None or record.schedule is None:
            return False
        plan = record.schedule
        if instance.postponed is None or not moved_stops.are_same(
            plan.schedules, instance.schedules
        ):
            record.schedule = None
        else:
            record.schedule = SchedulePlan(
                until=plan.until, schedules=schedules, instead=plan.instead
            )
        self._records.replace(record)
        return record.schedule is not None

    def _moment(self, instance: ComputeInstance, minutes: int, now: datetime) -> datetime:
        """Give the moment before which it is not stopped, once its stop is put off by ``minutes``."""
        known = instance.postponed.until if instance.postponed else instance.next_stop
        coming = parse_time(known)
        if coming is None or not now < coming <= now + _COMING:
            if not instance.idle_shutdown_minutes and instance.postponed is None:
                raise WrongState(
                    say("No stop of “{name}” is coming that could be put off.", name=instance.name),
                    hint=say("It has no idle shutdown, and no schedule stops it within a day."),
                )
            coming = coming if instance.postponed and coming and coming > now else now
        # Azure's schedules know whole minutes.
        whole = coming.replace(second=0, microsecond=0)
        return whole + timedelta(minutes=minutes + (whole != coming))

    def _record_of(self, name: str) -> Record | None:
        if not self._records.path.exists():
            return None
        here = (self._session.realm, self._session.path(), name)
        found = next((r for r in self._records.all() if r.is_about(*here)), None)
        return None if found is None else _copy(found)


def _copy(record: Record) -> Record:
    return Record(
        realm=record.realm,
        computes=record.computes,
        name=record.name,
        idle=record.idle,
        schedule=record.schedule,
        not_before=record.not_before,
    )


def _in_words(idle: IdlePlan | None, schedule: SchedulePlan | None) -> str:
    parts = []
    if idle is not None:
        minutes = idle.minutes
        parts.append(
            say("idle shutdown after {minutes} min", minutes=minutes)
            if minutes
            else say("no idle shutdown")
        )
    if schedule is not None:
        parts.append(say("the schedule as it was"))
    return joined(parts, " + ")
