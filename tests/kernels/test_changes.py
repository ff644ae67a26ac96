"""Packages changed and environments removed: real ones, each looked at afterwards."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile

import pytest
from jupyter_client.manager import start_new_kernel

from jupyter_ci_manager.errors import (
    CIManagerError,
    ConfirmationNeeded,
    EnvironmentBusy,
    NotFound,
    ProtectedEnvironment,
)
from jupyter_ci_manager.kernels import kernelspecs, spec_health
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest


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
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{info}/RECORD,,"]
    for inner, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        rows.append(f"{inner},sha256={digest.rstrip('=')},{len(text)}")
    with zipfile.ZipFile(path, "w") as archive:
        for inner, text in {**files, f"{info}/RECORD": "\n".join(rows)}.items():
            archive.writestr(inner, text)


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


def test_an_exported_file_lists_what_was_asked_for(kernels, finish, prefix):
    import yaml

    finish(change(kernels, "install", "tiny=1.0"))
    written = yaml.safe_load(kernels.export("mine", "yaml"))
    there = {p.name: p.version for p in kernels.packages("mine") if p.requested}
    assert sorted(written["dependencies"]) == sorted(f"{n}={v}" for n, v in there.items())
    assert "tiny=1.0" in written["dependencies"]
    assert len(there) < len(kernels.packages("mine"))
