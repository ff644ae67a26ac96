"""Running a program for a job: its lines live, its end when the job is cancelled."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Protocol

from .base import Report
from .secrets import hide_credentials

_INTERVAL = 0.1
#: Lines that are kept for an error's details.
_KEPT = 400


@dataclass(frozen=True)
class Done:
    """How a program ended: its code, and what it printed (the last lines of it)."""

    code: int
    out: str
    err: str = ""


class Watcher(Protocol):
    """Who looks on while a program runs."""

    def line(self, text: str) -> None:
        """See one line of output."""

    def look(self) -> None:
        """Be called ten times a second."""


def run_quietly(
    argv: Sequence[str], report: Report, variables: Mapping[str, str] | None = None
) -> Done:
    """Run a program whose output is for us only; cancellation ends it and all it started.

    Parameters
    ----------
    variables:
        Environment variables that it gets besides this process's own.
    """
    child = _start(argv, subprocess.PIPE, variables)
    report.process(child.pid)
    out: list[str] = []
    err: list[str] = []
    assert child.stdout is not None
    assert child.stderr is not None
    readers = [_reader(child.stdout, out), _reader(child.stderr, err)]
    _wait(child, report, None)
    for reader in readers:
        reader.join()
    return Done(child.returncode, "".join(out), "".join(err))


def run_logged(
    argv: Sequence[str],
    report: Report,
    watcher: Watcher,
    variables: Mapping[str, str] | None = None,
) -> Done:
    """Run a program whose lines go into the log as they come.

    Parameters
    ----------
    variables:
        Environment variables that it gets besides this process's own.
    """
    child = _start(argv, subprocess.STDOUT, variables)
    report.process(child.pid)
    report.log(f"$ {hide_credentials(' '.join(argv))}")
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    assert child.stdout is not None
    reader = _line_reader(child.stdout, lines)
    kept: list[str] = []

    def tell() -> None:
        with suppress(queue.Empty):
            while True:
                line = lines.get_nowait()
                kept.append(line)
                del kept[:-_KEPT]
                report.log(line)
                watcher.line(line)
        watcher.look()

    _wait(child, report, tell)
    reader.join()
    tell()
    return Done(child.returncode, "\n".join(kept))


def _start(
    argv: Sequence[str], stderr: int, variables: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    # Another Python's settings would reach conda's own Python.
    environ = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environ |= {"PYTHONUNBUFFERED": "1", **(variables or {})}
    return subprocess.Popen(
        list(argv),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=environ,
        text=True,
        errors="replace",
        start_new_session=sys.platform != "win32",
    )


def _reader(stream: IO[str], parts: list[str]) -> threading.Thread:
    thread = threading.Thread(target=lambda: parts.append(stream.read()), daemon=True)
    thread.start()
    return thread


def _line_reader(stream: IO[str], lines: queue.SimpleQueue[str]) -> threading.Thread:
    def read() -> None:
        for line in stream:
            # Progress bars overwrite themselves; what stands last is what was meant.
            text = line.rstrip("\n").rpartition("\r")[2].strip()
            if text:
                lines.put(hide_credentials(text))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def _wait(child: subprocess.Popen[str], report: Report, tell: object) -> None:
    try:
        while True:
            try:
                child.wait(_INTERVAL)
                return
            except subprocess.TimeoutExpired:
                if callable(tell):
                    tell()
                report.check_cancelled()
    except BaseException:
        _end_tree(child)
        raise


def _end_tree(child: subprocess.Popen[str]) -> None:
    import psutil

    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(child.pid)
        doomed = [root, *root.children(recursive=True)]
        for process in doomed:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        _, alive = psutil.wait_procs(doomed, timeout=3)
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.kill()
    child.wait()
