"""What stays possible around a protected environment: an ordinary day, step by step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels.models import (
    EnvironmentRename,
    KernelRequest,
    PackageRequest,
    Preview,
)
from jupyter_ci_manager.kernels.service import KernelService

from .machine import SHIPPED, Machine, make_kernel

Step = Callable[[KernelService], object]


def change(name: str, action: str, package: str, *, dry_run: bool = False) -> Step:
    asked = {"action": action, "packages": [package], "dry_run": dry_run}
    return lambda kernels: kernels.change_packages(name, PackageRequest(**asked))


#: In this order; each must succeed.
DAY: dict[str, Step] = {
    "list environments": lambda k: k.environments(),
    "list kernels": lambda k: k.kernels(),
    "list its packages": lambda k: k.packages(SHIPPED),
    "export it as yaml": lambda k: k.export(SHIPPED, "yaml"),
    "export it exactly": lambda k: k.export(SHIPPED, "explicit"),
    "look what an installation would do": change(SHIPPED, "install", "six", dry_run=True),
    "install a package": change(SHIPPED, "install", "six"),
    "update a package": change(SHIPPED, "update", "tiny"),
    "remove another package": change(SHIPPED, "remove", "tiny"),
    "keep it": lambda k: k.snapshot_environment(SHIPPED),
    "list its snapshots": lambda k: k.snapshots(SHIPPED),
    "protect it once more": lambda k: k.protect_environment(SHIPPED, True),
    "rename one's own kernel of it": lambda k: k.rename_kernel("own", "My kernel of it"),
    "remove one's own kernel of it": lambda k: k.remove_kernel("own"),
    "clone it": lambda k: k.create(KernelRequest(name="mine", clone=SHIPPED)),
    "remove python's kernel package in the clone": change("mine", "remove", "ipykernel"),
    "protect the clone": lambda k: k.protect_environment("mine", True),
    "protect it no longer": lambda k: k.protect_environment("mine", False),
    "rename the clone's kernel": lambda k: k.rename_kernel("mine", "Mine"),
    "rename the clone": lambda k: k.rename_environment("mine", EnvironmentRename(name="ours")),
    "keep the clone": lambda k: k.snapshot_environment("ours"),
    "remove the clone's snapshots": lambda k: k.discard_snapshots("ours"),
    "remove the clone": lambda k: k.remove_environment("ours", confirm="ours"),
}


def test_an_ordinary_day(
    home: Path,
    settings: Settings,
    shipped: Path,
    finish: Callable[[Job], Job],
    record_property: Callable[[str, object], None],
) -> None:
    machine = Machine(home, settings)
    own = make_kernel(machine, "own", shipped, "Mine")
    for step in DAY.values():
        done = step(machine.kernels)
        assert not isinstance(done, Preview) or done.changes
        if isinstance(done, Job):
            finish(done)
    here = {package.name for package in machine.kernels.packages(SHIPPED)}
    assert here >= {"python", "ipykernel", "azureml-core", "six"}
    assert "tiny" not in here
    assert not own.exists()
    assert [e.name for e in machine.kernels.environments() if e.is_protected] == [SHIPPED]
    assert len(DAY) >= 20
    record_property("told", f"{len(DAY)} legitimate operations around {SHIPPED} succeed")
