"""A job on disk: what was asked, what happened, is it alive.

A job is a folder (0700): ``request.json`` never changes, ``events.jsonl`` only grows, ``lock`` is
held by the job's process for as long as it works. The state is derived from these and stored
nowhere. Any process reads a journal from a byte offset on; a line that a dying writer left
unfinished is passed over.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from . import processes
from .locks import is_locked
from .models import Job, JobEvent, JobRequest, JobState, Progress

#: How a job is called: when it was asked for (UTC), and enough chance to be alone with it.
JOB_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_LOG_LIMIT = 4 * 1024 * 1024
_LINE_LIMIT = 4000
_PROGRESS_INTERVAL = 0.1
_RESERVE = 8192
#: Line ends are one byte everywhere: offsets count bytes.
_BINARY = getattr(os, "O_BINARY", 0)
_SECRETS = re.compile(r"(?<=://)[^/\s@]+@|(?<=/t/)[^/\s]{8,}(?=/)")

_encode = msgspec.json.Encoder().encode
_decode_event = msgspec.json.Decoder(JobEvent).decode
_decode_request = msgspec.json.Decoder(JobRequest).decode


def new_id() -> str:
    """Give a new job's id; ids sort by the second they were made in."""
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime()) + os.urandom(4).hex()


def mask(text: str) -> str:
    """Take user, password and token out of every URL in ``text``."""
    return _SECRETS.sub("", text) if "/" in text else text


def has_secret(value: Any) -> bool:
    """Say whether there are credentials in a text, or in the texts of a list or dictionary."""
    return bool(_masked(value) != value)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item) for item in value]
    return value


def create(folder: Path, request: JobRequest) -> None:
    """Lay down a new job's folder with its request and the first event.

    Raises
    ------
    OSError
        The folder exists or cannot be written.
    """
    folder.mkdir(mode=0o700)
    for name, content in (
        ("request.json", _encode(request)),
        ("events.jsonl", _encode(JobEvent(kind="created", time=request.created)) + b"\n"),
        # Room that can be given back to say how it ended, should the disk be full by then.
        ("reserve", b"\0" * _RESERVE),
    ):
        fd = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(content)


def read_request(folder: Path) -> JobRequest:
    """Give what a job was asked.

    Raises
    ------
    OSError, msgspec.MsgspecError
        The folder holds no whole request.
    """
    return _decode_request((folder / "request.json").read_bytes())


def read_events(folder: Path, offset: int = 0) -> tuple[list[JobEvent], int]:
    """Give the events from a byte offset on, and the offset to go on from.

    A line still being written is left for the next call; a line that is no event (a writer died
    in it) is passed over. An offset beyond the end gives nothing.
    """
    with (folder / "events.jsonl").open("rb") as file:
        file.seek(offset)
        chunk = file.read()
    end = chunk.rfind(b"\n") + 1
    events = []
    for line in chunk[:end].splitlines():
        with suppress(msgspec.MsgspecError):
            events.append(_decode_event(line))
    return events, offset + end


def size(folder: Path) -> int:
    """Give how many bytes of events there are; -1 where there is no job."""
    try:
        return (folder / "events.jsonl").stat().st_size
    except OSError:
        return -1


