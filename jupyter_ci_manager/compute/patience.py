"""Nobody waits longer than :data:`PATIENCE_SECONDS` for an answer, however many calls it takes.

One call has a deadline of its own; a creation takes half a dozen. What is asked beforehand (sizes,
quota, rights) gets less and less time once Azure is slow, and what would only be nice to know is then
unknown. The write itself keeps enough time that it is rarely cut off without knowing how it ended.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: Seconds that somebody waits at most, all in all.
PATIENCE_SECONDS = 9.5
#: Of these, kept for the write.
_FOR_THE_WRITE = 3.0
#: A question gets so much even when all time is used up: the answer is often quick.
_LEAST = 0.3

_until: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def patience(seconds: float | None = None) -> Iterator[None]:
    """Let everything inside end after so many seconds; an outer patience counts, not an inner one."""
    if _until.get() is not None:
        yield
        return
    token = _until.set(time.monotonic() + (seconds or PATIENCE_SECONDS))
    try:
        yield
    finally:
        _until.reset(token)


def patient(call: Callable[P, T]) -> Callable[P, T]:
    """Bound the time of a function as a whole."""

    @functools.wraps(call)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> T:
        with patience():
            return call(*args, **kwargs)

    return bounded


def deadline(seconds: float, *, is_write: bool) -> float:
    """Give the moment (of ``time.monotonic``) by which one call has to be over.

    Parameters
    ----------
    seconds:
        What the call may take by itself.
    """
    now = time.monotonic()
    until = _until.get()
    if until is None:
        return now + seconds
    left = until - now
    mine = max(_FOR_THE_WRITE, left) if is_write else max(_LEAST, left - _FOR_THE_WRITE)
    return now + min(seconds, mine)
