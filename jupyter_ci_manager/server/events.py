"""Hints on Jupyter's event bus: something changed, read it again.

The bus has no replay and anybody authorised may post to it, so an event holds no data and no
secret, and nothing depends on its arrival.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from .models import ChangeEvent

if TYPE_CHECKING:
    from jupyter_events import EventLogger

_ROOT = "https://events.jupyter.org/jupyter_ci_manager"
INSTANCE_SCHEMA = f"{_ROOT}/instance/v1"
JOB_SCHEMA = f"{_ROOT}/job/v1"

Kind = Literal["changed", "removed", "ended"]


def schema(schema_id: str, title: str, kinds: list[str]) -> dict[str, Any]:
    """Give the description that the event bus checks every event against."""
    return {
        "$id": schema_id,
        "version": "1",
        "title": title,
        "description": "A hint that something changed; the data are read over REST.",
        "personal-data": False,
        "type": "object",
        "properties": {
            "kind": {"enum": kinds, "title": "What happened"},
            "name": {"type": "string", "title": "Name or id of what changed; empty: several"},
            "revision": {"type": "integer", "title": "Counts up with every event of a server"},
            "server_id": {"type": "string", "title": "The server; another one after a restart"},
            "timestamp": {"type": "string", "title": "When, RFC 3339 in UTC"},
        },
        "required": ["kind", "name", "revision", "server_id", "timestamp"],
        "additionalProperties": False,
    }


class Events:
    """Emits hints; usable from any thread.

    Parameters
    ----------
    logger:
        The server's event logger.
    server_id:
        Identifies this run of the server.
    log:
        Where a failure to emit is told; it never reaches the caller.
    """

    def __init__(self, logger: EventLogger, server_id: str, log: logging.Logger) -> None:
        self._logger = logger
        self._server_id = server_id
        self._log = log
        self._revision = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        # Registered now: a page never hears of a schema that came after it connected.
        logger.register_event_schema(
            schema(INSTANCE_SCHEMA, "A compute instance changed", ["changed"])
        )
        logger.register_event_schema(
            schema(JOB_SCHEMA, "A job changed", ["changed", "removed", "ended"])
        )

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that runs the server, once that is known."""
        return self._loop

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Say which loop runs the server; before that nothing is emitted."""
        self._loop = loop

    def detach(self) -> None:
        """Emit nothing any more."""
        self._loop = None

    def instance(self, name: str) -> None:
        """Tell that an instance changed or went, or with an empty name that several did."""
        self._emit_soon(INSTANCE_SCHEMA, "changed", name)

    def job(self, job_id: str, kind: Kind) -> None:
        """Tell that a job changed, is gone, or has ended; an empty id: kernels did without one."""
        self._emit_soon(JOB_SCHEMA, kind, job_id)

    def _emit_soon(self, schema_id: str, kind: Kind, name: str) -> None:
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._emit, schema_id, kind, name)
        except RuntimeError:  # the loop was closed meanwhile
            self._loop = None

    def _emit(self, schema_id: str, kind: Kind, name: str) -> None:
        self._revision += 1
        event = ChangeEvent(
            kind=kind,
            name=name,
            revision=self._revision,
            server_id=self._server_id,
            timestamp=datetime.now(timezone.utc).isoformat().replace("+00:00", "Z"),
        )
        try:
            self._logger.emit(schema_id=schema_id, data=msgspec.to_builtins(event))
        except Exception:
            self._log.warning("ci_manager: an event could not be emitted", exc_info=True)
