"""A company's network: nothing but a proxy is reachable, and its own authority signs everything.

Three names exist, and only for the proxy: Resource Manager and sign-in (an emulator behind a front
that speaks TLS for them) and a channel. Whoever asks the proxy for anything else is refused; what
was asked stands in its log.
"""

from __future__ import annotations

import http.client
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ARM, SIGN_IN, CHANNEL = "arm.test", "login.test", "channel.test"
_HOP_BY_HOP = frozenset({"connection", "content-length", "host", "keep-alive", "transfer-encoding"})


def certificates(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make an authority and a certificate for the three names; give both ready for use."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    company = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Our company")])
    now = datetime.now(timezone.utc)

    def signed(
        subject: x509.Name, of: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType
    ) -> bytes:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(company)
            .public_key(of.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(extension, critical=subject == company)
            .sign(authority_key, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    authority, chain = folder / "company.pem", folder / "server.pem"
    authority.write_bytes(
        signed(company, authority_key, x509.BasicConstraints(ca=True, path_length=None))
    )
    front = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "front")])
    names = x509.SubjectAlternativeName([x509.DNSName(n) for n in (ARM, SIGN_IN, CHANNEL)])
    chain.write_bytes(
        signed(front, key, names)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return authority, context


@contextmanager
def front(emulator_url: str, emulator_ca: str, tls: ssl.SSLContext) -> Iterator[int]:
    """Speak for an emulator under any name of the certificate; give the port on 127.0.0.1.

    Parameters
    ----------
    emulator_url:
        The emulator's https address; where it names itself in an answer, the name that the client
        used stands instead.
    """
    own = urlsplit(emulator_url)
    trust = ssl.create_default_context(cafile=emulator_ca)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = {k: v for k, v in self.headers.items() if k.lower() not in _HOP_BY_HOP}
            sent["Accept-Encoding"] = "identity"
            emulator = http.client.HTTPSConnection(str(own.hostname), own.port, context=trust)
            try:
                emulator.request(self.command, self.path, body or None, sent)
                answer = emulator.getresponse()
                found, headers = answer.read(), answer.getheaders()
            finally:
                emulator.close()
            name = f"https://{self.headers['Host']}"
            found = found.replace(emulator_url.encode(), name.encode())
            self.send_response(answer.status)
            for key, value in headers:
                if key.lower() not in _HOP_BY_HOP:
                    self.send_header(key, value.replace(emulator_url, name))
            if answer.status != 204:
                self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass_on

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _served(server):
        yield server.server_address[1]


class Proxy(socketserver.ThreadingTCPServer):
    """A proxy that knows CONNECT and a few names; ``asked`` is its log, in order."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, host: str, ports: dict[str, int]) -> None:
        self.ports = ports
        self.asked: list[str] = []
        super().__init__((host, 0), _Tunnel)

    @property
    def url(self) -> str:
        """What HTTPS_PROXY is set to."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class _Tunnel(socketserver.StreamRequestHandler):
    server: Proxy
    rbufsize = 0

    def handle(self) -> None:
        # Whoever distrusts a certificate, or has all that he wanted, leaves in the middle.
        with suppress(ConnectionError):
            self._answer()

    def _answer(self) -> None:
        verb, _, rest = self.rfile.readline(4096).decode("latin-1").partition(" ")
        while self.rfile.readline(4096).strip():
            pass
        target = rest.split(" ")[0]
        self.server.asked.append(f"{verb} {target}")
        name, _, port = target.partition(":")
        if verb != "CONNECT" or port != "443" or name not in self.server.ports:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self.server.ports[name])) as behind:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ways = {self.connection: behind, behind: self.connection}
            while True:
                for end in select.select(list(ways), [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    ways[end].sendall(data)


@contextmanager
def proxy(host: str, ports: dict[str, int]) -> Iterator[Proxy]:
    """Run a proxy on an address of this machine.

    Parameters
    ----------
    ports:
        Where each name is served on 127.0.0.1.
    """
    with _served(Proxy(host, ports)) as server:
        assert isinstance(server, Proxy)
        yield server


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[socketserver.BaseServer]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
