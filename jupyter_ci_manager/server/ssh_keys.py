"""``ssh-keys``: a key pair for a new instance."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..compute.models import SshKeyPair
from .handler import Handler
from .operation import operation


class SshKeysHandler(Handler):
    """Making SSH keys."""

    auth_resource = "ci_manager:ssh_keys"

    @web.authenticated
    @authorized
    @operation("Make an SSH key pair; the private part is given once and kept nowhere", SshKeyPair)
    async def post(self) -> SshKeyPair:
        """Give a new key pair."""
        return await self.compute(lambda compute: compute.new_ssh_key())
