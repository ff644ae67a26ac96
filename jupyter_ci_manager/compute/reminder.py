"""Something is done when its time comes, though nobody looks: one thread that sleeps until then."""

from __future__ import annotations

import threading
from collections.abc import Callable

#: The clock may be set, and the machine may sleep: nobody waits for a far moment in one piece.
_LONGEST_SLEEP = 600.0


class Reminder:
    """Calls ``act`` whenever ``seconds_to_next`` has come down to 0; no thread while it is ``None``.

    Parameters
    ----------
    seconds_to_next:
        Gives the seconds until the next time.
    act:
        Does what is due; must not raise, and must move the next time on.
    """

    def __init__(
        self, seconds_to_next: Callable[[], float | None], act: Callable[[], None]
    ) -> None:
        self._seconds_to_next = seconds_to_next
        self._act = act
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def look(self) -> None:
        """Say that there may be a new next time."""
        with self._condition:
            self._condition.notify_all()
            if self._stopped or self._thread is not None or self._seconds_to_next() is None:
                return
            self._thread = threading.Thread(
                target=self._run, name="ci-manager-reminder", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """Remind nobody any more."""
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    def _run(self) -> None:
        while True:
            with self._condition:
                left = None if self._stopped else self._seconds_to_next()
                if left is None:
                    self._thread = None
                    return
                if left > 0:
                    self._condition.wait(min(left, _LONGEST_SLEEP))
                    continue
            self._act()
