"""A real Jupyter server with the extension loaded, and a client that never raises."""

from __future__ import annotations

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
