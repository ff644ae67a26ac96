"""Who is alive: processes told apart by number and moment of start, and ended with all of theirs.

A process number alone is worth nothing: numbers are used again. On Linux the moment of start is
read in seconds since boot, which a clock that jumps does not change.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psutil


def started_at(pid: int) -> float | None:
    """Give the mark of a living process's start; ``None`` when there is none (a zombie is none).

    Parameters
    ----------
    pid:
        The process's number.
    """
    if sys.platform == "linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_bytes()
        except OSError:
            return None
        # The name stands in brackets and may hold anything, brackets and blanks too.
        fields = stat[stat.rindex(b")") + 2 :].split()
        if fields[0] in (b"Z", b"X"):
            return None
        return int(fields[19]) / os.sysconf("SC_CLK_TCK")
    else:
        import psutil

        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return float(process.create_time())
        except psutil.Error:
            return None


def is_alive(pid: int, created: float) -> bool:
    """Say whether the process that had this number and start still lives."""
    mark = started_at(pid)
    return mark is not None and abs(mark - created) < 0.005


def end_tree(processes: list[tuple[int, float]], *, grace: float = 5.0) -> None:
    """End processes with all of their descendants, whatever state they are in, and see them gone.

    Parameters
    ----------
    processes:
        Number and start of each; those that are gone already are passed over, and so is the
        process that asks.
    grace:
        Seconds to wait for the ended ones to disappear.
    """
    import psutil

    doomed: dict[int, psutil.Process] = {}
    for pid, created in processes:
        if not is_alive(pid, created):
            continue
        with suppress(psutil.Error):
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                doomed[process.pid] = process
    doomed.pop(os.getpid(), None)
    # Stopped first, so that nobody can start another child while the others are being ended.
    for process in doomed.values():
        with suppress(psutil.Error, OSError):
            process.suspend()
    for process in list(doomed.values()):
        with suppress(psutil.Error):
            for child in process.children(recursive=True):
                if child.pid != os.getpid():
                    doomed.setdefault(child.pid, child)
    for process in doomed.values():
        with suppress(psutil.Error, OSError):
            process.kill()
    # Gone means gone from work: a zombie that its parent is slow to fetch holds nothing.
    limit = time.monotonic() + grace
    while time.monotonic() < limit and any(map(_works, doomed.values())):
        time.sleep(0.005)


def _works(process: psutil.Process) -> bool:
    import psutil

    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
