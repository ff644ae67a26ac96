"""State x permission x quota: what may be done with an instance now, or why not.

One table, asked before a call is made and sent with every instance, so that a button can say
beforehand what Azure would say afterwards. Asking for what is already so has the code
``already``: a face shows why the button is off, and a call succeeds without doing anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from ..sentences import say
from .models import ActionName, Allowed, ComputeInstance, Permission, Verdict
from .permissions import missing
from .states import FAILED_SETUP, RUNNING, TRANSITIONS

ACTIONS: tuple[str, ...] = get_args(ActionName)

#: What ends or interrupts work, so that it wants a name typed: for this machine, for what is somebody
#: else's, and while a training job runs.
CONFIRMED = frozenset({"stop", "restart", "resize", "delete"})

#: States in which settings can be changed for sure.
_SETTLED = RUNNING | FAILED_SETUP | {"Stopped"}

_YES = Verdict(allowed="yes")

_WORDS = {
    "Creating": say("being created"),
    "CreateFailed": say("not there: its creation failed"),
    "Deleting": "being deleted",
    "Restarting": say("restarting"),
    "Resizing": say("being resized"),
    "SettingUp": say("being set up"),
    "UserSettingUp": say("running its setup script"),
    "SetupFailed": say("up, but its setup failed"),
    "UserSetupFailed": say("up, but its setup script failed"),
    "Starting": say("starting"),
    "Stopping": say("stopping"),
    "Stopped": say("stopped"),
    "Running": say("running"),
    "JobRunning": say("running a job"),
    "Updating": say("being updated"),
    "Unusable": say("broken (Azure calls it unusable)"),
}

_NOT_PERMITTED_ALIAS = {"postpone": "set_idle_shutdown"}


def in_words(state: str) -> str:
    """Say a state so that it fits after "It is"."""
    return _WORDS.get(state, say("in the state {state}", state=state))


def _no(reason: str, code: str = "wrong_state") -> Verdict:
    return Verdict(allowed="no", reason=reason, code=code)


def _unsure(reason: str) -> Verdict:
    return Verdict(allowed="unknown", reason=reason, code="state_unsure")


def by_state(action: str, instance: ComputeInstance) -> Verdict:
    """Ask the table: may ``action`` be done in the instance's state?"""
    state = instance.state
    words = in_words(state)
    if state == "Deleting":
        return _no(
            say("It is already being deleted."), "already" if action == "delete" else "wrong_state"
        )
    if action == "delete":
        if state in TRANSITIONS:
            return _unsure(
                say("It is {words}; Azure may refuse until that has ended.", words=words)
            )
        return _YES
    if state == "CreateFailed":
        return _no(say("Its creation failed: see why, then delete it and create it again."))
    if action in ("start", "stop", "restart"):
        return _power(action, state, words)
    if action in ("open", "ssh"):
        return _reach(action, instance, words)
    if state in TRANSITIONS:
        return _no(say("It is {words}; wait until that has ended.", words=words), "busy")
    if action == "postpone" and (
        state not in RUNNING or (instance.next_stop is None and not instance.idle_shutdown_minutes)
    ):
        return _no(say("No stop is coming that could be put off."))
    if state not in _SETTLED:
        return _unsure(say("It is {words}; Azure decides whether this can be done.", words=words))
    return _YES


def check(
    action: str,
    instance: ComputeInstance,
    permissions: Mapping[str, Permission] | None = None,
    *,
    quota: Verdict | None = None,
) -> Verdict:
    """Say whether ``action`` may be done now: state first, then permission, then quota.

    Parameters
    ----------
    permissions:
        By our action's name; what is missing or unknown disables nothing.
    quota:
        For a resize to a known size: whether its cores are free.
    """
    verdict = by_state(action, instance)
    if verdict.allowed != "no":
        permission = (permissions or {}).get(_NOT_PERMITTED_ALIAS.get(action, action))
        if permission is not None and permission.allowed == "no":
            verdict = _no(permission.reason or missing(permission.azure_action), "not_permitted")
        elif quota is not None and quota.allowed == "no":
            verdict = quota
    if action in CONFIRMED and (
        instance.is_this_machine or instance.is_mine is False or instance.state == "JobRunning"
    ):
        allowed: Allowed = verdict.allowed
        return Verdict(
            allowed=allowed, reason=verdict.reason, code=verdict.code, needs_confirmation=True
        )
    return verdict


def check_all(
    instance: ComputeInstance, permissions: Mapping[str, Permission] | None
) -> dict[str, Verdict]:
    """Give the verdict on every action."""
    return {action: check(action, instance, permissions) for action in ACTIONS}


def _power(action: str, state: str, words: str) -> Verdict:
    if action == "start":
        if state == "Stopped":
            return _YES
        if state in RUNNING or state == "Starting" or state in FAILED_SETUP:
            return _no(say("It is already {words}.", words=words), "already")
    elif action == "stop":
        if state in RUNNING or state in FAILED_SETUP:
            return _YES
        if state in ("Stopped", "Stopping"):
            return _no(say("It is already {words}.", words=words), "already")
    else:
        if state in RUNNING or state in FAILED_SETUP or state == "Unusable":
            return _YES
        if state == "Restarting":
            return _no(say("It is already restarting."), "already")
        if state == "Stopped":
            return _no(say("It is stopped: start it instead."))
    if state in TRANSITIONS:
        return _no(say("It is {words}; wait until that has ended.", words=words), "busy")
    return _unsure(say("It is {words}; Azure decides whether this can be done.", words=words))


def _reach(action: str, instance: ComputeInstance, words: str) -> Verdict:
    if instance.is_mine is False:
        owner = instance.assigned_user or instance.created_by
        name = owner.name if owner else None
        return _no(
            say(
                "Only the person it belongs to ({name}) can open it, whatever your role.", name=name
            )
            if name
            else say("Only the person it belongs to can open it, whatever your role."),
            "not_yours",
        )
    if action == "ssh" and not instance.ssh.enabled:
        return _no(say("It was created without SSH, which cannot be changed."), "ssh_disabled")
    if instance.state not in RUNNING and instance.state not in FAILED_SETUP:
        return _no(say("It is {words}; it must be running.", words=words))
    if action == "open" and not instance.applications:
        return _unsure(say("Azure has not told its addresses yet."))
    return _YES
