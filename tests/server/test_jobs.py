"""Jobs over REST and on the event bus, started by another process than the server."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.server.events import JOB_SCHEMA

from .conftest import Ask, Listen, until

TASKS = Path(__file__).parents[1] / "jobs"


@pytest.fixture
def jobs(jp_environ: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The jobs room as the command line has it, beside the server."""
    monkeypatch.setenv("PYTHONPATH", str(TASKS))
    monkeypatch.syspath_prepend(str(TASKS))
    service = JobService(Settings())
    yield service
    for job in service.list():
        service.cancel(job.id)


def greet(jobs: JobService) -> str:
    return jobs.start(
        "sample_tasks:greet", "world", "Greet the world", {}, phases=("hello", "bye")
    ).id


async def test_a_job_of_another_process_is_listed_followed_and_forgotten(
    ask: Ask, jobs: JobService, jp_base_url: str
) -> None:
    assert (await ask("GET", "jobs")).json == {"jobs": []}
    job_id = greet(jobs)
    listed = (await ask("GET", "jobs")).json["jobs"]
    assert [job["id"] for job in listed] == [job_id]
    assert listed[0]["title"] == "Greet the world"

    async def ended() -> Any:
        job = (await ask("GET", f"jobs/{job_id}")).json
        return job if job["state"] == "succeeded" else None

    job = await until(ended)
    assert job["result"] == {"greeting": "hello world"}
    assert not job["can_cancel"]

    first = (await ask("GET", f"jobs/{job_id}/events")).json
    assert [e["phase"] for e in first["events"] if e["kind"] == "phase"] == ["hello", "bye"]
    assert first["state"] == "succeeded"
    rest = (await ask("GET", f"jobs/{job_id}/events?offset={first['next_offset']}")).json
    assert rest["events"] == []

    assert (await ask("POST", f"jobs/{job_id}/retry")).status == 409
    gone = await ask("DELETE", f"jobs/{job_id}")
    assert (gone.status, gone.body) == (204, b"")
    answer = await ask("GET", f"jobs/{job_id}")
    assert answer.status == 404
    assert answer.json["code"] == "job_not_found"


async def test_a_running_job_is_cancelled_and_done_again(
    ask: Ask, jobs: JobService, tmp_path: Path, jp_base_url: str
) -> None:
    wait = tmp_path / "go"
    job_id = jobs.start(
        "sample_tasks:building",
        "thing",
        "Build a thing",
        {"folder": str(tmp_path / "thing"), "wait": str(wait)},
        lock="thing",
    ).id

    async def building() -> bool:
        return (await ask("GET", f"jobs/{job_id}")).json["phase"] == "build"

    await until(building)
    refused = await ask("DELETE", f"jobs/{job_id}")
    assert refused.status == 409
    assert refused.json["hint"]
    cancelled = await ask("POST", f"jobs/{job_id}/cancel")
    assert cancelled.status == 202
    assert cancelled.headers["Location"] == f"{jp_base_url}jupyter-ci-manager/jobs/{job_id}"

    async def over() -> bool:
        return (await ask("GET", f"jobs/{job_id}")).json["state"] == "cancelled"

    await until(over)
    assert not (tmp_path / "thing").exists()
    wait.touch()
    again = await ask("POST", f"jobs/{job_id}/retry")
    assert again.status == 202
    new_id = again.json["id"]
    assert new_id != job_id
    assert again.headers["Location"].endswith(f"/jobs/{new_id}")

    async def succeeded() -> bool:
        return (await ask("GET", f"jobs/{new_id}")).json["state"] == "succeeded"

    await until(succeeded)
    assert (tmp_path / "thing" / "whole").exists()


@pytest.mark.parametrize("job_id", ["nothing", "20260101-000000-0123abcd", "..", "%2e%2e%2fjobs"])
async def test_what_is_no_job_is_not_found(ask: Ask, job_id: str) -> None:
    for verb, rest in [("GET", ""), ("DELETE", ""), ("GET", "/events"), ("POST", "/cancel")]:
        answer = await ask(verb, f"jobs/{job_id}{rest}")
        assert answer.status in (404, 405), (verb, rest)


async def test_every_page_hears_of_another_processs_job(
    ask: Ask, jobs: JobService, listen: Listen
) -> None:
    hints = await listen()
    await ask("GET", "jobs")
    job_id = greet(jobs)
    ended = await hints.next(JOB_SCHEMA, "ended", job_id)
    next_id = greet(jobs)
    later = await hints.next(JOB_SCHEMA, "ended", next_id)
    assert later["revision"] > ended["revision"]
    assert later["server_id"] == ended["server_id"]
    await ask("DELETE", f"jobs/{job_id}")
    await hints.next(JOB_SCHEMA, "removed", job_id)


async def test_what_a_killed_job_left_behind_is_taken_back(
    ask: Ask, jobs: JobService, listen: Listen, tmp_path: Path
) -> None:
    hints = await listen()
    await ask("GET", "jobs")
    thing = tmp_path / "thing"
    job_id = jobs.start(
        "sample_tasks:building",
        "thing",
        "Build a thing",
        {"folder": str(thing), "wait": str(tmp_path / "never")},
        lock="thing",
    ).id

    async def runner() -> int:
        events = (await ask("GET", f"jobs/{job_id}/events")).json["events"]
        begun = any(event.get("phase") == "build" for event in events)
        pids = [event["pid"] for event in events if event["kind"] == "process"]
        return pids[0] if begun and pids and thing.exists() else 0

    os.kill(await until(runner), signal.SIGKILL)
    await hints.next(JOB_SCHEMA, "ended", job_id)

    async def settled() -> Any:
        job = (await ask("GET", f"jobs/{job_id}")).json
        return job if job["state"] == "interrupted" and not thing.exists() else None

    assert (await until(settled))["can_retry"] is True
    (tmp_path / "never").touch()
    assert (await ask("POST", f"jobs/{job_id}/retry")).status == 202
