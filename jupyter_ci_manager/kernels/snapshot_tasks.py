"""Snapshots as jobs: keeping an environment as it is, and bringing it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..jobs.task import Report, Task
from .protection import Policy
from .snapshots import Snapshots
from .usage import check_unused

#: What taking a snapshot goes through, in order, and what a restoration does.
TAKE_PHASES = ("check", "link")
PHASES = ("check", "link", "solve", "download")


def _take(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report.phase("check")
    prefix = Path(asked["prefix"])
    snapshots = Snapshots(report.settings)
    report.phase("link")
    status = snapshots.take(prefix, report, accept=bool(asked.get("accept")))
    newest = snapshots.generations(prefix)[0]
    return {
        "prefix": str(status.prefix),
        "snapshot": newest.number,
        "taken": newest.taken,
        "files": newest.files,
    }


def _restore(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    prefix, number = Path(asked["prefix"]), asked.get("snapshot")
    Policy(report.settings).check("restore", prefix)
    if number is not None:
        check_unused(prefix, asked["name"], confirm=asked.get("confirm"))
    restored = Snapshots(report.settings).restore(prefix, report, number=number)
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


take_snapshot = Task(run=_take, resumable=True)
restore_environment = Task(run=_restore, resumable=True)
