"""Following rattler while it works: numbers out, cancellation in."""

from __future__ import annotations

import asyncio
import atexit
import gc
import time
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from .base import Report

_T = TypeVar("_T")
#: Seconds between two looks; also how long a cancellation may go unheard.
_INTERVAL = 0.1


#: Event loops that rattler's threads may still hold.
_loops: list[weakref.ref[asyncio.AbstractEventLoop]] = []


@atexit.register
def _let_go() -> None:
    """Wait until rattler's threads have let go of everything of Python's.

    They release what they were given a little after they have answered. When the interpreter is
    gone by then, the process crashes at its end, although all is done.
    """
    end = time.monotonic() + 2
    while any(loop() is not None for loop in _loops) and time.monotonic() < end:
        gc.collect()
        time.sleep(0.002)


class Counter:
    """What rattler's installer calls back; it only counts, on whatever thread it is called."""

    def __init__(self) -> None:
        self.operations = 0
        self.linked = 0
        self.downloads = 0
        self.downloading = 0
        self.bytes: dict[int, int] = {}
        self.totals: dict[int, int] = {}

    def on_transaction_start(self, total_operations: int) -> None:
        """Note how many packages there are to do."""
        self.operations = total_operations

    def on_download_start(self, cache_entry: int) -> int:
        """Note a download; the number given back names it."""
        self.downloads += 1
        self.downloading += 1
        return self.downloads

    def on_download_progress(self, download_idx: int, progress: int, total: int | None) -> None:
        """Note how much of a download is there."""
        self.bytes[download_idx] = progress
        if total is not None:
            self.totals[download_idx] = total

    def on_download_completed(self, download_idx: int) -> None:
        """Note the end of a download."""
        self.downloading -= 1

    def on_link_complete(self, index: int) -> None:
        """Note a package that is in place."""
        self.linked += 1

    def __getattr__(self, name: str) -> Any:
        # The protocol has more calls than are of interest here.
        if name.startswith("on_"):
            return lambda *args: 0
        raise AttributeError(name)


class Follower:
    """Tells a :class:`Report` what a :class:`Counter` has counted."""

    def __init__(self, report: Report, counter: Counter, download_bytes: int) -> None:
        self._report = report
        self._counter = counter
        self._download_bytes = download_bytes
        self._phase = ""
        self._told: tuple[float, float] | None = None

    def look(self) -> None:
        """Tell what is new; raise when the work shall stop."""
        counter = self._counter
        done_bytes = sum(counter.bytes.values())
        fetching = counter.downloading > 0 and done_bytes < self._download_bytes
        if fetching and self._phase != "link":
            self._enter("download")
            self._tell(done_bytes, max(self._download_bytes, sum(counter.totals.values())), "bytes")
        elif counter.operations and (counter.linked or self._phase):
            self._enter("link")
            self._tell(counter.linked, counter.operations, "packages")
        self._report.check_cancelled()

    def finish(self) -> None:
        """Tell the last numbers."""
        self._enter("link")
        self._tell(self._counter.operations, self._counter.operations, "packages")

    def _enter(self, phase: str) -> None:
        if phase != self._phase:
            self._phase, self._told = phase, None
            self._report.phase(phase)

    def _tell(self, done: float, total: float, unit: str) -> None:
        if (done, total) != self._told:
            self._told = (done, total)
            self._report.progress(done, total, unit)


def run(work: Coroutine[Any, Any, _T], look: Callable[[], None]) -> _T:
    """Run ``work`` to its end, calling ``look()`` now and then; what it raises ends the work."""

    async def followed() -> _T:
        _loops.append(weakref.ref(asyncio.get_running_loop()))
        task = asyncio.ensure_future(work)
        try:
            while True:
                done, _ = await asyncio.wait({task}, timeout=_INTERVAL)
                if done:
                    return task.result()
                look()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=5)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(followed())
    # In a notebook this thread already runs a loop, which cannot run another.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, followed()).result()
