"""A new kernel from a request to the launcher, with real packages, processes and kernels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_ci_manager.errors import (
    CIManagerError,
    EnvironmentBusy,
    InvalidValue,
    NameTaken,
    ProtectedEnvironment,
)
from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest
from jupyter_ci_manager.kernels.service import KernelService


def run_line(name, code):
    """What a notebook of this kernel would print."""
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name=name)
    try:
        out = []
        client.execute_interactive(
            code, timeout=60, output_hook=lambda m: out.append(m["content"].get("text", ""))
        )
        return "".join(out).strip()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_the_guides_kernel(finish, kernels, jobs, settings, home):
    job = kernels.create(KernelRequest(name="newenv"))
    assert job.title == "Make kernel newenv"
    done = finish(job)
    seen = [e.phase for e in jobs.events(job.id).events if e.kind == "phase"]
    assert [p for p in seen if p in job.phases] == seen
    assert seen[0] == "check"
    assert seen[-3:] == ["activate", "test", "register"]
    prefix = Path(settings.envs_dir) / "newenv"
    assert done.result["prefix"] == str(prefix)

    listed = {kernel.name: kernel for kernel in kernels.kernels()}
    kernel = listed["newenv"]
    assert kernel.display_name == "Python (newenv)"
    assert kernel.is_ours
    assert not kernel.is_broken
    assert kernel.environment == "newenv"
    [environment] = [e for e in kernels.environments() if e.name == "newenv"]
    assert environment.kernels == ["newenv"]
    assert not environment.is_broken
    assert {"python", "pip", "ipykernel"} <= {p.name for p in kernels.packages("newenv")}

    spec = json.loads((kernelspecs.find("newenv") / "kernel.json").read_text())
    assert spec["metadata"]["conda_env_path"] == str(prefix)
    assert spec["metadata"]["ci_manager"]["engine"] == "rattler"
    assert spec["metadata"]["ci_manager"]["created"]
    code = (
        "import os, sys, shutil, subprocess; print(sys.prefix); print(os.environ['CONDA_PREFIX']);"
        "print(shutil.which('pip')); print(subprocess.getoutput('pip --version'))"
    )
    lines = run_line("newenv", code).splitlines()
    assert lines[:3] == [str(prefix), str(prefix), str(prefix / "bin" / "pip")]
    assert str(prefix) in lines[3]


def test_the_spec_is_the_last_thing_that_appears(kernels, jobs):
    job = kernels.create(KernelRequest(name="newenv"))
    states = []

    def look(event):
        states.append(("newenv" in kernelspecs.spec_folders(), event.kind, event.phase))

    jobs.follow(job.id, on_event=look, timeout=120)
    before_test_ends = [there for there, kind, phase in states if phase in ("check", "solve")]
    assert not any(before_test_ends)
    assert states[-1][0]


def test_a_name_in_capitals_keeps_them_for_conda_and_loses_them_for_jupyter(
    finish, kernels, jobs, settings
):
    finish(kernels.create(KernelRequest(name="My.Env", display_name="Mine & only")))
    assert (Path(settings.envs_dir) / "My.Env" / "conda-meta").is_dir()
    assert kernelspecs.read(kernelspecs.find("my.env"))["display_name"] == "Mine & only"
    with pytest.raises(NameTaken):
        kernels.create(KernelRequest(name="my.env"))


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (KernelRequest(name="base"), "name"),
        (KernelRequest(name="python3"), "name"),
        (KernelRequest(name="../up"), "name"),
        (KernelRequest(name=""), "name"),
        (KernelRequest(name="ok", display_name=""), "display_name"),
        (KernelRequest(name="ok", language="cobol"), "language"),
        (KernelRequest(name="ok", version="; rm"), "version"),
        (KernelRequest(name="ok", packages=["numpy;rm -rf ~"]), "packages[0]"),
        (KernelRequest(name="ok", packages=["numpy", "--dry-run"]), "packages[1]"),
        (KernelRequest(name="ok", packages=[">="]), "packages[0]"),
        (KernelRequest(name="ok", packages=["http://evil.example/x-1-0.conda"]), "packages[0]"),
        (KernelRequest(name="ok", pip=["--index-url=http://evil.example"]), "pip[0]"),
        (KernelRequest(name="ok", pip=["x @ http://evil.example/x.whl"]), "pip[0]"),
        (KernelRequest(name="ok", channels=["https://u:p@conda.example.org/x"]), "channels[0]"),
        (KernelRequest(name="ok", channels=["https://h.example/t/tk-123-456/x"]), "channels[0]"),
        (KernelRequest(name="ok", existing="nowhere"), "existing"),
        (KernelRequest(name="ok", clone="nowhere"), "clone"),
        (KernelRequest(name="ok", clone="a", existing="b"), "clone"),
        (KernelRequest(name="ok", lock="@EXPLICIT\n", packages=["x"]), "lock"),
        (KernelRequest(name="ok", environment_yml="a: [", ), "environment_yml"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_refused_before_anything_is_done(kernels, jobs, home, request_, field):
    with pytest.raises(CIManagerError) as refusal:
        kernels.create(request_)
    assert refusal.value.field == field
    assert refusal.value.status in (404, 409, 422)
    assert "u:p" not in str(refusal.value.to_dict())
    assert "tk-123" not in str(refusal.value.to_dict())
    assert jobs.list() == []
    assert not (home / "envs").exists()


def test_an_existing_folder_or_kernel_is_not_overwritten(kernels, jobs, settings, home):
    (Path(settings.envs_dir) / "mine").mkdir(parents=True)
    with pytest.raises(NameTaken):
        kernels.create(KernelRequest(name="mine"))
    staged = kernelspecs.stage(home / "staged", {"argv": ["x"]})
    kernelspecs.publish(staged, "other")
    with pytest.raises(NameTaken):
        kernels.create(KernelRequest(name="Other"))
    assert jobs.list() == []


def test_azures_names_are_kept_free(kernels):
    with pytest.raises(ProtectedEnvironment) as refusal:
        kernels.create(KernelRequest(name="azureml_py36"))
    assert refusal.value.field == "name"


def test_two_at_once_on_one_name_and_on_two(finish, kernels, jobs):
    first = kernels.create(KernelRequest(name="one"))
    with pytest.raises(EnvironmentBusy) as refusal:
        kernels.create(KernelRequest(name="ONE"))
    assert refusal.value.details["job_id"] == first.id
    second = kernels.create(KernelRequest(name="two"))
    finish(first)
    finish(second)
    assert {"one", "two"} <= {kernel.name for kernel in kernels.kernels()}


def test_packages_nobody_has_are_told_and_leave_nothing(finish, kernels, jobs, settings):
    job = kernels.create(KernelRequest(name="newenv", packages=["no-such-package-anywhere"]))
    done = jobs.follow(job.id, timeout=60)
    assert done.state == "failed"
    assert done.error["code"] == "package_not_found"
    assert "no-such-package-anywhere" in str(done.error)
    assert not (Path(settings.envs_dir) / "newenv").exists()
    finish(kernels.create(KernelRequest(name="newenv")))


def break_kernels(home, monkeypatch):
    """Let every IPython kernel end at once, as one with a broken package does."""
    (home / "broken").mkdir()
    (home / "broken" / "sitecustomize.py").write_text(
        "import sys\nif 'ipykernel_launcher' in ' '.join(sys.orig_argv): sys.exit('torn apart')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(home / "broken"))


def test_a_kernel_that_fails_its_test_is_not_registered(kernels, jobs, settings, home, monkeypatch):
    break_kernels(home, monkeypatch)
    job = kernels.create(KernelRequest(name="newenv"))
    done = jobs.follow(job.id, timeout=60)
    assert done.state == "failed"
    assert done.error["code"] == "kernel_test_failed"
    assert "torn apart" in done.error["details"]["log"]
    assert "newenv" not in kernelspecs.spec_folders()
    assert not (Path(settings.envs_dir) / "newenv").exists()


def test_a_preview_tells_what_would_be_done_and_does_nothing(kernels, jobs, settings, home):
    preview = kernels.create(KernelRequest(name="newenv", dry_run=True))
    assert preview.prefix == str(Path(settings.envs_dir) / "newenv")
    assert preview.engine == "rattler"
    assert preview.display_name == "Python (newenv)"
    assert {"python", "pip", "ipykernel"} <= {change.name for change in preview.changes}
    assert all(change.before is None for change in preview.changes)
    assert preview.free_bytes > 0
    assert jobs.list() == []
    assert not (home / "envs").exists()
    with pytest.raises(CIManagerError) as refusal:
        kernels.create(KernelRequest(name="x", packages=["tinny"], dry_run=True))
    assert (refusal.value.code, refusal.value.field) == ("package_not_found", "packages")
    assert refusal.value.message.startswith("There is no package called tinny in the channel ")
    assert "tiny" in refusal.value.hint


def test_a_preview_names_the_disk_that_is_too_small(settings, jobs):
    settings.disk_floor_mb = 10**9
    preview = KernelService(settings, jobs).create(KernelRequest(name="newenv", dry_run=True))
    assert [problem["code"] for problem in preview.problems] == ["disk_full"]


def test_no_room_is_found_before_anything_is_written(settings, jobs):
    settings.disk_floor_mb = 10**9
    kernels = KernelService(settings, jobs)
    done = jobs.follow(kernels.create(KernelRequest(name="newenv")).id, timeout=60)
    assert done.state == "failed"
    assert done.error["code"] == "disk_full"
    assert done.error["details"]["free_bytes"] > 0
    assert not (Path(settings.envs_dir) / "newenv").exists()


def test_from_an_environment_file(finish, kernels, jobs, channel):
    text = f"""
