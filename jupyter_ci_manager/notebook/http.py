"""One request to a Jupyter server: standard library only, no proxy, over TCP or a socket file."""

import http.client
import json
import socket
import ssl
from typing import Any, Dict, NamedTuple, Optional
from urllib.parse import quote, urlencode, urlsplit

from ..commands.failure import Failure
from .owner import Server

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Reply(NamedTuple):
    """What a server answered; ``value`` is ``None`` when the body is no JSON."""

    status: int
    value: Any


class _SocketFileConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket file."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def segment(text: str) -> str:
    """Encode a name so that it stays one part of an address."""
    return quote(text, safe="")


def send(
    server: Server,
    method: str,
    path: str,
    query: Optional[Dict[str, Any]] = None,
    body: Any = None,
    timeout: float = 180.0,
) -> Reply:
    """Send one request and read the answer.

    Parameters
    ----------
    server:
        Whom to ask.
    method, path, query:
        What to ask; ``path`` is relative to the server's base address.
    body:
        Sent as JSON unless it is ``None``.
    timeout:
        Seconds without a byte until the server counts as out of reach.

    Raises
    ------
    Failure
        ``unavailable`` when the server cannot be reached.
    """
    address = urlsplit(server.url)
    target = address.path + path
    given = {key: value for key, value in (query or {}).items() if value is not None}
    if given:
        target += "?" + urlencode(given)
    headers = {"Accept": "application/json", "Connection": "close"}
    if server.token:
        headers["Authorization"] = "token " + server.token
    content = None
    if body is not None:
        content = json.dumps(body).encode("utf-8")
        headers["Content-Type"] = "application/json"
    connection = _connection(server, timeout)
    try:
        connection.request(method, target, body=content, headers=headers)
        response = connection.getresponse()
        raw = response.read()
    except (OSError, http.client.HTTPException) as error:
        raise Failure(
            f"The Jupyter server at {server.url} does not answer: {error}.",
            code="unavailable",
            hint="Is it still running?",
            status=503,
        ) from None
    finally:
        connection.close()
    try:
        value = json.loads(raw.decode("utf-8")) if raw else None
    except ValueError:
        value = None
    return Reply(response.status, value)


def _connection(server: Server, timeout: float) -> http.client.HTTPConnection:
    if server.sock:
        return _SocketFileConnection(server.sock, timeout)
    address = urlsplit(server.url)
    host = address.hostname or "localhost"
    if address.scheme != "https":
        return http.client.HTTPConnection(host, address.port, timeout=timeout)
    context = ssl.create_default_context()
    if host in _LOOPBACK:
        # A server's own certificate names no loopback address, and nobody sits in between.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, address.port, timeout=timeout, context=context)
