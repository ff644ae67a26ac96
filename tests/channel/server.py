"""The channel over HTTP on loopback, with the faults that networks have."""

from __future__ import annotations

import base64
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class ChannelServer:
    """A running server. Its attributes may be changed at any time.

    ``paths`` are the paths asked for, ``headers`` their headers; ``cut_after`` ends every answer
    to a package after so many bytes; ``hold`` keeps packages back until it is set; ``bare`` leaves
    out of a 304 what says of what; ``user`` and ``password`` are asked for when given.
    """

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None) -> None:
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.cut_after: int | None = None
        self.corrupt: str | None = None
        self.hold = threading.Event()
        self.hold.set()
        self.held = threading.Event()
        self.bare = False
        self.user = ""
        self.password = ""
        handler = partial(_Handler, directory=str(folder), channel=self)
        self._http = _Http(("127.0.0.1", 0), handler)
        self._scheme = "http"
        if tls is not None:
            self._scheme = "https"
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self._scheme}://{self.address}"

    @property
    def packages(self) -> list[str]:
        """Names of the packages that were asked for."""
        return [p.rpartition("/")[2] for p in self.paths if p.endswith((".conda", ".tar.bz2"))]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.hold.set()
        self._http.shutdown()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    #: Solvers ask for a hundred things at once; who finds no place waits for a second.
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A job that is cancelled or killed goes away in the middle of an answer: that is its test.
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, channel: ChannelServer, **kwargs: Any) -> None:
        self.channel = channel
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        server = self.channel
        if self.path.startswith("http://"):
            # Asked as a proxy: what counts is that the request came here.
            self.path = "/" + self.path.split("/", 3)[3]
        server.paths.append(self.path)
        server.headers.append(dict(self.headers))
        if server.user and not self._knows_password():
            self.send_error(401)
            return
        is_package = self.path.endswith((".conda", ".tar.bz2"))
        if is_package and not server.hold.is_set():
            server.held.set()
            server.hold.wait()
        if is_package and server.corrupt and server.corrupt in self.path:
            self._answer(b"this is no package", cut=None)
        elif is_package and server.cut_after is not None:
            self._answer(Path(self.translate_path(self.path)).read_bytes(), cut=server.cut_after)
        else:
            super().do_GET()

    def _knows_password(self) -> bool:
        pair = f"{self.channel.user}:{self.channel.password}".encode()
        return self.headers.get("Authorization") == f"Basic {base64.b64encode(pair).decode()}"

    def _answer(self, body: bytes, *, cut: int | None) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None:
            self.close_connection = True

    def send_response(self, code: int, message: str | None = None) -> None:
        super().send_response(code, message)
        if code == 304 and not self.channel.bare:
            # Python's own server leaves out what a client can tell by that its copy is meant.
            self.send_header("Last-Modified", self.headers["If-Modified-Since"])

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serve(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[ChannelServer]:
    """Serve ``folder`` on a free port of 127.0.0.1 until the block is left."""
    server = ChannelServer(folder, tls)
    server.start()
    try:
        yield server
    finally:
        server.stop()