name: ignored
channels: [{channel.as_uri()}]
dependencies: [python, ipykernel]
variables: {{STAGE: "a $HOME {{x}}"}}
"""
    finish(kernels.create(KernelRequest(name="filed", environment_yml=text)))
    assert run_line("filed", "import os; print(os.environ['STAGE'])") == "a $HOME {x}"


def test_from_an_existing_environment_only_what_is_missing(finish, kernels, jobs, settings):
    finish(kernels.create(KernelRequest(name="first")))
    before = set(kernels.packages("first"))
    finish(kernels.create(KernelRequest(name="second", existing="first")))
    assert set(kernels.packages("first")) == before
    listed = {kernel.name: kernel for kernel in kernels.kernels()}
    assert listed["second"].prefix == listed["first"].prefix
    assert not (Path(settings.envs_dir) / "second").exists()


def test_a_failed_kernel_in_an_existing_environment_leaves_it_as_it_was(
    finish, kernels, jobs, settings, home, monkeypatch
):
    finish(kernels.create(KernelRequest(name="first")))
    finish(
        kernels.change_packages("first", PackageRequest(action="remove", packages=["ipykernel"]))
    )
    before = set(kernels.packages("first"))
    break_kernels(home, monkeypatch)
    done = jobs.follow(
        kernels.create(KernelRequest(name="second", existing="first")).id, timeout=90
    )
    assert done.error["code"] == "kernel_test_failed"
    assert set(kernels.packages("first")) == before
    assert "second" not in kernelspecs.spec_folders()


def test_a_clone_and_a_lock_are_the_same_environment_again(finish, kernels, jobs):
    finish(kernels.create(KernelRequest(name="first")))
    finish(kernels.create(KernelRequest(name="cloned", clone="first")))
    for name, text in (
        ("explicit", kernels.export("first", "explicit")),
        ("locked", kernels.export("first", "lock")),
    ):
        finish(kernels.create(KernelRequest(name=name, lock=text)))
    wanted = {(p.name, p.version, p.build) for p in kernels.packages("first")}
    for name in ("cloned", "explicit", "locked"):
        assert {(p.name, p.version, p.build) for p in kernels.packages(name)} == wanted
    again = kernels.export("first", "yaml")
    finish(kernels.create(KernelRequest(name="from-yaml", environment_yml=again)))
    assert {(p.name, p.version, p.build) for p in kernels.packages("from-yaml")} == wanted


def test_a_lock_without_a_kernel_is_refused(finish, kernels, jobs):
    finish(kernels.create(KernelRequest(name="first")))
    lines = kernels.export("first", "explicit").splitlines()
    text = "\n".join(line for line in lines if "/ipykernel-" not in line)
    done = jobs.follow(kernels.create(KernelRequest(name="x", lock=text)).id, timeout=60)
    assert done.error["code"] == "kernel_package_missing"


def test_jupyter_sees_nothing_unusual(finish, kernels, jobs):
    finish(kernels.create(KernelRequest(name="newenv")))
    out = subprocess.run(
        [sys.executable, "-m", "jupyter_client.kernelspecapp", "list"],
        capture_output=True, text=True, check=True, env=os.environ,
    )  # fmt: skip
    assert out.stdout.count("newenv") >= 1
    assert not [line for line in out.stderr.splitlines() if "nvalid" in line]


@pytest.fixture
def conda(settings, conda_program):
    settings.conda_executable = conda_program


def test_a_kernel_made_by_conda(conda, kernels, settings, finish):
    finish(kernels.create(KernelRequest(name="newenv", engine="conda")))
    prefix = Path(settings.envs_dir) / "newenv"
    spec = kernelspecs.read(kernelspecs.find("newenv"))
    assert spec["metadata"]["ci_manager"]["engine"] == "conda"
    assert run_line("newenv", "import sys; print(sys.prefix)") == str(prefix)
    assert [path.name for path in prefix.parent.iterdir()] == ["newenv"]


def test_what_conda_could_not_finish_is_taken_back(conda, kernels, jobs, settings, finish):
    request = KernelRequest(name="newenv", engine="conda", pip=["no-such-distribution-anywhere"])
    assert jobs.follow(kernels.create(request).id, timeout=120).state == "failed"
    assert list(Path(settings.envs_dir).iterdir()) == []
    request.pip = []
    finish(kernels.create(request))


def test_a_chosen_conda_that_is_missing_is_a_clear_refusal(kernels, settings, jobs, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    settings.conda_executable = "/nowhere/conda"
    with pytest.raises(CIManagerError) as refusal:
        kernels.create(KernelRequest(name="newenv", engine="conda"))
    assert refusal.value.code == "conda_not_found"
    assert jobs.list() == []


def test_engines_and_folders_are_told_at_a_glance(kernels, settings):
    status = kernels.status()
    assert status.engine == "rattler"
    assert status.envs_dir == settings.envs_dir
    assert status.channels == settings.channels
    assert status.free_bytes > 0


def test_an_unknown_format_is_refused(finish, kernels, jobs):
    finish(kernels.create(KernelRequest(name="first")))
    with pytest.raises(InvalidValue):
        kernels.export("first", "docx")
