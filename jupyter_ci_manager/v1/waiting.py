"""Waiting with the output that notebooks show, without its endless waits."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

from ..errors import CIManagerError, NotFound
from .exceptions import ComputeTargetException, from_refusal

if TYPE_CHECKING:
    from ..compute.models import ComputeInstance
    from ..compute.service import ComputeService

logger = logging.getLogger(__name__)

#: Seconds between two looks.
POLL_SECONDS = 5.0
#: Seconds after which a wait ends with an exception; ``None`` would wait for ever.
TIMEOUT_SECONDS = 3600.0

_BUSY = frozenset(
    [
        "Creating",
        "SettingUp",
        "UserSettingUp",
        "Starting",
        "Stopping",
        "Restarting",
        "Resizing",
        "Deleting",
    ]
)
_PASSING = frozenset({408, 429, 500, 502, 503, 504})


class Output:
    """States as they are printed: a state once, then a dot for every look that finds it again."""

    def __init__(self, shown: bool, leading_newline: bool = False) -> None:
        self._shown = shown
        self._leading = leading_newline
        self._last: str | None = None

    def state(self, state: str | None) -> None:
        """Show a state."""
        word = (state or "Unknown").capitalize()
        if word == self._last:
            self._write(".")
        else:
            self._write(("\n" if self._leading or self._last is not None else "") + word)
        self._last = word

    def end(self) -> None:
        """End the line, if there is one."""
        if self._last is not None:
            self._write("\n")

    def _write(self, text: str) -> None:
        if self._shown:
            sys.stdout.write(text)
            sys.stdout.flush()


def wait_for_state(
    service: ComputeService,
    name: str,
    *,
    wanted: frozenset[str],
    operation: str,
    output: Output,
    timeout: float | None,
) -> ComputeInstance | None:
    """Wait until an instance is in one of the ``wanted`` states; give it as last read.

    An instance that came to rest in another state ends the wait too; the caller judges it. With
    ``Deleted`` among the wanted states, gone gives ``None``.

    Raises
    ------
    ComputeTargetException
        ``timed_out``; or Azure refused to be asked. A passing failure (throttled, out of reach)
        does not end the wait.
    """
    until = None if timeout is None else time.monotonic() + timeout
    try:
        while True:
            try:
                instance = service.get(name)
            except NotFound as error:
                if "Deleted" in wanted:
                    output.state("Deleted")
                    return None
                raise from_refusal(error) from error
            except CIManagerError as error:
                if error.status not in _PASSING:
                    raise from_refusal(error) from error
                logger.info("Azure could not be asked: %s", error.message)
            else:
                output.state(instance.state)
                if instance.state in wanted or _has_settled(instance, wanted):
                    return instance
            if until is not None and time.monotonic() >= until:
                raise ComputeTargetException(
                    f"{operation} operation did not end within {timeout:.0f} seconds. "
                    "It may still go on.",
                    code="timed_out",
                )
            time.sleep(POLL_SECONDS)
    finally:
        output.end()


def _has_settled(instance: ComputeInstance, wanted: frozenset[str]) -> bool:
    if instance.state in _BUSY:
        return False
    if instance.state.endswith("Failed") or instance.state in ("Unusable", "Unknown"):
        return True
    running = instance.last_operation and instance.last_operation.status == "InProgress"
    return not running and "Deleted" not in wanted
