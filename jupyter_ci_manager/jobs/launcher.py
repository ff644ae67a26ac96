"""Starting a job's process with its locks in hand, asking it to stop, and having a job undone."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError, DiskFull, NotPermitted
from ..sentences import say
from . import processes, runner
from .account import Account
from .claims import claim_path
from .journal import Journal, has_secret
from .locks import Lock

if TYPE_CHECKING:
    from ..config import Settings

#: What a server's environment holds for the server alone.
_NOT_FOR_JOBS = ("JUPYTER_TOKEN", "JUPYTER_SERVER_TOKEN", "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN")
_UNDO_LIMIT = 300.0


def settings_for_job(settings: Settings) -> dict[str, Any]:
    """Give the part of a job's request that says which settings it works with."""
    values = settings.trait_values()
    names = settings.trait_names(config=True)
    secret = [name for name in names if has_secret(values[name])]
    return {
        "settings": {name: values[name] for name in names if name not in secret},
        "secret_settings": secret,
    }


def note(folder: Path, write: Callable[[Journal], None]) -> None:
    """Open a job's journal for one event.

    Raises
    ------
    OSError
        It cannot be written.
    """
    journal = Journal(folder)
    try:
        write(journal)
    finally:
        journal.close()


def spawn(
    folder: Path, lock: Lock, claims: Sequence[Lock], *, undo: bool = False
) -> subprocess.Popen[bytes]:
    """Start the detached process that does (or undoes) the job in ``folder``.

    Parameters
    ----------
    folder:
        The job's folder.
    lock, claims:
        Locks that this process holds; where possible the new one inherits them.

    Raises
    ------
    OSError
        The process cannot be started.
    """
    words = runner.command(folder, lock, claims, undo=undo)
    environment = {k: v for k, v in os.environ.items() if k not in _NOT_FOR_JOBS}
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        options["start_new_session"] = True
        options["pass_fds"] = [held.fd for held in (lock, *claims) if held.fd is not None]
    fd = os.open(folder / "output.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(fd, "ab") as output:
        child = subprocess.Popen(
            words,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            **options,
        )
    with suppress(OSError):
        note(folder, lambda journal: journal.process(child.pid, "runner"))
    # Somebody has to take the ended child off the process table.
    threading.Thread(target=child.wait, name="reaper", daemon=True).start()
    return child


def undo(folder: Path, account: Account) -> None:
    """End what is left of a job's processes and take back what it did, in a process of its own.

    Raises
    ------
    CIManagerError
        It goes on for longer than five minutes.
    OSError
        The process cannot be started.
    """
    processes.end_tree([*account.runners, *account.children])
    account.catch_up(folder)
    if account.end_state is not None:
        return
    lock = Lock(folder / "lock")
    place = folder.parent / "claims"
    claims = [Lock(claim_path(place, name)) for name in account.request.locks]
    try:
        if not lock.acquire():
            return  # somebody else undoes it right now
        if not all(claim.acquire() for claim in claims):
            return
        child = spawn(folder, lock, claims, undo=True)
    finally:
        for held in (lock, *claims):
            held.release()
    try:
        child.wait(_UNDO_LIMIT)
    except subprocess.TimeoutExpired as error:
        raise CIManagerError(
            say("Taking back what the job did goes on for longer than expected."),
            hint=say("Look at the job again in a while."),
            code="undo_slow",
            details={"job_id": folder.name},
        ) from error


def ask_to_stop(pid: int, created: float) -> None:
    """Send the signal to stop, and wake the process should it be stopped; gone is gone."""
    if sys.platform == "win32" or not processes.is_alive(pid, created):
        return
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGCONT)


def folder_error(folder: Path, error: OSError) -> CIManagerError:
    """Give the error that tells a user why a job's folder could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            say("There is no room left for the job's folder."),
            hint=say("Free some disk space."),
            details={"folder": str(folder.parent)},
        )
    return NotPermitted(
        say("The job's folder cannot be written: {strerror}.", strerror=error.strerror),
        hint=say("Make Jupyter's data folder writable, or set JUPYTER_DATA_DIR to one that is."),
        code="folder_not_writable",
        details={"folder": str(folder.parent)},
    )
