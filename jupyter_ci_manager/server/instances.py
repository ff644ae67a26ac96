"""``instances``: the compute instances of the workspace and what can be done to them."""

from __future__ import annotations

from urllib.parse import quote

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..compute.creation_defaults import InstanceDefaults
from ..compute.models import (
    ComputeInstance,
    CreateInstance,
    CreatePreview,
    InstanceJobs,
    InstanceList,
    NameCheck,
)
from .handler import Handler
from .models import (
    ConfirmQuery,
    IdleShutdown,
    ListQuery,
    Postpone,
    ProbeQuery,
    Resize,
    Schedules,
    SingleSignOn,
    ZoneQuery,
)
from .operation import Reply, operation

_AZURE = (401, 404, 409, 429, 503, 504)


class InstanceHandler(Handler):
    """Base of what concerns instances."""

    auth_resource = "ci_manager:instances"

    @staticmethod
    def settled(instance: ComputeInstance, state: str) -> Reply:
        """Answer 200 when the instance is in ``state`` already, else 202."""
        return Reply(instance, status=200 if instance.state == state else 202)


class InstancesHandler(InstanceHandler):
    """All instances."""

    @web.authenticated
    @authorized
    @operation("List the instances", InstanceList, query=ListQuery, errors=_AZURE)
    async def get(self, query: ListQuery) -> InstanceList:
        """Give the last list read from Azure, or read one now."""
        return await self.compute(
            lambda compute: compute.list(refresh=query.refresh, only_mine=query.only_mine),
            question=("instances", query.refresh, query.only_mine),
        )

    @web.authenticated
    @authorized
    @operation(
        "Create an instance, or use the one of that name",
        {202: ComputeInstance, 200: ComputeInstance},
        body=CreateInstance,
        errors=_AZURE,
    )
    async def post(self, body: CreateInstance) -> Reply:
        """Begin to create an instance."""
        instance = await self.compute(lambda compute: compute.create(body))
        return Reply(
            instance,
            status=202 if instance.state == "Creating" else 200,
            location=f"instances/{quote(instance.name)}",
        )


class OneInstanceHandler(InstanceHandler):
    """One instance."""

    @web.authenticated
    @authorized
    @operation("Read an instance from Azure", ComputeInstance, query=ProbeQuery, errors=_AZURE)
    async def get(self, name: str, query: ProbeQuery) -> ComputeInstance:
        """Give one instance as Azure has it now."""
        return await self.compute(lambda compute: compute.get(name, probe=query.probe))

    @web.authenticated
    @authorized
    @operation(
        "Delete an instance with its disk",
        {202: ComputeInstance, 204: None},
        query=ConfirmQuery,
        errors=_AZURE,
    )
    async def delete(self, name: str, query: ConfirmQuery) -> ComputeInstance | None:
        """Begin to delete an instance; one that is gone already is a 204."""
        return await self.compute(lambda compute: compute.delete(name, confirm=query.confirm))


class StartHandler(InstanceHandler):
    """Starting an instance."""

    @web.authenticated
    @authorized
    @operation("Start an instance", {202: ComputeInstance, 200: ComputeInstance}, errors=_AZURE)
    async def post(self, name: str) -> Reply:
        """Begin to start an instance; one that runs already is a 200."""
        instance = await self.compute(lambda compute: compute.start(name))
        return self.settled(instance, "Running")


class StopHandler(InstanceHandler):
    """Stopping an instance."""

    @web.authenticated
    @authorized
    @operation(
        "Stop an instance",
        {202: ComputeInstance, 200: ComputeInstance},
        query=ConfirmQuery,
        errors=_AZURE,
    )
    async def post(self, name: str, query: ConfirmQuery) -> Reply:
        """Begin to stop an instance; one that is stopped already is a 200."""
        instance = await self.compute(lambda compute: compute.stop(name, confirm=query.confirm))
        return self.settled(instance, "Stopped")


class RestartHandler(InstanceHandler):
    """Restarting an instance."""

    @web.authenticated
    @authorized
    @operation("Restart an instance", {202: ComputeInstance}, query=ConfirmQuery, errors=_AZURE)
    async def post(self, name: str, query: ConfirmQuery) -> ComputeInstance:
        """Begin to restart an instance."""
        return await self.compute(lambda compute: compute.restart(name, confirm=query.confirm))


