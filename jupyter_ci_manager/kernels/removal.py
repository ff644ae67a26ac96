"""Removing an environment with its kernels, after asking all who may object."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..config import Settings
from ..jobs.task import Report, Task
from . import installed, kernelspecs
from .engines.selection import choose_engine
from .protection import Policy
from .snapshots import Snapshots
from .usage import check_unused

#: What the job goes through, in order.
PHASES = ("check", "remove")


def own_kernels(prefix: Path) -> dict[str, Path]:
    """Give the folders of the kernel specs that go with an environment, by name.

    A spec whose program lies in another environment is that one's, whatever its metadata say.
    """
    real = Path(os.path.realpath(prefix))
    folders = kernelspecs.spec_folders()
    return {
        name: folders[name]
        for name in kernelspecs.kernels_of(prefix)
        if _is_at(kernelspecs.program_prefix(kernelspecs.read(folders[name])), real)
    }


def _is_at(place: Path | None, real: Path) -> bool:
    if place is None or not place.exists():
        return True
    found = Path(os.path.realpath(place))
    return found == real or not installed.is_environment(found)


def check(prefix: Path, name: str, settings: Settings, *, confirm: str | None) -> None:
    """See that an environment may be removed, with all kernels that start from it.

    Parameters
    ----------
    prefix:
        The environment.
    name:
        Its name, which ``confirm`` must repeat where something still runs in it.

    Raises
    ------
    ProtectedEnvironment
        It, or one of its kernels, is protected.
    ConfirmationNeeded
        Something still runs in it.
    """
    policy = Policy(settings)
    policy.check("remove", prefix)
    for kernel, folder in own_kernels(prefix).items():
        policy.check_kernel(kernel, prefix=prefix, resource_dir=folder)
    check_unused(prefix, name, confirm=confirm)


def _remove(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report.phase("check")
    prefix = Path(asked["prefix"])
    settings = report.settings
    check(prefix, asked["name"], settings, confirm=asked["confirm"])
    engine, _ = choose_engine(settings)
    report.phase("remove")
    kernels = own_kernels(prefix)
    for kernel, folder in kernels.items():
        # A spec inside the environment goes with it, and must not go alone.
        if not folder.is_relative_to(prefix):
            Policy(settings).check_kernel(kernel, prefix=prefix, resource_dir=folder)
            kernelspecs.remove(folder)
            report.log(f"kernel {kernel} removed")
    engine.remove(prefix, report)
    # Their links would keep the room that somebody wanted to have back.
    Snapshots(settings).discard(prefix)
    return {"prefix": str(prefix), "kernels": list(kernels)}


remove_environment = Task(run=_remove, resumable=True)
