"""One bounded pool of threads, so that nothing ever blocks the server's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, TypeVar

from ..errors import Unavailable
from ..sentences import say
from .waiting_threads import WaitingThreads

T = TypeVar("T")

#: Threads for work on this machine and for what waits for the network, and how many calls of either
#: kind may be open.
THREADS, REMOTE, QUEUE = 3, 5, 256


class Workers:
    """Runs synchronous calls off the loop.

    Calls that may wait for the network have threads of their own: what concerns this machine only
    is answered while Azure hangs, and the server ends meanwhile. The same question asked by many at
    once is put once.
    """

    def __init__(self) -> None:
        self._local = ThreadPoolExecutor(THREADS, thread_name_prefix="ci_manager")
        self._remote = WaitingThreads(REMOTE, "ci_manager_remote")
        self._waiting = {True: 0, False: 0}
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}

    async def run(
        self, call: Callable[[], T], *, remote: bool = False, question: Hashable = None
    ) -> T:
        """Give what ``call`` gives, run in a worker thread.

        Parameters
        ----------
        call:
            What to do.
        remote:
            Whether it may wait for the network.
        question:
            Names what ``call`` reads. Who asks it while it is being answered gets that answer.

        Raises
        ------
        Unavailable
            Too many calls wait already, or the server is stopping.
        """
        if question is None:
            return await self._run(call, remote)
        running = self._asked.get(question)
        if running is None:
            running = asyncio.get_running_loop().create_task(self._run(call, remote))
            self._asked[question] = running
            running.add_done_callback(lambda _: self._asked.pop(question, None))
        answer: T = await asyncio.shield(running)
        return answer

    async def _run(self, call: Callable[[], T], remote: bool) -> T:
        if self._waiting[remote] >= QUEUE:
            raise Unavailable(
                say("This server has too many requests to answer at once."),
                hint=say("Wait a moment; nothing was changed."),
                code="busy",
                retry_after=1,
            )
        self._waiting[remote] += 1
        try:
            return await self._submit(call, self._remote if remote else self._local)
        finally:
            self._waiting[remote] -= 1

    async def _submit(self, call: Callable[[], T], pool: Executor) -> T:
        try:
            running = asyncio.get_running_loop().run_in_executor(pool, call)
        except RuntimeError:
            raise Unavailable(say("The server is stopping."), code="stopping") from None
        return await running

    def close(self) -> None:
        """Take no more calls and wait for none."""
        self._local.shutdown(wait=False, cancel_futures=True)
        self._remote.shutdown(wait=False)
