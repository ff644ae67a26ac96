"""Putting off a coming stop: a longer idle time or a moved schedule, and the old ones back later.

What will come back is written down before anything is changed, so that it comes back even when
this process does not live to see it: whichever face lists next brings it back.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import CIManagerError, InvalidValue, NotFound, WrongState
from .models import ComputeInstance, Postponement, Schedule
from .schedules import next_fire, zone_of
from .session import data_folder
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


class _Record(msgspec.Struct, kw_only=True):
    """What comes back, and when. ``None``: this part was not changed."""

    workspace: str
    name: str
    until: str
    idle_minutes: int | None = None
    idle_changed: bool = False
    schedules: list[Schedule] | None = None


class Postponing:
    """Puts off stops and brings the old plans back. Thread-safe, and safe across processes."""

    def __init__(self, session: Session, changes: Changes, *, now: Callable[[], datetime]) -> None:
        self._session = session
        self._changes = changes
        self._now = now
        self._path = data_folder() / "postponed.json"
        self._kept: tuple[Any, list[_Record]] = (None, [])

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
                f"A stop can be put off by 1 to {MOST_MINUTES} minutes, not {minutes}.",
                field="minutes",
            )
        now = self._now()
        record = self._record_of(instance.name) or _Record(
            workspace=self._session.path(), name=instance.name, until=""
        )
        moved = self._moved(instance, minutes, now)
        idle = instance.idle_shutdown_minutes
        if moved is None and not idle:
            raise WrongState(
                f"No stop of “{instance.name}” is coming that could be put off.",
                hint="It has no idle shutdown, and no schedule stops it within a day.",
            )
        until = now + timedelta(minutes=minutes)
        if moved is not None:
            until = max(until, moved[1] + _AFTER)
            record.schedules = instance.schedules if record.schedules is None else record.schedules
        longer = None
        if idle:
            longer = min(_LONGEST_IDLE, idle + minutes)
            if not record.idle_changed:
                record.idle_changed, record.idle_minutes = True, idle
        record.until = rfc3339(until)
        self._write(record)
        try:
            read = instance
            if longer is not None and longer != idle:
                read = self._changes.set_idle_shutdown(instance.name, longer)
            if moved is not None:
                read = self._changes.set_schedules(instance.name, moved[0])
        except CIManagerError:
            self._restore(record)
            raise
        self.mark(read)
        return read

    def mark(self, instance: ComputeInstance) -> None:
        """Say on an instance that its stop was put off, if it was."""
        record = self._record_of(instance.name)
        if record is not None:
            instance.postponed = Postponement(until=record.until, restores=_in_words(record))

    def forget(self, name: str) -> None:
        """Let a plan that somebody just set stand: the old one does not come back."""
        if self._record_of(name) is not None:
            self._drop(name)

    def restore_due(self) -> None:
        """Bring back the plans whose time has come; what fails is tried again next time."""
        if not self._path.exists():
            return
        now, here = self._now(), self._session.path()
        for record in self._read():
            due = parse_time(record.until)
            if record.workspace == here and due is not None and due <= now:
                try:
                    self._restore(record)
                except CIManagerError:
                    continue

    def _restore(self, record: _Record) -> None:
        try:
            if record.idle_changed:
                self._changes.set_idle_shutdown(record.name, record.idle_minutes)
            if record.schedules is not None:
                self._changes.set_schedules(record.name, record.schedules)
        except NotFound:
            pass
        self._drop(record.name)

    def _moved(
        self, instance: ComputeInstance, minutes: int, now: datetime
    ) -> tuple[list[Schedule], datetime] | None:
        """Give the schedules with the soonest stop moved, and when it then comes."""
        coming = [
            (moment, n)
            for n, s in enumerate(instance.schedules)
            if s.action == "stop" and (moment := next_fire(s, now)) is not None
        ]
        if not coming or min(coming)[0] - now > _COMING:
            return None
        moment, position = min(coming)
        later = moment + timedelta(minutes=minutes)
        old = instance.schedules[position]
        local = later.astimezone(zone_of(old.time_zone))
        once = Schedule(
            action="stop",
            expression=f"{local.minute} {local.hour} {local.day} {local.month} *",
            time_zone=old.time_zone,
        )
        schedules = list(instance.schedules)
        schedules[position] = once
        return schedules, later

    def _record_of(self, name: str) -> _Record | None:
        if not self._path.exists():
            return None
        here = self._session.path()
        return next(
            (r for r in self._read() if r.workspace == here and r.name.lower() == name.lower()),
            None,
        )

    def _read(self) -> list[_Record]:
        """Read the records, from memory while the file stays the same."""
        try:
            facts = self._path.stat()
            mark = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            known, records = self._kept
            if known != mark:
                records = msgspec.json.decode(self._path.read_bytes(), type=list[_Record])
                self._kept = (mark, records)
            return records
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return []

    def _write(self, record: _Record) -> None:
        self._change(lambda kept: [*kept, record], record.name)

    def _drop(self, name: str) -> None:
        self._change(lambda kept: kept, name)

    def _change(self, change: Callable[[list[_Record]], list[_Record]], name: str) -> None:
        """Replace the record of ``name`` on disk, in one rename."""
        from filelock import FileLock

        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        here = self._session.path()
        with FileLock(self._path.with_suffix(".lock"), mode=0o600):
            kept = [r for r in self._read() if (r.workspace, r.name) != (here, name)]
            kept = change(kept)
            if not kept:
                self._path.unlink(missing_ok=True)
                return
            fresh = Path(f"{self._path}.{os.getpid()}.new")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(kept))
            fresh.replace(self._path)


def _in_words(record: _Record) -> str:
    parts = []
    if record.idle_changed:
        minutes = record.idle_minutes
        parts.append(f"idle shutdown after {minutes} min" if minutes else "no idle shutdown")
    if record.schedules is not None:
        parts.append("the schedule as it was")
    return " and ".join(parts)
