from __future__ import annotations

import json
import os
import stat
import subprocess
import sys

import psutil
import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import Conflict, EnvironmentBusy, NotFound, NotPermitted
from jupyter_ci_manager.jobs.locks import is_locked
from jupyter_ci_manager.jobs.paths import data_folder, jobs_folder
from jupyter_ci_manager.jobs.service import JobService

from .waiting import until


def start(jobs, task="greet", lock=None, **request):
    return jobs.start(f"sample_tasks:{task}", "thing", "Do the thing", request, lock=lock)


def works(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_job_runs_in_its_own_process_and_gives_its_result(jobs):
    job = jobs.start(
        "sample_tasks:greet", "anna", "Greet", {"name": "anna"}, phases=["hello", "bye"]
    )
    assert job.state in ("queued", "running", "succeeded")
    seen = []
    done = jobs.follow(job.id, on_event=seen.append, timeout=30)
    assert done.state == "succeeded"
    assert done.result == {"greeting": "hello anna"}
    assert done.phases == ["hello", "bye"]
    assert done.phase == "bye"
    assert done.last_line == "hello anna"
    assert done.created <= done.started <= done.ended
    assert [event.phase for event in seen if event.kind == "phase"] == ["hello", "bye"]
    runner = next(event for event in seen if event.kind == "process")
    assert runner.pid != os.getpid()
    assert seen[-1].kind == "ended"


def test_another_process_sees_the_same_jobs(jobs):
    job = start(jobs)
    jobs.follow(job.id, timeout=30)
    code = (
        "from jupyter_ci_manager.jobs.service import JobService\n"
        "from jupyter_ci_manager.config import Settings\n"
        "for job in JobService(Settings()).list(): print(job.id, job.state)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == [job.id, "succeeded"]


def test_a_job_outlives_its_starter(jobs, home):
    gate = home / "gate"
    code = (
        "from jupyter_ci_manager.jobs.service import JobService\n"
        "from jupyter_ci_manager.config import Settings\n"
        "import os\n"
        f"job = JobService(Settings()).start('sample_tasks:build', 't', 't', {{'folder': {str(home / 'x')!r}, 'wait': {str(gate)!r}}})\n"
        "print(job.id, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    starter = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    job_id = starter.stdout.strip()
    until(lambda: jobs.get(job_id).phase == "build")
    assert jobs.get(job_id).state == "running"
    gate.touch()
    assert jobs.follow(job_id, timeout=30).state == "succeeded"


def test_a_new_job_never_looks_dead(jobs):
    for _ in range(5):
        job = start(jobs)
        while jobs.get(job.id).state not in ("succeeded",):
            assert jobs.get(job.id).state in ("queued", "running", "succeeded")


def test_events_are_read_from_a_byte_offset(jobs):
    job = jobs.follow(start(jobs).id, timeout=30)
    first = jobs.events(job.id)
    assert first.next_offset == job.log_size
    assert jobs.events(job.id, first.next_offset).events == []
    assert jobs.events(job.id, 10**9).events == []


def test_everything_is_for_this_user_alone(jobs):
    job = jobs.follow(start(jobs).id, timeout=30)
    folder = jobs_folder() / job.id
    for entry in (folder, *folder.iterdir()):
        assert stat.S_IMODE(entry.stat().st_mode) & 0o077 == 0, entry
    assert (data_folder() / "changed").exists()


def test_a_refusal_is_told_in_its_own_words_and_undone(jobs, home):
    job = jobs.follow(start(jobs, "building", folder=str(home / "x"), fail="No.").id, timeout=30)
    assert job.state == "failed"
    assert job.error == {"code": "unsolvable", "message": "No.", "hint": "Ask for less."}
    assert not (home / "x").exists()
    assert job.can_retry


def test_an_unexpected_error_keeps_its_trace(jobs, home):
    job = jobs.follow(start(jobs, "building", folder=str(home / "x"), crash="oh").id, timeout=30)
    assert job.state == "failed"
    assert job.error["code"] == "internal_error"
    assert "RuntimeError: oh" in job.error["details"]["log"]
    assert not (home / "x").exists()


def test_what_was_there_before_survives_a_failure(jobs, home):
    (home / "x").mkdir()
    job = jobs.follow(start(jobs, "building", folder=str(home / "x"), fail="No.").id, timeout=30)
    assert job.state == "failed"
    assert (home / "x").is_dir()


def test_secrets_reach_no_journal(jobs):
    job = jobs.follow(start(jobs, "leak").id, timeout=30)
    assert job.state == "failed"
    for path in (jobs_folder() / job.id).iterdir():
        content = path.read_bytes()
        assert b"geheim" not in content
        assert b"tk-1234567890" not in content


def test_cancel_ends_the_whole_tree_and_undoes(jobs, home):
    pid_file = home / "pid"
    job = start(
        jobs, "building", folder=str(home / "x"), children=str(pid_file), wait=str(home / "never")
    )
    grandchild = psutil.Process(int(until(lambda: pid_file.exists() and pid_file.read_text())))
    cancelled = jobs.cancel(job.id)
    assert cancelled.state == "cancelled"
    assert cancelled.error is None
    assert not (home / "x").exists()
    assert not works(grandchild)


def test_cancelling_twice_or_too_late_is_no_error(jobs, home):
    job = start(jobs, "building", folder=str(home / "x"), wait=str(home / "never"))
    until(lambda: jobs.get(job.id).phase == "build")
    assert jobs.cancel(job.id).state == "cancelled"
    assert jobs.cancel(job.id).state == "cancelled"


def test_a_stopped_job_can_be_cancelled(jobs, home):
    job = start(jobs, "building", folder=str(home / "x"), wait=str(home / "never"))
    until(lambda: jobs.get(job.id).phase == "build")
    runner = next(e for e in jobs.events(job.id).events if e.text == "runner")
    psutil.Process(runner.pid).suspend()
    assert jobs.get(job.id).state == "running"
    assert jobs.cancel(job.id).state == "cancelled"
    assert not (home / "x").exists()


def kill_runner(jobs, job_id):
    pid = next(e.pid for e in jobs.events(job_id).events if e.text == "runner")
    runner = psutil.Process(pid)
    runner.kill()
    until(lambda: jobs.get(job_id).state == "interrupted")


def test_a_killed_job_is_interrupted_and_reading_changes_nothing(jobs, home):
    job = start(jobs, "building", folder=str(home / "x"), wait=str(home / "never"))
    until(lambda: (home / "x" / "part").exists())
    kill_runner(jobs, job.id)
    [found] = jobs.list()
    assert found.error["code"] == "interrupted"
    assert found.error["hint"]
    assert (home / "x").exists()
    assert [job.state for job in jobs.recover()] == ["interrupted"]
    assert not (home / "x").exists()
    assert jobs.recover() == []


def test_a_resumable_job_is_gone_on_with(jobs, home):
    job = start(
        jobs, "resumable_building", lock="x", folder=str(home / "x"), wait=str(home / "gate")
    )
    until(lambda: (home / "x" / "part").exists())
    kill_runner(jobs, job.id)
    jobs.recover()
    assert (home / "x" / "part").exists()
    again = jobs.retry(job.id)
    assert not jobs.get(job.id).can_retry
    with pytest.raises(Conflict):
        jobs.retry(job.id)
    (home / "gate").touch()
    assert jobs.follow(again.id, timeout=30).state == "succeeded"
    assert (home / "x" / "whole").exists()


def test_a_resumed_job_that_is_cancelled_takes_back_what_the_first_began(jobs, home):
    job = start(
        jobs, "resumable_building", lock="x", folder=str(home / "x"), wait=str(home / "never")
    )
    until(lambda: (home / "x" / "part").exists())
    kill_runner(jobs, job.id)
    again = jobs.retry(job.id)
    until(lambda: jobs.get(again.id).phase == "build")
    jobs.cancel(again.id)
    assert not (home / "x").exists()


def test_a_new_job_settles_what_a_dead_one_left_under_its_name(jobs, home):
    job = start(
        jobs, "resumable_building", lock="x", folder=str(home / "x"), wait=str(home / "never")
    )
    until(lambda: (home / "x" / "part").exists())
    kill_runner(jobs, job.id)
    other = start(jobs, "resumable_building", lock="x", folder=str(home / "y"))
    assert not (home / "x").exists()
    assert jobs.follow(other.id, timeout=30).state == "succeeded"


def test_removing_an_interrupted_job_takes_back_what_it_left(jobs, home):
    job = start(
        jobs, "resumable_building", lock="x", folder=str(home / "x"), wait=str(home / "never")
    )
    until(lambda: (home / "x" / "part").exists())
    kill_runner(jobs, job.id)
    jobs.remove(job.id)
    assert not (home / "x").exists()
    with pytest.raises(NotFound):
        jobs.get(job.id)


def test_survivors_of_a_killed_job_are_ended_before_anything_is_taken_back(jobs, home):
    pid_file = home / "pid"
    job = start(
        jobs, "building", folder=str(home / "x"), children=str(pid_file), wait=str(home / "never")
    )
    grandchild = psutil.Process(int(until(lambda: pid_file.exists() and pid_file.read_text())))
    pid = next(e.pid for e in jobs.events(job.id).events if e.text == "runner")
    psutil.Process(pid).kill()
    until(lambda: not is_locked(jobs_folder() / job.id / "lock"))
    assert jobs.get(job.id).state == "running"
    jobs.recover()
    assert jobs.get(job.id).state == "interrupted"
    assert not works(grandchild)
    assert not (home / "x").exists()


def test_the_second_job_on_one_thing_is_refused_and_told_of_the_first(jobs, home):
    first = start(jobs, "build", lock="x", folder=str(home / "x"), wait=str(home / "gate"))
    with pytest.raises(EnvironmentBusy) as refusal:
        start(jobs, lock="x")
    assert refusal.value.details["job_id"] == first.id
    assert refusal.value.code == "environment_busy"
    (home / "gate").touch()
    jobs.follow(first.id, timeout=30)
    assert jobs.follow(start(jobs, lock="x").id, timeout=30).state == "succeeded"


def test_only_as_many_run_as_are_allowed_and_the_others_show_as_queued(home):
    jobs = JobService(Settings(max_jobs=1))
    first = start(jobs, "build", folder=str(home / "x"), wait=str(home / "gate"))
    until(lambda: jobs.get(first.id).state == "running")
    second, third = start(jobs), start(jobs)
    assert jobs.cancel(third.id).state == "cancelled"
    assert jobs.get(second.id).state == "queued"
    (home / "gate").touch()
    assert jobs.follow(second.id, timeout=30).state == "succeeded"


def test_a_running_job_is_not_forgotten_and_an_ended_one_is(jobs, home):
    first = start(jobs, "build", folder=str(home / "x"), wait=str(home / "gate"))
    with pytest.raises(Conflict):
        jobs.remove(first.id)
    (home / "gate").touch()
    jobs.follow(first.id, timeout=30)
    jobs.remove(first.id)
    assert jobs.list() == []


def test_old_history_goes_when_something_new_starts(home):
    jobs = JobService(Settings())
    old = jobs.follow(start(jobs).id, timeout=30)
    events = jobs_folder() / old.id / "events.jsonl"
    lines = [json.loads(line) for line in events.read_text().splitlines()]
    for line in lines:
        line["time"] -= 15 * 86400
    events.write_text("".join(json.dumps(line) + "\n" for line in lines))
    aged = jobs_folder() / ("20200101" + old.id[8:])
    events.parent.rename(aged)
    new = jobs.follow(start(JobService(Settings())).id, timeout=30)
    assert [job.id for job in jobs.list()] == [new.id]


@pytest.mark.parametrize("job_id", ["", "..", "../../etc", "20260101-000000-0000000g", "x" * 300])
def test_a_wrong_id_is_not_found(jobs, job_id):
    with pytest.raises(NotFound):
        jobs.get(job_id)


def test_a_damaged_folder_does_not_break_the_list(jobs):
    job = jobs.follow(start(jobs).id, timeout=30)
    (jobs_folder() / "20260101-000000-00000000").mkdir()
    (jobs_folder() / "20260101-000000-00000001").mkdir()
    (jobs_folder() / "20260101-000000-00000001" / "request.json").write_text("{")
    with (jobs_folder() / job.id / "events.jsonl").open("ab") as file:
        file.write(b'\n{"kind": "made up", "time": 1}\nnot json\n{"kind": "lo')
    assert [found.id for found in JobService(Settings()).list()] == [job.id]


def test_a_data_folder_that_cannot_be_made_is_a_clear_refusal(jobs, home, monkeypatch):
    (home / "file").touch()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "file" / "data"))
    assert jobs.list() == []
    with pytest.raises(NotPermitted) as refusal:
        start(jobs)
    assert "JUPYTER_DATA_DIR" in refusal.value.hint


def test_a_clock_that_jumps_changes_nothing(home, monkeypatch):
    import time

    jobs = JobService(Settings())
    now = time.time
    job = start(jobs, "build", folder=str(home / "x"), wait=str(home / "gate"))
    until(lambda: jobs.get(job.id).phase == "build")
    for jump in (-10 * 86400, 10 * 86400):
        monkeypatch.setattr(time, "time", lambda jump=jump: now() + jump)
        assert jobs.get(job.id).state == "running"
        other = jobs.follow(start(jobs).id, timeout=30)
        assert other.state == "succeeded"
    (home / "gate").touch()
    assert jobs.follow(job.id, timeout=30).state == "succeeded"


def test_whoever_hears_of_the_end_has_heard_everything(jobs):
    for _ in range(5):
        job, offset, kinds = start(jobs), 0, []
        while True:
            part = jobs.events(job.id, offset)
            offset = part.next_offset
            kinds += [event.kind for event in part.events]
            if part.state == "succeeded":
                break
        assert kinds[0] == "created"
        assert kinds[-2:] == ["result", "ended"]


def test_a_job_that_another_process_forgot_is_gone_here_too(jobs):
    job = jobs.follow(start(jobs).id, timeout=30)
    JobService(Settings()).remove(job.id)
    assert jobs.list() == []
    with pytest.raises(NotFound):
        jobs.get(job.id)
