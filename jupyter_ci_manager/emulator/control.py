"""The control API: whoever holds the control key can move the clock, set switches and plan faults.

It lies under ``/emulator/`` on the emulator's own ports. It is no part of Azure.
"""

from __future__ import annotations

import hmac
import re
from typing import Any, TypeVar

import msgspec

from . import settings
from .clock import timestamp
from .cloud import Cloud
from .durations import parse_duration
from .errors import ArmError
from .faults import OperationFault, RequestFault
from .lifecycle import capacity_missing
from .wire import Handler, Reply, Request, Route

_T = TypeVar("_T")


def guarded(handler: Handler) -> Handler:
    """Let only those pass who send the control key; a page that is signed in may read."""

    def handle(cloud: Cloud, request: Request) -> Reply:
        given = request.headers.get("X-Emulator-Key", "")
        if hmac.compare_digest(given.encode(), cloud.identity["control_key"].encode()):
            return handler(cloud, request)
        if request.method == "GET" and cloud.session_user(request) is not None:
            return handler(cloud, request)
        raise ArmError(
            401,
            "ControlKeyRequired",
            "This is the emulator's control API: send the control_key of the ready file in the "
            "header X-Emulator-Key.",
        )

    handle.__doc__ = handler.__doc__
    return handle


def decoded(request: Request, kind: type[_T]) -> _T:
    """Give the body as a struct.

    Raises:
        ArmError: It is not JSON, or a field is unknown or wrong (400, naming the field).
    """
    try:
        return msgspec.json.decode(request.body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise ArmError(400, "InvalidControlRequest", str(error)) from None


def seconds_of(value: float | str) -> float:
    """Give seconds from a number or an ISO 8601 duration."""
    if isinstance(value, str):
        parsed = parse_duration(value)
        if parsed is None:
            raise ArmError(400, "InvalidControlRequest", f"'{value}' is not a duration.")
        return float(parsed)
    return float(value)


def read_settings(cloud: Cloud, request: Request) -> Reply:
    """Answer all switches."""
    return Reply(200, msgspec.to_builtins(cloud.settings))


def change_settings(cloud: Cloud, request: Request) -> Reply:
    """Change switches; those that are not named stay."""
    changes = decoded(request, dict[str, Any])
    cloud.settings = settings.change(cloud.store, cloud.settings, changes)
    return read_settings(cloud, request)


def read_clock(cloud: Cloud, request: Request) -> Reply:
    """Answer the emulated time."""
    now = cloud.clock.now()
    return Reply(200, {"now": timestamp(now), "seconds": now, "speed": cloud.clock.speed})


class _ClockChange(msgspec.Struct, forbid_unknown_fields=True):
    advance: float | str = 0
    speed: float | None = None


def change_clock(cloud: Cloud, request: Request) -> Reply:
    """Move the clock forward, or let it run at another speed."""
    change = decoded(request, _ClockChange)
    forward = seconds_of(change.advance)
    if forward < 0 or (change.speed is not None and not 0 < change.speed <= 1_000_000):
        raise ArmError(400, "InvalidControlRequest", "The clock runs forward only.")
    if change.speed is not None:
        cloud.clock.set_speed(change.speed)
    cloud.clock.advance(forward)
    cloud.store.put("cloud", "clock", cloud.clock.now())
    cloud.tick()
    return read_clock(cloud, request)


def read_faults(cloud: Cloud, request: Request) -> Reply:
    """Answer the faults that wait."""
    return Reply(200, msgspec.to_builtins(cloud.faults.waiting()))


def add_request_fault(cloud: Cloud, request: Request) -> Reply:
    """Plan a fault for the next requests that match."""
    try:
        number = cloud.faults.add(decoded(request, RequestFault))
    except re.error as error:
        raise ArmError(400, "InvalidControlRequest", f"path: {error}", target="path") from None
    return Reply(201, {"id": number})


def add_operation_fault(cloud: Cloud, request: Request) -> Reply:
    """Plan a bad end for the next operations that match."""
    return Reply(201, {"id": cloud.faults.add(decoded(request, OperationFault))})


class _Capacity(msgspec.Struct, forbid_unknown_fields=True):
    operation: str = "Start"
    name: str = "*"
    count: int = 1


def add_capacity_fault(cloud: Cloud, request: Request) -> Reply:
    """Let the region have no machine for the next start."""
    wanted = decoded(request, _Capacity)
    outcome = capacity_missing()
    fault = OperationFault(
        "Failed",
        wanted.operation,
        wanted.name,
        wanted.count,
        str(outcome.code),
        str(outcome.message),
    )
    return Reply(201, {"id": cloud.faults.add(fault)})


def clear_faults(cloud: Cloud, request: Request) -> Reply:
    """Forget all faults."""
    cloud.faults.clear()
    return Reply(204)


def read_log(cloud: Cloud, request: Request) -> Reply:
    """Answer the latest requests, without tokens."""
    after = request.query.get("after", "0")
    if not after.isdigit():
        raise ArmError(400, "InvalidControlRequest", "'after' must be a number.", target="after")
    return Reply(200, {"value": cloud.log.entries(int(after))})


def clear_log(cloud: Cloud, request: Request) -> Reply:
    """Forget the requests so far."""
    cloud.log.clear()
    return Reply(204)


def summary(cloud: Cloud, request: Request) -> Reply:
    """Answer what the page shows: the clock, every compute, and the quota that is in use."""
    instances = [
        {
            "workspace": compute.workspace,
            "location": compute.location,
            "name": compute.name,
            "kind": compute.outer["computeType"],
            "size": compute.inner.get("vmSize"),
            "state": compute.state or compute.outer["provisioningState"],
            "cores": compute.cores,
            "operation": compute.inner.get("lastOperation"),
            "owner": (compute.inner.get("createdBy") or {}).get("userName"),
            "link": f"/applications/{compute.location}/{compute.name}/lab",
        }
        for compute in list(cloud.computes)[:1000]
    ]
    quota = [
        {
            "location": location,
            "name": words,
            "used": used,
            "limit": cloud.ledger.limit(subscription, location, family),
        }
        for subscription, location in cloud.ledger.regions()
        for family, words in {**cloud.catalogue.families, "total": "Total Regional"}.items()
        if (used := cloud.ledger.used(subscription, location, family))
    ]
    return Reply(
        200,
        {
            "now": timestamp(cloud.clock.now()),
            "speed": cloud.clock.speed,
            "count": len(cloud.computes),
            "instances": instances,
            "quota": quota,
            "log": cloud.log.latest(100),
        },
    )


ROUTES = [
    Route(method, f"/emulator/{path}", guarded(handler), open=True)
    for method, path, handler in (
        ("GET", "settings", read_settings),
        ("PATCH", "settings", change_settings),
        ("GET", "clock", read_clock),
        ("POST", "clock", change_clock),
        ("GET", "faults", read_faults),
        ("DELETE", "faults", clear_faults),
        ("POST", "faults/requests", add_request_fault),
        ("POST", "faults/operations", add_operation_fault),
        ("POST", "faults/capacity", add_capacity_fault),
        ("GET", "log", read_log),
        ("DELETE", "log", clear_log),
        ("GET", "summary", summary),
    )
]
