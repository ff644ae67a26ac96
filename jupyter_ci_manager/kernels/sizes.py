"""How much disk an environment takes, counted in the background and kept until it changes."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import SimpleQueue

from ..jobs.paths import touch_changed
from .environments import measure


class Sizes:
    """Sizes of environments. Asking never waits; what is not known yet is being counted."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int]] = {}
        self._wanted: SimpleQueue[str] = SimpleQueue()
        self._pending: set[str] = set()
        self._lock = threading.Lock()
        self._counter: threading.Thread | None = None

    def get(self, prefix: str) -> int | None:
        """Give the bytes on disk; ``None`` until they were counted for the first time.

        After a change of the packages the old number is given until the new one is there.
        """
        mark = _mark(prefix)
        with self._lock:
            known = self._known.get(prefix)
            if (known is None or known[0] != mark) and prefix not in self._pending:
                self._pending.add(prefix)
                self._wanted.put(prefix)
                if self._counter is None:
                    self._counter = threading.Thread(
                        target=self._count, name="environment-sizes", daemon=True
                    )
                    self._counter.start()
        return known[1] if known is not None else None

    def _count(self) -> None:
        while True:
            prefix = self._wanted.get()
            mark = _mark(prefix)
            size = measure(Path(prefix))
            with self._lock:
                self._known[prefix] = (mark, size)
                self._pending.discard(prefix)
                idle = not self._pending
            if idle:
                touch_changed()


def _mark(prefix: str) -> int:
    """Give what changes when packages come or go."""
    try:
        return Path(prefix, "conda-meta").stat().st_mtime_ns
    except OSError:
        return 0
