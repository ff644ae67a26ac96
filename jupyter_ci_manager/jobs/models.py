"""What the jobs room gives away: plain structs, the REST API's wire form too."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

JobState = Literal[
    "queued", "running", "cancelling", "succeeded", "failed", "cancelled", "interrupted"
]
#: States in which nothing more happens by itself.
ENDED: frozenset[str] = frozenset({"succeeded", "failed", "cancelled", "interrupted"})


class JobRequest(msgspec.Struct, kw_only=True, frozen=True):
    """What a job was asked to do: ``request.json`` in its folder, never changed.

    ``title_parts`` is how the title was made, so that it can be said in another language. ``locks`` names what no second job may work on meanwhile, ``settings`` are those that the
    starter had, without the ones named in ``secret_settings``: they hold credentials, and the job
    reads them where they stand. ``resumes`` is the interrupted job that this one goes on with.
    """

    id: str
    task: str
    target: str
    title: str
    created: float
    request: dict[str, Any] = {}
    phases: list[str] = []
    locks: list[str] = []
    settings: dict[str, Any] = {}
    secret_settings: list[str] = []
    resumes: str | None = None
    title_parts: dict[str, Any] | None = None


class JobEvent(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One line of a job's journal. ``kind`` says which of the other fields are set.

    ``process`` names a process (``text`` is ``runner`` or ``child``), ``record`` holds facts in
    ``data`` that an undo needs, ``cancelling`` says that somebody asked the job to stop.
    """

    kind: Literal[
        "created",
        "started",
        "phase",
        "progress",
        "log",
        "process",
        "record",
        "cancelling",
        "result",
        "error",
        "ended",
    ]
    time: float
    phase: str | None = None
    done: float | None = None
    total: float | None = None
    unit: str | None = None
    text: str | None = None
    pid: int | None = None
    created: float | None = None
    state: str | None = None
    data: dict[str, Any] | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the present phase is, in real units ("bytes", "packages", "files")."""

    done: float
    total: float | None = None
    unit: str = ""


class Job(msgspec.Struct, kw_only=True):
    """A job as derived from its folder. Times are seconds since the epoch."""

    id: str
    task: str
    target: str
    title: str
    state: JobState
    phase: str | None = None
    phases: list[str] = []
    progress: Progress | None = None
    created: float
    started: float | None = None
    ended: float | None = None
    last_line: str | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
    can_cancel: bool = False
    can_retry: bool = False
    log_size: int = 0


class JobAsked(msgspec.Struct, kw_only=True):
    """What a job was asked to do, in the words of its task."""

    task: str
    request: dict[str, Any]


class JobEvents(msgspec.Struct, kw_only=True):
    """A slice of a job's journal: the events from a byte offset, and where to go on."""

    events: list[JobEvent] = []
    next_offset: int = 0
    state: JobState = "queued"
