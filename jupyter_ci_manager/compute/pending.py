"""What was begun from here and how it ended, while Azure's own list does not tell.

Azure's list lags behind its own answers for a few seconds, and an instance does not say why its
start was refused. Nothing else is remembered: after a restart Azure's own state says it all.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import msgspec

from ..errors import CIManagerError
from ..sentences import joined
from .models import ComputeInstance, InstanceError

if TYPE_CHECKING:
    from .session import Session

#: How long what was asked for is shown while Azure still shows the old state, in seconds.
_LAG_SECONDS = 20.0
#: An operation that has not ended by then is left to Azure's own state, in seconds.
_LONGEST_OPERATION_SECONDS = 2700.0
#: Operations whose status is asked per list.
_STATUSES_PER_LIST = 8


class _Asked(msgspec.Struct):
    """What was just asked for: shown until Azure shows anything else than ``before``."""

    before: str
    shown: str
    until: float


class _Begun(msgspec.Struct):
    """An operation: where its status stands, until when and from when on it is asked for."""

    url: str
    until: float
    not_before: float = 0.0


class Pending:
    """Operations begun from here, by the instance's name in lower case. Thread-safe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._asked: dict[str, _Asked] = {}
        self._operations: dict[str, _Begun] = {}
        self._failures: dict[str, InstanceError] = {}

    def __bool__(self) -> bool:
        with self._lock:
            now = time.monotonic()
            self._asked = {k: a for k, a in self._asked.items() if now < a.until}
            self._operations = {k: o for k, o in self._operations.items() if now < o.until}
            return bool(self._asked or self._operations)

    def begin(self, instance: ComputeInstance, shown: str, operation_url: str | None) -> None:
        """Note what was just asked for; it shows as the state ``shown`` until Azure's list has it."""
        key = instance.name.lower()
        with self._lock:
            self._failures.pop(key, None)
            self._asked[key] = _Asked(instance.state, shown, time.monotonic() + _LAG_SECONDS)
            if operation_url:
                until = time.monotonic() + _LONGEST_OPERATION_SECONDS
                self._operations[key] = _Begun(operation_url, until)

    def show_on(self, instance: ComputeInstance) -> None:
        """Show on an instance just read what was asked of it, and how the last operation failed."""
        key = instance.name.lower()
        with self._lock:
            asked, failure = self._asked.get(key), self._failures.get(key)
            if asked is not None:
                if instance.state == asked.before and time.monotonic() < asked.until:
                    instance.state = instance.operation = asked.shown
                else:
                    del self._asked[key]
        if failure is not None:
            # Azure may say the same on the instance.
            others = [error for error in instance.errors if error.message != failure.message]
            instance.errors = [failure, *others]

    def look(self, name: str | None = None) -> None:
        """Ask how the operations stand; one that cannot be asked is asked again next time.

        Parameters
        ----------
        name:
            Only the one of this instance.
        """
        with self._lock:
            now = time.monotonic()
            due = [(k, o) for k, o in self._operations.items() if now >= o.not_before]
        if name is not None:
            due = [(key, begun) for key, begun in due if key == name.lower()]
        due = due[:_STATUSES_PER_LIST]
        for key, begun in due:
            try:
                operation = self._session.client().operation(begun.url)
            except CIManagerError:
                continue
            if operation.state == "in_progress":
                begun.not_before = time.monotonic() + (operation.retry_after or 0.0)
                continue
            with self._lock:
                if self._operations.get(key) is not begun:
                    # Another one was begun while this one was asked for.
                    continue
                del self._operations[key]
                if operation.state == "untold":
                    continue
                self._asked.pop(key, None)
                if operation.error is not None:
                    self._failures[key] = failure_of(operation.error)

    def forget(self, name: str) -> None:
        """Forget an instance that is gone."""
        with self._lock:
            for known in (self._asked, self._operations, self._failures):
                known.pop(name.lower(), None)

    def reset(self) -> None:
        """Forget everything: another workspace or another person."""
        with self._lock:
            self._asked.clear()
            self._operations.clear()
            self._failures.clear()


def failure_of(error: CIManagerError) -> InstanceError:
    """Give an operation's failure as an error of its instance."""
    details = {k: v for k, v in error.details.items() if k not in ("azure_code", "azure_message")}
    return InstanceError(
        code=error.details.get("azure_code") or error.code,
        message=error.details.get("azure_message") or error.message,
        explanation=joined([error.message, error.hint]),
        details=details,
    )
