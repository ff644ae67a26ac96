"""The list of a workspace's training jobs, and the control API that makes some."""

from __future__ import annotations

import msgspec

from .cloud import Cloud
from .compute_api import ROOT, page_of, workspace_of
from .control import decoded, guarded
from .errors import ArmError
from .rbac import PROVIDER
from .sample import home
from .training_jobs import Status, add, forget, jobs_of, on_wire
from .versions import before, is_preview
from .wire import Reply, Request, Route


def list_jobs(cloud: Cloud, request: Request) -> Reply:
    """Answer one page of the jobs of a workspace, newest first."""
    workspace = workspace_of(cloud, request)
    page, link = page_of(cloud, request, jobs_of(cloud, workspace))
    value = [on_wire(cloud, workspace, job) for job in page]
    return Reply(200, {"value": value, **({"nextLink": link} if link else {})})


class _NewJob(msgspec.Struct, forbid_unknown_fields=True):
    compute: str
    status: Status = "Running"
    display_name: str = "a job"
    person: str = "Anna Example"


def make_job(cloud: Cloud, request: Request) -> Reply:
    """Give a compute of the first workspace a job."""
    new = decoded(request, _NewJob)
    job = add(cloud, home(cloud), new.compute, new.status, new.display_name, new.person)
    return Reply(201, msgspec.to_builtins(job))


def remove_job(cloud: Cloud, request: Request) -> Reply:
    """Forget a job."""
    name = request.params["name"]
    if not forget(cloud, name):
        raise ArmError(404, "JobNotFound", f"There is no job '{name}'.")
    return Reply(204)


def _has_jobs(version: str) -> bool:
    return not before(version, "2022-05-01") or (
        is_preview(version) and not before(version, "2021-03-01")
    )


ROUTES = [
    Route("GET", f"{ROOT}/jobs", list_jobs, f"{PROVIDER}/workspaces/jobs/read", _has_jobs),
    Route("POST", "/emulator/jobs", guarded(make_job), open=True),
    Route("DELETE", "/emulator/jobs/{name}", guarded(remove_job), open=True),
]
