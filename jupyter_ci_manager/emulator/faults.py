"""Faults on demand: answers that go wrong, and operations that end badly.

A fault is given to the control API, waits for what it matches, and is spent after its count.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from .instance import Outcome
from .store import Store

Kind = Literal[
    "status",
    "reset",
    "hang",
    "truncate",
    "not-json",
    "empty",
    "nulls",
    "malformed",
    "foreign-next-link",
    "foreign-operation",
]


class RequestFault(msgspec.Struct, forbid_unknown_fields=True):
    """The next requests that match go wrong.

    Attributes:
        kind: What happens: another ``status``, a connection ``reset``, a ``hang``, a ``truncate``d
            body, a body that is ``not-json`` or ``empty``, one whose values are ``nulls``, one in
            which the compute ``name`` is ``malformed``, or a link to the next page or to the
            operation's status that leads to another host.
        path: A regular expression that the path must contain; case does not count.
        method: The verb, or ``*``.
        count: How many requests are hit.
        skip: How many matching requests pass before.
        status: HTTP status of kind ``status``.
        code: Azure's error code of kind ``status``.
        message: Its sentence.
        retry_after: Seconds for a ``Retry-After`` header of kind ``status``.
        seconds: How long a ``hang`` lasts, in real seconds.
        headers: Further headers of kind ``status``.
        name: The compute of kind ``malformed``.
    """

    kind: Kind
    path: str = ""
    method: str = "*"
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    skip: Annotated[int, msgspec.Meta(ge=0)] = 0
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 500
    code: str = "InternalServerError"
    message: str = "The emulator was told to fail."
    retry_after: float | None = None
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 3600
    headers: dict[str, str] = {}
    name: str = ""
    id: int = 0


class OperationFault(msgspec.Struct, forbid_unknown_fields=True):
    """The next operations that match end badly.

    Attributes:
        result: ``Failed``, ``Canceled``, or ``Never`` for one that does not end.
        operation: Create, Start, Stop, Restart, Resize or Delete, or ``*``.
        name: The compute's name, or ``*``.
        count: How many operations are hit.
        code: Azure's error code.
        message: Its sentence.
        state: The state that the instance is left in; None: what the operation would leave.
    """

    result: Literal["Failed", "Canceled", "Never"]
    operation: str = "*"
    name: str = "*"
    count: Annotated[int, msgspec.Meta(ge=1)] = 1
    code: str = "InternalServerError"
    message: str = "The emulator was told to fail."
    state: str | None = None
    id: int = 0


class _Stored(msgspec.Struct):
    requests: list[RequestFault] = []
    operations: list[OperationFault] = []
    last_id: int = 0


class Faults:
    """The faults that wait."""

    def __init__(self, store: Store) -> None:
        """Read the faults that waited before a restart."""
        self._store = store
        found = store.get("faults", "all")
        self._all = msgspec.convert(found, _Stored) if found else _Stored()

    def _save(self) -> None:
        self._store.put("faults", "all", self._all)

    def waiting(self) -> dict[str, list[RequestFault] | list[OperationFault]]:
        """Give the faults that are not spent."""
        return {"requests": self._all.requests, "operations": self._all.operations}

    def add(self, fault: RequestFault | OperationFault) -> int:
        """Take in a fault and give its id.

        Raises:
            re.error: The path of the fault is no regular expression.
        """
        self._all.last_id += 1
        fault.id = self._all.last_id
        if isinstance(fault, RequestFault):
            re.compile(fault.path)
            self._all.requests.append(fault)
        else:
            self._all.operations.append(fault)
        self._save()
        return fault.id

    def clear(self) -> None:
        """Forget all faults."""
        self._all.requests, self._all.operations = [], []
        self._save()

    def next_for_request(self, method: str, path: str) -> RequestFault | None:
        """Give the fault that hits a request, and count it."""
        for fault in self._all.requests:
            if fault.method not in ("*", method.upper()):
                continue
            if re.search(fault.path, path, re.IGNORECASE) is None:
                continue
            if fault.skip:
                fault.skip -= 1
                self._save()
                continue
            fault.count -= 1
            if not fault.count:
                self._all.requests.remove(fault)
            self._save()
            return fault
        return None

    def next_outcome(self, operation: str, name: str) -> Outcome | None:
        """Give the end that a fault has for an operation, and count it."""
        for fault in self._all.operations:
            if fault.operation.lower() not in ("*", operation.lower()):
                continue
            if fault.name.lower() not in ("*", name.lower()):
                continue
            fault.count -= 1
            if not fault.count:
                self._all.operations.remove(fault)
            self._save()
            return Outcome(fault.result, fault.code, fault.message, fault.state)
        return None
