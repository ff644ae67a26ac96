"""Snapshots as jobs, and the look after them that anybody's looking sets off."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import CIManagerError
from ..jobs.task import Report, Task
from .protection import Policy
from .snapshots import Snapshots

#: What a restoration goes through, in order.
PHASES = ("check", "link", "solve", "download")
#: Seconds between two looks, however many people look.
_INTERVAL = 60.0


def _restore(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    restored = Snapshots(report.settings).restore(Path(asked["prefix"]), report)
    for problem in restored.problems:
        report.log(problem)
    return {
        "prefix": str(restored.prefix),
        "files": restored.files,
        "kernels": restored.kernels,
        "reinstalled": restored.reinstalled,
        "kept_aside": str(restored.kept_aside) if restored.kept_aside else None,
        "problems": restored.problems,
    }


restore_environment = Task(run=_restore, resumable=True)


class Keeper:
    """Keeps the snapshots of protected environments fresh, while somebody looks at them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._next = 0.0

    def look(self, *, at_once: bool = False) -> None:
        """Be told that somebody looks; now and then a thread renews what is outdated.

        ``at_once``: do not wait for the next time, for there is something new to keep.
        """
        with self._lock:
            now = time.monotonic()
            if now < self._next and not at_once:
                return
            self._next = now + _INTERVAL
        threading.Thread(target=self.renew, name="snapshots", daemon=True).start()

    def renew(self) -> None:
        """Make or renew the snapshots of all protected environments that are well."""
        snapshots = Snapshots(self._settings)
        for prefix, _ in Policy(self._settings).protected():
            try:
                if (prefix / "conda-meta").is_dir() and snapshots.status(prefix).state in (
                    "none",
                    "outdated",
                ):
                    snapshots.take(prefix)
            except CIManagerError:
                # Its status tells; another one is not less worth keeping for it.
                continue
