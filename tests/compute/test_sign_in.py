"""Signing in: codes over TLS as Azure does it, the instance's identity, sign-out, other people."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jupyter_ci_manager.compute.credentials import signed_out
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, InvalidValue
from tests.emulator_process import Emulator, emulator_process

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
    shown = msgspec.json.encode([service.status(), service.list(), service.report()]).decode()
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


def test_the_instance_s_own_identity_bypasses_the_proxy(
    sample: Emulator, azure: MakeAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSI_ENDPOINT", sample.ready["msi_endpoint"])
    monkeypatch.setenv("MSI_SECRET", sample.ready["msi_secret"])
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    service = azure(credential="managed_identity")
    identity = service.status().identity
    assert identity.state == "signed_in", identity.error
    assert identity.kind == "managed_identity"
    assert service.list().error is None
    service.close()


def test_a_claims_challenge_is_answered_with_a_new_token(
    sample: Emulator, azure: MakeAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    import base64

    monkeypatch.setenv("MSI_ENDPOINT", sample.ready["msi_endpoint"])
    monkeypatch.setenv("MSI_SECRET", sample.ready["msi_secret"])
    service = azure(credential="managed_identity")
    assert service.list().error is None
    claims = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1"}}}').decode()
    challenge = f'Bearer error="insufficient_claims", claims="{claims}"'
    sample.control(
        "POST",
        "faults/requests",
        {
            "kind": "status",
            "status": 401,
            "path": "/computes$",
            "headers": {"WWW-Authenticate": challenge},
        },
    )
    service._inventory.refresh()
    assert service.list().error is None
    service.close()


def test_a_strict_emulator_takes_its_own_identity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with emulator_process(tmp_path / "strict", "--strict-auth") as strict:
        ours = ComputeService(Settings(backend="emulator", endpoint=strict.url))
        assert ours.list().error.code == "signed_out"  # type: ignore[union-attr]
        ours.close()
        monkeypatch.setenv("MSI_ENDPOINT", strict.ready["msi_endpoint"])
        monkeypatch.setenv("MSI_SECRET", strict.ready["msi_secret"])
        chosen = Settings(backend="emulator", endpoint=strict.url, credential="managed_identity")
        issued = ComputeService(chosen)
        assert issued.list().error is None
        assert issued.status().identity.kind == "emulator"
        issued.close()


def test_a_real_sign_in_never_goes_over_http(sample: Emulator) -> None:
    service = ComputeService(Settings(backend="azure", endpoint=sample.url))
    status = service.status()
    assert status.error is not None
    assert status.error.code == "invalid_endpoint"
    service.close()


def test_another_machine_is_never_spoken_to_over_http() -> None:
    service = ComputeService(Settings(backend="emulator", endpoint="http://example.com:80"))
    assert service.status().error.code == "invalid_endpoint"  # type: ignore[union-attr]
    assert service.list().error.code == "invalid_endpoint"  # type: ignore[union-attr]
    service.close()


def test_one_setting_changes_the_whole_cloud() -> None:
    service = ComputeService(Settings(cloud="AzureChinaCloud"))
    assert service._session.endpoint == "https://management.chinacloudapi.cn"
    assert service._session.sign_in._scope.startswith("https://management.chinacloudapi.cn")
    service.close()


def test_an_unknown_method_is_refused(sample: Emulator, azure: MakeAzure) -> None:
    with pytest.raises(InvalidValue) as caught:
        azure().sign_in("magic")
    assert caught.value.field == "method"


def test_without_any_way_to_sign_in_the_state_is_signed_out(
    azure: MakeAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    service = azure(credential="cli")
    identity = service.status().identity
    assert identity.state == "signed_out"
    assert "az login" in identity.error.hint  # type: ignore[union-attr]
    with pytest.raises(CIManagerError) as caught:
        service.sign_in("cli")
    assert caught.value.status == 401
    service.close()


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        (
            "AADSTS53003: Access has been blocked by Conditional Access",
            "device_code_blocked",
            "az login",
        ),
        ("AADSTS70043: The refresh token has expired", "sign_in_expired", "again"),
        ("No accounts were found in the cache", "signed_out", "az login"),
    ],
)
def test_what_azure_says_becomes_a_next_step(text: str, code: str, hint: str) -> None:
    error = signed_out(Exception(text))
    assert error.code == code
    assert hint in error.hint
