"""Packages changed, kernels repaired, environments removed: real ones, each looked at afterwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

from jupyter_ci_manager.errors import (
    CIManagerError,
    ConfirmationNeeded,
    EnvironmentBusy,
    NotFound,
    ProtectedEnvironment,
    Refused,
)
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels import kernelspecs, spec_health
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest


@pytest.fixture
def prefix(kernels, jobs, settings, finish):
    """An environment with a kernel, made as users make theirs."""
    finish(kernels.create(KernelRequest(name="mine")))
    return Path(settings.envs_dir) / "mine"


def versions(kernels, name="mine"):
    return {package.name: package.version for package in kernels.packages(name)}


def change(kernels, action, *packages, **more):
    return kernels.change_packages(
        "mine", PackageRequest(action=action, packages=[*packages], **more)
    )


def test_packages_come_are_renewed_and_go(kernels, prefix, finish):
    preview = change(kernels, "install", "tiny=1.0", dry_run=True)
    assert [(c.name, c.before, c.after) for c in preview.changes] == [("tiny", None, "1.0")]
    assert "tiny" not in versions(kernels)
    done = finish(change(kernels, "install", "tiny=1.0"))
    assert done.result["changes"] == [
        {
            "name": "tiny",
            "before": None,
            "after": "1.0",
            "size_bytes": preview.changes[0].size_bytes,
        }
    ]
    assert versions(kernels)["tiny"] == "1.0"
    finish(change(kernels, "update", "tiny"))
    assert versions(kernels)["tiny"] == "2.0"
    finish(change(kernels, "remove", "tiny"))
    assert "tiny" not in versions(kernels)
    assert not spec_health.describe("mine", kernelspecs.find("mine")).is_broken


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (PackageRequest(action="install", packages=[]), "packages"),
        (PackageRequest(action="install", packages=["tiny", "-y"]), "packages[1]"),
        (PackageRequest(action="install", packages=["x"], source="pypi", channels=["c"]), "channels"),
        (PackageRequest(action="install", packages=["--pre"], source="pypi"), "packages[0]"),
        (PackageRequest(action="install", packages=["../wheel.whl"], source="pypi"), "packages[0]"),
        (PackageRequest(action="remove", packages=["absent"]), "packages[0]"),
        (PackageRequest(action="remove", packages=["absent"], source="pypi"), "packages[0]"),
        (PackageRequest(action="install", packages=["tiny"], channels=["http://u:p@h/c"]), "channels[0]"),
    ],
)  # fmt: skip
def test_a_wrong_change_is_refused_and_the_field_is_named(kernels, jobs, prefix, request_, field):
    before = len(jobs.list())
    with pytest.raises(CIManagerError) as refusal:
        kernels.change_packages("mine", request_)
    assert refusal.value.field == field
    assert len(jobs.list()) == before


def test_an_unknown_environment_is_not_found(kernels, home):
    with pytest.raises(NotFound):
        kernels.change_packages("nowhere", PackageRequest(action="install", packages=["tiny"]))
    with pytest.raises(NotFound):
        kernels.remove_environment("nowhere")
    with pytest.raises(NotFound):
        kernels.packages("../../etc")


def wheel(folder, name="gem", version="1.0"):
    """A wheel that pip can install without any index."""
    import zipfile

    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", f"version = {version!r}\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def index(home, monkeypatch):
    """The only place that pip looks at: a folder of wheels."""
    folder = home / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_pip_installs_into_this_environment_and_takes_out_again(kernels, prefix, finish, index):
    wheel(index)
    preview = change(kernels, "install", "gem", source="pypi", dry_run=True)
    assert [(c.name, c.before, c.after) for c in preview.changes] == [("gem", None, "1.0")]
    finish(change(kernels, "install", "gem", source="pypi"))
    [gem] = [p for p in kernels.packages("mine") if p.name == "gem"]
    assert (gem.version, gem.source) == ("1.0", "pypi")
    assert (prefix / "lib/python3.11/site-packages/gem.py").exists()
    wheel(index, version="1.1")
    finish(change(kernels, "update", "gem", source="pypi"))
    assert versions(kernels)["gem"] == "1.1"
    finish(change(kernels, "remove", "gem", source="pypi"))
    assert "gem" not in versions(kernels)


def test_what_pip_cannot_find_is_told_in_its_words(kernels, jobs, prefix, index):
    done = jobs.follow(change(kernels, "install", "no-such-dist", source="pypi").id, timeout=60)
    assert done.error["code"] == "unsolvable"
    assert "no-such-dist" in done.error["message"]
    assert done.error["details"]["log"]


def test_a_new_environment_with_a_pip_part(kernels, finish, index, channel):
    wheel(index)
    text = f"channels: [{channel.as_uri()}]\ndependencies: [python, {{pip: [gem]}}]"
    finish(kernels.create(KernelRequest(name="other", environment_yml=text)))
    assert versions(kernels, "other")["gem"] == "1.0"
    again = kernels.export("other", "yaml")
    finish(kernels.create(KernelRequest(name="again", environment_yml=again)))
    finish(kernels.create(KernelRequest(name="cloned", clone="other")))
    assert versions(kernels, "again") == versions(kernels, "cloned") == versions(kernels, "other")


def test_what_a_protected_environment_needs_is_not_taken_from_it(kernels, jobs, settings, prefix):
    settings.protected_environments = ["mine"]
    with pytest.raises(ProtectedEnvironment):
        kernels.remove_environment("mine")
    for dry_run in (True, False):
        with pytest.raises(ProtectedEnvironment):
            change(kernels, "remove", "ipykernel", dry_run=dry_run)
    # Only the solve tells that ipykernel would go with it.
    done = jobs.follow(change(kernels, "remove", "traitlets").id, timeout=60)
    assert done.error["code"] == "protected_environment"
    assert "ipykernel" in versions(kernels)
    done = jobs.follow(change(kernels, "install", "tiny").id, timeout=60)
    assert done.state == "succeeded"
    [environment] = [e for e in kernels.environments() if e.name == "mine"]
    assert environment.is_protected
    assert environment.protection_reason


def test_a_kernel_follows_its_environments_activation(kernels, prefix, finish):
    finish(change(kernels, "install", "activation-demo"))
    spec = json.loads((kernelspecs.find("mine") / "kernel.json").read_text())
    finish(change(kernels, "remove", "activation-demo"))
    after = json.loads((kernelspecs.find("mine") / "kernel.json").read_text())
    assert spec["argv"] != after["argv"]
    assert spec["metadata"]["ci_manager"]["job"] == after["metadata"]["ci_manager"]["job"]


def test_a_lost_package_is_brought_back(kernels, prefix, finish):
    shutil.rmtree(prefix / "lib/python3.11/site-packages/ipykernel")
    [kernel] = [k for k in kernels.kernels() if k.name == "mine"]
    assert (kernel.broken_code, kernel.can_repair) == ("ipykernel_missing", True)
    finish(kernels.repair_kernel("mine"))
    [kernel] = [k for k in kernels.kernels() if k.name == "mine"]
    assert not kernel.is_broken


def test_a_lost_interpreter_is_brought_back(kernels, prefix, finish):
    for name in (prefix / "bin").glob("python*"):
        name.unlink()
    [kernel] = [k for k in kernels.kernels() if k.name == "mine"]
    assert kernel.broken_code == "interpreter_gone"
    job = kernels.repair_kernel("mine")
    assert isinstance(job, Job)
    finish(job)
    assert not spec_health.describe("mine", kernelspecs.find("mine")).is_broken


def test_a_bent_spec_is_written_anew_and_its_display_name_kept(kernels, prefix, finish):
    kernels.rename_kernel("mine", "My own")
    kernelspecs.change(kernelspecs.find("mine"), argv=["/usr/bin/env", "-m", "ipykernel_launcher"])
    finish(kernels.repair_kernel("mine"))
    spec = kernelspecs.read(kernelspecs.find("mine"))
    assert spec["argv"][0] == str(prefix / "bin" / "python")
    assert spec["display_name"] == "My own"


def test_anothers_kernel_gets_its_package_back_and_keeps_its_spec(
    kernels, prefix, finish, settings, home
):
    spec = kernelspecs.read(kernelspecs.find("mine"))
    spec = {"argv": spec["argv"], "display_name": "Shipped", "language": "python"}
    staged = kernelspecs.stage(home / "staged", spec)
    kernelspecs.publish(staged, "mine", replace=True)
    settings.protected_environments, settings.protected_kernels = ["mine"], ["mine"]
    shutil.rmtree(prefix / "lib/python3.11/site-packages/ipykernel")
    [kernel] = [k for k in kernels.kernels() if k.name == "mine"]
    assert kernel.is_broken
    assert kernel.is_protected
    assert kernel.can_repair
    finish(kernels.repair_kernel("mine"))
    assert kernelspecs.read(kernelspecs.find("mine")) == spec
    assert not spec_health.describe("mine", kernelspecs.find("mine")).is_broken


def test_a_whole_kernel_needs_no_repair(kernels, prefix):
    assert kernels.repair_kernel("mine").name == "mine"


def test_a_kernel_without_its_environment_cannot_be_repaired(kernels, prefix):
    shutil.rmtree(prefix)
    with pytest.raises(Refused) as refusal:
        kernels.repair_kernel("mine")
    assert refusal.value.code == "environment_gone"
    kernels.remove_kernel("mine")
    assert "mine" not in {kernel.name for kernel in kernels.kernels()}


def test_an_environment_goes_with_its_kernels(kernels, prefix, finish):
    finish(kernels.create(KernelRequest(name="second", existing="mine")))
    done = finish(kernels.remove_environment("mine"))
    assert sorted(done.result["kernels"]) == ["mine", "second"]
    assert not prefix.exists()
    assert {"mine", "second"}.isdisjoint(kernelspecs.spec_folders())
    finish(kernels.create(KernelRequest(name="mine")))


def test_an_environment_in_use_stays_until_its_name_is_given(kernels, prefix, finish):
    manager, client = start_new_kernel(kernel_name="mine")
    try:
        with pytest.raises(ConfirmationNeeded) as refusal:
            kernels.remove_environment("mine")
        assert refusal.value.code == "environment_in_use"
        assert prefix.exists()
        finish(kernels.remove_environment("mine", confirm="mine"))
        assert not prefix.exists()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_only_the_spec_goes_when_only_the_kernel_is_removed(kernels, prefix):
    kernels.remove_kernel("Mine")
    assert "mine" not in kernelspecs.spec_folders()
    assert (prefix / "bin" / "python").exists()


def test_two_jobs_do_not_change_one_environment_at_once(kernels, jobs, prefix):
    first = change(kernels, "install", "tiny")
    with pytest.raises(EnvironmentBusy) as refusal:
        kernels.remove_environment("mine")
    assert refusal.value.details["job_id"] == first.id
    assert jobs.follow(first.id, timeout=60).state == "succeeded"


def test_sizes_come_by_themselves(kernels, prefix, until):
    def size():
        [environment] = [e for e in kernels.environments() if e.name == "mine"]
        return environment.size_bytes

    assert until(size) > 50_000_000


def test_the_python_that_jupyter_runs_on_keeps_its_kernel(kernels, home):
    own = [k for k in kernels.kernels() if k.name == "python3"]
    for kernel in own:
        assert kernel.is_protected or not kernel.is_ours
