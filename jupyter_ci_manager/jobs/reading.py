"""Reading jobs: who there are, what they have done, and how they end. Changes nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from ..errors import NotFound
from ..sentences import say
from . import journal
from .account import Account
from .models import ENDED, Job, JobAsked, JobEvent, JobEvents
from .paths import jobs_folder

#: Seconds between two looks at what one waits for.
FOLLOW_INTERVAL = 0.01
_LOOK_INTERVAL = 0.25


class JobReader:
    """The jobs of this user on this machine, whoever started them."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._reading = threading.RLock()

    def list(self) -> list[Job]:
        """Give all jobs, newest first; a folder that holds no whole job is passed over."""
        try:
            names = sorted((entry.name for entry in os.scandir(jobs_folder())), reverse=True)
        except OSError:
            return []
        jobs = []
        for name in names:
            if journal.JOB_ID.fullmatch(name):
                with suppress(NotFound):
                    jobs.append(self.get(name))
        jobs.sort(key=lambda job: job.created, reverse=True)
        return jobs

    def get(self, job_id: str) -> Job:
        """Give one job.

        Raises
        ------
        NotFound
            There is no such job.
        """
        account, folder = self._account(job_id)
        with self._reading:
            return account.job(folder)

    def asked(self, job_id: str) -> JobAsked:
        """Give what a job was asked to do.

        Raises
        ------
        NotFound
            There is no such job.
        """
        request = self._account(job_id)[0].request
        return JobAsked(task=request.task, request=request.request)

    def events(self, job_id: str, offset: int = 0) -> JobEvents:
        """Give a job's events from a byte offset on.

        Raises
        ------
        NotFound
            There is no such job.
        """
        folder = self._folder(job_id)
        try:
            events, after = journal.read_events(folder, max(offset, 0))
            state = self.get(job_id).state
            if state in ENDED:
                # Whoever reads that it ended has read how: what came in between belongs to it.
                more, after = journal.read_events(folder, after)
                events += more
        except OSError as error:
            raise NotFound(say("There is no such job."), code="job_not_found") from error
        return JobEvents(events=events, next_offset=after, state=state)

    def follow(
        self,
        job_id: str,
        *,
        on_event: Callable[[JobEvent], None] | None = None,
        timeout: float | None = None,
    ) -> Job:
        """Wait until a job has ended (or ``timeout`` seconds are over) and give it.

        Parameters
        ----------
        job_id:
            The job.
        on_event:
            Called with every event, from the first one on.
        timeout:
            Seconds to wait at most; then the job is given as it is by then.

        Raises
        ------
        NotFound
            There is no such job.
        """
        limit = None if timeout is None else time.monotonic() + timeout
        offset, size, next_look = 0, -1, 0.0
        while True:
            # A look at the size costs next to nothing; one at who is alive is due now and then.
            now = time.monotonic()
            grown = journal.size(self._folder(job_id))
            if grown != size or now >= next_look:
                size, next_look = grown, now + _LOOK_INTERVAL
                slice_ = self.events(job_id, offset)
                offset = slice_.next_offset
                if on_event is not None:
                    for event in slice_.events:
                        on_event(event)
                if slice_.state in ENDED:
                    return self.get(job_id)
            if limit is not None and now >= limit:
                return self.get(job_id)
            time.sleep(FOLLOW_INTERVAL)

    def _folder(self, job_id: str) -> Path:
        if not journal.JOB_ID.fullmatch(job_id):
            raise NotFound(say("There is no such job."), code="job_not_found")
        return jobs_folder() / job_id

    def _account(self, job_id: str) -> tuple[Account, Path]:
        folder = self._folder(job_id)
        with self._reading:
            try:
                account = self._accounts.get(job_id)
                if account is None:
                    account = self._accounts[job_id] = Account.read(folder)
                elif journal.size(folder) != account.offset:
                    account.catch_up(folder)
            except (OSError, msgspec.MsgspecError) as error:
                self._accounts.pop(job_id, None)
                raise NotFound(say("There is no such job."), code="job_not_found") from error
        return account, folder
