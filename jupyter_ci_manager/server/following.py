"""Noticing what other processes of this user do: jobs, and writes to Azure.

While a client has asked within the last 90 seconds, or a job runs, the jobs folder and the file that every
writer touches are looked at twice a second, in a worker thread; otherwise nothing is. What a job
that died left behind is settled from here too: never in an answer to a client who only reads.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CIManagerError, NotFound
from ..jobs.models import ENDED
from ..jobs.paths import data_folder, jobs_folder
from .events import Events, Kind
from .workers import Workers

if TYPE_CHECKING:
    from ..jobs.models import Job
    from ..jobs.service import JobService

#: Seconds between looks, and seconds after the last request until nobody looks any more.
INTERVAL, PATIENCE = 0.5, 90.0

_Mark = tuple[int, int]


class Following:
    """Turns what happens on disk into events, while somebody watches.

    Parameters
    ----------
    jobs:
        Gives the jobs room's door.
    elsewhere:
        Called in a worker thread when somebody wrote to Azure.
    ended:
        Called in a worker thread with each job that has ended, before anybody is told.
    """

    def __init__(
        self,
        workers: Workers,
        events: Events,
        log: logging.Logger,
        *,
        jobs: Callable[[], JobService],
        elsewhere: Callable[[], None],
        ended: Callable[[Job], None],
    ) -> None:
        self._workers = workers
        self._events = events
        self._log = log
        self._jobs = jobs
        self._elsewhere = elsewhere
        self._ended = ended
        self._asked = 0.0
        self._task: asyncio.Task[None] | None = None
        self._marks: dict[str, _Mark] | None = None
        self._open: set[str] = set()
        self._died = True  # until looked at: what died while no server ran is settled first
        self._touched: int | None = None
        self._written = b""

    def touch(self) -> None:
        """Somebody watches. Called on the loop thread."""
        self._asked = time.monotonic()
        if self._task is None or self._task.done():
            loop = asyncio.get_running_loop()
            self._events.attach(loop)
            self._task = loop.create_task(self._follow())

    def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()

    def running_jobs(self) -> int:
        """Give how many jobs had not ended at the last look, and look again when none is due."""
        if self._task is None or self._task.done():
            try:
                self._task = asyncio.get_running_loop().create_task(self._follow())
            except RuntimeError:  # asked outside the loop
                return len(self._open)
        return len(self._open)

    async def _follow(self) -> None:
        while True:
            try:
                await self._workers.run(self._look)
                if self._died:
                    self._died = False
                    await self._workers.run(lambda: self._jobs().recover())
            except CIManagerError as error:
                self._log.debug("ci_manager: jobs could not be looked at: %s", error.message)
            except Exception:
                self._log.warning("ci_manager: jobs could not be looked at", exc_info=True)
            # What a job does to kernels that run here must be seen whether or not anybody looks.
            if time.monotonic() - self._asked > PATIENCE and not self._open:
                return
            await asyncio.sleep(INTERVAL)

    def _look(self) -> None:
        """Compare the disk with the last look. Runs in a worker thread, one at a time."""
        before, self._marks = self._marks, _marks(jobs_folder())
        touched, written = self._touched, self._written
        self._touched, self._written = _changed(data_folder() / "changed")
        if before is None:
            for job_id in self._marks:
                self._look_at(job_id, moved=False)
            return
        for job_id in before.keys() - self._marks.keys():
            self._open.discard(job_id)
            self._events.job(job_id, "removed")
        moved = {job_id for job_id, mark in self._marks.items() if before.get(job_id) != mark}
        # One that was killed writes nothing any more: an open job is asked every time.
        for job_id in sorted(moved | self._open):
            self._look_at(job_id, moved=job_id in moved, is_new=job_id not in before)
        if self._written != written:
            self._elsewhere()
            self._events.instance("")
        elif self._touched != touched and before == self._marks:
            self._events.job("", "ended")

    def _look_at(self, job_id: str, *, moved: bool, is_new: bool = False) -> None:
        was_open = job_id in self._open
        try:
            job = self._jobs().get(job_id)
        except NotFound:
            return
        ended = job.state in ENDED
        self._died |= job.state == "interrupted"
        if ended:
            self._open.discard(job_id)
            if was_open or is_new:
                self._ended(job)
        else:
            self._open.add(job_id)
        kind: Kind = "ended" if ended else "changed"
        if moved or (was_open and ended):
            self._events.job(job_id, kind)


def _marks(folder: Path) -> dict[str, _Mark]:
    """Give what differs after every write to a job's journal, by the job's id."""
    try:
        names = [entry.name for entry in os.scandir(folder)]
    except OSError:
        return {}
    found: dict[str, _Mark] = {}
    for name in names:
        try:
            facts = (folder / name / "events.jsonl").stat()
        except OSError:
            continue
        found[name] = (facts.st_mtime_ns, facts.st_size)
    return found


def _changed(path: Path) -> tuple[int | None, bytes]:
    """Give when the file was last touched, and the word that the last write to Azure put in."""
    try:
        return path.stat().st_mtime_ns, path.read_bytes()
    except OSError:
        return None, b""
