"""Who may: without a token nobody, without XSRF no page, with a read-only authorizer no change."""

from __future__ import annotations

from typing import Any

import pytest
from jupyter_server.auth import Authorizer

from jupyter_ci_manager.server.routes import routes

from .conftest import Ask

CALLS = [
    (
        route.verb.upper(),
        "/".join("x" if part[0] == "{" else part for part in route.path.split("/")),
    )
    for route in routes()
]
WRITES = [call for call in CALLS if call[0] != "GET"]


class ReadOnly(Authorizer):
    """Lets everybody look and nobody touch."""

    asked: list[tuple[str, str]] = []

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        self.asked.append((action, resource))
        return action == "read"


async def test_nothing_without_a_token(ask: Ask) -> None:
    for verb, path in CALLS:
        answer = await ask(verb, path, headers={})
        assert answer.status == 403, (verb, path)
        assert answer.json["message"]


async def test_a_wrong_token_is_no_token(ask: Ask) -> None:
    for verb, path in CALLS:
        answer = await ask(verb, path, headers={"Authorization": "token wrong"})
        assert answer.status == 403, (verb, path)


async def test_a_cookie_alone_changes_nothing(ask: Ask, jp_serverapp: Any) -> None:
    token = jp_serverapp.identity_provider.token
    welcome = await ask("GET", f"me?token={token}", root="api", headers={})
    cookies = "; ".join(cookie.split(";")[0] for cookie in welcome.headers.get_list("Set-Cookie"))
    assert (await ask("GET", "me", root="api", headers={"Cookie": cookies})).status == 200
    for verb, path in WRITES:
        answer = await ask(verb, path, headers={"Cookie": cookies})
        assert answer.status == 403, (verb, path)
        assert "xsrf" in answer.json["message"].lower()
    assert (await ask("GET", "openapi.json", headers={"Cookie": cookies})).status == 200


class TestReadOnly:
    @pytest.fixture
    def jp_server_config(
        self, jp_server_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> dict[str, Any]:
        monkeypatch.setenv("CI_MANAGER_BACKEND", "emulator")
        monkeypatch.setenv("CI_MANAGER_ENDPOINT", "http://127.0.0.1:9")
        jp_server_config["ServerApp"]["authorizer_class"] = ReadOnly
        ReadOnly.asked.clear()
        return jp_server_config

    async def test_every_change_is_refused_before_it_is_looked_at(self, ask: Ask) -> None:
        for verb, path in WRITES:
            answer = await ask(verb, path, {"surely": "wrong"})
            assert answer.status == 403, (verb, path)
            assert answer.json["code"] == "not_authorized"
            assert answer.json["hint"]
        assert {action for action, _ in ReadOnly.asked} == {"write"}
        assert {resource for _, resource in ReadOnly.asked} == {
            route.handler.auth_resource for route in routes() if route.verb != "get"
        }

    async def test_reading_goes_on_and_says_so(self, ask: Ask) -> None:
        answer = await ask("GET", "openapi.json")
        assert answer.status == 200
        assert answer.json["openapi"].startswith("3.1")
        may_write = (await ask("GET", "status")).json["may_write"]
        assert set(may_write.values()) == {False}
        written = {r.handler.auth_resource.split(":")[1] for r in routes() if r.verb != "get"}
        assert written - {"ssh_keys"} == set(may_write)


async def test_what_is_not_there_is_said_in_the_usual_shape(ask: Ask) -> None:
    answer = await ask("PATCH", "status", {})
    assert answer.status == 405
    assert answer.json["code"] == "method_not_allowed"
