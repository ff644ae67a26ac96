"""Putting off a coming stop: a longer idle time or a moved schedule, and the old ones back later."""

from __future__ import annotations

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
from .times import parse_time, rfc3339

if TYPE_CHECKING:
    from .changes import Changes
    from .session import Session

MOST_MINUTES = 480

#: A stop further away than this is not "coming".
_COMING = timedelta(hours=24)
_LONGEST_IDLE = 4320
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

        Raises
        ------
        InvalidValue
            Out of these bounds.
        WrongState
            No stop is coming.
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
        moved = self._moved(instance, minutes, now)
        if moved is None and not idle:
            raise WrongState(
                say("No stop of “{name}” is coming that could be put off.", name=instance.name),
                hint=say("It has no idle shutdown, and no schedule stops it within a day."),
            )
        record = self._record_of(instance.name) or Record(
            realm=self._session.realm, computes=self._session.path(), name=instance.name
        )
        longer = None
        if idle:
            longer = min(_LONGEST_IDLE, idle + minutes)
            until = rfc3339(now + timedelta(minutes=minutes))
            is_ours = record.idle is not None and record.idle.instead in (None, idle)
            before_idle = record.idle.minutes if record.idle and is_ours else idle
            record.idle = IdlePlan(until=until, minutes=before_idle, instead=longer)
        if moved is not None:
            known = record.schedule
            is_ours = known is not None and _same(known.instead, instance.schedules)
            before = known.schedules if known and is_ours else instance.schedules
            record.schedule = SchedulePlan(
                until=rfc3339(moved[1] + _AFTER), schedules=before, instead=moved[0]
            )
        self._records.replace(record)
        try:
            read = instance
            if longer is not None and longer != idle:
                read = self._changes.set_idle_shutdown(instance.name, longer)
            if moved is not None:
                read = self._changes.set_schedules(instance.name, moved[0])
        except CIManagerError:
            self._bring_back(record)
            raise
        self.mark(read)
        return read

    def mark(self, instance: ComputeInstance) -> None:
        """Say on an instance that its stop was put off, if it was."""
        record = self._record_of(instance.name)
        if record is not None:
            instance.postponed = Postponement(until=record.until, restores=_in_words(record))

    def forget(self, name: str, *, idle: bool = False, schedules: bool = False) -> None:
        """Let what somebody just set stand: that part of the old plan does not come back."""
        record = self._record_of(name)
        if record is None:
            return
        if idle:
            record.idle = None
        if schedules:
            record.schedule = None
        self._records.replace(record)

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

    def _moved(
        self, instance: ComputeInstance, minutes: int, now: datetime
    ) -> tuple[list[Schedule], datetime] | None:
        """Give the schedules with every stop moved that would come before, and when it then comes.

        ``None`` where no stop is scheduled within a day, or the idle stop is what comes before it.
        """
        coming = [
            (moment, n)
            for n, s in enumerate(instance.schedules)
            if s.action == "stop" and (moment := next_fire(s, now)) is not None
        ]
        if not coming or min(coming)[0] - now > _COMING:
            return None
        moment = min(coming)[0]
        idle = instance.idle_shutdown_minutes
        if idle and moment - now > timedelta(minutes=idle + minutes):
            return None
        later = moment + timedelta(minutes=minutes)
        sooner = {position for fires, position in coming if fires < later}
        first = min(coming)[1]
        return [
            _once(later, old.time_zone) if n == first else old
            for n, old in enumerate(instance.schedules)
            if n == first or n not in sooner
        ], later

    def _record_of(self, name: str) -> Record | None:
        if not self._records.path.exists():
            return None
        here = (self._session.realm, self._session.path(), name)
        found = next((r for r in self._records.all() if r.is_about(*here)), None)
        return None if found is None else _copy(found)


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
    )


def _is_due(until: str, by: datetime | None) -> bool:
    moment = parse_time(until)
    return by is None or moment is None or moment <= by


def _in_words(record: Record) -> str:
    parts = []
    if record.idle is not None:
        minutes = record.idle.minutes
        parts.append(
            say("idle shutdown after {minutes} min", minutes=minutes)
            if minutes
            else say("no idle shutdown")
        )
    if record.schedule is not None:
        parts.append(say("the schedule as it was"))
    return joined(parts, " + ")
