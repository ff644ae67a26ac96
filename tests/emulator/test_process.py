"""Starting, ending, and what a kill leaves behind."""

from __future__ import annotations

import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
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


def test_it_listens_on_loopback_alone(start_emulator: StartEmulator) -> None:
    emulator = start_emulator()
    listening = [
        connection.laddr.ip
        for connection in psutil.Process(emulator.process.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1", "127.0.0.1"]


def test_its_certificate_stands_the_strictest_check(start_emulator: StartEmulator) -> None:
    emulator = start_emulator()
    context = ssl.create_default_context(cafile=emulator.ready["ca_cert"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    port = urlsplit(emulator.ready["https_url"]).port
    for name in ("localhost", "127.0.0.1"):
        with (
            socket.create_connection(("127.0.0.1", port), 30) as bare,
            context.wrap_socket(bare, server_hostname=name) as secure,
        ):
            assert secure.version() in ("TLSv1.2", "TLSv1.3")


def test_a_port_that_is_taken_is_told_in_words(
    start_emulator: StartEmulator, tmp_path: Path
) -> None:
    taken = urlsplit(start_emulator().url).port
    command = [sys.executable, "-m", "jupyter_ci_manager.emulator", "--port", str(taken)]
    command += ["--state-dir", str(tmp_path / "other")]
    checkout = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=checkout)
    assert done.returncode == 1
    assert "The emulator cannot start" in done.stderr
    assert "Traceback" not in done.stderr


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
