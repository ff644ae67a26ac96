"""Servers come, go, are killed, and are two: work goes on and all agree."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.service import JobService
from tests.emulator_process import Emulator

from .azure import cloud, settings  # noqa: F401
from .process import JupyterServer, home_environment, jupyter_server, until


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def jobs(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The jobs room as the user's command line has it."""
    for name, value in home_environment(home).items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "jobs"))
    service = JobService(Settings())
    yield service
    for job in service.list():
        service.cancel(job.id)


def state_of(server: JupyterServer, name: str) -> str | None:
    listed = server.get("instances")["instances"]
    return next((one["state"] for one in listed if one["name"] == name), None)


def test_two_servers_of_one_user_agree(home: Path, cloud: Emulator) -> None:  # noqa: F811
    slow = settings(cloud) | {"CI_MANAGER_POLL_INTERVAL": "3600"}
    with jupyter_server(home, slow) as one, jupyter_server(home, slow) as other:
        ids = {server.get("status")["server_id"] for server in (one, other)}
        assert len(ids) == 2
        assert state_of(other, "for-both") is None
        created, _ = one.ask("POST", "instances", {"name": "for-both"})
        assert created == 202
        until(lambda: state_of(other, "for-both") == "Running")
        until(lambda: state_of(one, "for-both") == "Running")
        stopped, _ = other.ask("POST", "instances/for-both/stop")
        assert stopped == 202
        until(lambda: state_of(one, "for-both") == "Stopped")


def test_a_job_goes_on_when_the_server_is_killed(
    home: Path, tmp_path: Path, jobs: JobService
) -> None:
    go = tmp_path / "go"
    with jupyter_server(home) as server:
        job_id = jobs.start(
            "sample_tasks:building",
            "thing",
            "Build a thing",
            {"folder": str(tmp_path / "thing"), "wait": str(go)},
        ).id
        until(lambda: server.get(f"jobs/{job_id}")["phase"] == "build")
        server.kill()
    with jupyter_server(home) as server:
        assert server.get(f"jobs/{job_id}")["state"] == "running"
        go.touch()
        until(lambda: server.get(f"jobs/{job_id}")["state"] == "succeeded")
        assert (tmp_path / "thing" / "whole").exists()


def test_the_command_line_wins(home: Path, cloud: Emulator) -> None:  # noqa: F811
    wrong = settings(cloud) | {"CI_MANAGER_ENDPOINT": "http://127.0.0.1:9"}
    with jupyter_server(home, wrong, f"--CIManager.endpoint={cloud.url}") as server:
        assert server.get("status")["compute"]["endpoint"] == cloud.url
        assert server.get("instances")["error"] is None


def test_a_server_stops_though_azure_hangs(home: Path, cloud: Emulator) -> None:  # noqa: F811
    with jupyter_server(home, settings(cloud)) as server:
        until(lambda: (server.get("instances")["age_seconds"] or 0) > 0.6)
        what = {"kind": "hang", "path": "/computes$", "method": "GET", "count": 100}
        assert cloud.control("POST", "faults/requests", what).status < 300
        try:
            asking = threading.Thread(target=ask_in_vain, args=(server,), daemon=True)
            asking.start()
            until(lambda: hangs(cloud))
            assert server.get("jobs") == {"jobs": []}
            server.process.terminate()
            assert server.process.wait(8) == 0, "it does not wait for Azure"
        finally:
            cloud.control("DELETE", "faults")


def ask_in_vain(server: JupyterServer) -> None:
    with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
        server.ask("GET", "instances?refresh=1")


def hangs(cloud: Emulator) -> bool:  # noqa: F811
    faults = cloud.control("GET", "faults").json
    return any(fault["count"] < 100 for fault in faults["requests"])


def test_a_stop_that_was_put_off_is_restored_by_a_server_that_nobody_asks(
    home: Path,
    cloud: Emulator,  # noqa: F811
) -> None:
    cloud.created("put-off")
    with jupyter_server(home, settings(cloud)) as server:
        server.ask("PUT", "instances/put-off/idle-shutdown", {"minutes": 60})
        done, instance = server.ask("POST", "instances/put-off/postpone", {"minutes": 30})
        assert (done, instance["idle_shutdown_minutes"]) == (200, 60)
        assert cloud.inner("put-off")["idleTimeBeforeShutdown"] in ("PT90M", "PT91M")
        server.kill()
    # The half hour passes while no server runs.
    file = home / "data" / "ci-manager" / "postponed.json"
    [record] = json.loads(file.read_text())
    record["idle"]["until"] = "2026-01-01T00:00:00Z"
    file.write_text(json.dumps([record]))
    with jupyter_server(home, settings(cloud)):
        until(lambda: cloud.inner("put-off")["idleTimeBeforeShutdown"] == "PT60M")
        until(lambda: not file.exists())


def test_without_azure_this_machine_is_still_there(home: Path) -> None:
    nowhere = {"CI_MANAGER_BACKEND": "emulator", "CI_MANAGER_ENDPOINT": "http://127.0.0.1:9"}
    with jupyter_server(home, nowhere) as server:
        listed = server.get("instances")
        assert listed["instances"] == []
        assert listed["error"]["code"]
        assert server.get("jobs") == {"jobs": []}
        assert server.get("status")["kernels"]["engine"]
        refused, answer = server.ask("POST", "instances", {"name": "any-name"})
        assert refused in (503, 504), answer
