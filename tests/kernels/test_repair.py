"""Kernels repaired: what is missing or altered comes back, what is well stays."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from jupyter_ci_manager.errors import Refused
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels import kernelspecs, spec_health
from jupyter_ci_manager.kernels.damage import find_damage
from jupyter_ci_manager.kernels.engines.pyc_store import PycStore
from jupyter_ci_manager.kernels.health import missing_files
from jupyter_ci_manager.kernels.models import KernelRequest

from .test_changes import change, wheel


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


def test_what_looks_well_is_looked_at_closely_and_stays(kernels, prefix, finish):
    spec = (kernelspecs.find("mine") / "kernel.json").read_bytes()
    stamps = {path: path.stat().st_ino for path in prefix.rglob("*.py")}
    # Python's own: it writes them anew when it likes.
    [compiled] = (prefix / "lib/python3.11/__pycache__").glob("os.*.pyc")
    compiled.unlink()
    compiled.write_bytes(b"")
    done = finish(kernels.repair_kernel("mine"))
    assert done.result["laid_down_anew"] == []
    assert {path: path.stat().st_ino for path in prefix.rglob("*.py")} == stamps
    assert (kernelspecs.find("mine") / "kernel.json").read_bytes() == spec


@pytest.mark.parametrize(
    ("module", "anew"), [("site-packages/ipykernel/kernelapp", []), ("json/decoder", ["python"])]
)
def test_a_damaged_compiled_module_is_damaged_in_no_environment_any_more(
    kernels, home, finish, settings, until, module, anew
):
    settings.package_cache = str(home / "own")
    store = PycStore(home / "own" / "compiled")

    def made(name):
        finish(kernels.create(KernelRequest(name=name)))
        return home / "envs" / name

    def works(environment):
        argv = [environment / "bin" / "python", "-c", "import ipykernel.kernelapp"]
        return subprocess.run(argv, stderr=subprocess.DEVNULL).returncode == 0

    first = made("first")
    until(lambda: not store.missing(first), 120)
    second = made("second")
    source = second / "lib/python3.11" / f"{module}.py"
    [compiled] = (source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")
    assert compiled.stat().st_nlink > 1
    # Written in place, as a failing disk would: every environment and the store have it.
    with compiled.open("r+b") as file:
        file.truncate(100)
    assert not works(second)
    done = finish(kernels.repair_kernel("second"))
    assert done.result["laid_down_anew"] == anew
    assert works(second)
    assert not find_damage(second).compiled
    assert works(made("third"))


def test_pips_packages_come_from_pip_and_what_it_has_replaced_stays(
    kernels, jobs, prefix, finish, index
):
    for name, version in (("gem", "1.0"), ("filetype", "99")):
        wheel(index, name, version)
    finish(change(kernels, "install", "filetype"))
    finish(change(kernels, "install", "gem", "filetype==99", source="pypi"))
    site = prefix / "lib/python3.11/site-packages"
    packed = (site / "gem.py").read_bytes()
    (site / "gem.py").write_bytes(b"\0" * len(packed))
    assert finish(kernels.repair_kernel("mine")).result["laid_down_anew"] == ["gem==1.0"]
    assert (site / "gem.py").read_bytes() == packed
    assert (site / "filetype.py").read_text() == "version = '99'\n"
    assert not missing_files(prefix)
    # A package of pip's that cannot be had keeps nobody from a kernel that works.
    (site / "gem.py").unlink()
    (index / "gem-1.0-py3-none-any.whl").unlink()
    done = finish(kernels.repair_kernel("mine"))
    log = [event.text for event in jobs.events(done.id).events if event.kind == "log"]
    assert any(line.startswith("pip could not lay down gem==1.0 anew: ") for line in log)


def test_another_programs_kernel_is_given_as_it_is(kernels, home):
    spec = {"argv": [sys.executable, "-m", "mine", "{connection_file}"], "display_name": "Mine"}
    kernelspecs.publish(kernelspecs.stage(home / "staged", spec), "foreign")
    assert kernels.repair_kernel("foreign").is_broken is False


def test_a_kernel_without_its_environment_cannot_be_repaired(kernels, prefix):
    shutil.rmtree(prefix)
    with pytest.raises(Refused) as refusal:
        kernels.repair_kernel("mine")
    assert refusal.value.code == "environment_gone"
    kernels.remove_kernel("mine")
    assert "mine" not in {kernel.name for kernel in kernels.kernels()}
