"""What comes back after a stop was put off: written down before anything is changed.

One file of the user's, shared by all of his processes, so that a plan comes back even when the
process that put it off does not live to see it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from .changed import data_folder
from .models import Schedule
from .times import parse_time

FILE_NAME = "postponed.json"


class IdlePlan(msgspec.Struct, kw_only=True):
    """An idle time, from when on it counts again, and what was set instead until then."""

    until: str
    minutes: int | None
    instead: int | None = None


class SchedulePlan(msgspec.Struct, kw_only=True):
    """Schedules, from when on they count again, and those set instead until then."""

    until: str
    schedules: list[Schedule]
    instead: list[Schedule] | None = None


class Record(msgspec.Struct, kw_only=True):
    """What comes back for one instance; ``None``: that part was not changed.

    ``computes`` is the path of its workspace's computes, ``realm`` the Azure that it is in, and
    ``not_before`` the moment before which it is not stopped.
    """

    realm: str
    computes: str
    name: str
    idle: IdlePlan | None = None
    schedule: SchedulePlan | None = None
    not_before: str | None = None

    @property
    def until(self) -> str:
        """When everything is as before."""
        return max(plan.until for plan in (self.idle, self.schedule) if plan is not None)

    def is_about(self, realm: str, computes: str, name: str) -> bool:
        """Tell whether it is about this instance."""
        mine = (self.realm, self.computes, self.name.lower())
        return mine == (realm, computes, name.lower())

    def next_due(self) -> datetime | None:
        """Give when the next part comes back."""
        plans = [plan for plan in (self.idle, self.schedule) if plan is not None]
        moments = [moment for plan in plans if (moment := parse_time(plan.until)) is not None]
        return min(moments, default=None)


class Records:
    """The file of records. Thread-safe, and safe across processes."""

    def __init__(self) -> None:
        self.path = data_folder() / FILE_NAME
        self._kept: tuple[Any, list[Record]] = (None, [])

    def all(self) -> list[Record]:
        """Give all records, from memory while the file stays the same."""
        try:
            facts = self.path.stat()
            mark = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
            known, records = self._kept
            if known != mark:
                records = msgspec.json.decode(self.path.read_bytes(), type=list[Record])
                self._kept = (mark, records)
            return records
        except (OSError, msgspec.DecodeError, msgspec.ValidationError):
            return []

    def replace(self, record: Record) -> None:
        """Write a record down in place of the one about the same instance; one without a part goes."""
        is_empty = record.idle is None and record.schedule is None
        self._change(record, [] if is_empty else [record])

    def drop(self, record: Record) -> None:
        """Forget a record."""
        self._change(record, [])

    @contextmanager
    def bringing_back(self) -> Iterator[bool]:
        """Let one process at a time bring plans back; gives false where another one does."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path.with_suffix(".restoring"), mode=0o600, timeout=0)
        try:
            lock.acquire()
        except (Timeout, OSError):
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def _change(self, about: Record, instead: list[Record]) -> None:
        """Replace the record about an instance on disk, in one rename."""
        from filelock import FileLock

        same: Callable[[Record], bool] = lambda r: r.is_about(  # noqa: E731
            about.realm, about.computes, about.name
        )
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self.path.with_suffix(".lock"), mode=0o600):
            kept = [record for record in self.all() if not same(record)] + instead
            if not kept:
                self.path.unlink(missing_ok=True)
                return
            fresh = Path(f"{self.path}.{os.getpid()}.new")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(msgspec.json.encode(kept))
            fresh.replace(self.path)
