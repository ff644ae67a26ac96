"""What an empty state directory begins with: one empty workspace, or the sample."""

from __future__ import annotations

import base64
import uuid
from functools import partial
from typing import Any

from . import shape, training_jobs
from .clock import timestamp
from .cloud import Cloud
from .estate import Workspace
from .instance import Compute, fill_in, new_resource
from .provisioning import set_schedules
from .quota import TOTAL
from .rbac import Caller, Denial, User

SUBSCRIPTION = "6f2c1d3e-8a4b-4c5d-9e6f-0a1b2c3d4e5f"
_SPACE = uuid.UUID("5d1f3c52-3a0e-4b6f-9f57-0a6a7f1f9a10")
_AMPLE = 5_000
_SAMPLE_LIMITS = {
    "standardDv2Family": 48,
    "standardDSv2Family": 40,
    "standardDSv3Family": 100,
    "standardESv3Family": 100,
    "standardEDSv4Family": 48,
    "standardFSv2Family": 48,
    "standardNCFamily": 0,
    "standardNCSv3Family": 12,
    "standardNCASv3_T4Family": 24,
    "StandardNCADSA100v4Family": 24,
    "standardNDSv2Family": 0,
    "standardNVSv3Family": 24,
    "standardHBrsv3Family": 120,
    "standardMSFamily": 0,
    TOTAL: 350,
}
_HOUR = 3600.0
_DAY = 24 * _HOUR


def _guid(name: str) -> str:
    return str(uuid.uuid5(_SPACE, name))


ANNA = User(_guid("anna"), "anna@contoso.example", "Anna Example")
BORIS = User(_guid("boris"), "boris@contoso.example", "Boris Example")
CHLOE = User(_guid("chloe"), "chloe@contoso.example", "Chloe Example")
DIEGO = User(_guid("diego"), "diego@contoso.example", "Diego Example")
EMMA = User(_guid("emma"), "emma@contoso.example", "Emma Example")
FARID = User(_guid("farid"), "farid@contoso.example", "Farid Example")


def begin_cloud(cloud: Cloud, with_sample: bool) -> None:
    """Fill a new cloud: users with roles, workspaces, quota and, if wanted, the sample."""
    if with_sample:
        workspace = _workspace(cloud, "rg-data-science", "contoso-ml", "westeurope")
        _workspace(cloud, "rg-data-science", "contoso-research", "westeurope", managed=True)
        _workspace(cloud, "rg-us", "contoso-us", "eastus")
        for location in ("westeurope", "eastus"):
            cloud.ledger.open_region(SUBSCRIPTION, location, _SAMPLE_LIMITS)
    else:
        workspace = _workspace(cloud, "rg-emulator", "emulator-ws", "westeurope")
        limits = dict.fromkeys(cloud.catalogue.families, _AMPLE)
        limits |= {"standardNCFamily": 0, TOTAL: _AMPLE * 10}
        for location in ("westeurope", "eastus"):
            cloud.ledger.open_region(SUBSCRIPTION, location, limits)
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{workspace.group}"
    directory = cloud.directory
    directory.add_user(ANNA, ("Owner", f"/subscriptions/{SUBSCRIPTION}"))
    directory.add_user(BORIS, ("Contributor", group))
    directory.add_user(
        CHLOE, ("AzureML Data Scientist", workspace.arm_id), ("Reader", workspace.arm_id)
    )
    directory.add_user(DIEGO, ("Reader", group))
    directory.add_user(EMMA, ("AzureML Compute Operator", workspace.arm_id))
    directory.add_user(FARID)
    if with_sample:
        _fill(cloud, workspace)
    cloud.store.put("cloud", "home", workspace.arm_id)


def home(cloud: Cloud) -> Workspace:
    """Give the workspace that the ready file names."""
    arm_id = cloud.store.get("cloud", "home")
    return next(entry for entry in cloud.estate.workspaces if entry.arm_id == arm_id)


