"""How the setup scripts of an instance stand: a line of its own, for "created" may hide a failure."""

from __future__ import annotations

import re
from typing import Any, Literal

from ..sentences import say
from .models import ComputeInstance, InstanceError, Setup
from .states import FAILED_SETUP, RUNNING

_BEFORE = frozenset({"Creating", "SettingUp", "Starting", "Restarting", "Resizing"})
_ABOUT_SCRIPTS = re.compile(r"setup.?script|creationScript|startupScript", re.IGNORECASE)


def has_scripts(raw: Any) -> tuple[bool, bool]:
    """Tell from ``setupScripts`` whether there is a creation script, and a startup script."""
    scripts = raw.get("scripts") if isinstance(raw, dict) else None
    if not isinstance(scripts, dict):
        return False, False
    return bool(scripts.get("creationScript")), bool(scripts.get("startupScript"))


def tell_setup(instance: ComputeInstance, *, creation: bool, startup: bool) -> None:
    """Set ``instance.setup`` where it has setup scripts, or Azure says something about them."""
    about = [e for e in instance.errors if _ABOUT_SCRIPTS.search(f"{e.code or ''} {e.message}")]
    in_setup = instance.state in FAILED_SETUP or instance.state == "UserSettingUp"
    if not (creation or startup or about or in_setup):
        return
    state = _state(instance.state, about)
    instance.setup = Setup(
        creation=creation,
        startup=startup,
        state=state,
        message=_in_words(state, creation=creation, startup=startup),
        log_url=instance.studio_url,
    )


def _state(
    state: str, about: list[InstanceError]
) -> Literal["waiting", "running", "succeeded", "failed", "unknown"]:
    if state in FAILED_SETUP or about:
        return "failed"
    if state == "UserSettingUp":
        return "running"
    if state in _BEFORE:
        return "waiting"
    return "succeeded" if state in RUNNING else "unknown"


def _in_words(state: str, *, creation: bool, startup: bool) -> str:
    which = {
        (True, False): say("The creation script"),
        (False, True): say("The startup script"),
    }.get((creation, startup), say("The setup script"))
    log = say("its log is in the studio, on the instance's page under Logs.")
    if state == "failed":
        return say("{which} failed; {log}", which=which, log=log)
    words = {
        "running": say("{which} is running; {log}", which=which, log=log),
        "waiting": say("{which} has not run yet.", which=which),
        "succeeded": say("{which} has run without an error.", which=which),
    }
    return words.get(
        state,
        say("{which}: how it ended is not known now; {log}", which=which, log=log),
    )
