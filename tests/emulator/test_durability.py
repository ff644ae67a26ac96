"""Kills at any moment: what was acknowledged is there afterwards."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.emulator.conftest import StartEmulator
from tests.emulator_process import Emulator


def _write_until_killed(emulator: Emulator, who: int, acknowledged: dict[str, Any]) -> None:
    for at in range(1000):
        name = f"w{who}x{at:03d}z"
        try:
            answer = emulator.create(name, "Standard_DS1_v2")
            if answer.status != 201:
                return
            acknowledged[name] = answer.headers["Azure-AsyncOperation"]
        except OSError:
            return


def test_three_kills_under_load_lose_nothing(start_emulator: StartEmulator) -> None:
    acknowledged: dict[str, Any] = {}
    for round_ in range(3):
        emulator = start_emulator()
        enough = len(acknowledged) + 25
        reached = threading.Event()
        with ThreadPoolExecutor(3) as pool:
            for who in range(3):
                pool.submit(_write_until_killed, emulator, 10 * round_ + who, acknowledged)
            while len(acknowledged) < enough:
                reached.wait(0.01)
            emulator.kill()
    emulator = start_emulator("--speed", "5000")
    listed = emulator.request("GET", f"{emulator.workspace_path}/computes").json["value"]
    found = {one["name"] for one in listed}
    assert set(acknowledged) <= found
    rows = emulator.request("GET", f"{emulator.location_path}/usages").json["value"]
    family = "Standard DSv2 Family Cluster Dedicated vCPUs"
    used = [row["currentValue"] for row in rows if row["name"]["value"] == family]
    assert set(used) == {len(found)}
    for name, operation in acknowledged.items():
        emulator.wait_for_state(name, "Running")
        path = operation[operation.index("/subscriptions") :]
        assert emulator.request("GET", path).json["status"] == "Succeeded"


def test_settings_faults_roles_and_time_survive(start_emulator: StartEmulator) -> None:
    emulator = start_emulator()
    emulator.advance(7 * 86400)
    before = emulator.control("GET", "clock").json["seconds"]
    emulator.control("PATCH", "settings", {"page_size": 7})
    emulator.control("POST", "faults/operations", {"result": "Canceled", "operation": "Stop"})
    emulator.control("POST", "users", {"upn": "new@contoso.example", "name": "New"})
    key, token = emulator.ready["control_key"], emulator.token_for("new@contoso.example")
    emulator.kill()
    again = start_emulator()
    assert again.ready["control_key"] == key
    assert again.control("GET", "clock").json["seconds"] >= before
    assert again.control("GET", "settings").json["page_size"] == 7
    assert again.control("GET", "faults").json["operations"][0]["result"] == "Canceled"
    assert again.request("GET", again.workspace_path, token=token).status == 403


def test_a_state_of_another_format_is_refused_in_words(start_emulator: StartEmulator) -> None:
    import sqlite3

    import pytest

    emulator = start_emulator()
    emulator.end()
    with sqlite3.connect(emulator.state_dir / "state.sqlite3") as database:
        database.execute("PRAGMA user_version=99")
    with pytest.raises(RuntimeError, match="choose another --state-dir"):
        start_emulator()
