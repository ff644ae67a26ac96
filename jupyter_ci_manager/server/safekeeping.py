"""``environments/{id}/``: protection, snapshots, and bringing an environment back."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..jobs.models import Job
from ..kernels.models import Environment, SnapshotList
from .environments import EnvironmentHandler
from .jobs import accepted
from .models import ProtectQuery, RestoreQuery, SnapshotQuery
from .operation import Reply, operation


class ProtectionHandler(EnvironmentHandler):
    """The user's own protection of an environment."""

    @web.authenticated
    @authorized
    @operation("Protect an environment", Environment, query=ProtectQuery, errors=(404,))
    async def put(self, id: str, query: ProtectQuery) -> Environment:
        """Protect an environment: it is not removed and keeps its Python."""
        return await self.kernels(
            lambda kernels: kernels.protect_environment(id, True, frozen_too=query.frozen)
        )

    @web.authenticated
    @authorized
    @operation("Protect an environment no longer", Environment, errors=(404,))
    async def delete(self, id: str) -> Environment:
        """Take back one's own protection; what Azure or an administrator protects stays so."""
        return await self.kernels(lambda kernels: kernels.protect_environment(id, False))


class SnapshotsHandler(EnvironmentHandler):
    """The snapshots of an environment."""

    @web.authenticated
    @authorized
    @operation("List the snapshots of an environment", SnapshotList, errors=(404,))
    async def get(self, id: str) -> SnapshotList:
        """Give the snapshots, and how the environment stands to them."""
        return await self.kernels(lambda kernels: kernels.snapshots(id))

    @web.authenticated
    @authorized
    @operation(
        "Keep an environment as it is now", {202: Job}, query=SnapshotQuery, errors=(404, 409, 507)
    )
    async def post(self, id: str, query: SnapshotQuery) -> Reply:
        """Start a job that takes a snapshot."""
        return accepted(
            await self.kernels(
                lambda kernels: kernels.snapshot_environment(id, accept=query.accept)
            )
        )

    @web.authenticated
    @authorized
    @operation("Remove the snapshots of an environment", {204: None}, errors=(404, 409))
    async def delete(self, id: str) -> None:
        """Remove the snapshots; the environment stays. Those of a protected one are kept."""
        await self.kernels(lambda kernels: kernels.discard_snapshots(id))


class RestoreHandler(EnvironmentHandler):
    """Bringing an environment back."""

    @web.authenticated
    @authorized
    @operation(
        "Bring a lost or damaged environment back, or go back to a snapshot",
        {202: Job},
        query=RestoreQuery,
        errors=(404, 409, 507),
    )
    async def post(self, id: str, query: RestoreQuery) -> Reply:
        """Start a job that restores an environment and its kernels."""
        return accepted(
            await self.kernels(
                lambda kernels: kernels.restore_environment(
                    id, snapshot=query.snapshot, confirm=query.confirm
                )
            )
        )
