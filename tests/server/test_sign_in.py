"""Signing in over REST: the code and its link, giving up, who acts then, and nobody else instead."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator_process import Emulator

from .azure import cloud  # noqa: F401
from .conftest import Ask, until

pytestmark = pytest.mark.parametrize("jp_base_url", ["/user/x/"])


@pytest.fixture(autouse=True)
def real_azure(cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """A server that takes the emulator for the real Azure, where nobody is signed in."""
    for name, value in {
        "CI_MANAGER_BACKEND": "azure",
        "CI_MANAGER_ENDPOINT": cloud.ready["https_url"],
        "CI_MANAGER_CREDENTIAL": "device_code",
        "CI_MANAGER_SUBSCRIPTION_ID": cloud.ready["subscription_id"],
        "CI_MANAGER_RESOURCE_GROUP": cloud.ready["resource_group"],
        "CI_MANAGER_WORKSPACE": cloud.ready["workspace"],
        "REQUESTS_CA_BUNDLE": cloud.ready["ca_cert"],
        "AZURE_AUTHORITY_HOST": cloud.ready["https_url"],
    }.items():
        monkeypatch.setenv(name, value)


async def identity(ask: Ask) -> dict[str, Any]:
    found: dict[str, Any] = (await ask("GET", "status")).json["compute"]["identity"]
    return found


async def test_a_code_is_shown_given_up_asked_for_anew_and_entered(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
) -> None:
    assert (await ask("GET", "instances")).json["error"]["code"] == "signed_out"

    first = await ask("POST", "sign-in", {"method": "device_code"})
    assert (first.status, first.json["state"]) == (200, "signing_in")
    prompt = first.json["prompt"]
    assert prompt["url"].startswith("https://")
    assert prompt["code"] in prompt["message"]
    # Another tab sees the same code.
    assert (await identity(ask))["prompt"] == prompt

    given_up = await ask("DELETE", "sign-in")
    assert (given_up.json["state"], given_up.json["prompt"]) == ("signed_out", None)
    again = (await ask("POST", "sign-in", {"method": "device_code"})).json["prompt"]
    assert again["code"] != prompt["code"]

    entered = {"user_code": again["code"], "user": "anna@contoso.example"}
    assert cloud.control("POST", "device", entered).status == 204

    async def is_signed_in() -> bool:
        return (await identity(ask))["state"] == "signed_in"

    await until(is_signed_in)
    who = await identity(ask)
    assert (who["name"], who["kind"]) == ("anna@contoso.example", "user")
    assert who["tenant_id"] == cloud.ready["tenant_id"]
    assert who["is_kept"] is False
    listed = (await ask("GET", "instances?refresh=1")).json
    assert listed["error"] is None
    links = (await ask("GET", "status")).json["compute"]["links"]
    assert f"tid={cloud.ready['tenant_id']}" in links["submit_job"]


async def test_a_code_that_expires_is_a_state_with_a_way_on(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
) -> None:
    cloud.control("PATCH", "settings", {"device_code_seconds": 1})
    try:
        await ask("POST", "sign-in", {"method": "device_code"})

        async def is_over() -> bool:
            return (await identity(ask))["state"] == "signed_out"

        await until(is_over)
        error = (await identity(ask))["error"]
        assert error["code"] == "sign_in_expired"
        assert error["hint"]
    finally:
        cloud.control("PATCH", "settings", {"device_code_seconds": 900})
