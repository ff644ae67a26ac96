"""Operation resources: what a client polls until a long-running operation has ended."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from .clock import timestamp
from .settings import Settings
from .store import Store
from .wire import Request

_KIND = "operations"
_KEPT = 20_000
_REAL_POLL_MS = 30_000
_SHORTEST_POLL_MS = 50


class Operation(msgspec.Struct):
    """One operation."""

    id: str
    location: str
    compute: str
    started: float
    status: str = "InProgress"
    ended: float | None = None
    error: dict[str, Any] | None = None

    def on_wire(self) -> dict[str, Any]:
        """Give the status body, as recorded traffic shows it."""
        body: dict[str, Any] = {"status": self.status}
        if self.status == "Succeeded":
            body["percentComplete"] = 100.0
        if self.ended is not None:
            body["startTime"], body["endTime"] = timestamp(self.started), timestamp(self.ended)
        if self.error is not None:
            body["error"] = self.error
        return body


class Operations:
    """All operations that may still be asked for."""

    def __init__(self, store: Store) -> None:
        """Read what was kept."""
        self._store = store
        loaded = [msgspec.convert(found, Operation) for _, found in store.load(_KIND)]
        self._all = {entry.id: entry for entry in sorted(loaded, key=lambda entry: entry.started)}

    def begin(self, location: str, compute: str, now: float) -> Operation:
        """Make an operation that is in progress."""
        operation = Operation(str(uuid.uuid4()), location, compute, now)
        self._all[operation.id] = operation
        self._store.put(_KIND, operation.id, operation)
        if len(self._all) > _KEPT:
            self._forget_oldest()
        return operation

    def end(
        self, operation_id: str, status: str, now: float, error: dict[str, Any] | None = None
    ) -> None:
        """Give an operation its terminal status: Succeeded, Failed or Canceled."""
        operation = self._all.get(operation_id)
        if operation is None:
            return
        operation.status, operation.ended, operation.error = status, now, error
        self._store.put(_KIND, operation_id, operation)

    def find(self, operation_id: str) -> Operation | None:
        """Give an operation by id, or None."""
        return self._all.get(operation_id.lower())

    def _forget_oldest(self) -> None:
        for entry in list(self._all.values())[: _KEPT // 10]:
            if entry.ended is not None:
                del self._all[entry.id]
                self._store.delete(_KIND, entry.id)


def poll_headers(settings: Settings, speed: float) -> dict[str, str]:
    """Give the headers that say when to ask again.

    Real traffic has none, and clients then ask every 30 seconds; when the clock runs faster the same
    pause is told in milliseconds, since clients cannot read fractions of ``Retry-After``.
    """
    if settings.retry_after == "never":
        return {}
    if settings.retry_after != "auto":
        return {"Retry-After": str(settings.retry_after)}
    if speed <= 1:
        return {}
    pause = str(max(_SHORTEST_POLL_MS, round(_REAL_POLL_MS / speed)))
    return {"retry-after-ms": pause, "x-ms-retry-after-ms": pause}


def operation_headers(
    request: Request, operation: Operation, settings: Settings, speed: float
) -> dict[str, str]:
    """Give the headers of an answer that has begun an operation."""
    subscription = operation.compute.split("/", 1)[0]
    root = (
        f"{request.base_url}/subscriptions/{subscription}/providers"
        f"/Microsoft.MachineLearningServices/locations/{operation.location}"
    )
    tail = f"{operation.id}?api-version={request.api_version}&service=new"
    headers = poll_headers(settings, speed)
    # The retired SDK and every PUT fail without Azure-AsyncOperation: it cannot wholly be absent.
    style = settings.operation_headers
    if style in ("recorded", "both"):
        headers["Azure-AsyncOperation"] = f"{root}/computeOperationsStatus/{tail}"
    if style in ("location", "both"):
        headers["Location"] = f"{root}/computeOperationsResults/{tail}"
    return headers
