"""Signing in with a code over TLS, as Azure does it: entered, declined, expired, blocked, given up."""

from __future__ import annotations

import base64
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from jupyter_ci_manager.compute import credentials
from jupyter_ci_manager.compute.models import Identity
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.errors import SignedOut
from jupyter_ci_manager.sentences import english
from tests.emulator_process import Emulator

from .conftest import MakeAzure, until


def test_a_code_is_shown_and_signs_in_when_it_is_entered(
    sample: Emulator, azure: MakeAzure
) -> None:
    service = azure()
    assert service.status().identity.state == "signed_out"
    listed = service.list()
    assert listed.error is not None
    assert listed.error.code == "signed_out"

    waiting = service.sign_in("device_code")
    assert waiting.state == "signing_in"
    assert waiting.prompt is not None
    assert waiting.prompt.url.startswith("https://")
    assert waiting.prompt.code
    assert waiting.prompt.expires_on.endswith("Z")
    assert waiting.tenant_id == sample.ready["tenant_id"], "the one that Azure's challenge names"
    assert service.sign_in("device_code").prompt == waiting.prompt, "a second click keeps the code"

    # Somebody lists meanwhile: the code stays.
    assert service.list(refresh=True).error.code == "signed_out"  # type: ignore[union-attr]
    assert service.status().identity.prompt == waiting.prompt

    sample.control(
        "POST", "device", {"user_code": waiting.prompt.code, "user": "boris@contoso.example"}
    )
    until(lambda: service.status().identity.state == "signed_in", 30)
    identity = service.status().identity
    assert identity.name == "boris@contoso.example"
    assert identity.kind == "user"
    assert identity.credential == "DeviceCodeCredential"
    mine = [i.name for i in service.list(refresh=True).instances if i.is_mine]
    assert "ds-boris" in mine
    assert "ds-anna" not in mine


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A firewall's way: connections are taken, and nothing ever comes back."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_sign_in_service_out_of_reach_is_not_called_signed_out(
    azure: MakeAzure, silent_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it keep anybody waiting, or throw away who was signed in."""
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", f"https://127.0.0.1:{silent_port}")
    monkeypatch.setitem(credentials._TIMEOUTS, "read_timeout", 0.5)
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID"):
        monkeypatch.setenv(name, "00000000-0000-0000-0000-00000000000a")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "nothing")
    assert sum(credentials._TIMEOUTS.values()) < 10
    service = azure(credential="environment")
    began = time.monotonic()
    error = service.list().error
    assert time.monotonic() - began < 9
    assert error is not None
    assert error.code == "sign_in_unreachable"
    assert "proxy" in error.hint
    with pytest.raises(SignedOut) as caught:
        service.sign_in("device_code")
    assert caught.value.code == "sign_in_unreachable"
    assert "sign in again" in caught.value.hint


def test_a_declined_code_leaves_nobody_signed_in(sample: Emulator, azure: MakeAzure) -> None:
    service = azure()
    waiting = service.sign_in("device_code")
    assert waiting.prompt is not None
    sample.control("POST", "device", {"user_code": waiting.prompt.code, "user": None})
    until(lambda: service.status().identity.state == "signed_out", 30)
    error = service.status().identity.error
    assert error is not None
    assert error.code == "sign_in_declined"
    service.close()


def test_a_sign_in_that_waits_can_be_given_up(azure: MakeAzure) -> None:
    service = azure()
    first = service.sign_in("device_code")
    assert service.sign_out().state == "signed_out"
    again = service.sign_in("device_code")
    assert first.prompt
    assert again.prompt
    assert again.prompt.code != first.prompt.code
    service.close()


def test_the_token_is_in_no_answer(sample: Emulator, azure: MakeAzure) -> None:
    import msgspec

    service = azure()
    waiting = service.sign_in("device_code")
    assert waiting.prompt
    sample.control(
        "POST", "device", {"user_code": waiting.prompt.code, "user": "anna@contoso.example"}
    )
    until(lambda: service.status().identity.state == "signed_in", 30)
    token = service._session.sign_in.get_token_info().token
    everything = [service.status(), service.list(), service.report()]
    shown = msgspec.json.encode(everything, enc_hook=english).decode()
    assert token not in shown
    service.close()


def test_tokens_are_kept_on_disk_only_when_asked_and_only_for_their_owner(
    sample: Emulator, azure: MakeAzure, home: Path
) -> None:
    service = azure(persist_tokens=True)
    waiting = service.sign_in("device_code")
    assert waiting.prompt
    sample.control(
        "POST", "device", {"user_code": waiting.prompt.code, "user": "anna@contoso.example"}
    )
    until(lambda: service.status().identity.state == "signed_in", 30)
    service.close()

    again = azure(persist_tokens=True, credential="auto")
    assert again.status().identity.name == "anna@contoso.example"
    kept = [
        p
        for p in home.rglob("*")
        if p.is_file() and ("account" in p.name or "IdentityService" in str(p))
    ]
    assert kept
    assert all(p.stat().st_mode & 0o077 == 0 for p in kept)
    again.sign_out()
    assert [p for p in kept if p.exists() and p.suffix != ".lockfile"] == []
    again.close()


@pytest.fixture
def sign_in_service(sample: Emulator) -> Iterator[Callable[..., None]]:
    """Set the sign-in service's switches for one test."""

    def change(**switches: Any) -> None:
        assert sample.control("PATCH", "settings", switches).status == 200

    yield change
    change(device_code_seconds=900, sign_in_refusals={"device_code": "", "refresh_token": ""})


