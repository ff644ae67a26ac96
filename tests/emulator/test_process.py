"""Starting, ending, and what a kill leaves behind."""

from __future__ import annotations

import stat
import sys

import pytest

from tests.emulator.conftest import StartEmulator
from tests.emulator_process import start

READY = (
    "url",
    "https_url",
    "ca_cert",
    "subscription_id",
    "resource_group",
    "workspace",
    "location",
    "pid",
    "control_key",
)


def test_the_ready_file_tells_how_to_reach_it_and_is_ours_alone(
    start_emulator: StartEmulator,
) -> None:
    emulator = start_emulator()
    assert all(emulator.ready[key] for key in READY)
    assert emulator.ready["pid"] == emulator.process.pid
    file = emulator.state_dir.with_name(f"{emulator.state_dir.name}.ready.json")
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE((emulator.state_dir / "state.sqlite3").stat().st_mode) == 0o600
    assert emulator.end() == 0
    assert not file.exists()


def test_a_second_emulator_on_the_same_state_is_refused(start_emulator: StartEmulator) -> None:
    emulator = start_emulator()
    with pytest.raises(RuntimeError, match="another emulator uses the state directory"):
        start(emulator.state_dir)
    assert emulator.request("GET", "/subscriptions").status == 200


def test_an_emulator_that_nobody_uses_ends_by_itself(start_emulator: StartEmulator) -> None:
    emulator = start_emulator("--exit-unused", "1")
    emulator.create("before-the-end")
    assert emulator.process.wait(30) == 0
    again = start_emulator()
    assert again.inner("before-the-end")["vmSize"] == "STANDARD_DS3_V2"


def test_a_name_that_is_not_loopback_is_refused(start_emulator: StartEmulator) -> None:
    emulator = start_emulator()
    answer = emulator.request("GET", "/subscriptions", headers={"Host": "evil.example"})
    assert (answer.status, answer.error["code"]) == (403, "InvalidHost")


def test_nothing_acknowledged_is_lost_by_a_kill_and_operations_go_on(
    start_emulator: StartEmulator,
) -> None:
    emulator = start_emulator()
    operation = emulator.create("survivor").headers["Azure-AsyncOperation"]
    assert emulator.create("second").status == 201
    emulator.kill()
    again = start_emulator("--speed", "1000")
    path = operation.removeprefix(emulator.url)
    names = [
        one["name"]
        for one in again.request("GET", f"{again.workspace_path}/computes").json["value"]
    ]
    assert names == ["second", "survivor"]
    again.wait_for_state("survivor", "Running")
    assert again.request("GET", path).json["status"] == "Succeeded"
