"""Signing in without a code, the instance's identity among others; other clouds, what Azure refuses."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.compute.credentials import azure_credential
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.compute.sign_in_failures import signed_out
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, InvalidValue
from tests.emulator_process import Emulator, emulator_process

from .conftest import MakeAzure


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
    with emulator_process(tmp_path / "strict", "--strict-auth", "--sample") as strict:
        ours = ComputeService(Settings(backend="emulator", endpoint=strict.url))
        refused = ours.list().error
        assert refused is not None
        assert refused.code == "signed_out"
        assert "emulator_ready_file" in refused.hint
        ours.close()
        ready = str(strict.state_dir.with_name(f"{strict.state_dir.name}.ready.json"))
        told = ComputeService(Settings(backend="emulator", emulator_ready_file=ready))
        assert told.list().error is None
        assert told.status().identity.name == "anna@contoso.example"
        assert told.status().endpoint == strict.url
        told.close()
        boris = next(u["oid"] for u in strict.ready["users"] if u["upn"].startswith("boris"))
        other = Settings(backend="emulator", emulator_ready_file=ready, emulator_user=boris)
        told = ComputeService(other)
        assert {"ds-boris"} <= {i.name for i in told.list(only_mine=True).instances}
        told.close()
        monkeypatch.setenv("MSI_ENDPOINT", strict.ready["msi_endpoint"])
        monkeypatch.setenv("MSI_SECRET", strict.ready["msi_secret"])
        chosen = Settings(backend="emulator", endpoint=strict.url, credential="managed_identity")
        issued = ComputeService(chosen)
        assert issued.list().error is None
        assert issued.status().identity.kind == "emulator"
        issued.close()
    gone = ComputeService(Settings(backend="emulator", emulator_ready_file=ready))
    assert gone.list().error.code == "emulator_gone"  # type: ignore[union-attr]
    gone.close()


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


@pytest.mark.parametrize(
    ("cloud", "arm", "authority", "studio"),
    [
        ("AzureCloud", "management.azure.com", "login.microsoftonline.com", "ml.azure.com"),
        (
            "AzureChinaCloud",
            "management.chinacloudapi.cn",
            "login.chinacloudapi.cn",
            "studio.ml.azure.cn",
        ),
        (
            "AzureUSGovernment",
            "management.usgovcloudapi.net",
            "login.microsoftonline.us",
            "ml.azure.us",
        ),
    ],
)
def test_one_setting_changes_the_whole_cloud(
    cloud: str, arm: str, authority: str, studio: str
) -> None:
    chosen = Settings(cloud=cloud, subscription_id="s", resource_group="g", workspace="w")
    service = ComputeService(chosen)
    session = service._session
    assert session.endpoint == f"https://{arm}"
    assert session.sign_in._scope == f"https://{arm}/.default"
    assert {link.split("/")[2] for link in session.links().values()} == {studio}
    made: Any = azure_credential(chosen, "device_code", prompt=lambda *_: None)
    assert made._authority == f"https://{authority}"
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
        (
            "This credential doesn't support claims challenges. To authenticate with the required "
            "claims, please run the following command: az login --claims-challenge eyJ9",
            "sign_in_again",
            "“az login --claims-challenge eyJ9”",
        ),
    ],
)
def test_what_azure_says_becomes_a_next_step(text: str, code: str, hint: str) -> None:
    error = signed_out(Exception(text))
    assert error.code == code
    assert hint in error.hint
