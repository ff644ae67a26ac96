"""Jobs killed at every event and amid the links: never half an environment, never a broken spec."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psutil
import pytest

from jupyter_ci_manager.errors import EnvironmentBusy, NameTaken
from jupyter_ci_manager.jobs.models import ENDED
from jupyter_ci_manager.kernels import kernelspecs, spec_health
from jupyter_ci_manager.kernels.beginning import MARKER, begun_by
from jupyter_ci_manager.kernels.health import missing_files
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest

#: More than a job that makes a kernel writes.
EVENTS = 30
ENDINGS = ("resume", "anew", "other", "forget")


@pytest.fixture
def killed(kernels, jobs, settings, monkeypatch, until):
    """Start a job whose process dies at the chosen moment, and wait until it is dead."""

    def start(request=None, **moment):
        request = request or KernelRequest(name="newenv")
        path = os.pathsep.join(
            [str(Path(__file__).parent / "killing"), os.environ.get("PYTHONPATH", "")]
        )
        with monkeypatch.context() as patch:
            patch.setenv("PYTHONPATH", path)
            patch.setenv("KILL_PREFIX", str(Path(settings.envs_dir) / "newenv"))
            for name, value in moment.items():
                patch.setenv(name, str(value))
            if isinstance(request, PackageRequest):
                job = kernels.change_packages("newenv", request)
            else:
                job = kernels.create(request)
        until(lambda: jobs.get(job.id).state in ENDED, 120)
        # A child that the dead process has left behind may take a moment to notice.
        return jobs.get(job.id)

    return start


def whole(kernels, name="newenv"):
    """Whether the kernel is listed, can work, and has all files of its environment."""
    listed = [kernel for kernel in kernels.kernels() if kernel.name == name]
    if not listed:
        return False
    assert not listed[0].is_broken, listed[0]
    assert missing_files(Path(listed[0].prefix)) == {}
    [environment] = [e for e in kernels.environments() if e.prefix == listed[0].prefix]
    assert not environment.is_broken, environment
    return True


def check_after(kernels, jobs, settings, finish, job, ending):
    """Look at what a dead job left, go on in one of the ways a user has, and look again."""
    prefix = Path(settings.envs_dir) / "newenv"
    if job.state == "succeeded":
        assert whole(kernels)
        return
    assert job.state == "interrupted"
    assert job.can_retry
    assert (
        "newenv" not in kernelspecs.spec_folders() or not (prefix / "bin").exists() or whole_spec()
    )
    found = {environment.name: environment for environment in kernels.environments()}
    if "newenv" in found and found["newenv"].is_broken:
        assert found["newenv"].broken_reason
    if "newenv" in found and not found["newenv"].is_broken and whole(kernels):
        # Only its last word is missing: what was made is kept, whatever is done about the job.
        if ending == "forget":
            jobs.remove(job.id)
        elif ending == "resume":
            finish(jobs.retry(job.id))
        else:
            with pytest.raises(NameTaken):
                kernels.create(KernelRequest(name="newenv"))
            assert jobs.get(job.id).state == "succeeded"
        assert whole(kernels)
        return
    if ending == "resume":
        jobs.recover()
        finish(jobs.retry(job.id))
        assert whole(kernels)
    elif ending == "anew":
        finish(kernels.create(KernelRequest(name="newenv")))
        assert whole(kernels)
    elif ending == "other":
        # Another request under the same name gets nothing of what the first one left.
        finish(kernels.create(KernelRequest(name="newenv", packages=["tiny"])))
        assert whole(kernels)
    else:
        jobs.remove(job.id)
        assert not prefix.exists()
        assert "newenv" not in kernelspecs.spec_folders()
        assert [path.name for path in prefix.parent.glob("*")] == []


def whole_spec():
    return not spec_health.describe("newenv", kernelspecs.find("newenv")).is_broken


@pytest.mark.parametrize(
    ("event", "ending"), [(3, "anew"), (7, "forget"), (9, "resume"), (12, "other"), (15, "resume")]
)
def test_killed_at_an_event(killed, kernels, jobs, settings, finish, event, ending):
    job = killed(KILL_AT_EVENT=event)
    assert job.state == "interrupted"
    check_after(kernels, jobs, settings, finish, job, ending)


@pytest.mark.torture
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("event", range(1, EVENTS))
def test_killed_at_every_event(killed, kernels, jobs, settings, finish, event, ending):
    check_after(kernels, jobs, settings, finish, killed(KILL_AT_EVENT=event), ending)


@pytest.mark.parametrize(("files", "ending"), [(1, "forget"), (500, "resume"), (3000, "other")])
def test_killed_amid_the_links(killed, kernels, jobs, settings, finish, files, ending):
    job = killed(KILL_AT_FILE=files)
    assert job.state == "interrupted"
    check_after(kernels, jobs, settings, finish, job, ending)


@pytest.mark.torture
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("files", [1, 2, 3, 5, 10, 20, 50, *range(100, 8000, 250)])
def test_killed_at_many_files(killed, kernels, jobs, settings, finish, files, ending):
    check_after(kernels, jobs, settings, finish, killed(KILL_AT_FILE=files), ending)


def test_a_mark_that_was_cut_off_is_still_the_jobs_own(killed, kernels, jobs, settings, finish):
    """As a disk leaves it that lost power, or was full, when the mark was written."""
    job = killed(KILL_AT_FILE=500)
    prefix = Path(settings.envs_dir) / "newenv"
    assert begun_by(prefix) == job.id
    (prefix / MARKER).write_text("")
    (prefix.parent / f".beginning-{job.id}" / "conda-meta").mkdir(parents=True)
    check_after(kernels, jobs, settings, finish, job, "forget")


def test_an_environment_that_somebody_else_made_meanwhile_stays(killed, kernels, jobs, settings):
    job = killed(KILL_AT_FILE=500)
    prefix = Path(settings.envs_dir) / "newenv"
    shutil.rmtree(prefix)
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    jobs.remove(job.id)
    assert (prefix / "conda-meta" / "history").exists()


@pytest.mark.parametrize("event", [1, 2])
def test_an_undo_that_is_killed_is_done_again(killed, kernels, jobs, settings, finish, event):
    request = KernelRequest(name="newenv", pip=["no-such-distribution-anywhere"])
    job = killed(request, KILL_AT_EVENT=event, KILL_UNDO=1)
    assert job.state in ("interrupted", "failed")
    jobs.recover()
    assert jobs.get(job.id).state == "failed"
    assert not (Path(settings.envs_dir) / "newenv").exists()
    finish(kernels.create(KernelRequest(name="newenv")))


@pytest.mark.parametrize(("files", "ending"), [(300, "anew"), (2000, "resume")])
def test_a_killed_conda(killed, kernels, jobs, settings, finish, conda_program, files, ending):
    settings.conda_executable = conda_program
    job = killed(KernelRequest(name="newenv", engine="conda"), KILL_AT_FILE=files)
    assert job.state == "interrupted"
    check_after(kernels, jobs, settings, finish, job, ending)


def versions(kernels):
    return {package.name: package.version for package in kernels.packages("newenv")}


@pytest.mark.parametrize(("event", "goes_on"), [(7, True), (9, False)])
def test_a_killed_change_is_finished_or_taken_back(killed, kernels, jobs, finish, event, goes_on):
    finish(kernels.create(KernelRequest(name="newenv")))
    finish(
        kernels.change_packages("newenv", PackageRequest(action="install", packages=["tiny=1.0"]))
    )
    before = versions(kernels)
    update = PackageRequest(action="update", packages=["tiny"])
    job = killed(update, KILL_AT_EVENT=event)
    assert job.state == "interrupted"
    if goes_on:
        finish(jobs.retry(job.id))
        assert versions(kernels) == {**before, "tiny": "2.0"}
    else:
        jobs.remove(job.id)
        assert versions(kernels) == before
    assert whole(kernels)


def test_a_stopped_job_holds_its_name_and_can_be_cancelled(kernels, jobs, settings, until):
    job = kernels.create(KernelRequest(name="newenv"))
    until(lambda: (Path(settings.envs_dir) / "newenv" / "conda-meta").exists())
    pid = next(e.pid for e in jobs.events(job.id).events if e.text == "runner")
    psutil.Process(pid).suspend()
    assert jobs.get(job.id).state == "running"
    with pytest.raises(EnvironmentBusy):
        kernels.create(KernelRequest(name="newenv"))
    assert jobs.cancel(job.id).state == "cancelled"
    assert not (Path(settings.envs_dir) / "newenv").exists()


@pytest.mark.parametrize("phase", ["solve", "link", "test"])
def test_cancelled_in_any_phase(kernels, jobs, settings, finish, until, phase):
    job = kernels.create(KernelRequest(name="newenv"))
    until(lambda: any(e.phase == phase for e in jobs.events(job.id).events))
    cancelled = jobs.cancel(job.id)
    if cancelled.state == "succeeded":
        assert whole(kernels)
        return
    assert cancelled.state == "cancelled"
    assert not (Path(settings.envs_dir) / "newenv").exists()
    assert "newenv" not in kernelspecs.spec_folders()
    finish(jobs.retry(job.id))
    assert whole(kernels)
