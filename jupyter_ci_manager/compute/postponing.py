"""Putting off a coming stop: the instance is not stopped before one moment.

Azure knows no such thing. So a longer idle time and a moved schedule are set there, and the user's own
come back when the moment has come; whoever is shown the instance meanwhile sees his own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from ..errors import CIManagerError, InvalidValue, NotFound, WrongState
from ..sentences import joined, say
from .differences import schedule_essence
from .models import ComputeInstance, Postponement, Schedule
from .postponed import IdlePlan, Record, Records, SchedulePlan
from .reading import Reader, read_instance
from .schedules import next_fire, zone_of
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
#: Seconds until what could not be brought back is tried again, doubled each time up to the longest.
_AGAIN_SECONDS, _LONGEST_AGAIN_SECONDS = 30.0, 900.0
#: Seconds that another process gets to bring a plan back.
_OTHER_SECONDS = 5.0


class Postponing:
    """Puts off stops and brings the old plans back. Thread-safe, and safe across processes."""

    def __init__(self, session: Session, changes: Changes, *, now: Callable[[], datetime]) -> None:
        self._session = session
        self._changes = changes
        self._now = now
        self._records = Records()
        self._failures = 0
        self._not_before = 0.0

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
        before = (
            known.schedule if known and instance.postponed and instance.postponed.stops else None
        )
        moved = _moved(instance.schedules, until, now, before)
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
            self._bring_back(record)
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
            self._bring_back(record, by=_EVER)

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
        if schedule is not None and not _same(schedule.instead, instance.schedules):
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
        if instance.postponed is None or not _same(plan.schedules, instance.schedules):
            record.schedule = None
        else:
            record.schedule = SchedulePlan(
                until=plan.until, schedules=schedules, instead=plan.instead
            )
        self._records.replace(record)
        return record.schedule is not None

    def seconds_to_next(self) -> float | None:
        """Give the seconds until a plan comes back, of any workspace; ``None``: none is put off."""
        mine = [r for r in self._records.all() if r.realm == self._session.realm]
        due = min((moment for r in mine if (moment := r.next_due()) is not None), default=None)
        if due is None:
            return None
        pause = self._not_before - time.monotonic()
        return max(0.0, pause, (due - self._now()).total_seconds())

    def restore_due(self) -> None:
        """Bring back the plans whose time has come, of any workspace.

        What Azure refuses is tried again, less and less often.
        """
        if not self._records.path.exists() or self.seconds_to_next() != 0:
            return
        with self._records.bringing_back() as is_ours:
            if not is_ours:
                # Another process is at it; whoever asks again at once would ask without a pause.
                self._not_before = time.monotonic() + _OTHER_SECONDS
                return
            failed = False
            for record in self._records.all():
                due = record.next_due()
                if record.realm == self._session.realm and due and due <= self._now():
                    try:
                        self._bring_back(record, by=self._now())
                    except (CIManagerError, OSError):
                        failed = True
        self._failures = self._failures + 1 if failed else 0
        if failed:
            pause = min(_LONGEST_AGAIN_SECONDS, _AGAIN_SECONDS * 2 ** (self._failures - 1))
            self._not_before = time.monotonic() + pause

    def _bring_back(self, record: Record, *, by: datetime | None = None) -> None:
        """Bring back the parts whose time has come by then; all of them when no time is given.

        What somebody set elsewhere meanwhile stands: his is the newer plan.
        """
        where = f"{record.computes}/{record.name}"
        try:
            if by is not None:
                self._let_stand(record, where)
            if record.idle is not None and _is_due(record.idle.until, by):
                self._changes.send_idle_shutdown(where, record.idle.minutes)
                record.idle = None
                self._records.replace(record)
            if record.schedule is not None and _is_due(record.schedule.until, by):
                self._changes.send_schedules(where, record.schedule.schedules)
                record.schedule = None
                self._records.replace(record)
        except NotFound:
            self._records.drop(record)

    def _let_stand(self, record: Record, where: str) -> None:
        """Drop those parts of a plan where Azure shows other than what was set when it was put off."""
        version = self._session.settings.api_version
        present = read_instance(
            self._session.client().get(where, api_version=version), Reader(), self._now()
        )
        if not present.is_complete:
            return
        idle, schedule = record.idle, record.schedule
        if idle is not None and idle.instead not in (None, present.idle_shutdown_minutes):
            record.idle = None
        if schedule is not None and not _same(schedule.instead, present.schedules):
            record.schedule = None
        self._records.replace(record)

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


def _moved(
    own: list[Schedule], until: datetime, now: datetime, before: SchedulePlan | None
) -> list[Schedule] | None:
    """Give the schedules with one stop at a moment instead of all that would come before.

    Parameters
    ----------
    before:
        How the stop was put off before: what it leads to is what is moved then.

    Returns ``None`` where no schedule stops it before.
    """
    kept = before.instead if before is not None and before.instead is not None else own
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


def _same(instead: list[Schedule] | None, present: list[Schedule]) -> bool:
    """Tell whether Azure shows what was set; what an older file does not tell counts as that."""
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


def _copy(record: Record) -> Record:
    return Record(
        realm=record.realm,
        computes=record.computes,
        name=record.name,
        idle=record.idle,
        schedule=record.schedule,
        not_before=record.not_before,
    )


def _is_due(until: str, by: datetime | None) -> bool:
    moment = parse_time(until)
    return by is None or moment is None or moment <= by


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
