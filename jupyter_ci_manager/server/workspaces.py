"""``workspaces``, ``sizes``, ``usages``, ``permissions``: where instances live and what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..compute.models import ComputeStatus, Workspace
from .handler import Handler
from .models import PermissionList, SizeList, UsageList, WorkspaceChoice, WorkspaceList
from .operation import operation

if TYPE_CHECKING:
    from ..compute.service import ComputeService

_AZURE = (401, 404, 429, 503, 504)


class WorkspaceHandler(Handler):
    """Base of what concerns the workspace."""

    auth_resource = "ci_manager:workspaces"


class WorkspacesHandler(WorkspaceHandler):
    """The workspaces to choose from."""

    @web.authenticated
    @authorized
    @operation("List the workspaces that can be seen", WorkspaceList, errors=_AZURE)
    async def get(self) -> WorkspaceList:
        """Give all workspaces and the one in use."""

        def read(compute: ComputeService) -> WorkspaceList:
            return WorkspaceList(
                workspaces=compute.workspaces(), selected=compute.status().workspace
            )

        return await self.compute(read, question="workspaces")


class SelectedWorkspaceHandler(WorkspaceHandler):
    """The workspace in use."""

    @web.authenticated
    @authorized
    @operation(
        "Use another workspace from now on", ComputeStatus, body=WorkspaceChoice, errors=_AZURE
    )
    async def put(self, body: WorkspaceChoice) -> ComputeStatus:
        """Choose a workspace; remembered for this user."""
        workspace = Workspace(
            subscription_id=body.subscription_id,
            resource_group=body.resource_group,
            name=body.name,
            location=body.location,
            tenant_id=body.tenant_id,
            friendly_name=body.friendly_name,
            managed_network=body.managed_network,
        )
        return await self.compute(lambda compute: compute.select_workspace(workspace))


class SizesHandler(WorkspaceHandler):
    """VM sizes."""

    @web.authenticated
    @authorized
    @operation("List the VM sizes, and whether each can be created now", SizeList, errors=_AZURE)
    async def get(self) -> SizeList:
        """Give the sizes of the workspace's region."""
        sizes = await self.compute(lambda compute: compute.sizes(), question="sizes")
        return SizeList(sizes=sizes)


class UsagesHandler(WorkspaceHandler):
    """Cores used and allowed."""

    @web.authenticated
    @authorized
    @operation("List cores used and allowed, and who holds them", UsageList, errors=_AZURE)
    async def get(self) -> UsageList:
        """Give the usage by VM family and for the region."""
        usages = await self.compute(lambda compute: compute.usages(), question="usages")
        return UsageList(usages=usages)


class PermissionsHandler(WorkspaceHandler):
    """Rights in Azure."""

    @web.authenticated
    @authorized
    @operation("Tell what the signed-in user may do in Azure", PermissionList, errors=_AZURE)
    async def get(self) -> PermissionList:
        """Give yes, no or unknown for each action."""
        return PermissionList(permissions=await self.compute(lambda compute: compute.permissions()))
