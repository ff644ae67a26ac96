"""A sentence for what needs somebody's attention: too long a wait, a failed setup, endless cost."""

from __future__ import annotations

from datetime import datetime

from ..sentences import say
from .models import ComputeInstance
from .states import FAILED_SETUP, RUNNING, TRANSITIONS
from .times import parse_time

_NAMES = {
    "Creating": say("Creating"),
    "SettingUp": say("Setting up"),
    "UserSettingUp": say("Running set-up script"),
    "Starting": say("Starting"),
    "Restarting": say("Restarting"),
    "Resizing": say("Resizing"),
    "Stopping": say("Stopping"),
    "Deleting": say("Deleting"),
}

#: Minutes after which a transition lasts longer than usual (seen: create 3, stop 1, start 2).
_USUAL_MINUTES = {"Creating": 15, "SettingUp": 20, "UserSettingUp": 35, "Deleting": 15}
_OTHERWISE_MINUTES = 12

_NEXT = {
    "Creating": say("delete it and create it again"),
    "SettingUp": say("delete it and create it again"),
    "UserSettingUp": say("look at what its setup script waits for, or delete it"),
    "Starting": say("restart it; if that does not help, delete it"),
    "Restarting": say("stop it, or delete it"),
    "Stopping": say("look whether its disk is full, or delete it"),
    "Deleting": say("ask for the deletion again"),
}


def advise(instance: ComputeInstance, now: datetime) -> None:
    """Set ``instance.advice`` when there is something to say.

    Parameters
    ----------
    now:
        The present moment, with a zone.
    """
    state = instance.state
    if state in TRANSITIONS:
        minutes = minutes_since(instance.state_since, now)
        if minutes is not None and minutes > _USUAL_MINUTES.get(state, _OTHERWISE_MINUTES):
            instance.advice = say(
                "{state} for {minutes}, longer than usual. Azure is still at it; if it "
                "goes on, {next}.",
                state=_NAMES.get(state, state),
                minutes=_in_words(minutes),
                next=_NEXT.get(state, say("wait, or delete it")),
            )
    elif state in FAILED_SETUP:
        instance.advice = say(
            "It is up, but its setup script failed: see the script's log in the studio, on the "
            "instance's page under Logs."
        )
    elif state == "Unusable":
        instance.advice = say(
            "Its machine is broken. Restart it; if that does not help, delete it."
        )
    elif state == "CreateFailed" and not instance.errors:
        instance.advice = say("Azure gave no reason. Delete it and create it again.")
    elif state in RUNNING and _was_reimaged(instance):
        instance.advice = say(
            "It was given a new image: what was on its system disk, environments and kernels too, "
            "may be gone."
        )
    elif state in RUNNING and not instance.idle_shutdown_minutes and not _stops(instance):
        instance.advice = say("No automatic stop: it costs money until somebody stops it.")


def minutes_since(moment: str | None, now: datetime) -> float | None:
    """Give the minutes from a time of ours until ``now``; ``None`` where it is unknown."""
    read = parse_time(moment)
    return None if read is None else (now - read).total_seconds() / 60


def _was_reimaged(instance: ComputeInstance) -> bool:
    last = instance.last_operation
    return last is not None and last.name == "Reimage" and last.status == "Succeeded"


def _stops(instance: ComputeInstance) -> bool:
    return any(s.enabled and s.action == "stop" for s in instance.schedules)


def _in_words(minutes: float) -> str:
    whole = int(minutes)
    return (
        say("{minutes} min", minutes=whole) if whole < 120 else say("{hours} h", hours=whole // 60)
    )
