"""A service against a real emulator process, with a home of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from tests.emulator_process import Emulator, start

_VARIABLES = (
    "AZUREML_ARM_SUBSCRIPTION",
    "AZURE_SUBSCRIPTION_ID",
    "SUBSCRIPTION_ID",
    "CI_NAME",
    "CI_MANAGER_BACKEND",
    "CI_MANAGER_ENDPOINT",
    "AZURE_AUTHORITY_HOST",
    "REQUESTS_CA_BUNDLE",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home, a data folder and a working directory that nobody else uses."""
    home = tmp_path / "home"
    work = home / "work"
    work.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(work)
    return home


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The sample workspace at real speed: nothing moves unless it is asked to."""
    running = start(tmp_path_factory.mktemp("sample") / "state", "--sample")
    yield running
    running.end()


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An empty workspace whose clock runs 200 times faster."""
    running = start(tmp_path_factory.mktemp("quick") / "state", "--speed", "200")
    yield running
    running.end()


MakeService = Callable[..., ComputeService]
MakeAzure = Callable[..., ComputeService]


@pytest.fixture
def service_for() -> Iterator[MakeService]:
    """Make services that are closed when the test ends."""
    made: list[ComputeService] = []

    def make(emulator: Emulator | str, **settings: Any) -> ComputeService:
        on_change = settings.pop("on_change", None)
        url = emulator if isinstance(emulator, str) else emulator.url
        chosen = {"backend": "emulator", "endpoint": url, "busy_poll_interval": 0.1, **settings}
        made.append(ComputeService(Settings(**chosen), on_change=on_change))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def service(sample: Emulator, service_for: MakeService) -> ComputeService:
    """The sample's first person."""
    return service_for(sample)


@pytest.fixture
def azure(sample: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeAzure]:
    """Services that take the emulator for the real Azure, over TLS with a private CA."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", sample.ready["ca_cert"])
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", sample.ready["https_url"])
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)

    made: list[ComputeService] = []

    def make(**settings: Any) -> ComputeService:
        chosen = {
            "backend": "azure",
            "endpoint": sample.ready["https_url"],
            "credential": "device_code",
            "subscription_id": sample.ready["subscription_id"],
            "resource_group": sample.ready["resource_group"],
            "workspace": sample.ready["workspace"],
        }
        made.append(ComputeService(Settings(**{**chosen, **settings})))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def machine_identity(sample: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity endpoint that a compute instance has."""
    monkeypatch.setenv("MSI_ENDPOINT", sample.ready["msi_endpoint"])
    monkeypatch.setenv("MSI_SECRET", sample.ready["msi_secret"])


def until(what: Callable[[], Any], seconds: float = 30.0) -> Any:
    """Wait until ``what`` gives something true, and give that."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found
