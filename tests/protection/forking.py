"""Doing something in a process of its own that has all imported already."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable


def forked(work: Callable[[], int]) -> tuple[int, str]:
    """Do something in a process of its own; gives its exit code and what it printed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.dup2(writing, 1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 2)
        code = 99
        try:
            with open(1, "w", encoding="utf-8", closefd=False) as sys.stdout:
                code = work()
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as stream:
        said = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said
