"""Waiting for a state, with a limit, and an end as soon as the state cannot come any more."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from ..errors import CIManagerError, NotFound, Refused, TimedOut
from ..sentences import joined, say
from .actions import in_words
from .advice import minutes_since
from .models import ComputeInstance

if TYPE_CHECKING:
    from .inventory import Inventory

#: States in which waiting for another one is in vain.
_DEAD_ENDS = frozenset({"CreateFailed", "Unusable", "SetupFailed", "UserSetupFailed"})


def wait(
    inventory: Inventory,
    name: str,
    *,
    until: str,
    timeout: float,
    interval: float,
    now: Callable[[], datetime],
    report: Callable[[ComputeInstance], None] | None = None,
) -> ComputeInstance:
    """Wait until an instance is in the state ``until`` ("Deleted" for gone).

    Parameters
    ----------
    timeout, interval:
        In seconds: the limit, and from one look to the next.
    report:
        Called with the instance after each look.

    Raises
    ------
    TimedOut
        It takes longer than ``timeout`` seconds; Azure goes on.
    Refused
        It ended in another state, or the operation failed; with Azure's reason.
    """
    deadline = time.monotonic() + timeout
    last = inventory.known(name)
    pause = interval
    while True:
        try:
            last = inventory.one(name)
        except NotFound:
            if until == "Deleted":
                gone = last or ComputeInstance(name=name)
                return msgspec.structs.replace(gone, state="Deleted", operation=None)
            raise
        except CIManagerError as error:
            if error.status not in (429, 503, 504):
                raise
            pause = max(pause, error.retry_after or 0.0)
        else:
            if report is not None:
                report(last)
            if last.state == until:
                return last
            _refuse_dead_end(last, until)
        if time.monotonic() + pause > deadline:
            raise _waited_too_long(name, last, until, timeout, now())
        time.sleep(pause)
        pause = interval


def _refuse_dead_end(instance: ComputeInstance, until: str) -> None:
    reasons = [e.explanation or e.message for e in instance.errors]
    settled_elsewhere = instance.operation is None and bool(reasons)
    if instance.state in _DEAD_ENDS or settled_elsewhere:
        raise Refused(
            joined(
                [
                    say(
                        "“{name}” is {state}, so it does not become {until}.",
                        name=instance.name,
                        state=in_words(instance.state),
                        until=until,
                    ),
                    *reasons[:1],
                ]
            ),
            hint=instance.advice or say("Azure's own words are in the details."),
            code="operation_failed",
            details={
                "state": instance.state,
                "errors": [{"code": e.code, "message": e.message} for e in instance.errors],
            },
        )


def _waited_too_long(
    name: str, last: ComputeInstance | None, until: str, timeout: float, now: datetime
) -> TimedOut:
    state = last.state if last else "Unknown"
    minutes = minutes_since(last.state_since, now) if last else None
    since = say(" for {minutes:.0f} min", minutes=minutes) if minutes and minutes >= 1 else ""
    return TimedOut(
        say(
            "“{name}” is not {until} after {timeout:.0f} s: it is {state}{since}.",
            name=name,
            until=until,
            timeout=timeout,
            state=in_words(state),
            since=since,
        ),
        hint=(
            last.advice if last and last.advice else say("Azure goes on; look at it again later.")
        ),
        details={"state": state, "until": until},
    )
