"""The user's own emulator: started when it is needed, shared, ended and begun afresh."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from jupyter_ci_manager.compute.emulator_process import (
    emulator_folder,
    find_emulator,
    reset_emulator,
    start_emulator,
    stop_emulator,
)
from jupyter_ci_manager.compute.models import CreateInstance
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings


@pytest.fixture(autouse=True)
def ended(home: Path) -> Iterator[None]:
    yield
    stop_emulator()


def test_it_is_started_by_the_first_need_and_shared() -> None:
    assert find_emulator() is None
    with ThreadPoolExecutor(4) as pool:
        found = {info.pid for info in pool.map(lambda _: start_emulator(), range(4))}
    assert len(found) == 1
    service = ComputeService(Settings(backend="emulator"))
    status = service.status()
    assert status.error is None
    assert status.workspace is not None
    assert status.workspace_source == "the emulator"
    assert service.list().instances
    service.close()
    assert find_emulator() is not None


def test_its_folder_and_its_log_are_nobody_elses() -> None:
    start_emulator()
    assert emulator_folder().stat().st_mode & 0o077 == 0
    assert (emulator_folder() / "emulator.log").stat().st_mode & 0o077 == 0


def test_its_state_survives_a_stop_but_not_a_reset() -> None:
    service = ComputeService(Settings(backend="emulator"))
    service.create(CreateInstance(name="keep-me", vm_size="Standard_D2s_v3"))
    pid = find_emulator().pid  # type: ignore[union-attr]
    assert stop_emulator()
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert not stop_emulator()

    again = ComputeService(Settings(backend="emulator"))
    assert again.get("keep-me").state == "Creating"
    reset_emulator()
    fresh = ComputeService(Settings(backend="emulator"))
    listed = fresh.list()
    assert listed.error is None
    names = [i.name for i in listed.instances]
    assert "ds-anna" in names
    assert "keep-me" not in names
    for used in (service, again, fresh):
        used.close()


def test_a_config_file_of_the_real_azure_does_not_point_into_it(home: Path) -> None:
    Path("config.json").write_text(
        '{"subscription_id": "s", "resource_group": "g", "workspace_name": "real"}'
    )
    service = ComputeService(Settings(backend="emulator"))
    workspace = service.status().workspace
    assert workspace is not None
    assert workspace.name != "real"
    service.close()


def test_somebody_elses_process_is_never_taken_for_it(home: Path) -> None:
    folder = emulator_folder()
    folder.mkdir(parents=True)
    info = {"url": "http://127.0.0.1:9", "subscription_id": "s", "resource_group": "g"}
    (folder / "ready.json").write_text(
        __import__("json").dumps({**info, "workspace": "w", "pid": psutil.Process().pid})
    )
    assert find_emulator() is None
