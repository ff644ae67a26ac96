"""``sign-in``: who acts in Azure."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..compute.models import Identity
from .handler import Handler
from .models import SignIn, SignOutQuery
from .operation import operation


class SignInHandler(Handler):
    """Signing in and out. No token ever leaves the server."""

    auth_resource = "ci_manager:sign_in"

    @web.authenticated
    @authorized
    @operation("Sign in to Azure", Identity, body=SignIn, errors=(401, 429, 503, 504))
    async def post(self, body: SignIn) -> Identity:
        """Begin to sign in; a device code is in the answer's ``prompt``, beside who is signed in."""
        return await self.compute(lambda compute: compute.sign_in(body.method))

    @web.authenticated
    @authorized
    @operation("Sign out of Azure", Identity, query=SignOutQuery)
    async def delete(self, query: SignOutQuery) -> Identity:
        """Forget the sign-in, or only give up one that waits for its code."""
        return await self.compute(lambda compute: compute.sign_out(only_waiting=query.waiting))
