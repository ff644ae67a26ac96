"""``status``: what a face asks first."""

from __future__ import annotations

import asyncio

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado import web

from .. import __version__
from .handler import Handler
from .models import Status
from .operation import operation

#: What a user may be let look at and not change; each is a resource of the server's authorizer.
_NOUNS = ("instances", "workspaces", "sign_in", "environments", "kernels", "jobs", "magics")


class StatusHandler(Handler):
    """Both wings' state in one answer."""

    auth_resource = "ci_manager:status"

    @web.authenticated
    @authorized
    @operation("Tell version, backend, workspace, who acts, engine and protection", Status)
    async def get(self) -> Status:
        """Give the state of everything."""
        compute, kernels = await asyncio.gather(
            self.compute(lambda compute: compute.status(), question="compute status"),
            self.kernels(lambda kernels: kernels.status(), question="kernels status"),
        )
        return Status(
            version=__version__,
            server_id=self.face.server_id,
            may_write={noun: await self._may_write(noun) for noun in _NOUNS},
            compute=compute,
            kernels=kernels,
        )

    async def _may_write(self, noun: str) -> bool:
        user = self.current_user
        asked = self.authorizer.is_authorized(self, user, "write", f"ci_manager:{noun}")
        return bool(await ensure_async(asked))
