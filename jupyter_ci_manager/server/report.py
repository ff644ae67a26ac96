"""``report``: what Azure really answers, for a user to attach to a report."""

from __future__ import annotations

from typing import Any

import msgspec
from jupyter_server.auth.decorator import authorized
from tornado import web

from ..sentences import english
from .handler import Handler
from .operation import operation


class ReportHandler(Handler):
    """The doctor's report."""

    auth_resource = "ci_manager:report"

    @web.authenticated
    @authorized
    @operation("Capture, read-only and redacted, what Azure answers", dict, errors=(401, 503))
    async def get(self) -> dict[str, Any]:
        """Give the report; it is no struct of the API, for it is read by people."""
        report: dict[str, Any] = await self.compute(
            lambda compute: msgspec.to_builtins(compute.report(), enc_hook=english)
        )
        return report
