"""Removing an environment with its kernels, after asking all who may object."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import ConfirmationNeeded
from ..jobs.task import Report, Task
from . import kernelspecs
from .engines.pyc_store import is_filling
from .engines.selection import choose_engine
from .protection import Policy

#: What the job goes through, in order.
PHASES = ("check", "remove")


def running_processes(prefix: Path) -> list[int]:
    """Give the numbers of the processes that run programs of the environment at ``prefix``.

    What compiles modules for other environments does not count: it is ours, and ends by itself.
    """
    import psutil

    real = os.path.realpath(prefix) + os.sep
    return [
        process.pid
        for process in psutil.process_iter(["exe", "cmdline"])
        if (process.info["exe"] or "").startswith(real)
        and not is_filling(process.info["cmdline"] or [])
    ]


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
    folders = kernelspecs.spec_folders()
    for kernel in kernelspecs.kernels_of(prefix):
        policy.check_kernel(kernel, prefix=prefix, resource_dir=folders[kernel])
    running = running_processes(prefix)
    if running and confirm != name:
        raise ConfirmationNeeded(
            f"Programs of the environment {name} are still running: "
            f"{len(running)} process{'es' if len(running) > 1 else ''}.",
            hint="Shut down its kernels first, or confirm with the environment's name.",
            code="environment_in_use",
            details={"processes": running, "confirm": name},
        )


def _remove(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report.phase("check")
    prefix = Path(asked["prefix"])
    settings = report.settings
    check(prefix, asked["name"], settings, confirm=asked["confirm"])
    engine, _ = choose_engine(settings)
    report.phase("remove")
    folders = kernelspecs.spec_folders()
    kernels = kernelspecs.kernels_of(prefix)
    for kernel in kernels:
        # A spec inside the environment goes with it, and must not go alone.
        if not folders[kernel].is_relative_to(prefix):
            kernelspecs.remove(folders[kernel])
            report.log(f"kernel {kernel} removed")
    Policy(settings).check("remove", prefix)
    engine.remove(prefix, report)
    return {"prefix": str(prefix), "kernels": kernels}


remove_environment = Task(run=_remove, resumable=True)
