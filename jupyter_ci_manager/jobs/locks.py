"""Locks on disk that a process can hand to the process it starts.

On POSIX a lock is a ``flock`` on an open file: it belongs to the open file, not to the process,
so a child that inherits the descriptor holds the lock when its starter is gone, without a moment
in between. Elsewhere locks cannot be inherited: there the starter lets go once the child is
recorded in the journal, and the child takes the lock itself.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

#: Whether an open lock can be handed to a child process.
CAN_INHERIT = sys.platform != "win32"


class Lock:
    """An exclusive lock on a file, free again at the latest when its last holder dies.

    Parameters
    ----------
    path:
        The lock's file; created (0600) when it is first taken, never removed.
    fd:
        A descriptor inherited from the starter, which then holds the lock already.
    """

    def __init__(self, path: Path, *, fd: int | None = None) -> None:
        self.path = path
        self._fd = fd
        self._other: Any = None
        if fd is not None:
            os.set_inheritable(fd, False)

    @property
    def fd(self) -> int | None:
        """The descriptor to hand over, ``None`` while not held or where that is not possible."""
        return self._fd

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None or self._other is not None

    def acquire(self, *, wait: bool = False) -> bool:
        """Take the lock; with ``wait`` block until it is free. Gives whether it is held now.

        Raises
        ------
        OSError
            The file cannot be opened.
        """
        if self.is_held:
            return True
        if sys.platform == "win32":
            return self._acquire_elsewhere(wait)
        import fcntl

        fd = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(fd)
            return False
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return True

    def _acquire_elsewhere(self, wait: bool) -> bool:
        import filelock

        lock = filelock.FileLock(self.path, mode=0o600)
        try:
            lock.acquire(timeout=-1 if wait else 0)
        except filelock.Timeout:
            return False
        self._other = lock
        return True

    def release(self) -> None:
        """Let go of this process's hold; a child that inherited the lock keeps it."""
        fd, self._fd = self._fd, None
        other, self._other = self._other, None
        if fd is not None:
            os.close(fd)
        if other is not None:
            other.release()


def is_locked(path: Path) -> bool:
    """Say whether some process holds the lock at ``path``; looking disturbs nobody."""
    if sys.platform == "win32":
        probe = Lock(path)
        if not path.exists():
            return False
        taken = probe.acquire()
        probe.release()
        return not taken
    import fcntl

    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        # Shared, so that two who look at once do not take each other for the holder.
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def wait_for_slot(folder: Path, count: int) -> Lock:
    """Wait for one of ``count`` places among the jobs that run at once, first come first served.

    Only the first in the queue looks for a free place; the others sleep in the kernel until it
    is their turn.
    """
    turn = Lock(folder / "queue.lock")
    turn.acquire(wait=True)
    try:
        while True:
            for number in range(max(count, 1)):
                slot = Lock(folder / f"slot-{number}.lock")
                if slot.acquire():
                    return slot
            time.sleep(0.05)
    finally:
        with suppress(OSError):
            turn.release()
