"""An environment under another name: whole, tested, with its kernels, or as it was."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from jupyter_ci_manager.errors import (
    CIManagerError,
    ConfirmationNeeded,
    EnvironmentBusy,
    NameTaken,
    ProtectedEnvironment,
)
from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.damage import find_damage
from jupyter_ci_manager.kernels.health import missing_files
from jupyter_ci_manager.kernels.models import (
    EnvironmentRename,
    KernelRequest,
    MissingKernel,
    PackageRequest,
)

from .test_create import run_line

#: What a user may have done in an environment besides installing packages of conda's.
_BY_HAND = """\
import os, pathlib, sys
prefix = pathlib.Path(sys.prefix)
site = prefix / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
info = site / "mine-1.0.dist-info"
info.mkdir()
(info / "METADATA").write_text("Metadata-Version: 2.1\\nName: mine\\nVersion: 1.0\\n")
(info / "INSTALLER").write_text("pip\\n")
(site / "mine.py").write_text(f"HOME = {str(prefix)!r}\\n")
script = prefix / "bin" / "mine"
script.write_text(f"#!{prefix}/bin/python\\nimport mine; print(mine.HOME)\\n")
script.chmod(0o755)
(prefix / "conda-meta" / "state").write_text('{"env_vars": {"STAGE": "test"}}')
(prefix / "conda-meta" / "pinned").write_text("tiny <2\\n")
(prefix / "beside.txt").write_text(f"{prefix}-more and {prefix}/bin")
"""


def environment(kernels, settings, finish, name="old", **more):
    finish(kernels.create(KernelRequest(name=name, **more)))
    prefix = Path(settings.envs_dir) / name
    subprocess.run([prefix / "bin" / "python", "-c", _BY_HAND], check=True)
    return prefix


def rename(kernels, old, new, confirm=None):
    return kernels.rename_environment(old, EnvironmentRename(name=new, confirm=confirm))


@pytest.mark.parametrize("engine", ["rattler", "conda"])
def test_everything_follows(kernels, settings, finish, conda_program, home, engine):
    if engine == "conda":
        settings.conda_executable, settings.engine = conda_program, "conda"
    old = environment(kernels, settings, finish, packages=["tiny=1.0"])
    finish(kernels.create(KernelRequest(name="second", existing="old", display_name="Mine")))
    foreign = {"argv": [f"{old}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
               "display_name": "By hand", "language": "python"}  # fmt: skip
    kernelspecs.publish(kernelspecs.stage(home / "staged", foreign), "byhand")
    before = {(p.name, p.version, p.source) for p in kernels.packages("old")}
    asked = {p.name for p in kernels.packages("old") if p.requested}
    history = (old / "conda-meta" / "history").read_text()

    done = finish(rename(kernels, "old", "Newer"))
    new = old.with_name("Newer")
    assert done.result["formerly"] == "old"
    assert sorted(done.result["kernels"]) == ["byhand", "newer", "second"]
    assert [path.name for path in new.parent.iterdir()] == ["Newer"]
    assert {(p.name, p.version, p.source) for p in kernels.packages("Newer")} == before
    assert {p.name for p in kernels.packages("Newer") if p.requested} == asked
    assert (new / "conda-meta" / "history").read_text() == history
    assert not find_damage(new)

    listed = {kernel.name: kernel for kernel in kernels.kernels()}
    assert "old" not in listed
    for name, shown in (("newer", "Python (Newer)"), ("second", "Mine"), ("byhand", "By hand")):
        assert listed[name].prefix == str(new)
        assert listed[name].display_name == shown
        assert not listed[name].is_broken
    code = "import os, sys, mine; print(sys.prefix, os.environ['STAGE'], mine.HOME)"
    assert run_line("newer", code) == f"{new} test {new}"
    script = subprocess.run([new / "bin" / "mine"], capture_output=True, text=True, check=True)
    assert script.stdout.strip() == str(new)
    assert (new / "beside.txt").read_text() == f"{old}-more and {new}/bin"
    assert (new / "conda-meta" / "pinned").read_text() == "tiny <2\n"
    near = kernels.nearest_kernels(MissingKernel(name="old"))[0]
    assert (near.kernel.name, near.reasons[0]) == ("newer", "former_name")


def test_the_old_name_is_free_again_and_only_the_case_may_change(kernels, settings, finish):
    finish(kernels.create(KernelRequest(name="one")))
    finish(rename(kernels, "one", "two"))
    finish(kernels.create(KernelRequest(name="one")))
    finish(rename(kernels, "two", "TWO"))
    assert (Path(settings.envs_dir) / "TWO" / "bin" / "python").exists()
    assert {"one", "two"} <= {kernel.name for kernel in kernels.kernels()}


def test_what_cannot_be_renamed_is_refused_and_stays(kernels, jobs, settings, finish):
    old = environment(kernels, settings, finish)
    (old.parent / "taken").mkdir()
    finish(kernels.create(KernelRequest(name="other")))
    known = [job.id for job in jobs.list()]
    for name, code in [
        ("taken", "name_taken"),
        ("OTHER", "name_taken"),
        ("base", "name_reserved"),
        ("python3", "name_reserved"),
        ("../up", "invalid_name"),
        ("-x", "invalid_name"),
        ("", "invalid_name"),
        ("\u043eld", "invalid_name"),
        ("a" * 300, "invalid_name"),
        ("old", "same_name"),
        ("azureml_py36", "protected_environment"),
    ]:
        with pytest.raises(CIManagerError) as refusal:
            rename(kernels, "old", name)
        assert refusal.value.code == code, name
        assert refusal.value.field == "name"
    kernels.protect_environment("old", True)
    with pytest.raises(ProtectedEnvironment):
        rename(kernels, "old", "newer")
    kernels.protect_environment("old", False)
    assert [job.id for job in jobs.list()] == known
    assert (old / "bin" / "python").exists()


def test_an_environment_in_use_is_renamed_when_its_name_is_given(kernels, finish):
    finish(kernels.create(KernelRequest(name="old")))
    manager, client = start_new_kernel(kernel_name="old")
    try:
        with pytest.raises(ConfirmationNeeded) as refusal:
            rename(kernels, "old", "newer")
        assert refusal.value.details["confirm"] == "old"
        finish(rename(kernels, "old", "newer", confirm="old"))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_neither_name_can_be_worked_on_meanwhile(kernels, jobs, finish):
    finish(kernels.create(KernelRequest(name="old")))
    job = rename(kernels, "old", "newer")
    for work in (
        lambda: kernels.change_packages("old", PackageRequest(action="install", packages=["tiny"])),
        lambda: kernels.create(KernelRequest(name="newer")),
    ):
        with pytest.raises((EnvironmentBusy, NameTaken)):
            work()
    finish(job)


def test_a_test_that_fails_leaves_all_as_it_was(kernels, jobs, settings, finish, home, monkeypatch):
    old = environment(kernels, settings, finish)
    (home / "broken").mkdir()
    (home / "broken" / "sitecustomize.py").write_text(
        "import sys\nif 'ipykernel_launcher' in ' '.join(sys.orig_argv): sys.exit('torn apart')\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(home / "broken"))
    done = jobs.follow(rename(kernels, "old", "newer").id, timeout=90)
    assert done.error["code"] == "kernel_test_failed"
    monkeypatch.delenv("PYTHONPATH")
    assert [path.name for path in old.parent.iterdir()] == ["old"]
    assert run_line("old", "import mine; print(mine.HOME)") == str(old)


@pytest.mark.parametrize("ending", ["forget", "resume", "cancel"])
@pytest.mark.parametrize("event", [8, "moved"])
def test_a_rename_that_is_killed_is_undone_or_finished(
    kernels, jobs, settings, finish, monkeypatch, until, event, ending
):
    old = environment(kernels, settings, finish)
    new = old.with_name("newer")
    killing = str(Path(__file__).parent / "killing")
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", killing)
        patch.setenv("KILL_AT_EVENT" if event != "moved" else "KILL_AT_TEXT", str(event))
        job = rename(kernels, "old", "newer")
    until(lambda: jobs.get(job.id).state == "interrupted", 120)
    if ending == "resume":
        finish(jobs.retry(job.id))
    elif ending == "cancel":
        jobs.cancel(job.id)
    else:
        jobs.remove(job.id)
    done = ending == "resume" or event == "moved"
    there = new if done else old
    assert [path.name for path in old.parent.iterdir()] == [there.name]
    assert missing_files(there) == {}
    assert run_line(there.name, "import mine; print(mine.HOME)") == str(there)
    assert kernelspecs.spec_folders().keys() >= {there.name}
    assert ({"old", "newer"} - {there.name}).isdisjoint(kernelspecs.spec_folders())


def test_a_clone_takes_along_what_pip_and_the_user_put_there(kernels, settings, finish):
    old = environment(kernels, settings, finish)
    finish(kernels.create(KernelRequest(name="copy", clone="old")))
    copy = old.with_name("copy")
    assert run_line("copy", "import mine; print(mine.HOME)") == str(copy)
    assert run_line("old", "import mine; print(mine.HOME)") == str(old)
    assert {p.name for p in kernels.packages("copy") if p.source == "pypi"} == {"mine"}
    # Nothing but packages of the cache is shared between the two.
    (copy / "beside.txt").write_text("changed")
    assert "changed" not in (old / "beside.txt").read_text()


def test_a_clone_gets_what_its_kernel_needs_and_the_original_lacks(kernels, settings, finish):
    finish(kernels.create(KernelRequest(name="bare")))
    finish(kernels.change_packages("bare", PackageRequest(action="remove", packages=["ipykernel"])))
    preview = kernels.create(KernelRequest(name="copy", clone="bare", dry_run=True))
    assert {"python", "ipykernel"} <= {change.name for change in preview.changes}
    finish(kernels.create(KernelRequest(name="copy", clone="bare")))
    assert "ipykernel" not in {p.name for p in kernels.packages("bare")}
    assert run_line("copy", "print(1)") == "1"
