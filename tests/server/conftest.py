"""A real Jupyter server with the extension loaded, and a client that never raises."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from jupyter_server.utils import url_path_join

ROOT = "jupyter-ci-manager"


@dataclass
class Answer:
    """What a request was answered with."""

    status: int
    headers: Any
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Awaitable[Answer]]
Listen = Callable[[], Awaitable["Hints"]]

#: Seconds after which what is waited for will not come any more.
PATIENCE = 60.0


async def until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Give the first true answer."""

    async def wait() -> Any:
        while not (answer := await ask()):  # noqa: ASYNC110 - no event tells, only an answer
            await asyncio.sleep(0.02)
        return answer

    return await asyncio.wait_for(wait(), PATIENCE)


class Hints:
    """What a page hears on Jupyter's event bus."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    async def next(self, schema_id: str, kind: str, name: str) -> dict[str, Any]:
        """Listen until this hint comes; nothing but hints may come meanwhile."""

        async def read() -> dict[str, Any]:
            while True:
                event = json.loads(await self._socket.read_message())
                fields = {"schema_id", "kind", "name", "revision", "server_id", "timestamp"}
                assert set(event) == fields
                if (event["schema_id"], event["kind"], event["name"]) == (schema_id, kind, name):
                    return event

        return await asyncio.wait_for(read(), PATIENCE)


@pytest.fixture(params=["/", "/user/x/"], ids=["root", "hub"])
def jp_base_url(request: pytest.FixtureRequest) -> str:
    """Where the server lies: alone, and as JupyterHub would have it."""
    return request.param


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"jupyter_ci_manager": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
        }
    }


@pytest.fixture
def ask(jp_serverapp: Any, http_server_client: Any, jp_auth_header: Any, jp_base_url: str) -> Ask:
    """Ask the REST API: verb, path (percent-encoded), and what to send as JSON."""
    # As many at once as there are browser tabs; Tornado's own client queues beyond ten.
    http_server_client.max_clients = 500

    async def request(
        verb: str,
        path: str,
        sent: Any = None,
        *,
        raw: bytes | str | None = None,
        headers: dict[str, str] | None = None,
        root: str = ROOT,
    ) -> Answer:
        body = raw if raw is not None or sent is None else json.dumps(sent)
        response = await http_server_client.fetch(
            url_path_join(jp_base_url, root, path),
            method=verb,
            headers=jp_auth_header if headers is None else headers,
            body=body if body is not None or verb not in ("POST", "PUT", "PATCH") else "",
            request_timeout=60,
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
        )
        return Answer(response.code, response.headers, response.body)

    return request


@pytest.fixture
def listen(jp_ws_fetch: Any) -> Listen:
    """Open a page's connection to the event bus."""

    async def connect() -> Hints:
        return Hints(await jp_ws_fetch("api", "events", "subscribe"))

    return connect
