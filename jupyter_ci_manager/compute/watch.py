"""One poll of Azure for all readers: fast while something changes, none when nobody looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ..errors import CIManagerError, SignedOut

#: A watch that nobody has touched for this long sends nothing more until it is touched again.
UNWATCHED_SECONDS = 90.0
#: Pause after a failure, doubled with each further one up to the quiet interval.
_FIRST_PAUSE = 2.0
#: Pause while nobody is signed in: only a sign-in changes that, and it wakes the watch.
_SIGNED_OUT_PAUSE = 20.0


class Watch:
    """Lists again and again while somebody looks.

    Parameters
    ----------
    read:
        Reads the list; must not raise what Azure says.
    error:
        Gives why the last read failed, ``None`` when it did not.
    busy:
        Tells whether something is in transition.
    quiet, fast:
        Seconds between two lists, without and with something in transition.
    """

    def __init__(
        self,
        read: Callable[[], None],
        *,
        error: Callable[[], CIManagerError | None],
        busy: Callable[[], bool],
        quiet: float,
        fast: float,
        unwatched: float = UNWATCHED_SECONDS,
    ) -> None:
        self._read = read
        self._error = error
        self._busy = busy
        self._quiet, self._fast, self._unwatched = quiet, fast, unwatched
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._touched = 0.0
        self._last_read = 0.0
        self._failures = 0
        self._stopped = False

    def touch(self) -> None:
        """Say that somebody looks; the poll begins, or goes on."""
        with self._condition:
            self._touched = time.monotonic()
            if self._stopped or (self._thread is not None and self._thread.is_alive()):
                return
            self._thread = threading.Thread(target=self._run, name="ci-manager-watch", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Say that something was begun, or that somebody signed in: look again soon."""
        with self._condition:
            self._failures = 0
            self._condition.notify_all()

    def read_now(self) -> None:
        """Tell the watch that the list was just read by somebody else: its turn comes later."""
        with self._condition:
            self._last_read = time.monotonic()

    def stop(self) -> None:
        """End the poll for good."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=1.0)

    @property
    def is_running(self) -> bool:
        """Tell whether it polls at present."""
        with self._condition:
            return self._thread is not None and self._thread.is_alive()

    def pause(self) -> float:
        """Give the seconds from one list to the next, as things stand."""
        error = self._error()
        if error is not None:
            if error.retry_after:
                return error.retry_after
            if isinstance(error, SignedOut):
                return _SIGNED_OUT_PAUSE
            return float(min(self._quiet, _FIRST_PAUSE * 2 ** min(self._failures, 6)))
        return self._fast if self._busy() else self._quiet

    def _run(self) -> None:
        while True:
            with self._condition:
                while not self._stopped:
                    now = time.monotonic()
                    if now - self._touched > self._unwatched:
                        self._thread = None
                        return
                    due = self._last_read + self.pause() - now
                    if due <= 0:
                        break
                    self._condition.wait(min(due, self._touched + self._unwatched - now + 0.01))
                if self._stopped:
                    return
                self._last_read = time.monotonic()
            self._read()
            with self._condition:
                self._last_read = time.monotonic()
                self._failures = self._failures + 1 if self._error() is not None else 0
