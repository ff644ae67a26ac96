"""The detached process that does one job: ``python -m jupyter_ci_manager.jobs.runner <folder>``.

It has a session of its own, so that nobody else's end is its end. When the job fails or is
cancelled, the process replaces itself by a fresh one that only undoes (``--undo``): whatever
threads were still at work are gone by then, and the way back is the same as after a kill.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from ..errors import CIManagerError, DiskFull
from ..sentences import say
from . import processes, task
from .account import Account
from .journal import Journal
from .locks import CAN_INHERIT, Lock, wait_for_slot
from .models import JobState
from .paths import touch_changed


class Runner:
    """One job's process, from the queue to the last event.

    Parameters
    ----------
    folder:
        The job's folder.
    lock_fd, slot_fd:
        Locks inherited from whoever started this process.
    claims:
        Locks on what the job works on, inherited likewise where that is possible.
    """

    def __init__(
        self,
        folder: Path,
        *,
        lock_fd: int | None = None,
        claims: Sequence[Lock] = (),
        slot_fd: int | None = None,
    ) -> None:
        self.folder = folder
        self.lock = Lock(folder / "lock", fd=lock_fd)
        self.claims = claims
        self.slot = Lock(folder, fd=slot_fd) if slot_fd is not None else None
        for held in (self.lock, *self.claims):
            held.acquire(wait=True)
        self.account = Account.read(folder)
        self.journal = Journal(folder)
        self.journal.process(os.getpid(), "runner")
        self._leaving = threading.Lock()

    def run(self) -> None:
        """Wait for a place, do the task, say how it ended."""
        self._listen()
        request = self.account.request
        self.slot = wait_for_slot(self.folder.parent, int(request.settings.get("max_jobs") or 2))
        self.journal.started()
        touch_changed()
        report = task.Report(self.journal, request, self.account.facts)
        try:
            found = task.load(request.task)
            result = found.run(request.request, report)
        except CIManagerError as error:
            self._fail(error.to_dict())
        except Exception as error:
            self._fail(_unexpected(error))
        # Never released: a cancel that comes now comes too late.
        self._leaving.acquire()
        self.journal.result(result)
        self._end("succeeded")
        for held in (self.slot, *self.claims):
            held.release()
        if found.after is not None:
            with suppress(Exception):
                found.after(request.request, report)

    def undo(self) -> None:
        """Take back what the job did, then say how it ended."""
        account = self.account
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        processes.end_tree(list(account.children))
        cause: JobState = "interrupted"
        if account.error is not None:
            cause = "failed"
        elif account.cancelling is not None:
            cause = "cancelled"
        report = task.Report(self.journal, account.request, account.facts)
        data: dict[str, Any] = {}
        try:
            undo = task.load(account.request.task).undo
            finished = undo(account.request.request, report) if undo is not None else None
            if finished is not None:
                self.journal.result(finished)
                cause = "succeeded"
        except Exception as error:
            known = error.to_dict() if isinstance(error, CIManagerError) else _unexpected(error)
            self.journal.log(f"Not everything could be taken back: {known['message']}")
            data["left_behind"] = known
        self._end(cause, data or None)

    def _end(self, state: JobState, data: dict[str, Any] | None = None) -> None:
        self.journal.ended(state, data)
        touch_changed()

    def _fail(self, error: dict[str, Any]) -> NoReturn:
        with self._leaving:
            self.journal.error(error)
            self._go_back()

    def _listen(self) -> None:
        """Have a thread wait for the signal to stop, whatever the main thread is busy with."""
        if sys.platform == "win32":
            return  # there a job is ended from outside, and the undo is started by who ended it
        hearing, speaking = os.pipe()
        os.set_blocking(speaking, False)
        signal.signal(signal.SIGTERM, lambda *_: None)
        signal.signal(signal.SIGINT, lambda *_: None)
        signal.set_wakeup_fd(speaking, warn_on_full_buffer=False)

        def wait() -> None:
            while os.read(hearing, 1)[0] != signal.SIGTERM:
                pass
            with self._leaving:
                self.account.catch_up(self.folder)
                if self.account.cancelling is None:
                    self.journal.cancelling()
                self._go_back()

        threading.Thread(target=wait, name="cancel", daemon=True).start()

    def _go_back(self) -> NoReturn:
        """End all that the job started and become the process that undoes it."""
        import psutil

        with suppress(psutil.Error):
            own = psutil.Process().children(recursive=True)
            processes.end_tree(
                [(child.pid, mark) for child in own if (mark := processes.started_at(child.pid))]
            )
        become_undo(self.folder, self.lock, self.claims, self.slot)


def command(
    folder: Path,
    lock: Lock,
    claims: Sequence[Lock],
    slot: Lock | None = None,
    *,
    undo: bool = False,
) -> list[str]:
    """Give the command that runs or undoes the job in ``folder`` with the locks handed over."""
    words = [sys.executable, "-m", __name__ if __name__ != "__main__" else _NAME, str(folder)]
    if undo:
        words.append("--undo")
    for claim in claims:
        words += ["--claim", str(claim.path)]
        if claim.fd is not None:
            words += ["--claim-fd", str(claim.fd)]
    for name, held in (("lock", lock), ("slot", slot)):
        if held is not None and held.fd is not None:
            words += [f"--{name}-fd", str(held.fd)]
    return words


def become_undo(folder: Path, lock: Lock, claims: Sequence[Lock], slot: Lock | None) -> NoReturn:
    """Replace this process by one that undoes the job; the locks go over without a gap."""
    words = command(folder, lock, claims, slot, undo=True)
    held = [one for one in (lock, *claims, slot) if one is not None]
    if CAN_INHERIT:
        for one in held:
            if one.fd is not None:
                os.set_inheritable(one.fd, True)
        os.execv(words[0], words)  # noqa: S606
    for one in held:
        one.release()
    import subprocess

    os._exit(subprocess.call(words))


_NAME = "jupyter_ci_manager.jobs.runner"


def _unexpected(error: Exception) -> dict[str, Any]:
    import errno
    import traceback

    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        place = f" ({error.filename2 or error.filename})" if error.filename else ""
        full = DiskFull(
            say("There is no room left on the disk{place}.", place=place),
            hint=say("Free some disk space."),
        )
        return full.to_dict()
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return {
        "code": "internal_error",
        "message": say(
            "Something unexpected went wrong: {name}: {error}",
            name=type(error).__name__,
            error=error,
        ),
        "hint": say("The job's log holds more; please report it."),
        "details": {"log": "".join(lines)[-4000:]},
    }


def main(arguments: list[str] | None = None) -> None:
    """Do the job named on the command line, or undo it."""
    parser = argparse.ArgumentParser(prog=f"python -m {_NAME}", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--undo", action="store_true", help="take back what the job did")
    parser.add_argument(
        "--claim", type=Path, action="append", default=[], help="lock on what the job works on"
    )
    parser.add_argument("--claim-fd", type=int, action="append", default=[])
    for name in ("lock", "slot"):
        parser.add_argument(f"--{name}-fd", type=int, help="descriptor of a lock already held")
    given = parser.parse_args(arguments)
    claims = [Lock(path, fd=fd) for path, fd in itertools.zip_longest(given.claim, given.claim_fd)]
    runner = Runner(given.folder, lock_fd=given.lock_fd, claims=claims, slot_fd=given.slot_fd)
    if given.undo:
        runner.undo()
    else:
        runner.run()


if __name__ == "__main__":
    main()
