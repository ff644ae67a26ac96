"""The state machine of a compute: what begins an operation, what it passes through, how it ends.

Nothing ticks: an operation notes when its steps are due, and whoever looks next (a request or the
one timer) carries out what has become due, in order and with the times at which it was due.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from .clock import timestamp
from .computes import idle_deadline, next_schedule
from .errors import ArmError, bad_request, conflict
from .instance import Activity, Compute, Outcome

if TYPE_CHECKING:
    from .cloud import Cloud
    from .operations import Operation

_PASSING = {
    "Create": "Creating",
    "Start": "Starting",
    "Stop": "Stopping",
    "Restart": "Restarting",
    "Resize": "Resizing",
    "Delete": "Deleting",
}
_ENDING = {"Create": "Running", "Start": "Running", "Stop": "Stopped", "Restart": "Running"}
_FAILED_STATE = {"Create": "CreateFailed", "Start": "Stopped", "Stop": "Running"}
_ALLOWED = {
    "Start": {"Stopped"},
    "Stop": {"Running", "JobRunning", "Unusable", "SetupFailed", "UserSetupFailed", "Unknown"},
    "Restart": {"Running", "JobRunning", "Unusable", "SetupFailed", "UserSetupFailed", "Unknown"},
    "Resize": {"Running", "Stopped"},
}
_MADE_UP_FOR = 2 * 24 * 3600
_FAILED_EXIT = re.compile(rb"^\s*exit\s+[1-9]\d*\s*$", re.MULTILINE)
_CAPACITY = (
    "AllocationFailed",
    "Allocation failed. We do not have sufficient capacity for the requested VM size in this "
    "region. Try another size, or try again later.",
)


def check_allowed(cloud: Cloud, compute: Compute, name: str) -> ArmError | None:
    """Say whether an operation may begin now.

    Returns:
        A refusal that the service gives through the operation itself, or None.

    Raises:
        ArmError: A refusal that is given at once.
    """
    state = compute.state
    if compute.activity is not None and cloud.settings.busy_refusal:
        raise conflict(
            f"There is already an active operation submitted on the compute '{compute.name}': "
            f"{compute.activity.name}. Wait until it has completed and try again."
        )
    if name not in _ALLOWED or state in _ALLOWED[name]:
        if name == "Stop" and compute.disk_full:
            raise bad_request("StopCompute is not allowed when ComputeInstance disk is full.")
        return None
    if name == "Start":
        refusal = bad_request(
            "Start Azure ML Compute Instance is only allowed when the instance "
            f"{compute.name} is in 'stopped' state",
            code="StartComputeInstanceOnlyAllowedInStoppedState",
        )
        if cloud.settings.start_refusal == "operation":
            return refusal
        raise refusal
    allowed = ", ".join(sorted(_ALLOWED[name]))
    raise bad_request(
        f"{name} of the compute instance {compute.name} is not allowed in state {state}; "
        f"it is allowed in: {allowed}.",
        code=f"{name}ComputeInstanceNotAllowedInCurrentState",
    )


def begin(
    cloud: Cloud,
    compute: Compute,
    name: str,
    *,
    trigger: str = "User",
    change: dict[str, Any] | None = None,
    at: float | None = None,
) -> Operation:
    """Begin an operation that is allowed.

    Args:
        cloud: The emulated cloud.
        compute: The compute it runs on.
        name: Create, Start, Stop, Restart, Resize or Delete.
        trigger: User, Schedule or IdleShutdown.
        change: Inner properties to set when it succeeds.
        at: When it began, if not now.
    """
    now = cloud.clock.now() if at is None else at
    operation = cloud.operations.begin(compute.location, compute.key, now)
    outcome = cloud.faults.next_outcome(name, compute.name) or _own_outcome(compute, name)
    length = getattr(cloud.settings.durations, name.lower() if compute.is_instance else "cluster")
    before = compute.state
    if compute.activity is not None:
        before = compute.activity.before
        cloud.operations.end(compute.activity.operation, "Canceled", now)
    ends = None if outcome.result == "Never" else now + length
    compute.activity = Activity(
        name=name,
        operation=operation.id,
        started=now,
        trigger=trigger,
        steps=_steps(compute, name, now, length),
        ends=ends,
        outcome=outcome,
        before=before,
        change=change or {},
    )
    if compute.is_instance:
        compute.inner["state"] = _PASSING[name]
        _note(compute, name, "InProgress", trigger, now)
    if name in ("Create", "Delete"):
        compute.outer["provisioningState"] = _PASSING[name]
    cloud.computes.changed(compute)
    cloud.state_changed(compute)
    return operation


def reserve(cloud: Cloud, compute: Compute) -> bool:
    """Book the cores of an instance that gave them back when it stopped; False: no quota left."""
    size = cloud.catalogue.find(compute.inner["vmSize"])
    if compute.cores or size is None:
        return True
    try:
        cloud.ledger.check(compute.subscription, compute.location, size, size.vCPUs)
    except ArmError:
        return False
    cloud.computes.rebook(compute, size.family, size.vCPUs)
    return True


def refuse_later(cloud: Cloud, compute: Compute, refusal: ArmError) -> Operation:
    """Give an operation that fails with a refusal."""
    now = cloud.clock.now()
    operation = cloud.operations.begin(compute.location, compute.key, now)
    cloud.operations.end(operation.id, "Failed", now, refusal.body())
    return operation


def _steps(compute: Compute, name: str, now: float, length: float) -> list[tuple[float, str]]:
    scripts = (compute.inner.get("setupScripts") or {}).get("scripts") or {}
    if name == "Create" and any(scripts.values()):
        return [(now + length * 0.6, "SettingUp"), (now + length * 0.8, "UserSettingUp")]
    if name == "Start" and scripts.get("startupScript"):
        return [(now + length * 0.8, "UserSettingUp")]
    return []


def _own_outcome(compute: Compute, name: str) -> Outcome:
    """Judge setup scripts by their text: they are never executed."""
    scripts = (compute.inner.get("setupScripts") or {}).get("scripts") or {}
    ran = {"Create": ("creationScript", "startupScript"), "Start": ("startupScript",)}
    states = {"creationScript": "SetupFailed", "startupScript": "UserSetupFailed"}
    for which in ran.get(name, ()):
        if _script_fails(scripts.get(which)):
            return Outcome(
                "Failed",
                "ComputeInstanceSetupScriptFailed",
                f"The {which} of the compute instance {compute.name} failed with a non-zero exit "
                "code. See the script's log in the instance's details.",
                states[which],
            )
    return Outcome()


def _script_fails(script: dict[str, Any] | None) -> bool:
    if not script or script.get("scriptSource") != "inline":
        return False
    try:
        text = base64.b64decode(script.get("scriptData") or "")
    except binascii.Error:
        return False
    return _FAILED_EXIT.search(text) is not None


def _note(compute: Compute, name: str, status: str, trigger: str, at: float) -> None:
    compute.inner["lastOperation"] = {
        "operationName": name,
        "operationTime": timestamp(at),
        "operationStatus": status,
        "operationTrigger": trigger,
    }


def advance(cloud: Cloud, now: float) -> None:
    """Carry out everything that has become due."""
    while (found := cloud.computes.pop_due(now)) is not None:
        due, compute = found
        activity = compute.activity
        if activity is not None and activity.steps:
            compute.inner["state"] = activity.steps.pop(0)[1]
            cloud.computes.changed(compute)
        elif activity is not None:
            _finish(cloud, compute, activity, due)
        else:
            _act_by_itself(cloud, compute, due, now)


def _finish(cloud: Cloud, compute: Compute, activity: Activity, at: float) -> None:
    outcome = activity.outcome
    compute.activity = None
    failed = outcome.result != "Succeeded"
    error = None
    if failed:
        error = {"code": outcome.code or "InternalServerError", "message": outcome.message or ""}
    if activity.name == "Delete" and not failed:
        cloud.operations.end(activity.operation, "Succeeded", at)
        cloud.computes.remove(compute)
        cloud.removed(compute)
        return
    status = {"Succeeded": "Succeeded", "Canceled": "Canceled"}.get(outcome.result, "Failed")
    cloud.operations.end(activity.operation, status, at, error)
    compute.outer["modifiedOn"] = timestamp(at)
    if activity.name in ("Create", "Delete"):
        compute.outer["provisioningState"] = _provisioned(activity, status)
    if failed and activity.name == "Create":
        compute.outer["provisioningErrors"] = [{"error": error}]
    if compute.is_instance:
        _finish_instance(cloud, compute, activity, at, error)
    elif activity.name == "Create":
        compute.inner["allocationState"] = "Steady"
        if failed:
            cloud.computes.rebook(compute, compute.family, 0)
    cloud.computes.changed(compute)


def _provisioned(activity: Activity, status: str) -> str:
    if activity.name == "Delete":
        return "Succeeded"
    return status


def _finish_instance(
    cloud: Cloud,
    compute: Compute,
    activity: Activity,
    at: float,
    error: dict[str, Any] | None,
) -> None:
    name = activity.name
    if error is None:
        compute.inner.update(activity.change)
        state = _ENDING.get(name, activity.before)
        compute.inner["errors"] = []
        if name == "Stop" and compute.inner.get("releaseQuotaOnStop"):
            cloud.computes.rebook(compute, compute.family, 0)
    else:
        state = activity.outcome.state or _FAILED_STATE.get(name, activity.before)
        _give_back(cloud, compute, name, state)
        compute.inner["errors"] = [{"error": error}]
    compute.inner["state"] = state
    status = "Succeeded" if error is None else f"{name}Failed"
    _note(compute, name, status, activity.trigger, activity.started)
    if state == "Running":
        compute.last_activity = at
    cloud.state_changed(compute)


def _give_back(cloud: Cloud, compute: Compute, name: str, state: str | None) -> None:
    if name == "Create" and state == "CreateFailed":
        cloud.computes.rebook(compute, compute.family, 0)
    size = cloud.catalogue.find(compute.inner["vmSize"])
    if name == "Resize" and size is not None:
        cloud.computes.rebook(compute, size.family, size.vCPUs)


def _act_by_itself(cloud: Cloud, compute: Compute, due: float, now: float) -> None:
    """Fire a schedule or the idle shutdown of an instance at rest."""
    firing = next_schedule(compute)
    if firing is not None and firing[0] <= due:
        _, action = firing
        # What was missed in a long time without the emulator is not made up for one by one.
        compute.fired = max(due, now - _MADE_UP_FOR)
        if compute.state in _ALLOWED[action] and reserve(cloud, compute):
            begin(cloud, compute, action, trigger="Schedule", at=due)
        else:
            cloud.computes.changed(compute)
        return
    idle = idle_deadline(compute)
    if idle is not None and idle <= due:
        seen = cloud.activity_of(compute)
        if seen is not None and seen > compute.last_activity:
            compute.last_activity = seen
            cloud.computes.changed(compute)
        else:
            begin(cloud, compute, "Stop", trigger="IdleShutdown", at=due)


def capacity_missing() -> Outcome:
    """Give the failure of a start for which the region has no machine."""
    return Outcome("Failed", *_CAPACITY)
