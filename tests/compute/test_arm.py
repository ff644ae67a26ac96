"""The client itself: one host, no proxy for this machine, no second write."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from jupyter_ci_manager.compute.api_versions import action_version
from jupyter_ci_manager.compute.arm import ArmClient
from jupyter_ci_manager.compute.clouds import CLOUDS, checked_endpoint, is_loopback, studio_links
from jupyter_ci_manager.compute.credentials import claims_of, identity_of
from jupyter_ci_manager.compute.emulator_tokens import EmulatorCredential
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, InvalidValue, TimedOut, Unavailable
from tests.emulator_process import API, Emulator


@pytest.fixture
def client(sample: Emulator) -> ArmClient:
    return ArmClient(
        sample.url, EmulatorCredential(), scope="https://management.azure.com/.default"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/subscriptions",
        "//evil.example/x",
        "http://127.0.0.1:1/x",
        "http://127.0.0.1@evil.example/x",
        "https://127.0.0.1/x",
    ],
)
def test_no_token_goes_to_another_host(client: ArmClient, url: str) -> None:
    with pytest.raises(Unavailable) as caught:
        client.request("GET", url)
    assert caught.value.code == "foreign_link"


@pytest.mark.parametrize("url", ["http://example.com", "ftp://127.0.0.1", "nonsense", "http://"])
def test_endpoints_that_are_refused(url: str) -> None:
    with pytest.raises(InvalidValue):
        checked_endpoint(url)


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.0.0.1.evil.example", False),
        ("10.0.0.1", False),
        (None, False),
    ],
)
def test_what_is_this_machine(host: str | None, own: bool) -> None:
    assert is_loopback(host) is own


def test_a_proxy_is_not_asked_for_this_machine(
    sample: Emulator, client: ArmClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert client.get(sample.workspace_path, api_version=API)["name"]


def test_nobody_answers() -> None:
    client = ArmClient("http://127.0.0.1:9", EmulatorCredential(), scope="s")
    with pytest.raises(Unavailable) as caught:
        client.get("/subscriptions", api_version="2022-12-01")
    assert "cannot be reached" in caught.value.message


def test_a_read_that_hangs_ends_in_time(sample: Emulator, client: ArmClient) -> None:
    sample.control(
        "POST", "faults/requests", {"kind": "hang", "path": "/subscriptions$", "seconds": 60}
    )
    with pytest.raises(TimedOut):
        client.request("GET", "/subscriptions", api_version="2022-12-01", timeout=0.6)
    sample.control("DELETE", "faults")


def test_errors_keep_azure_s_own_words(client: ArmClient, sample: Emulator) -> None:
    with pytest.raises(CIManagerError) as caught:
        client.get(sample.compute_path("nobody"), api_version=API)
    assert caught.value.details["azure_code"] == "ResourceNotFound"
    assert caught.value.details["correlation_id"]


def test_the_tenant_is_taken_from_the_challenge(sample: Emulator, client: ArmClient) -> None:
    challenge = (
        'Bearer authorization_uri="https://login.windows.net/tenant-1", error="invalid_token"'
    )
    sample.control(
        "POST",
        "faults/requests",
        {
            "kind": "status",
            "status": 401,
            "path": "/subscriptions$",
            "headers": {"WWW-Authenticate": challenge},
        },
    )
    asked = client.tenant_of_challenge("/subscriptions", api_version="2022-12-01")
    assert asked == "tenant-1"


def test_each_action_goes_to_a_version_that_has_it() -> None:
    def version(action: str) -> str:
        return action_version(action, stable="S", preview="P")

    assert version("start") == "S"
    assert version("updateIdleShutdownSetting") == version("resize") == "P"
    assert version("updateSchedules") == "2021-03-01-preview"


def test_the_emulator_s_token_says_who_acts_and_proves_nothing() -> None:
    token = EmulatorCredential("oid-1", "tid-1").get_token_info("scope/.default").token
    assert token.endswith(".")
    assert claims_of(token)["oid"] == "oid-1"
    assert identity_of(token, "EmulatorCredential", emulator=True).object_id == "oid-1"
    assert claims_of("rubbish") == {}


def test_studio_links_carry_the_workspace() -> None:
    links = studio_links(CLOUDS["AzureCloud"].studio, "/subscriptions/s/x", "t")
    assert (
        links["compute"]
        == "https://ml.azure.com/compute/list/instances?wsid=/subscriptions/s/x&tid=t"
    )


def test_importing_the_door_is_cheap() -> None:
    import subprocess
    import sys

    probe = (
        "import sys, jupyter_ci_manager.compute.service;"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('azure', 'requests', 'msal', 'psutil', 'croniter', 'filelock', 'cryptography')])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("ahead", [3600, -3600])
def test_azure_s_times_are_read_by_azure_s_clock(sample: Emulator, ahead: int) -> None:
    """A machine whose clock is an hour off still tells for how long an instance has run."""

    def wrong() -> datetime:
        return datetime.now(timezone.utc) - timedelta(seconds=ahead)

    service = ComputeService(Settings(backend="emulator", endpoint=sample.url), clock=wrong)
    client = service._session.client()
    client._compare_clocks(
        format_datetime(datetime.now(timezone.utc) + timedelta(seconds=ahead), usegmt=True)
    )
    assert client.clock_skew == pytest.approx(ahead, abs=5)
    azure_s = service._inventory.completing.now()
    assert abs((azure_s - datetime.now(timezone.utc)).total_seconds()) < 10
    service.close()


def test_small_differences_of_the_clocks_are_none(client: ArmClient) -> None:
    client._compare_clocks(format_datetime(datetime.now(timezone.utc), usegmt=True))
    assert client.clock_skew == 0.0
    client._compare_clocks("no date")
    assert client.clock_skew == 0.0
