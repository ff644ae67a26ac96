"""Signing in the way Microsoft's own identity library does."""

from __future__ import annotations

import json
import threading
import urllib.parse
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import ClientSecretCredential, DeviceCodeCredential, ManagedIdentityCredential

from tests.emulator_process import Emulator

SCOPE = "https://management.azure.com/.default"


def user_of(emulator: Emulator, token: str) -> str:
    """Give the user whom the emulator takes a token for, as its refusals say."""
    path = f"{emulator.workspace_path}/computes/missing"
    assert emulator.request("GET", path, token=token).status == 404
    caller: str = emulator.control("GET", "log").json["value"][-1]["caller"]
    return caller


@pytest.fixture
def authority(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", emulator.ready["ca_cert"])
    return {
        "authority": emulator.ready["https_url"],
        "disable_instance_discovery": True,
        "tenant_id": emulator.ready["tenant_id"],
    }


def test_client_secret(emulator: Emulator, authority: dict[str, Any]) -> None:
    ready = emulator.ready
    right = ClientSecretCredential(
        client_id=ready["client_id"], client_secret=ready["client_secret"], **authority
    )
    token = right.get_token(SCOPE).token
    assert user_of(emulator, token) == ready["client_id"]
    wrong = ClientSecretCredential(client_id=ready["client_id"], client_secret="no", **authority)
    with pytest.raises(ClientAuthenticationError, match="Invalid client secret"):
        wrong.get_token(SCOPE)


def test_device_code(emulator: Emulator, authority: dict[str, Any]) -> None:
    prompts: list[tuple[str, str]] = []

    def prompt(address: str, code: str, expires: Any) -> None:
        prompts.append((address, code))
        decision = {"user_code": code, "user": "boris@contoso.example"}
        assert emulator.control("POST", "device", decision).status == 204

    credential = DeviceCodeCredential(client_id="a-client", prompt_callback=prompt, **authority)
    record = credential.authenticate(scopes=[SCOPE])
    assert record.username == "boris@contoso.example"
    assert prompts[0][0] == f"{emulator.ready['https_url']}/devicelogin"
    token = credential.get_token(SCOPE)
    assert user_of(emulator, token.token) == "boris@contoso.example"
    again = credential.get_token(SCOPE)
    assert again.token == token.token
    assert len(prompts) == 1


def test_a_device_code_that_is_declined_on_the_page(
    emulator: Emulator, authority: dict[str, Any]
) -> None:
    def prompt(address: str, code: str, expires: Any) -> None:
        form = urllib.parse.urlencode({"user_code": code.lower(), "decision": "decline"}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        path = urllib.parse.urlsplit(address).path
        answer = emulator.request("POST", path, raw=form, headers=headers, version=None, token=None)
        assert b"Done" in answer.body

    credential = DeviceCodeCredential(client_id="a-client", prompt_callback=prompt, **authority)
    with pytest.raises(ClientAuthenticationError, match="declined"):
        credential.get_token(SCOPE)


def test_a_device_code_may_be_confirmed_by_itself(
    emulator: Emulator, authority: dict[str, Any]
) -> None:
    emulator.control("PATCH", "settings", {"device_sign_in": "chloe@contoso.example"})
    asked = threading.Event()
    credential = DeviceCodeCredential(
        client_id="a-client", prompt_callback=lambda *_: asked.set(), **authority
    )
    token = credential.get_token(SCOPE).token
    emulator.control("PATCH", "settings", {"device_sign_in": "page"})
    assert asked.is_set()
    assert user_of(emulator, token) == "chloe@contoso.example"


def test_managed_identity_of_a_compute_instance(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSI_ENDPOINT", emulator.ready["msi_endpoint"])
    monkeypatch.setenv("MSI_SECRET", emulator.ready["msi_secret"])
    token = ManagedIdentityCredential().get_token(SCOPE).token
    assert user_of(emulator, token) == "anna@contoso.example"
    bare = emulator.request("GET", "/MSI/auth?resource=x", version=None, token=None)
    assert bare.status == 401
    secret = {"secret": emulator.ready["msi_secret"]}
    unnamed = emulator.request("GET", "/MSI/auth", version=None, token=None, headers=secret)
    assert unnamed.status == 400


def test_secrets_never_reach_the_request_log(emulator: Emulator, authority: dict[str, Any]) -> None:
    ready = emulator.ready
    credential = ClientSecretCredential(
        client_id=ready["client_id"], client_secret=ready["client_secret"], **authority
    )
    token = credential.get_token(SCOPE).token
    emulator.request("GET", emulator.workspace_path, token=token)
    text = json.dumps(emulator.control("GET", "log").json)
    for secret in (ready["client_secret"], token, ready["control_key"], ready["msi_secret"]):
        assert secret not in text
    assert "<redacted>" in text