class ResizeHandler(InstanceHandler):
    """Giving an instance another VM size."""

    @web.authenticated
    @authorized
    @operation(
        "Give an instance another VM size",
        {202: ComputeInstance, 200: ComputeInstance},
        body=Resize,
        query=ConfirmQuery,
        errors=_AZURE,
    )
    async def post(self, name: str, body: Resize, query: ConfirmQuery) -> Reply:
        """Begin to resize an instance."""
        instance = await self.compute(
            lambda compute: compute.resize(name, body.vm_size, confirm=query.confirm)
        )
        return self.settled(instance, "Stopped")


class IdleShutdownHandler(InstanceHandler):
    """When Azure stops an idle instance."""

    @web.authenticated
    @authorized
    @operation(
        "Set after how many idle minutes Azure stops the instance",
        ComputeInstance,
        body=IdleShutdown,
        errors=_AZURE,
    )
    async def put(self, name: str, body: IdleShutdown) -> ComputeInstance:
        """Set the idle shutdown, and give the instance as read back."""
        return await self.compute(lambda compute: compute.set_idle_shutdown(name, body.minutes))


class SchedulesHandler(InstanceHandler):
    """Starts and stops that Azure does by itself."""

    @web.authenticated
    @authorized
    @operation("Set the schedules of an instance", ComputeInstance, body=Schedules, errors=_AZURE)
    async def put(self, name: str, body: Schedules) -> ComputeInstance:
        """Replace the schedules, and give the instance as read back."""
        return await self.compute(lambda compute: compute.set_schedules(name, body.schedules))


class PostponeHandler(InstanceHandler):
    """Postponing a coming stop."""

    @web.authenticated
    @authorized
    @operation("Postpone the coming stop", ComputeInstance, body=Postpone, errors=_AZURE)
    async def post(self, name: str, body: Postpone) -> ComputeInstance:
        """Move the coming stop, and give the instance as read back."""
        return await self.compute(lambda compute: compute.postpone(name, body.minutes))

    @web.authenticated
    @authorized
    @operation("Undo a postponement", ComputeInstance, errors=_AZURE)
    async def delete(self, name: str) -> ComputeInstance:
        """Bring back what was set before, and give the instance as read back."""
        return await self.compute(lambda compute: compute.undo_postpone(name))


class SingleSignOnHandler(InstanceHandler):
    """Single sign-on of an instance."""

    @web.authenticated
    @authorized
    @operation("Switch single sign-on on or off", {204: None}, body=SingleSignOn, errors=_AZURE)
    async def put(self, name: str, body: SingleSignOn) -> None:
        """Switch single sign-on."""
        await self.compute(lambda compute: compute.set_sso(name, body.enabled))


class InstanceJobsHandler(InstanceHandler):
    """Training jobs on an instance."""

    @web.authenticated
    @authorized
    @operation(
        "List the training jobs that run or wait on an instance", InstanceJobs, errors=_AZURE
    )
    async def get(self, name: str) -> InstanceJobs:
        """Give the jobs of the workspace that use this instance."""
        return await self.compute(lambda compute: compute.jobs(name))


class NameHandler(InstanceHandler):
    """Names for new instances."""

    @web.authenticated
    @authorized
    @operation("Say whether a name may be given to a new instance", NameCheck, errors=_AZURE)
    async def get(self, name: str) -> NameCheck:
        """Check a name against Azure's rule and the region."""
        return await self.compute(lambda compute: compute.check_name(name))


class DefaultsHandler(InstanceHandler):
    """What a form for a new instance begins with."""

    @web.authenticated
    @authorized
    @operation(
        "Tell what a form for a new instance begins with",
        InstanceDefaults,
        query=ZoneQuery,
    )
    async def get(self, query: ZoneQuery) -> InstanceDefaults:
        """Give defaults, time zones and a frame for a setup script; Azure is not asked."""
        return await self.compute(lambda compute: compute.instance_defaults(query.zone))


class PreviewsHandler(InstanceHandler):
    """What creating an instance would do."""

    @web.authenticated
    @authorized
    @operation(
        "Tell what creating would send and cost", CreatePreview, body=CreateInstance, errors=_AZURE
    )
    async def post(self, body: CreateInstance) -> CreatePreview:
        """Preview a creation; nothing is changed."""
        return await self.compute(lambda compute: compute.preview(body))
