"""One bounded pool of threads, so that nothing ever blocks the server's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..errors import Unavailable

T = TypeVar("T")

#: Threads in all, how many of them may wait for the network, and how many calls may queue.
THREADS, REMOTE, QUEUE = 8, 5, 256


class Workers:
    """Runs synchronous calls off the loop.

    Calls that may wait for the network never take all threads: what concerns this machine only
    is answered while Azure hangs.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="ci_manager")
        self._remote = asyncio.Semaphore(REMOTE)
        self._open = 0

    async def local(self, call: Callable[[], T]) -> T:
        """Give what ``call`` gives, run in a worker thread.

        Raises
        ------
        Unavailable
            Too many calls wait already, or the server is stopping.
        """
        with _Place(self):
            return await self._run(call)

    async def remote(self, call: Callable[[], T]) -> T:
        """As :meth:`local`, for a call that may wait for the network."""
        with _Place(self):
            async with self._remote:
                return await self._run(call)

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            running = asyncio.get_running_loop().run_in_executor(self._pool, call)
        except RuntimeError:
            raise Unavailable("The server is stopping.", code="stopping") from None
        return await running

    def close(self) -> None:
        """Take no more calls and wait for none."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class _Place:
    """A call's place in the queue."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def __enter__(self) -> None:
        if self._workers._open >= QUEUE:
            raise Unavailable(
                "This server has too many requests to answer at once.",
                hint="Wait a moment; nothing was changed.",
                code="busy",
                retry_after=1,
            )
        self._workers._open += 1

    def __exit__(self, *_: object) -> None:
        self._workers._open -= 1
