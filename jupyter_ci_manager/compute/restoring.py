"""The user's own plans come back when the time of a postponement is over.

Whatever process put the stop off may be gone by then: every process that has a compute service
looks after the plans of all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ..errors import CIManagerError, NotFound
from .moved_stops import are_same
from .postponed import Record, Records
from .reading import Reader, read_instance
from .times import parse_time

if TYPE_CHECKING:
    from .changes import Changes
    from .session import Session

#: Seconds until what could not be brought back is tried again, doubled each time up to the longest.
_AGAIN_SECONDS, _LONGEST_AGAIN_SECONDS = 30.0, 900.0
#: Seconds that another process gets to bring a plan back.
_OTHER_SECONDS = 5.0


class Restoring:
    """Brings plans back. Thread-safe, and safe across processes."""

    def __init__(
        self, session: Session, changes: Changes, records: Records, *, now: Callable[[], datetime]
    ) -> None:
        self._session = session
        self._changes = changes
        self._records = records
        self._now = now
        self._failures = 0
        self._not_before = 0.0

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
                        self.bring_back(record, by=self._now())
                    except (CIManagerError, OSError):
                        failed = True
        self._failures = self._failures + 1 if failed else 0
        if failed:
            pause = min(_LONGEST_AGAIN_SECONDS, _AGAIN_SECONDS * 2 ** (self._failures - 1))
            self._not_before = time.monotonic() + pause

    def bring_back(self, record: Record, *, by: datetime | None = None) -> None:
        """Bring back the parts whose time has come by then; all of them when no time is given.

        With a time, what somebody set elsewhere meanwhile stands: his is the newer plan.

        Raises
        ------
        CIManagerError
            Azure refused a part; what came back before has come back.
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
        if schedule is not None and not are_same(schedule.instead, present.schedules):
            record.schedule = None
        self._records.replace(record)


def _is_due(until: str, by: datetime | None) -> bool:
    moment = parse_time(until)
    return by is None or moment is None or moment <= by
