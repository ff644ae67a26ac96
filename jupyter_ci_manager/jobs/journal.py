"""A job on disk: what was asked and what happened.

A job is a folder (0700): ``request.json`` never changes, ``events.jsonl`` only grows, ``lock`` is
held by the job's process for as long as it works. The state is derived from these and stored
nowhere (:mod:`.account`). Any process reads a journal from a byte offset on; a line that a dying
writer left unfinished is passed over.
"""

from __future__ import annotations

import errno
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from ..sentences import Sentence, english, put_together, read_back, taken_apart, written
from . import processes
from .models import JobEvent, JobRequest, JobState

#: How a job is called: when it was asked for (UTC), and enough chance to be alone with it.
JOB_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
_LOG_LIMIT = 4 * 1024 * 1024
_LINE_LIMIT = 4000
_PROGRESS_INTERVAL = 0.1
_RESERVE = 8192
#: Line ends are one byte everywhere: offsets count bytes.
_BINARY = getattr(os, "O_BINARY", 0)
_SECRETS = re.compile(r"(?<=://)[^/\s@]+@|(?<=/t/)[^/\s]{8,}(?=/)")

_encode = msgspec.json.Encoder(enc_hook=english).encode
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
    if isinstance(request.title, Sentence):
        request = msgspec.structs.replace(request, title_parts=taken_apart(request.title))
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
    request = _decode_request((folder / "request.json").read_bytes())
    title = put_together(request.title_parts)
    return msgspec.structs.replace(request, title=title) if isinstance(title, str) else request


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
            event = _decode_event(line)
            if event.kind == "error" and event.data is not None:
                event.data = read_back(event.data)
            events.append(event)
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
        self.write(JobEvent(kind="error", time=time.time(), data=_masked(written(data))))

    def ended(self, state: JobState, data: dict[str, Any] | None = None) -> None:
        """Write the last event and give back the room kept for it."""
        self.write(JobEvent(kind="ended", time=time.time(), state=state, data=data), sync=True)
        (self.folder / "reserve").unlink(missing_ok=True)
