"""Training jobs of a workspace: listed as Azure lists them, made through the control API only.

Nothing is trained. A job that runs on an instance ends as failed when the instance stops or goes.
"""

from __future__ import annotations

import uuid
from typing import Any, Literal

import msgspec

from .clock import timestamp
from .cloud import Cloud
from .estate import Workspace
from .rbac import PROVIDER

_KIND = "training-jobs"
_ON_THE_MACHINE = frozenset({"Starting", "Preparing", "Running", "Finalizing"})

Status = Literal[
    "NotStarted",
    "Starting",
    "Provisioning",
    "Preparing",
    "Queued",
    "Running",
    "Finalizing",
    "CancelRequested",
    "Completed",
    "Failed",
    "Canceled",
    "NotResponding",
    "Paused",
]


class TrainingJob(msgspec.Struct):
    """A job, and the compute that it was given to."""

    name: str
    workspace: str
    compute: str
    status: Status
    display_name: str
    person: str
    made: float


def add(
    cloud: Cloud,
    workspace: Workspace,
    compute: str,
    status: Status,
    display_name: str,
    person: str,
    *,
    age: float = 0.0,
) -> TrainingJob:
    """Put a job into a workspace; ``age`` is in emulated seconds."""
    job = TrainingJob(
        name=f"job_{uuid.uuid4().hex[:12]}",
        workspace=workspace.arm_id,
        compute=compute,
        status=status,
        display_name=display_name,
        person=person,
        made=cloud.clock.now() - age,
    )
    cloud.store.put(_KIND, job.name, job)
    return job


def forget(cloud: Cloud, name: str) -> bool:
    """Remove a job; False: there is none."""
    known = cloud.store.get(_KIND, name) is not None
    if known:
        cloud.store.delete(_KIND, name)
    return known


def jobs_of(cloud: Cloud, workspace: Workspace) -> list[TrainingJob]:
    """Give the jobs of a workspace, newest first."""
    found = [msgspec.convert(body, TrainingJob) for _, body in cloud.store.load(_KIND)]
    here = [job for job in found if job.workspace == workspace.arm_id]
    return sorted(here, key=lambda job: (-job.made, job.name))


def _status(cloud: Cloud, workspace: Workspace, job: TrainingJob) -> str:
    if job.status not in _ON_THE_MACHINE:
        return job.status
    compute = cloud.computes.find(
        workspace.subscription, workspace.group, workspace.name, job.compute
    )
    gone = compute is None or compute.inner.get("state") in ("Stopped", "Deleting")
    return "Failed" if gone else job.status


def on_wire(cloud: Cloud, workspace: Workspace, job: TrainingJob) -> dict[str, Any]:
    """Give a job as the service answers it."""
    studio = f"https://ml.azure.com/runs/{job.name}?wsid={workspace.arm_id}"
    return {
        "id": f"{workspace.arm_id}/jobs/{job.name}",
        "name": job.name,
        "type": f"{PROVIDER}/workspaces/jobs",
        "properties": {
            "description": None,
            "tags": {},
            "properties": {},
            "displayName": job.display_name,
            "experimentName": "Default",
            "isArchived": False,
            "jobType": "Command",
            "status": _status(cloud, workspace, job),
            "computeId": f"{workspace.arm_id}/computes/{job.compute}",
            "services": {
                "Studio": {"jobServiceType": "Studio", "endpoint": studio, "properties": {}}
            },
            "parentJobName": None,
        },
        "systemData": {
            "createdAt": timestamp(job.made),
            "createdBy": job.person,
            "createdByType": "User",
        },
    }
