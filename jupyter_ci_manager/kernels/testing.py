"""Testing a kernel for real: it is started as Jupyter would start it, and a line is run in it."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import KernelTestFailed
from ..jobs.task import Report
from ..sentences import say
from .languages import Language

_LOG_TAIL = 3000
_POLL = 0.2
#: Seconds that a killed kernel may take to disappear.
_PATIENCE = 5.0
#: Milliseconds between attempts to reach a kernel that is still starting; ZeroMQ's own 100 ms
#: would be a tenth of the whole test.
_RECONNECT_MS = 10


def test_kernel(spec_folder: Path, prefix: Path, language: Language, report: Report) -> None:
    """See that a kernel starts, runs its language's test, and lives in its own environment.

    Parameters
    ----------
    spec_folder:
        Folder with the spec to test.
    prefix:
        The environment that it must live in.

    Raises
    ------
    KernelTestFailed
        It does not.
    """
    answer = run_in_kernel(
        spec_folder,
        language.test,
        timeout=report.settings.kernel_test_timeout,
        log_file=report.folder / "kernel.log",
        on_start=report.process,
    )
    real = os.path.realpath(prefix)
    expected = language.expects.replace("{prefix}", real)
    # Not merely its beginning: /envs/one is no part of /envs/one-more.
    if expected and not re.search(re.escape(expected) + r"(?![^/\\\s\"')\]])", answer):
        raise KernelTestFailed(
            say(
                "The kernel answered {answer!r} instead of {expected!r}.",
                answer=answer[:300],
                expected=expected,
            ),
            hint=say("Something in the environment's start scripts leads elsewhere."),
            code="wrong_prefix",
        )
    report.log(f"the kernel answered: {answer[:300]}")


def run_in_kernel(
    spec_folder: Path,
    code: str,
    *,
    timeout: float = 60.0,
    log_file: Path,
    on_start: Callable[[int], None] | None = None,
) -> str:
    """Start the kernel whose spec lies in ``spec_folder``, run ``code`` and give what it says.

    Parameters
    ----------
    spec_folder:
        Folder that holds ``kernel.json``; its name is taken for the kernel's.
    code:
        A line that prints the answer; empty when it is enough that the kernel replies.
    timeout:
        Seconds until the kernel must have answered.
    log_file:
        Where the kernel's own output goes.
    on_start:
        Called with the kernel's process number.

    Raises
    ------
    KernelTestFailed
        It did not start, ended, raised or did not answer in time; ``details["log"]`` holds the
        last lines of its output.
    """
    import zmq
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import KernelManager

    context = zmq.Context()
    context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
    context.setsockopt(zmq.LINGER, 0)
    specs = KernelSpecManager(kernel_dirs=[str(spec_folder.parent)], ensure_native_kernel=False)
    manager = KernelManager(
        kernel_name=spec_folder.name, kernel_spec_manager=specs, context=context
    )
    fd = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "wb") as output:
        try:
            manager.start_kernel(stdout=output, stderr=output, stdin=None)
        except Exception as error:
            raise KernelTestFailed(
                say("The kernel could not be started: {error}", error=error),
                hint=say("The job's log holds more."),
                details={"log": _tail(log_file)},
            ) from error
        client = manager.client(context=context)
        try:
            process = getattr(manager.provisioner, "pid", None)
            if on_start is not None and process:
                on_start(process)
            client.start_channels(stdin=False, hb=False, control=False)
            return _ask(manager, client, code, timeout)
        except KernelTestFailed as error:
            error.details.setdefault("log", _tail(log_file))
            raise
        finally:
            client.stop_channels()
            _end(manager)
            manager.cleanup_resources()
            context.destroy(linger=0)


def _end(manager: Any) -> None:
    """End the kernel; jupyter_client alone would look every tenth of a second whether it is gone."""
    process = getattr(manager.provisioner, "process", None)
    if process is not None and hasattr(signal, "SIGKILL"):
        with suppress(Exception):
            manager.signal_kernel(signal.SIGKILL)
            process.wait(_PATIENCE)
    manager.shutdown_kernel(now=True)


def _ask(manager: Any, client: Any, code: str, timeout: float) -> str:
    """Run the line until its answer is seen: what is printed before we listen is lost."""
    limit = time.monotonic() + timeout
    while True:
        request = client.execute(code, store_history=False, allow_stdin=False)
        reply = _reply(manager, client, request, limit)
        if reply.get("status") != "ok":
            raise KernelTestFailed(
                say(
                    "The kernel could not run a line: {error}",
                    error=reply.get("evalue") or reply.get("ename"),
                ),
                hint=say("The job's log holds more."),
                details={"traceback": "\n".join(map(str, reply.get("traceback", [])))[-_LOG_TAIL:]},
            )
        printed = _printed(client, request) if code else ""
        if printed or not code:
            return printed
        _check(manager, limit)


def _reply(manager: Any, client: Any, request: str, limit: float) -> dict[str, Any]:
    from queue import Empty

    while True:
        try:
            message = client.get_shell_msg(timeout=_POLL)
        except Empty:
            _check(manager, limit)
            continue
        if message["parent_header"].get("msg_id") == request:
            content: dict[str, Any] = message["content"]
            return content


def _printed(client: Any, request: str) -> str:
    from queue import Empty

    text = ""
    while True:
        try:
            message = client.get_iopub_msg(timeout=_POLL)
        except Empty:
            return text.strip()
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            text += content["text"]
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            return text.strip()


def _check(manager: Any, limit: float) -> None:
    if not manager.is_alive():
        raise KernelTestFailed(
            say("The kernel ended before it answered."),
            hint=say("Look at the last lines of its log."),
        )
    if time.monotonic() > limit:
        raise KernelTestFailed(
            say("The kernel did not answer in time."),
            hint=say("Try again, or raise the setting kernel_test_timeout."),
        )


def _tail(path: Path) -> str:
    try:
        return path.read_bytes()[-_LOG_TAIL:].decode("utf-8", "replace")
    except OSError:
        return ""
