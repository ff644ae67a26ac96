"""Room on the disk: checked before work begins, and watched while it goes on."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from ..errors import DiskFull
from ..sentences import say
from .engines.base import Report

_MB = 1_000_000
_WATCH_INTERVAL = 0.5


def free_bytes(path: Path) -> int | None:
    """Give the free bytes of the disk that ``path`` is, or would be, on."""
    for place in (path, *path.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def check_room(path: Path, needed: int, floor_mb: int) -> None:
    """See that ``needed`` bytes fit, and that ``floor_mb`` megabytes stay free afterwards.

    Raises
    ------
    DiskFull
        They do not; ``details`` has the numbers.
    """
    free = free_bytes(path)
    if free is not None and free - needed < floor_mb * _MB:
        raise _full(path, free, needed + floor_mb * _MB)


class DiskWatch:
    """A report that stops the work, cleanly, before the disk is full.

    Parameters
    ----------
    report:
        Where everything else is handed on to.
    path:
        A place on the disk that is watched.
    floor_mb:
        Megabytes that must stay free.
    """

    def __init__(self, report: Report, path: Path, floor_mb: int) -> None:
        self._report = report
        self._path = path
        self._floor_mb = floor_mb
        self._next_look = 0.0

    def phase(self, name: str) -> None:
        """Hand on."""
        self._report.phase(name)

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        """Hand on."""
        self._report.progress(done, total, unit)

    def log(self, line: str) -> None:
        """Hand on."""
        self._report.log(line)

    def process(self, pid: int) -> None:
        """Hand on."""
        self._report.process(pid)

    def check_cancelled(self) -> None:
        """Raise :class:`DiskFull` when less than the floor is left."""
        self._report.check_cancelled()
        now = time.monotonic()
        if self._floor_mb and now >= self._next_look:
            self._next_look = now + _WATCH_INTERVAL
            free = free_bytes(self._path)
            if free is not None and free < self._floor_mb * _MB:
                raise _full(self._path, free, self._floor_mb * _MB)


def _full(path: Path, free: int, needed: int) -> DiskFull:
    return DiskFull(
        say(
            "The disk of {path} has {free} MB free; about {needed} MB are needed.",
            path=path,
            free=free // _MB,
            needed=needed // _MB,
        ),
        hint=say("Remove environments or files that are no longer needed."),
        details={"free_bytes": free, "needed_bytes": needed},
    )
