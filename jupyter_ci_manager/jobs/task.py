"""What a job does: a task, found by its dotted name, with a way back."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..config import Settings
    from .journal import Journal
    from .models import JobRequest


class Report:
    """Where a task tells how far it is; every word goes to the job's journal.

    ``facts`` are those recorded so far, by this job or by the one it resumes.
    """

    def __init__(self, journal: Journal, asked: JobRequest, facts: dict[str, Any]) -> None:
        self._journal = journal
        self._asked = asked
        self.facts = facts

    @property
    def settings(self) -> Settings:
        """The settings that the job's starter had."""
        from ..config import Settings, load_settings

        values = dict(self._asked.settings)
        if self._asked.secret_settings:
            read = load_settings()
            values |= {name: getattr(read, name) for name in self._asked.secret_settings}
        return Settings(**values)

    @property
    def job_id(self) -> str:
        """The id of the job that reports here."""
        return self._journal.folder.name

    @property
    def folder(self) -> Path:
        """The job's own folder, for what nobody needs when the job is forgotten."""
        return self._journal.folder

    def phase(self, name: str) -> None:
        """Begin a phase."""
        self._journal.phase(name)

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        """Tell how far the present phase is, in real units (``bytes``, ``packages``)."""
        self._journal.progress(done, total, unit)

    def log(self, line: str) -> None:
        """Add one line to the log."""
        self._journal.log(line)

    def process(self, pid: int) -> None:
        """Name a child process that must end with the job."""
        self._journal.process(pid, "child")

    def record(self, **facts: Any) -> None:
        """Keep facts that the undo needs, safely on the disk, before the step they are about."""
        self._journal.record(**facts)
        self.facts.update(facts)

    def check_cancelled(self) -> None:
        """Do nothing: a cancelled job's process is ended from outside the task."""


@dataclass(frozen=True)
class Task:
    """A task: what it does, how it is undone, and whether it can be gone on with.

    Parameters
    ----------
    run:
        Does the work; gives a JSON-able result; raises an error from ``errors.py``.
    undo:
        Takes back what a job did that failed, was cancelled or died, from its request and the
        recorded facts alone. It runs in a process of its own and may run more than once. Past
        the point where going on is the safer way it finishes the work instead, and gives the
        job's result: then the job has succeeded.
    after:
        What makes the next job faster, once this one has succeeded; nobody waits for it.
    resumable:
        Whether a new run over what an interrupted one left behind completes it.
    """

    run: Callable[[dict[str, Any], Report], dict[str, Any]]
    undo: Callable[[dict[str, Any], Report], dict[str, Any] | None] | None = None
    after: Callable[[dict[str, Any], Report], None] | None = None
    resumable: bool = False


def load(name: str) -> Task:
    """Find a task by its dotted name ``package.module:attribute``; a plain function is one too.

    Raises
    ------
    ImportError, AttributeError
        There is no such task.
    """
    module, _, attribute = name.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    return found if isinstance(found, Task) else Task(run=found)


def is_resumable(name: str) -> bool:
    """Say whether the task of that name can be gone on with; one that is not there cannot."""
    try:
        return load(name).resumable
    except (ImportError, AttributeError):
        return False
