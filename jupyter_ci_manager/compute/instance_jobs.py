"""The training jobs that run or wait on an instance, from the workspace; read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError, NotFound
from .models import InstanceJob
from .times import utc
from .workspace import arm_id

if TYPE_CHECKING:
    from .session import Session

#: States of a job in which it is over (source: the published specification of jobs).
_OVER = frozenset({"completed", "failed", "canceled", "notresponding", "paused"})


def jobs_on(session: Session, name: str) -> list[InstanceJob]:
    """List the jobs that run or wait on the instance ``name``.

    Raises
    ------
    CIManagerError
        They cannot be read.
    """
    path = arm_id(session.choice().workspace) + "/jobs"
    try:
        raws = list(session.client().pages(path, api_version=session.settings.api_version))
    except CIManagerError as error:
        # An endpoint without jobs has none.
        if isinstance(error, NotFound) or error.code == "not_offered":
            return []
        raise
    return [job for raw in raws for job in _job(raw, name)]


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
