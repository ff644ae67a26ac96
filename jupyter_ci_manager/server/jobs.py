"""``jobs``: work that goes on whoever started it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..jobs.models import Job, JobAsked, JobEvents
from .handler import Handler
from .models import JobList, OffsetQuery
from .operation import Reply, operation


def accepted(value: Any) -> Reply:
    """Answer 202 with the job's ``Location`` for a job, 200 for anything else."""
    if isinstance(value, Job):
        return Reply(value, status=202, location=f"jobs/{quote(value.id)}")
    return Reply(value, status=200)


class JobHandler(Handler):
    """Base of what concerns jobs."""

    auth_resource = "ci_manager:jobs"


class JobsHandler(JobHandler):
    """All jobs."""

    @web.authenticated
    @authorized
    @operation("List the jobs, newest first", JobList)
    async def get(self) -> JobList:
        """Give the jobs of this user."""
        return JobList(jobs=await self.jobs(lambda jobs: jobs.list(), question="jobs"))


class OneJobHandler(JobHandler):
    """One job."""

    @web.authenticated
    @authorized
    @operation("Read a job", Job, errors=(404,))
    async def get(self, id: str) -> Job:
        """Give one job."""
        return await self.jobs(lambda jobs: jobs.get(id))

    @web.authenticated
    @authorized
    @operation("Forget a job that has ended", {204: None}, errors=(404, 409))
    async def delete(self, id: str) -> None:
        """Remove an ended job and its log."""
        await self.jobs(lambda jobs: jobs.remove(id))


class JobRequestHandler(JobHandler):
    """What a job was asked to do."""

    @web.authenticated
    @authorized
    @operation("Read what a job was asked to do", JobAsked, errors=(404,))
    async def get(self, id: str) -> JobAsked:
        """Give the request, to be changed and made again."""
        return await self.jobs(lambda jobs: jobs.asked(id))


class JobEventsHandler(JobHandler):
    """What a job has done."""

    @web.authenticated
    @authorized
    @operation("Read a job's events from an offset on", JobEvents, query=OffsetQuery, errors=(404,))
    async def get(self, id: str, query: OffsetQuery) -> JobEvents:
        """Give the events since the offset, and the offset to ask with next."""
        return await self.jobs(lambda jobs: jobs.events(id, query.offset))


class CancelHandler(JobHandler):
    """Cancelling a job."""

    @web.authenticated
    @authorized
    @operation("Cancel a job", {202: Job}, errors=(404, 409))
    async def post(self, id: str) -> Reply:
        """End a job and its whole process tree."""
        return accepted(await self.jobs(lambda jobs: jobs.cancel(id)))


class RetryHandler(JobHandler):
    """Doing a job again."""

    @web.authenticated
    @authorized
    @operation("Do a job again", {202: Job}, errors=(404, 409))
    async def post(self, id: str) -> Reply:
        """Start the same request anew."""
        return accepted(await self.jobs(lambda jobs: jobs.retry(id)))
