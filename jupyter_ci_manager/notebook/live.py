"""One look at instances and jobs for all panels of a kernel, in a thread of its own."""

import threading
import time
from typing import Any, Callable, Dict, List, Optional

from ..commands.engine import Engine
from ..commands.failure import Failure

Json = Dict[str, Any]
_INTERVAL = 2.0
#: Panels cannot hear that nobody looks any more; so long after the last click they pause.
PAUSE_AFTER = 1800.0


class Snapshot:
    """What was seen at one look. ``failure`` says why it could not be seen now."""

    def __init__(self, instances: Json, jobs: List[Json], failure: Optional[Failure]) -> None:
        self.instances = instances
        self.jobs = jobs
        self.failure = failure
        self.is_paused = False


class LiveView:
    """Looks every two seconds for as long as somebody listens.

    Parameters
    ----------
    engine:
        What is asked.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._listeners: List[Callable[[Snapshot], None]] = []
        self._wake = threading.Event()
        self._thread: Optional[threading.Thread] = None
        self._lock = threading.Lock()
        self._touched = time.monotonic()
        self.last = Snapshot({"instances": []}, [], None)

    def listen(self, listener: Callable[[Snapshot], None]) -> None:
        """Call ``listener`` after every look, from the thread that looks."""
        with self._lock:
            self._listeners.append(listener)
        self.touch()

    def leave(self, listener: Callable[[Snapshot], None]) -> None:
        """Call it no longer; with nobody left, looking ends."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
        self._wake.set()

    def touch(self) -> None:
        """Look at once, and go on looking: somebody is there."""
        with self._lock:
            self._touched = time.monotonic()
            if self._thread is None and self._listeners:
                self._thread = threading.Thread(
                    target=self._run, name="ci-manager-panel", daemon=True
                )
                self._thread.start()
        self._wake.set()

    def look(self) -> Snapshot:
        """Look once, in the caller's thread."""
        try:
            instances, jobs = self._engine.instances(), self._engine.jobs()
            self.last = Snapshot(instances, jobs, None)
        except Failure as failure:
            self.last = Snapshot(self.last.instances, self.last.jobs, failure)
        return self.last

    def _run(self) -> None:
        while True:
            self._wake.clear()
            seen = self.look()
            with self._lock:
                listeners = list(self._listeners)
                seen.is_paused = time.monotonic() - self._touched > PAUSE_AFTER
                if not listeners or seen.is_paused:
                    self._thread = None
            for listener in listeners:
                listener(seen)
            if not listeners or seen.is_paused:
                return
            self._wake.wait(_INTERVAL)


_views: Dict[str, LiveView] = {}


def shared_view(engine: Engine) -> LiveView:
    """Give the one view of this kernel for an engine; panels of one kernel share it."""
    key = repr(getattr(engine, "server", None)) or "direct"
    view = _views.get(key)
    if view is None:
        view = _views[key] = LiveView(engine)
    return view
