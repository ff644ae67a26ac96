"""The machine we run on: is it a compute instance, which one, and how full are its disks.

On a compute instance Azure's own agents leave ``/mnt/azmnt/.nbvm`` (``key=value`` lines with the
instance's name); setup scripts see ``CI_NAME`` and its like. Elsewhere nothing is claimed.
"""

from __future__ import annotations

import os
import platform
from pathlib import Path

from ..sentences import say
from .models import Disk, ThisMachine

_NBVM = Path("/mnt/azmnt/.nbvm")
_GB = 1024**3

#: Azure refuses to stop an instance whose system disk is full; below this it gets close.
_SYSTEM_FLOOR = 5 * _GB
#: The temporary disk has a limit of its own.
_TEMPORARY_FLOOR = 1 * _GB


def facts(nbvm: Path = _NBVM) -> dict[str, str]:
    """Read what Azure's agents say of this instance; empty elsewhere.

    Keys seen: ``instance`` and ``domainsuffix``; values may be quoted.
    """
    try:
        lines = nbvm.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    found = {}
    for line in lines:
        key, equals, value = line.partition("=")
        if equals and key.strip():
            found[key.strip()] = value.strip().strip("'\"")
    if "instance" not in found and os.environ.get("CI_NAME"):
        found["instance"] = os.environ["CI_NAME"]
    return found


def this_machine(*, root: str = "/", temporary: str = "/mnt", nbvm: Path = _NBVM) -> ThisMachine:
    """Say where we run, with the use of its disks in bytes.

    Parameters
    ----------
    root, temporary:
        Where the system disk and the temporary disk are mounted.
    """
    name = facts(nbvm).get("instance") or None
    disks = [_disk(root, _SYSTEM_FLOOR, is_system=True, on_instance=bool(name))]
    if name and os.path.ismount(temporary):
        disks.append(_disk(temporary, _TEMPORARY_FLOOR, is_system=False, on_instance=True))
    return ThisMachine(
        is_compute_instance=name is not None,
        name=name,
        hostname=platform.node(),
        disks=[disk for disk in disks if disk is not None],
    )


def stop_warning(machine: ThisMachine) -> str:
    """Say why Azure would refuse to stop this machine, or may soon; empty when it would not."""
    return next((disk.warning for disk in machine.disks if disk.warning), "")


def _disk(path: str, floor: int, *, is_system: bool, on_instance: bool) -> Disk | None:
    import shutil

    try:
        usage = shutil.disk_usage(path)
    except OSError:
        return None
    warning = ""
    if on_instance and usage.free < floor:
        left = f"{usage.free / _GB:.1f} GB"
        warning = (
            say(
                "Only {left} are free on the system disk. Azure refuses to stop an instance whose "
                "disk is full: remove old environments, conda or docker caches first.",
                left=left,
            )
            if is_system
            else say("Only {left} are free on the temporary disk ({path}).", left=left, path=path)
        )
    return Disk(path=path, total=usage.total, free=usage.free, warning=warning)
