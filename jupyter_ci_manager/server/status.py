"""``status``: what a face asks first."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from .. import __version__
from .handler import Handler
from .models import Status
from .operation import operation


class StatusHandler(Handler):
    """Both wings' state in one answer."""

    auth_resource = "ci_manager:status"

    @web.authenticated
    @authorized
    @operation("Tell version, backend, workspace, who acts, engine and protection", Status)
    async def get(self) -> Status:
        """Give the state of everything."""
        compute, kernels = await asyncio.gather(
            self.compute(lambda compute: compute.status()),
            self.kernels(lambda kernels: kernels.status()),
        )
        return Status(
            version=__version__,
            server_id=self.face.server_id,
            compute=compute,
            kernels=kernels,
        )
