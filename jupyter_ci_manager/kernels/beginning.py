"""The mark by which an environment that a job is making is known as that job's own.

A new environment comes into being with its mark in it: its folder is laid down beside its place
and renamed, so at no moment does anything of it stand there without the mark. conda makes the
folder itself, and keeps a mark beside it until ours is inside. An undo removes no environment that
lacks its job's mark; without one there is nothing to undo.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import NameTaken
from ..jobs.task import Report
from ..sentences import say
from .engines import Engine
from .engines.bookkeeping import begun_mark, write_atomically

#: Names the job that began an environment, inside it, until the environment is whole.
MARKER = Path("conda-meta") / "ci-manager-job"


def begun_by(prefix: Path) -> str | None:
    """Give the id of the job that has begun an environment and not finished it."""
    try:
        return (prefix / MARKER).read_text(encoding="ascii") or None
    except (OSError, UnicodeDecodeError):
        return None


def begin(prefix: Path, engine: Engine, report: Report) -> None:
    """Record that ``prefix`` is absent, and put the job's mark where the environment will be.

    Raises
    ------
    NameTaken
        Something that no job of this line has begun is there.
    """
    if report.facts.get("absent") != str(prefix) and os.path.lexists(prefix):
        raise _taken(prefix)
    report.record(absent=str(prefix), engine=engine.name, jobs=job_line(report))
    prefix.parent.mkdir(parents=True, exist_ok=True)
    if (prefix / MARKER).exists():
        _write(prefix, report)
        return
    if engine.name == "conda":
        # conda refuses a folder that is not empty. What stands in the mark keeps the engine from
        # taking it away before ours is inside.
        begun_mark(prefix).write_text(report.job_id, encoding="ascii")
        return
    aside = _aside(prefix, report.job_id)
    (aside / MARKER).parent.mkdir(parents=True, exist_ok=True)
    (aside / MARKER).write_text(report.job_id, encoding="ascii")
    try:
        aside.rename(prefix)
    except OSError as error:
        shutil.rmtree(aside, ignore_errors=True)
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise _taken(prefix) from error
        raise


def made(prefix: Path, report: Report) -> None:
    """Put the mark into an environment whose engine has made the folder itself."""
    if begun_by(prefix) != report.job_id:
        _write(prefix, report)
    begun_mark(prefix).unlink(missing_ok=True)


def finish(prefix: Path) -> None:
    """Take the mark out: the environment is whole, and no undo touches it any more."""
    with suppress(OSError):
        (prefix / MARKER).unlink(missing_ok=True)
        for left in (prefix / MARKER).parent.glob(f".{MARKER.name}.*"):
            left.unlink(missing_ok=True)


def is_whole(report: Report) -> bool:
    """Say whether the environment that this job recorded as absent was finished."""
    prefix = Path(report.facts["absent"])
    return prefix.exists() and not (prefix / MARKER).exists() and not begun_mark(prefix).exists()


def take_back(report: Report, remove: Any) -> None:
    """Remove what this job, or one that it goes on with, has begun; and nothing else.

    Parameters
    ----------
    remove:
        Called with the prefix, where there is something to remove.
    """
    prefix = Path(report.facts["absent"])
    for job in report.facts.get("jobs", []):
        shutil.rmtree(_aside(prefix, job), ignore_errors=True)
    making = begun_mark(prefix)
    marker = prefix / MARKER
    # Nobody else makes such a file; an empty one is ours, cut off by a disk that was full.
    is_ours = marker.exists() and begun_by(prefix) in (None, *report.facts.get("jobs", []))
    if is_ours or (making.exists() and not marker.exists()) or not _has_files(prefix):
        remove(prefix)
        making.unlink(missing_ok=True)


def job_line(report: Report) -> list[str]:
    """Give the ids of this job and of those that it goes on with."""
    return [*(job for job in report.facts.get("jobs", []) if job != report.job_id), report.job_id]


def _write(prefix: Path, report: Report) -> None:
    (prefix / MARKER).parent.mkdir(parents=True, exist_ok=True)
    write_atomically(prefix / MARKER, report.job_id)


def _aside(prefix: Path, job: str) -> Path:
    return prefix.with_name(f".beginning-{job}")


def _has_files(prefix: Path) -> bool:
    return any(path.is_file() or path.is_symlink() for path in prefix.rglob("*"))


def _taken(prefix: Path) -> NameTaken:
    return NameTaken(
        say("There is an environment {name!r} already.", name=prefix.name),
        hint=say("Choose another name."),
        field="name",
    )
