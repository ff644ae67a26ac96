"""The training jobs that run or wait on an instance, from the workspace; read-only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError, NotFound
from .models import InstanceJob, InstanceJobs
from .times import utc
from .workspace import arm_id

if TYPE_CHECKING:
    from .session import Session

#: States of a job in which it is over (source: the published specification of jobs).
_OVER = frozenset({"completed", "failed", "canceled", "notresponding", "paused"})

#: A workspace may have tens of thousands of jobs; nobody waits longer than this for them.
_SECONDS = 5.0


def jobs_on(session: Session, name: str) -> InstanceJobs:
    """List the jobs that run or wait on the instance ``name``.

    Azure gives all jobs of the workspace, newest first, and cannot be asked for those of one
    instance: where there are very many, the oldest are left out.

    Raises
    ------
    CIManagerError
        They cannot be read.
    """
    path = arm_id(session.choice().workspace) + "/jobs"
    deadline = time.monotonic() + _SECONDS
    found: list[InstanceJob] = []
    try:
        for raw in session.client().pages(path, api_version=session.settings.api_version):
            found += _job(raw, name)
            if time.monotonic() > deadline:
                return InstanceJobs(jobs=found, is_complete=False)
    except CIManagerError as error:
        # An endpoint without jobs has none.
        if not isinstance(error, NotFound) and error.code != "not_offered":
            raise
    return InstanceJobs(jobs=found)


def _job(raw: Any, name: str) -> list[InstanceJob]:
    try:
        inner = raw["properties"]
        compute = str(inner.get("computeId") or "").rsplit("/", 1)[-1]
        status = str(inner.get("status") or "Unknown")
        if compute.lower() != name.lower() or status.lower() in _OVER:
            return []
        services = inner.get("services") or {}
        studio = services.get("Studio") or {}
        made = raw.get("systemData") or {}
        return [
            InstanceJob(
                name=str(raw["name"]),
                display_name=inner.get("displayName"),
                status=status,
                created_by=made.get("createdBy"),
                created_on=utc(made.get("createdAt")),
                studio_url=studio.get("endpoint"),
            )
        ]
    except (AttributeError, KeyError, TypeError, ValueError):
        return []
