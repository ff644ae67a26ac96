"""The HTTP side: one handler for every path, on a plain and on a TLS port of loopback."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from http import HTTPStatus
from typing import Any

from tornado import web
from tornado.httputil import format_timestamp
from tornado.ioloop import IOLoop

from .cloud import Cloud
from .faults import RequestFault
from .pipeline import answer
from .responses import spoil
from .wire import Reply, Request, Router

_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_LARGEST_BODY = 4 * 1024 * 1024
_NO_BODY = (204, 304)
_PLAIN = re.compile(r"[\w.-]{1,128}")


class Wakeup:
    """One timer for whatever happens by itself next; nothing runs in between."""

    def __init__(self, cloud: Cloud) -> None:
        """Remember whose deadlines these are."""
        self._cloud = cloud
        self._handle: Any = None
        self._set_for: tuple[float | None, int] | None = None

    def arm(self) -> None:
        """Set the timer to the next deadline, if it is not set so already."""
        due = self._cloud.computes.next_due()
        wanted = due, self._cloud.clock.changes
        if wanted == self._set_for and self._handle is not None:
            return
        self.cancel()
        if due is not None:
            self._set_for = wanted
            delay = min(self._cloud.clock.real_delay(due), 24 * 3600.0)
            self._handle = IOLoop.current().call_later(delay, self._ring)

    def cancel(self) -> None:
        """Take the timer back."""
        if self._handle is not None:
            IOLoop.current().remove_timeout(self._handle)
        self._handle, self._set_for = None, None

    def _ring(self) -> None:
        self._handle, self._set_for = None, None
        try:
            self._cloud.tick()
            self._cloud.commit()
        finally:
            self.arm()


class EmulatorHandler(web.RequestHandler):
    """Hands every request to the emulated cloud."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def initialize(self, cloud: Cloud, router: Router, wakeup: Wakeup) -> None:
        """Take what the application gives every handler."""
        self._cloud, self._router, self._wakeup = cloud, router, wakeup

    def set_default_headers(self) -> None:
        """Name the server in Azure's way."""
        self.set_header("Server", "Microsoft-HTTPAPI/2.0")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("X-Content-Type-Options", "nosniff")

    def compute_etag(self) -> None:
        """Send no entity tags: the service has none for these resources."""

    async def _handle(self) -> None:
        began = time.perf_counter()
        self._caller: str | None = None
        self._fault: RequestFault | None = None
        reply = await self._reply()
        if reply is None:
            self._note(began, 0)
            return
        self._send(reply)
        self._note(began, reply.status)

    async def _reply(self) -> Reply | None:
        host = self.request.host
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if name.lower() not in _LOOPBACK:
            # A page of another site must not reach this port under a name of its own.
            message = f"The host '{host}' is not served."
            return Reply(403, {"error": {"code": "InvalidHost", "message": message}})
        path = self.request.path
        if not path.startswith("/emulator"):
            self._fault = self._cloud.faults.next_for_request(str(self.request.method), path)
        request = Request(
            method="GET" if self.request.method == "HEAD" else str(self.request.method),
            path=path,
            query_text=self.request.query,
            headers=self.request.headers,
            body=self.request.body,
            scheme=self.request.protocol,
            host=host,
        )
        if self._fault is not None and self._fault.kind in ("status", "hang", "reset"):
            reply = await spoil(self._fault, self, None)
        else:
            reply = answer(self._cloud, self._router, request)
            self._wakeup.arm()
            if reply.later is not None:
                reply = await reply.later
            self._caller = request._caller.upn if request._caller is not None else None
            if self._fault is not None:
                reply = await spoil(self._fault, self, reply)
        return reply

    def _send(self, reply: Reply) -> None:
        try:
            self.set_status(reply.status, HTTPStatus(reply.status).phrase)
        except ValueError:
            self.set_status(reply.status, "Unknown")
        # Clients compare clocks by it: it must be the clock that all other times are from.
        self.set_header("Date", format_timestamp(self._cloud.clock.now()))
        for name, value in self._identifiers().items():
            self.set_header(name, value)
        for name, value in reply.headers.items():
            self.set_header(name, value)
        body = reply.encoded()
        if body:
            self.set_header("Content-Type", reply.content_type)
        elif reply.status not in _NO_BODY:
            self.clear_header("Content-Type")
        self.finish(body if body and reply.status not in _NO_BODY else None)

    def _identifiers(self) -> dict[str, str]:
        correlation = str(uuid.uuid4())
        headers = {
            "x-ms-correlation-request-id": correlation,
            "x-ms-request-id": correlation,
            "x-ms-routing-request-id": f"EMULATOR:{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}:"
            f"{correlation}",
        }
        asked = self.request.headers.get("x-ms-client-request-id")
        wanted = self.request.headers.get("x-ms-return-client-request-id", "").lower()
        if asked and wanted == "true" and _PLAIN.fullmatch(asked):
            headers["x-ms-client-request-id"] = asked
        return headers

    def _note(self, began: float, status: int) -> None:
        self._cloud.log.add(
            str(self.request.method),
            self.request.path,
            self.request.query,
            dict(self.request.headers.get_all()),
            self.request.body,
            status,
            self._caller,
            time.perf_counter() - began,
            self._fault.kind if self._fault is not None else None,
        )

    get = head = post = put = patch = delete = options = _handle

    def write_error(self, status_code: int, **details: Any) -> None:
        """Answer a failure of the emulator itself in Azure's envelope."""
        message = "The emulator itself has failed; its standard error says more."
        self.finish({"error": {"code": "InternalServerError", "message": message}})

    def log_exception(self, *args: Any) -> None:
        """Say nothing when a client has gone away; report everything else."""
        if not isinstance(args[1], asyncio.CancelledError):
            super().log_exception(*args)


def make_application(cloud: Cloud, router: Router, wakeup: Wakeup) -> web.Application:
    """Build the application that both ports serve."""
    wiring = {"cloud": cloud, "router": router, "wakeup": wakeup}
    return web.Application([(r".*", EmulatorHandler, wiring)], log_function=lambda _: None)


SERVER_OPTIONS = {"max_body_size": _LARGEST_BODY, "max_buffer_size": 2 * _LARGEST_BODY}