def test_a_code_that_nobody_enters_expires(
    sign_in_service: Callable[..., None], azure: MakeAzure
) -> None:
    sign_in_service(device_code_seconds=2)
    service = azure()
    assert service.sign_in("device_code").state == "signing_in"
    until(lambda: service.status().identity.state == "signed_out")
    identity = service.status().identity
    assert identity.prompt is None
    assert identity.error is not None
    assert identity.error.code == "sign_in_expired"
    assert "new one" in identity.error.hint


def test_a_code_that_the_organisation_blocks_says_what_to_do_instead(
    sign_in_service: Callable[..., None], azure: MakeAzure
) -> None:
    blocked = "AADSTS53003: Access has been blocked by Conditional Access policies."
    sign_in_service(sign_in_refusals={"device_code": blocked})
    service = azure()
    with suppress(SignedOut):  # It may be refused before the code is shown.
        service.sign_in("device_code")
    until(lambda: service.status().identity.state == "signed_out")
    error = service.status().identity.error
    assert error is not None
    assert error.code == "device_code_blocked"
    assert "az login" in error.hint


def test_what_azure_claims_goes_into_the_next_sign_in(
    sample: Emulator, sign_in_service: Callable[..., None], azure: MakeAzure
) -> None:
    """A revoked session: Azure wants another token, and the account alone does not give one."""
    service = azure()
    entered(sample, service)
    assert service.list(refresh=True).error is None

    sign_in_service(sign_in_refusals={"refresh_token": "AADSTS50076: you must use MFA."})
    wanted = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'
    claims = base64.b64encode(wanted.encode()).decode()
    challenge = f'Bearer error="insufficient_claims", claims="{claims}"'
    refusal = {"kind": "status", "status": 401, "path": "/computes$", "count": 2}
    sample.control(
        "POST", "faults/requests", {**refusal, "headers": {"WWW-Authenticate": challenge}}
    )
    service._inventory.refresh()
    listed = service.list()
    assert listed.error is not None
    assert listed.error.code == "sign_in_again"
    assert listed.instances, "the last good list stays"
    assert service.status().identity.state == "signed_out"

    # Who signs in anew, with all that was asked of him, gets tokens again.
    sign_in_service(sign_in_refusals={"refresh_token": ""})
    sample.control("DELETE", "faults")
    sample.control("DELETE", "log")
    entered(sample, service)
    assert service.list(refresh=True).error is None
    log = sample.control("GET", "log").json["value"]
    asked = [e["body"] for e in log if e["path"].endswith("/oauth2/v2.0/token")]
    assert any("acrs" in unquote(body) for body in asked)


def entered(sample: Emulator, service: ComputeService, user: str = "anna@contoso.example") -> None:
    """Sign in with a code, as a person would."""
    prompt = service.sign_in("device_code").prompt
    assert prompt is not None
    sample.control("POST", "device", {"user_code": prompt.code, "user": user})
    until(lambda: service.status().identity.name == user)


def test_another_person_takes_over_and_sees_his_own(sample: Emulator, azure: MakeAzure) -> None:
    service = azure()
    entered(sample, service)
    mine = {i.name for i in service.list(only_mine=True).instances}
    assert "ds-anna" in mine
    entered(sample, service, "boris@contoso.example")
    assert service.status().identity.name == "boris@contoso.example"
    mine = {i.name for i in service.list(only_mine=True).instances}
    assert "ds-boris" in mine
    assert "ds-anna" not in mine
    service.sign_out()
    assert service.list().error.code == "signed_out"  # type: ignore[union-attr]
    # Nobody steps in by himself, whatever the machine would have to offer.
    assert service.status().identity.state == "signed_out"


def test_who_is_signed_in_stays_so_until_another_sign_in_has_succeeded(
    sample: Emulator, sign_in_service: Callable[..., None], azure: MakeAzure
) -> None:
    """Given up, declined, expired or without a code: all is as it was, and the list never goes."""
    service = azure()
    entered(sample, service)

    def still_anna() -> Identity:
        identity = service.status().identity
        assert (identity.state, identity.name) == ("signed_in", "anna@contoso.example")
        listed = service.list(refresh=True)
        assert listed.error is None
        assert "ds-anna" in {i.name for i in listed.instances if i.is_mine}
        return identity

    waiting = service.sign_in("device_code")
    assert waiting.state == "signed_in"
    assert waiting.prompt is not None
    assert still_anna().prompt == waiting.prompt
    assert service.sign_in("device_code").prompt == waiting.prompt, "a second click keeps the code"
    assert service.sign_out(only_waiting=True).prompt is None
    identity = still_anna()
    assert (identity.prompt, identity.error) == (None, None)

    declined = service.sign_in("device_code").prompt
    assert declined is not None
    sample.control("POST", "device", {"user_code": declined.code, "user": None})
    until(lambda: service.status().identity.error is not None, 30)
    assert still_anna().error.code == "sign_in_declined"  # type: ignore[union-attr]
    service.sign_out(only_waiting=True)
    assert still_anna().error is None, "it was read"

    sign_in_service(device_code_seconds=2)
    service.sign_in("device_code")
    until(lambda: service.status().identity.error is not None, 30)
    identity = still_anna()
    assert identity.prompt is None
    assert identity.error.code == "sign_in_expired"  # type: ignore[union-attr]

    with pytest.raises(SignedOut):
        service.sign_in("environment")
    assert still_anna().error is None

    sign_in_service(device_code_seconds=900)
    entered(sample, service, "boris@contoso.example")
    assert service.status().identity.name == "boris@contoso.example"


def test_a_cancelled_sign_in_leaves_whoever_was_out_out(azure: MakeAzure) -> None:
    service = azure()
    before = service.status().identity
    assert before.state == "signed_out"
    assert service.sign_in("device_code").state == "signing_in"
    assert service.sign_out(only_waiting=True).state == "signed_out"
    assert service.status().identity.state == "signed_out"
    service.close()
