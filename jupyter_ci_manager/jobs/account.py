"""What a job's journal says so far: its state, its progress, how it ended.

The state is derived from the events and from who is alive; it is stored nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from ..sentences import say
from . import journal, processes
from .locks import is_locked
from .models import Job, JobEvent, JobRequest, JobState, Progress


@dataclass
class Account:
    """What a journal says so far; fed with events, it gives the job's present form."""

    request: JobRequest
    offset: int = 0
    phase: str | None = None
    progress: Progress | None = None
    started: float | None = None
    ended: float | None = None
    end_state: JobState | None = None
    end_data: dict[str, Any] | None = None
    cancelling: float | None = None
    last_line: str | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    runners: list[tuple[int, float]] = field(default_factory=list)
    children: list[tuple[int, float]] = field(default_factory=list)

    @classmethod
    def read(cls, folder: Path) -> Account:
        """Read a job's folder from the beginning.

        Raises
        ------
        OSError, msgspec.MsgspecError
            The folder holds no whole job.
        """
        account = cls(request=journal.read_request(folder))
        account.catch_up(folder)
        return account

    def catch_up(self, folder: Path) -> list[JobEvent]:
        """Take in what was written since the last look, and give it."""
        events, self.offset = journal.read_events(folder, self.offset)
        for event in events:
            self._take(event)
        return events

    def _take(self, event: JobEvent) -> None:
        kind = event.kind
        if kind == "phase":
            self.phase, self.progress = event.phase, None
        elif kind == "progress":
            self.progress = Progress(
                done=event.done or 0.0, total=event.total, unit=event.unit or ""
            )
        elif kind == "log":
            self.last_line = event.text
        elif kind == "started":
            self.started = event.time
        elif kind == "process" and event.pid is not None and event.created is not None:
            known = self.runners if event.text == "runner" else self.children
            if (event.pid, event.created) not in known:
                known.append((event.pid, event.created))
        elif kind == "record":
            self.facts.update(event.data or {})
        elif kind == "cancelling":
            self.cancelling = self.cancelling or event.time
        elif kind == "result":
            self.result = event.data
        elif kind == "error":
            self.error = event.data
        elif kind == "ended":
            self.ended, self.end_data = event.time, event.data
            self.end_state = msgspec.convert(event.state, JobState)

    def has_runner(self, folder: Path) -> bool:
        """Say whether somebody still works at the job: its lock is held, or its process lives."""
        return is_locked(folder / "lock") or any(processes.is_alive(*who) for who in self.runners)

    def survivors(self) -> Iterator[tuple[int, float]]:
        """Give the recorded processes that still live, the runner's own among them."""
        return (who for who in (*self.runners, *self.children) if processes.is_alive(*who))

    def state(self, folder: Path) -> JobState:
        """Derive the state: from the end event, else from who is alive."""
        if self.end_state is not None:
            return self.end_state
        if not self.has_runner(folder) and next(self.survivors(), None) is None:
            # It may have ended between our reading and our looking.
            self.catch_up(folder)
            return self.end_state or "interrupted"
        if self.cancelling is not None:
            return "cancelling"
        return "running" if self.started is not None else "queued"

    def _error(self, state: JobState, folder: Path) -> dict[str, Any] | None:
        if state == "interrupted":
            return self.error or _interrupted(folder)
        # What could only be finished has succeeded, whatever came in between.
        return self.error if state != "succeeded" else None

    def job(self, folder: Path) -> Job:
        """Give the job as faces show it."""
        state = self.state(folder)
        request = self.request
        over = state in ("failed", "cancelled", "interrupted")
        return Job(
            id=request.id,
            task=request.task,
            target=request.target,
            title=request.title,
            state=state,
            phase=self.phase,
            phases=request.phases,
            progress=self.progress,
            created=request.created,
            started=self.started,
            ended=self.ended,
            last_line=self.last_line,
            result=self.result if state == "succeeded" else None,
            error=self._error(state, folder),
            can_cancel=state in ("queued", "running", "cancelling"),
            can_retry=over and not (self.end_data or {}).get("resumed_by"),
            log_size=self.offset,
        )


def _interrupted(folder: Path) -> dict[str, Any]:
    """Give the error of a job that could not say itself how it ended."""
    error: dict[str, Any] = {
        "code": "interrupted",
        "message": say("The job's process was ended before its work was done."),
        "hint": say("Try it again: it goes on where it stopped, or begins anew."),
    }
    with suppress(OSError):
        last_words = (folder / "output.log").read_bytes()[-4000:].decode("utf-8", "replace")
        if last_words.strip():
            error["details"] = {"log": journal.mask(last_words)}
    return error
