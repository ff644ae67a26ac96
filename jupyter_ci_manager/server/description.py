"""``openapi.json``: the API's own description."""

from __future__ import annotations

from typing import Any

from jupyter_server.auth.decorator import authorized
from tornado import web

from .handler import Handler
from .operation import operation


class OpenApiHandler(Handler):
    """The OpenAPI document."""

    auth_resource = "ci_manager:openapi"

    @web.authenticated
    @authorized
    @operation("Describe this API as OpenAPI 3.1", dict)
    async def get(self) -> dict[str, Any]:
        """Give the OpenAPI document, with this server's own address."""
        from .openapi import document

        return await self.face.local(lambda: document(self.base_url))
