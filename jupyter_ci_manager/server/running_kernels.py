"""The kernels that this Jupyter server runs, once the environment beneath them was renamed or removed.

Their programs are files that are gone, so whatever they import next fails. A session keeps its id
and gets a new kernel from where its environment is now: every client of it follows by itself.
"""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import CancelledError, TimeoutError
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async

from ..kernels import kernelspecs

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from ..jobs.models import Job

_KERNELS = "jupyter_ci_manager.kernels"
#: The jobs after which an environment is not where it was.
_TASKS = (f"{_KERNELS}.renaming:rename_environment", f"{_KERNELS}.removal:remove_environment")
#: Seconds that the start of the new kernels may take before a page is told that the job has ended.
_PATIENCE = 30.0


class RunningKernels:
    """Lets this server's kernels follow what jobs did to their environments.

    Parameters
    ----------
    app:
        The server, with its kernels and sessions.
    log:
        The server's log.
    """

    def __init__(self, app: ServerApp, log: logging.Logger) -> None:
        self._app: Any = app
        self._log = log

    def after(self, job: Job, loop: asyncio.AbstractEventLoop | None) -> None:
        """Let kernels follow a job that has ended. Called in a worker thread; waits for it."""
        if job.task not in _TASKS or job.state != "succeeded" or loop is None:
            return
        future = asyncio.run_coroutine_threadsafe(self.follow(dict(job.result or {})), loop)
        try:
            future.result(_PATIENCE)
        except (TimeoutError, CancelledError):
            self._log.warning("ci_manager: kernels of %s take long to follow it", job.target)

    async def follow(self, result: dict[str, Any]) -> None:
        """Shut down the kernels of the environment that a job's result is about.

        Sessions of one that was renamed get a kernel of the environment's new place. A kernel that
        cannot be started leaves its session without one, and is told in the log.
        """
        names: dict[str, str] = result.get("renamed") or {}
        gone = str(result.get("former_prefix") or result.get("prefix") or "")
        old = [id for id in self._app.kernel_manager.list_kernel_ids() if self._runs_in(id, gone)]
        if not old:
            return
        if names:
            for session in await ensure_async(self._app.session_manager.list_sessions()):
                if session["kernel"]["id"] in old:
                    await self._move(session, names)
        for kernel in old:
            try:
                await ensure_async(self._app.kernel_manager.shutdown_kernel(kernel, now=True))
            except Exception:
                self._log.warning("ci_manager: kernel %s was not shut down", kernel, exc_info=True)
        self._log.info("ci_manager: %d kernels of %s were shut down", len(old), gone)

    async def _move(self, session: dict[str, Any], names: dict[str, str]) -> None:
        sessions = self._app.session_manager
        name = session["kernel"]["name"]
        try:
            kernel = await ensure_async(
                sessions.start_kernel_for_session(
                    session["id"],
                    session["path"],
                    session["name"],
                    session["type"],
                    names.get(name, name),
                )
            )
            await ensure_async(sessions.update_session(session["id"], kernel_id=kernel))
        except Exception:
            self._log.warning("ci_manager: %s got no new kernel", session["path"], exc_info=True)

    def _runs_in(self, kernel_id: str, prefix: str) -> bool:
        """Whether a kernel was started from an environment, by the spec that it was started with."""
        try:
            spec: Any = self._app.kernel_manager.get_kernel(kernel_id).kernel_spec
            own = kernelspecs.prefix_of(spec.to_dict()) if spec is not None else None
        except Exception:  # another kind of kernel manager, or the kernel has just ended
            return False
        return own is not None and os.path.realpath(own) == os.path.realpath(prefix)
