"""What all handlers share: who may, where the work is done, how answers and refusals look."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from http.client import responses
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join

from ..errors import CIManagerError
from ..sentences import say
from .encoding import Encode, encoder, is_large, pack, takes_packed
from .operation import Operation, Reply
from .translation import asked_for

if TYPE_CHECKING:
    from ..compute.service import ComputeService
    from ..jobs.service import JobService
    from ..kernels.service import KernelService
    from .face import Face

T = TypeVar("T")

#: Where everything lies behind ``base_url``.
ROOT = "jupyter-ci-manager"
#: Seconds to wait that are told when nobody knows better.
DEFAULT_RETRY_AFTER = 5.0

_CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "not_authorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}
_HINTS = {
    403: say("Sign in to this Jupyter server, or ask its administrator for the right to do this."),
    500: say("The server's log says more."),
}


class Handler(APIHandler):
    """Base of all handlers.

    Every verb is ``@web.authenticated``, then ``@authorized`` for ``auth_resource``, then an
    :func:`~.operation.operation`. The work itself is done by the wings in worker threads.
    """

    auth_resource: ClassVar[str] = "ci_manager"

    def set_default_headers(self) -> None:
        """Let nobody keep an answer: it is old at once, and may be a sign-in code."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    def compute_etag(self) -> None:
        """Spend nothing on a mark that nobody keeps."""

    @property
    def face(self) -> Face:
        """What the handlers of one server share."""
        face: Face = self.settings["ci_manager_face"]
        return face

    async def compute(self, call: Callable[[ComputeService], T], *, question: Hashable = None) -> T:
        """Call the compute wing in a worker thread; it may wait for Azure.

        Requests that ask the same ``question`` at once share one call and its answer.
        """
        return await self.face.compute(call, question=question)

    async def kernels(
        self,
        call: Callable[[KernelService], T],
        *,
        question: Hashable = None,
        remote: bool = False,
    ) -> T:
        """Call the kernels wing in a worker thread; ``remote``: it may wait for a channel."""
        return await self.face.kernels(call, question=question, remote=remote)

    async def jobs(self, call: Callable[[JobService], T], *, question: Hashable = None) -> T:
        """Call the jobs room in a worker thread."""
        return await self.face.jobs(call, question=question)

    async def answer(self, reply: Reply, operation: Operation) -> None:
        """Send an answer as JSON; ``None`` is a 204."""
        statuses = list(operation.answers)
        status = reply.status or (204 if reply.value is None else statuses[0])
        self.set_status(status)
        if reply.location is not None:
            self.set_header("Location", url_path_join(self.base_url, ROOT, reply.location))
        if reply.value is None:
            await self.finish()
            return
        encode, send = self._encode(), self._packing()
        if is_large(reply.value):
            pieces = self.face.pieces
            body = await self.face.local(lambda: send(pieces.encode(reply.value, encode)))
        else:
            body = send(encode(reply.value))
        await self.finish(body)

    def _packing(self) -> Callable[[bytes], bytes]:
        """Give what makes of a body that which is sent, and say what that is.

        What is only read is compressed; what a write answers may be secret, and lengths tell.
        """
        self.add_header("Vary", "Accept-Encoding")
        accepted = self.request.headers.get("Accept-Encoding", "")
        if self.request.method != "GET" or not takes_packed(accepted):
            return lambda body: body
        self.set_header("Content-Encoding", "gzip")
        return pack

    def _encode(self) -> Encode:
        """Give the encoder of the language that the request asks for, and say which that is."""
        language, say = asked_for(self.request.headers.get("Accept-Language", ""))
        self.set_header("Content-Language", language)
        self.set_header("Vary", "Accept-Language")
        return encoder(say)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send a refusal: Jupyter's ``message`` and ``reason``, our ``code``, ``hint``, ``field``."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        retry_after: float | None = None
        if isinstance(error, CIManagerError):
            status_code = error.status
            retry_after = error.retry_after
            body = error.to_dict()
        else:
            message = getattr(error, "log_message", None)
            body = {
                "code": _CODES.get(status_code, "internal_error"),
                "message": message or responses.get(status_code, "Unknown error"),
                "hint": _HINTS.get(status_code, ""),
            }
        self.set_status(status_code)
        body["reason"] = responses.get(status_code, "Unknown")
        if status_code in (429, 503):
            body["retry_after"] = retry_after = (
                DEFAULT_RETRY_AFTER if retry_after is None else retry_after
            )
            self.set_header("Retry-After", str(max(1, math.ceil(retry_after))))
        self.finish(self._encode()(body))

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Log what nobody expected with its traceback, and a refusal in one line."""
        if isinstance(value, CIManagerError):
            self.log.info(
                "ci_manager: %s %s refused with %d %s: %s",
                self.request.method,
                self.request.path,
                value.status,
                value.code,
                value.message,
            )
        else:
            super().log_exception(typ, value, tb)
