"""The one door into the jobs room: start, list, follow, cancel, clean up."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError, Conflict, EnvironmentBusy, NotFound
from ..sentences import say
from . import journal, launcher, processes, task
from .claims import Claim
from .locks import CAN_INHERIT, Lock
from .models import ENDED, Job, JobRequest
from .paths import jobs_folder, private_folder, touch_changed
from .reading import FOLLOW_INTERVAL, JobReader

if TYPE_CHECKING:
    from ..config import Settings

_CANCEL_GRACE = 5.0
_LEAVING_GRACE = 10.0


class JobService(JobReader):
    """Jobs of this user on this machine, whoever started them.

    Parameters
    ----------
    settings:
        Decides how many jobs run at once and how long ended ones are kept; jobs work with
        these settings too.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    # --- doing ----------------------------------------------------------------------------

    def start(
        self,
        task: str,
        target: str,
        title: str,
        request: dict[str, Any],
        *,
        phases: Sequence[str] = (),
        lock: str | Sequence[str] | None = None,
    ) -> Job:
        """Start a task as a job of its own process, and give the job at once.

        Parameters
        ----------
        task:
            Dotted name of the task, ``package.module:attribute``.
        target:
            What the job is about, such as a kernel's name.
        title:
            What a face calls it.
        request:
            What the task is asked; JSON-able, without secrets.
        phases:
            The phases to come, in order.
        lock:
            Name of what no other job may work on meanwhile, or several.

        Raises
        ------
        EnvironmentBusy
            Another job holds ``lock``; ``details["job_id"]`` names it.
        NotPermitted, DiskFull
            The job's folder cannot be written.
        """
        asked = JobRequest(
            id=journal.new_id(),
            task=task,
            target=target,
            title=title,
            created=time.time(),
            request=request,
            phases=list(phases),
            locks=[lock] if isinstance(lock, str) else sorted(set(lock or ())),
            **launcher.settings_for_job(self._settings),
        )
        self._forget_old()
        return self._launch(asked, {})

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop: its whole process tree ends and what it did is taken back.

        A job that has ended already is given as it is. A job that does not heed within five
        seconds is ended from outside.

        Raises
        ------
        NotFound
            There is no such job.
        """
        account, folder = self._account(job_id)
        if account.end_state is not None:
            return self.get(job_id)
        if account.cancelling is None:
            with suppress(OSError):
                launcher.note(folder, lambda log: log.cancelling())
        touch_changed()
        if CAN_INHERIT and account.runners:
            for pid, created in account.runners:
                launcher.ask_to_stop(pid, created)
            limit = time.monotonic() + _CANCEL_GRACE
            # A job too young to hear the signal dies of it, and is taken back from here.
            while time.monotonic() < limit and account.has_runner(folder):
                time.sleep(FOLLOW_INTERVAL)
        self._undo(job_id)
        return self.get(job_id)

    def retry(self, job_id: str) -> Job:
        """Start an ended job's request once more; an interrupted one is gone on with if it can be.

        Raises
        ------
        NotFound
            There is no such job.
        Conflict
            The job has not ended, succeeded, or was gone on with already.
        """
        job = self.get(job_id)
        if not job.can_retry:
            raise Conflict(
                say("The job is {state} and cannot be tried again.", state=job.state)
                if job.state != "interrupted"
                else say("Another job goes on with this one already."),
                code="cannot_retry",
            )
        account, folder = self._account(job_id)
        old = account.request
        resumes = account.end_state is None and task.is_resumable(old.task)
        asked = JobRequest(
            id=journal.new_id(),
            task=old.task,
            target=old.target,
            title=old.title,
            title_parts=old.title_parts,
            created=time.time(),
            request=old.request,
            phases=old.phases,
            locks=old.locks,
            **launcher.settings_for_job(self._settings),
            resumes=job_id if resumes else None,
        )
        if not resumes:
            return self._launch(asked, {})
        processes.end_tree([*account.runners, *account.children])
        new = self._launch(asked, dict(account.facts))
        launcher.note(folder, lambda log: log.ended("interrupted", {"resumed_by": new.id}))
        return new

    def remove(self, job_id: str) -> None:
        """Forget an ended job; what an interrupted one left behind is taken back first.

        Raises
        ------
        NotFound
            There is no such job.
        Conflict
            The job has not ended.
        """
        job = self.get(job_id)
        if job.state not in ENDED:
            raise Conflict(
                say("The job has not ended yet."),
                hint=say("Cancel it first."),
                code="job_not_ended",
            )
        account, folder = self._account(job_id)
        if account.end_state is None:
            self._undo(job_id)
        shutil.rmtree(folder, ignore_errors=True)
        self._accounts.pop(job_id, None)
        touch_changed()

    def recover(self) -> Sequence[Job]:
        """Settle what died: end survivors, and undo what cannot be gone on with.

        For a server's start, and before a write; gives the jobs that were found interrupted.
        """
        found = []
        for job in self.list():
            account, folder = self._account(job.id)
            if account.end_state is not None or account.has_runner(folder):
                continue
            # One that cannot be settled must not keep the others from it.
            with suppress(CIManagerError, OSError):
                processes.end_tree(list(account.survivors()))
                given_up = account.error is not None or account.cancelling is not None
                if given_up or not task.is_resumable(account.request.task):
                    self._undo(job.id)
                found.append(self.get(job.id))
        return found

    def settle(self, lock: str) -> None:
        """Take back what a job that died left behind on what ``lock`` names.

        Raises
        ------
        EnvironmentBusy
            A living job holds it; ``details["job_id"]`` names it.
        """
        claim = self._claim(lock)
        claim.release()

    # --- inside ---------------------------------------------------------------------------

    def _claim(self, name: str, *, resumes: str | None = None) -> Claim:
        """Take the claim on ``name``; what a dead job left behind under it is undone."""
        claim = Claim(private_folder(jobs_folder() / "claims"), name)
        limit = time.monotonic() + _LEAVING_GRACE
        while True:
            taken = claim.take()
            last = claim.last_job()
            job = None
            if last is not None and last != resumes:
                with suppress(NotFound):
                    job = self.get(last)
            # A job that has said its last word lets go in a moment.
            is_leaving = not taken and job is not None and job.state in ENDED
            if not is_leaving or time.monotonic() > limit:
                break
            time.sleep(FOLLOW_INTERVAL)
        if not taken or (job is not None and job.state not in ENDED):
            claim.release()
            raise EnvironmentBusy(
                say(
                    "Another job works on it: {job}.",
                    job=job.title if job else say("it has only just begun"),
                ),
                hint=say("Wait for that job to end, or cancel it."),
                details={"job_id": last} if last else {},
            )
        if job is not None and self._account(job.id)[0].end_state is None:
            claim.release()
            self._undo(job.id)
            return self._claim(name, resumes=resumes)
        return claim

    def _launch(self, asked: JobRequest, facts: dict[str, Any]) -> Job:
        parent = private_folder(jobs_folder())
        folder = parent / asked.id
        claims: list[Claim] = []
        lock = Lock(folder / "lock")
        try:
            for name in asked.locks:
                claims.append(self._claim(name, resumes=asked.resumes))
            journal.create(folder, asked)
            lock.acquire()
            for claim in claims:
                claim.write(asked.id)
            if facts:
                launcher.note(folder, lambda log: log.record(**facts))
            launcher.spawn(folder, lock, [claim.lock for claim in claims])
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise launcher.folder_error(folder, error) from error
        finally:
            lock.release()
            for claim in claims:
                claim.release()
        touch_changed()
        return self.get(asked.id)

    def _undo(self, job_id: str) -> None:
        account, folder = self._account(job_id)
        if account.end_state is None:
            launcher.undo(folder, account)

    def _forget_old(self) -> None:
        """Remove ended jobs that are older than the history that is kept."""
        limit = time.time() - self._settings.job_history_days * 86400
        oldest = time.strftime("%Y%m%d", time.gmtime(limit))
        try:
            names = [entry.name for entry in os.scandir(jobs_folder())]
        except OSError:
            return
        for name in names:
            if journal.JOB_ID.fullmatch(name) and name[:8] <= oldest:
                with suppress(CIManagerError):
                    job = self.get(name)
                    if job.state in ENDED and (job.ended or job.created) < limit:
                        self.remove(name)
