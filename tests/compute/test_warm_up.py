"""An instance that runs but does not answer yet says so, until it does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from jupyter_ci_manager.compute.gateway import answers
from jupyter_ci_manager.compute.models import ComputeInstance, CreateInstance, Verdict
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from tests.emulator_process import Emulator, emulator_process

from .conftest import MakeService, until

NAME = "just-started"


def probes(emulator: Emulator) -> list[dict[str, Any]]:
    log = emulator.control("GET", "log").json["value"]
    return [e for e in log if e["path"].startswith("/applications/")]


def gateway(emulator: Emulator, status: int) -> None:
    """Let the gateway before the instances answer so from now on."""
    fault = {"kind": "status", "status": status, "path": "^/applications/", "count": 1000}
    assert emulator.control("POST", "faults/requests", fault).status < 300


@pytest.fixture
def machines(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Emulator]:
    """An emulator whose instances can be opened."""
    with emulator_process(tmp_path_factory.mktemp("machines") / "state", "--machines") as running:
        monkeypatch.setenv("MSI_ENDPOINT", running.ready["msi_endpoint"])
        monkeypatch.setenv("MSI_SECRET", running.ready["msi_secret"])
        yield running


def started(emulator: Emulator, service: ComputeService) -> ComputeInstance:
    service.create(CreateInstance(name=NAME, vm_size="Standard_DS3_v2"))
    emulator.advance(200)
    return service.wait(NAME, until="Running", timeout=30)


def opening(service: ComputeService) -> Verdict:
    return next(i for i in service.list().instances if i.name == NAME).actions["open"]


def test_it_is_warming_up_until_it_answers(machines: Emulator, service_for: MakeService) -> None:
    heard: list[str] = []
    service = service_for(
        machines, on_change=heard.append, credential="managed_identity", poll_interval=0.2
    )
    gateway(machines, 502)
    assert started(machines, service).is_mine
    until(lambda: opening(service).code == "warming_up")
    verdict = opening(service)
    assert verdict.allowed == "unknown"
    assert "warming up" in verdict.reason

    heard.clear()
    machines.control("DELETE", "faults")
    until(lambda: opening(service).allowed == "yes")
    assert NAME in heard
    assert all("ticket" not in str(entry) for entry in probes(machines))

    # It has answered: nobody asks again, however many lists are read.
    asked, lists = len(probes(machines)), service._inventory.lists_sent
    until(lambda: service._inventory.lists_sent >= lists + 4)
    assert len(probes(machines)) == asked


def test_nobody_watches_nobody_asks(machines: Emulator, service_for: MakeService) -> None:
    service = service_for(machines, credential="managed_identity", poll_interval=0)
    gateway(machines, 502)
    started(machines, service)
    for _ in range(4):
        assert opening(service).allowed == "yes"
    assert probes(machines) == []


def test_one_that_runs_for_long_is_not_asked(machines: Emulator) -> None:
    later = timedelta(0)
    service = ComputeService(
        Settings(
            backend="emulator",
            endpoint=machines.url,
            credential="managed_identity",
            poll_interval=0.1,
            busy_poll_interval=0.1,
        ),
        clock=lambda: datetime.now(timezone.utc) + later,
        on_change=lambda name: None,
    )
    gateway(machines, 502)
    started(machines, service)
    until(lambda: opening(service).code == "warming_up")
    later = timedelta(minutes=20)
    until(lambda: opening(service).allowed == "yes")
    # The last question may still be under way.
    until(lambda: not service._inventory.warm_up._is_asking)
    asked, lists = len(probes(machines)), service._inventory.lists_sent
    until(lambda: service._inventory.lists_sent >= lists + 4)
    assert len(probes(machines)) == asked
    service.close()


@pytest.mark.parametrize(
    ("status", "known"), [(502, False), (503, False), (504, False), (403, True), (500, True)]
)
def test_what_counts_as_an_answer(sample: Emulator, status: int, known: bool) -> None:
    sample.control(
        "POST", "faults/requests", {"kind": "status", "status": status, "path": "^/probe"}
    )
    assert answers(f"{sample.url}/probe") is known


def test_a_closed_port_is_not_up_yet_and_silence_tells_nothing(sample: Emulator) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert answers(f"http://127.0.0.1:{closed.getsockname()[1]}/tree") is False
    sample.control("POST", "faults/requests", {"kind": "reset", "path": "^/probe"})
    assert answers(f"{sample.url}/probe") is None
