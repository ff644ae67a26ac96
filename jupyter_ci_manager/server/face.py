"""What the handlers of one server share: the wings, the threads, the events."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, TypeVar

from .encoding import Pieces
from .events import Events
from .following import Following
from .running_kernels import RunningKernels
from .workers import Workers

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from ..compute.service import ComputeService
    from ..config import Settings
    from ..jobs.models import Job
    from ..jobs.service import JobService
    from ..kernels.service import KernelService

T = TypeVar("T")


class Face:
    """The doors of the wings, opened when first used and called in worker threads.

    Parameters
    ----------
    settings:
        The product's settings.
    app:
        The server, with its event bus, its kernels and sessions.
    log:
        The server's log.
    """

    def __init__(self, settings: Settings, app: ServerApp, log: logging.Logger) -> None:
        bus = app.event_logger
        assert bus is not None
        self.server_id = secrets.token_hex(8)
        self.pieces = Pieces()
        self._settings = settings
        self._workers = Workers()
        self._events = Events(bus, self.server_id, log)
        self._opening = threading.Lock()
        self._compute: ComputeService | None = None
        self._kernels: KernelService | None = None
        self._jobs: JobService | None = None
        self._running = RunningKernels(app, log)
        self._following = Following(
            self._workers,
            self._events,
            log,
            jobs=self._job_service,
            elsewhere=self._look_again,
            ended=self._follow_job,
        )

        self._keep_promises()

    @property
    def running_jobs(self) -> int:
        """How many jobs had not ended when last looked at; looks anew in the background."""
        return self._following.running_jobs()

    async def compute(self, call: Callable[[ComputeService], T], *, question: Hashable = None) -> T:
        """Call the compute wing; it may wait for Azure. For ``question`` see :class:`Workers`."""
        self._following.touch()
        return await self._workers.run(
            lambda: call(self._compute_service()), remote=True, question=question
        )

    async def kernels(
        self,
        call: Callable[[KernelService], T],
        *,
        question: Hashable = None,
        remote: bool = False,
    ) -> T:
        """Call the kernels wing; ``remote`` says that it may wait for a channel."""
        self._following.touch()
        return await self._workers.run(
            lambda: call(self._kernel_service()), remote=remote, question=question
        )

    async def jobs(self, call: Callable[[JobService], T], *, question: Hashable = None) -> T:
        """Call the jobs room."""
        self._following.touch()
        return await self._workers.run(lambda: call(self._job_service()), question=question)

    async def local(self, call: Callable[[], T]) -> T:
        """Run something of our own that takes a while."""
        return await self._workers.run(call)

    async def close(self) -> None:
        """Stop watching and take no more calls; jobs go on without us."""
        self._following.stop()
        self._events.detach()
        if self._compute is not None:
            self._compute.close()
        self._workers.close()

    def _keep_promises(self) -> None:
        """Bring back the plans of stops that were put off before this server started.

        Costs nothing where there are none: the compute wing is opened for nobody else's sake.
        """
        from ..jobs.paths import data_folder

        if (data_folder() / "postponed.json").exists():
            name = "ci-manager-promises"
            threading.Thread(target=self._compute_service, name=name, daemon=True).start()

    def _compute_service(self) -> ComputeService:
        if self._compute is None:
            from ..compute.service import ComputeService

            with self._opening:
                if self._compute is None:
                    self._compute = ComputeService(self._settings, on_change=self._events.instance)
        return self._compute

    def _job_service(self) -> JobService:
        if self._jobs is None:
            from ..jobs.service import JobService

            with self._opening:
                if self._jobs is None:
                    self._jobs = JobService(self._settings)
        return self._jobs

    def _kernel_service(self) -> KernelService:
        if self._kernels is None:
            from ..kernels.service import KernelService

            jobs = self._job_service()
            with self._opening:
                if self._kernels is None:
                    self._kernels = KernelService(self._settings, jobs)
        return self._kernels

    def _follow_job(self, job: Job) -> None:
        self._running.after(job, self._events.loop)

    def _look_again(self) -> None:
        """Another process of this user wrote something: what we remember may be old."""
        if self._compute is not None:
            self._compute.changed_elsewhere()