class Journal:
    """The writing end of a job's journal; every event is one append."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._fd = os.open(folder / "events.jsonl", os.O_RDWR | os.O_APPEND | _BINARY)
        self._logged = 0
        self._last_progress = 0.0
        # Where the writer before us died inside a line, that line must not swallow ours.
        self._is_torn = False
        size = os.fstat(self._fd).st_size
        if size:
            os.lseek(self._fd, size - 1, os.SEEK_SET)
            self._is_torn = os.read(self._fd, 1) != b"\n"

    def close(self) -> None:
        """Stop writing."""
        os.close(self._fd)

    def write(self, event: JobEvent, *, sync: bool = False, must: bool = True) -> None:
        """Append one event; ``sync`` also brings it safely to the disk.

        Raises
        ------
        OSError
            It could not be written, and ``must`` says that it has to be.
        """
        self._append(_encode(event) + b"\n", must=must)
        if sync:
            with suppress(OSError):
                os.fsync(self._fd)

    def _append(self, line: bytes, *, must: bool) -> None:
        try:
            self._put(line)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            if must:
                (self.folder / "reserve").unlink(missing_ok=True)
                self._put(line)

    def _put(self, line: bytes) -> None:
        """Write a line, behind a line end of its own where the one before it was cut off."""
        if self._is_torn:
            line = b"\n" + line
        written = os.write(self._fd, line)
        self._is_torn = written < len(line)
        if self._is_torn:
            # A disk takes what still fits, and says so by the number alone.
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def started(self) -> None:
        """Say that the job waits no longer."""
        self.write(JobEvent(kind="started", time=time.time()))

    def process(self, pid: int, role: str) -> None:
        """Record a process (``runner`` or ``child``) by number and start; a gone one is nothing."""
        created = processes.started_at(pid)
        if created is not None:
            now = time.time()
            self.write(JobEvent(kind="process", time=now, pid=pid, created=created, text=role))

    def phase(self, name: str) -> None:
        """Begin a phase."""
        self._last_progress = 0.0
        self.write(JobEvent(kind="phase", time=time.time(), phase=name), must=False)

    def progress(self, done: float, total: float | None, unit: str) -> None:
        """Say how far the phase is; what comes too thick is left out, the last one never is."""
        now = time.monotonic()
        if now - self._last_progress < _PROGRESS_INTERVAL and done != total:
            return
        self._last_progress = now
        self.write(
            JobEvent(kind="progress", time=time.time(), done=done, total=total, unit=unit or None),
            must=False,
        )

    def log(self, line: str) -> None:
        """Add a line to the log, without secrets; beyond four megabytes the log is cut off."""
        if self._logged > _LOG_LIMIT:
            return
        text = mask(line.rstrip())[:_LINE_LIMIT]
        self._logged += len(text)
        if self._logged > _LOG_LIMIT:
            text = "The log is cut off here: it has grown too long."
        self.write(JobEvent(kind="log", time=time.time(), text=text), must=False)

    def record(self, **facts: Any) -> None:
        """Keep facts that an undo needs, safely on the disk before the work goes on."""
        self.write(JobEvent(kind="record", time=time.time(), data=facts), sync=True)

    def cancelling(self) -> None:
        """Say that somebody asked the job to stop."""
        self.write(JobEvent(kind="cancelling", time=time.time()))

    def result(self, data: dict[str, Any]) -> None:
        """Keep what the job gives back."""
        self.write(JobEvent(kind="result", time=time.time(), data=_masked(data)))

    def error(self, data: dict[str, Any]) -> None:
        """Keep why the job failed: an error's ``to_dict``."""
        self.write(JobEvent(kind="error", time=time.time(), data=_masked(data)))

    def ended(self, state: JobState, data: dict[str, Any] | None = None) -> None:
        """Write the last event and give back the room kept for it."""
        self.write(JobEvent(kind="ended", time=time.time(), state=state, data=data), sync=True)
        (self.folder / "reserve").unlink(missing_ok=True)


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
        account = cls(request=read_request(folder))
        account.catch_up(folder)
        return account

    def catch_up(self, folder: Path) -> list[JobEvent]:
        """Take in what was written since the last look, and give it."""
        events, self.offset = read_events(folder, self.offset)
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
        "message": "The job's process was ended before its work was done.",
        "hint": "Try it again: it goes on where it stopped, or begins anew.",
    }
    with suppress(OSError):
        last_words = (folder / "output.log").read_bytes()[-4000:].decode("utf-8", "replace")
        if last_words.strip():
            error["details"] = {"log": mask(last_words)}
    return error