def _workspace(
    cloud: Cloud, group: str, name: str, location: str, managed: bool = False
) -> Workspace:
    return cloud.estate.add(
        Workspace(
            subscription=SUBSCRIPTION,
            group=group,
            name=name,
            location=location,
            guid=_guid(f"{group}/{name}"),
            made=cloud.clock.now() - 200 * _DAY,
            managed_network=managed,
        )
    )


def place(
    cloud: Cloud,
    workspace: Workspace,
    name: str,
    size_name: str,
    state: str,
    user: User = ANNA,
    *,
    age: float = 30 * _DAY,
    since: float = 3 * _HOUR,
    inner: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
    error: tuple[str, str] | None = None,
    last: tuple[str, str, str] | None = None,
) -> Compute:
    """Put an instance into the cloud as if it had been made before.

    Args:
        cloud: The emulated cloud.
        workspace: Where it lies.
        name: Its name.
        size_name: Its size.
        state: The state it is in.
        user: Who made it.
        age: Seconds since it was made.
        since: Seconds since its last operation.
        inner: Inner properties beside the usual ones.
        tags: Its tags.
        error: Code and sentence of what went wrong with it.
        last: Name, status and trigger of its last operation.
    """
    size = cloud.catalogue.sizes[size_name.lower()]
    now = cloud.clock.now()
    sent = {
        "tags": tags or {},
        "properties": {
            "computeType": "ComputeInstance",
            "properties": {"vmSize": size.name.upper(), **(inner or {})},
        },
    }
    sent = shape.canonical(sent, shape.COMPUTE)
    compute = Compute(
        subscription=workspace.subscription,
        group=workspace.group,
        workspace=workspace.name,
        name=name,
        location=workspace.location,
        resource=new_resource(workspace.arm_id, name, workspace.location, sent, now - age),
        family=size.family,
        cores=0 if state == "CreateFailed" else size.vCPUs,
        last_activity=now,
        schedules_set=now,
        nodes=1,
    )
    fill_in(compute, Caller(user.oid, user.upn, cloud.directory.tenant, user.name))
    schedules = (inner or {}).get("schedules", {}).get("computeStartStop") or []
    set_schedules(cloud, compute, schedules)
    operation, status, trigger = last or ("Create", "Succeeded", "User")
    compute.inner["state"] = state
    compute.inner["lastOperation"] = {
        "operationName": operation,
        "operationTime": timestamp(now - since),
        "operationStatus": status,
        "operationTrigger": trigger,
    }
    compute.outer["modifiedOn"] = timestamp(now - since)
    compute.outer["provisioningState"] = "Failed" if state.endswith("Failed") else "Succeeded"
    if error is not None:
        problem = {"error": {"code": error[0], "message": error[1]}}
        compute.inner["errors"] = [problem]
        if state.endswith("Failed"):
            compute.outer["provisioningErrors"] = [problem]
    cloud.computes.add(compute)
    return compute


def _fill(cloud: Cloud, workspace: Workspace) -> None:
    """Put a dozen instances in every interesting state; DSv2 and NCSv3 are near their quota."""
    from .lifecycle import begin

    evening = {
        "status": "Enabled",
        "action": "Stop",
        "triggerType": "Cron",
        "cron": {"expression": "0 19 * * 1-5", "timeZone": "W. Europe Standard Time"},
    }
    script = base64.b64encode(b"#!/bin/bash\nset -e\npip install -r requirements.txt\n").decode()
    ssh = {"sshPublicAccess": "Enabled", "adminPublicKey": _sample_key()}
    put = partial(place, cloud, workspace)
    put(
        "ds-anna",
        "Standard_DS3_v2",
        "Running",
        inner={
            "idleTimeBeforeShutdown": "PT8H",
            "sshSettings": ssh,
            "schedules": {"computeStartStop": [evening]},
        },
        tags={"team": "forecasting"},
        last=("Start", "Succeeded", "User"),
    )
    put("ds-boris", "Standard_DS11_v2", "Running", BORIS, since=26 * _HOUR)
    put(
        "nightly-train",
        "Standard_NC6s_v3",
        "JobRunning",
        since=5 * _HOUR,
        tags={"team": "vision"},
        last=("Start", "Succeeded", "Schedule"),
    )
    put(
        "old-vm",
        "Standard_DS11_v2",
        "Stopped",
        age=300 * _DAY,
        since=40 * _DAY,
        last=("Stop", "Succeeded", "IdleShutdown"),
    )
    put("report-box", "Standard_DS12_v2", "Stopped", CHLOE, last=("Stop", "Succeeded", "Schedule"))
    put(
        "exp-7",
        "Standard_NC6s_v3",
        "CreateFailed",
        error=(
            "QuotaExceeded",
            "Operation results in exceeding quota limits of Standard NCSv3 Family Cluster "
            "Dedicated vCPUs. Maximum allowed: 12, Current in use: 12, Additional requested: 6.",
        ),
        last=("Create", "CreateFailed", "User"),
    )
    put(
        "etl-setup",
        "Standard_DS4_v2",
        "SetupFailed",
        inner={
            "setupScripts": {
                "scripts": {"creationScript": {"scriptSource": "inline", "scriptData": script}}
            }
        },
        error=(
            "ComputeInstanceSetupScriptFailed",
            "The creationScript of the compute instance etl-setup failed with a non-zero exit "
            "code. See the script's log in the instance's details.",
        ),
        last=("Create", "CreateFailed", "User"),
    )
    put(
        "gpu-lab",
        "Standard_NC6s_v3",
        "Unusable",
        error=(
            "UnusableNode",
            "The specified Azure ML Compute Instance gpu-lab encountered an unusable node. Please "
            "try to restart the compute instance to recover it.",
        ),
        last=("Start", "StartFailed", "User"),
    )
    put("locked-ledger", "Standard_DS3_v2", "Stopped", BORIS, last=("Stop", "Succeeded", "User"))
    put(
        "for-anna",
        "Standard_DS3_v2",
        "Running",
        BORIS,
        inner={
            "personalComputeInstanceSettings": {
                "assignedUser": {"objectId": ANNA.oid, "tenantId": cloud.directory.tenant}
            }
        },
    )
    night = partial(training_jobs.add, cloud, workspace, "nightly-train")
    night("Running", "vision-nightly", ANNA.name, age=5 * _HOUR)
    night("Queued", "vision-evaluation", BORIS.name, age=2 * _HOUR)
    night("Completed", "vision-yesterday", ANNA.name, age=29 * _HOUR)
    begin(cloud, put("gpu-bench", "Standard_NC4as_T4_v3", "Stopped"), "Start")
    begin(cloud, put("winding-down", "Standard_F4s_v2", "Running"), "Stop")
    begin(cloud, put("brand-new", "Standard_D2s_v3", "Creating", age=0, since=0), "Create")
    full = put("disk-full", "Standard_DS3_v2", "Running", since=200 * _HOUR)
    full.disk_full = True
    full.inner["osImageMetadata"] |= {
        "currentImageVersion": "26.03.02",
        "isLatestOsImageVersion": False,
    }
    cloud.computes.changed(full)
    locked = f"{workspace.arm_id}/computes/locked-ledger"
    computes = "Microsoft.MachineLearningServices/workspaces/computes"
    actions = [f"{computes}/*/action", f"{computes}/write", f"{computes}/delete"]
    denial = Denial(_guid("denial"), "Ledger is closed", locked, actions, [BORIS.oid])
    cloud.directory.deny(denial)


def _sample_key() -> str:
    kind = b"ssh-ed25519"
    blob = len(kind).to_bytes(4, "big") + kind + (32).to_bytes(4, "big") + bytes(range(32))
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} anna@example"
