"""Commands that only a terminal has, or that do more there: browser, ssh, emulator, start-up file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ..commands.actions import ACTIONS
from ..commands.answer import Answer, Facts, Raw
from ..commands.context import Action, Context
from ..commands.direct import plain
from ..commands.failure import Failure
from ..commands.opening import opening, opening_that_answers
from ..commands.workspace_actions import ssh_words


def open_application(context: Context) -> Answer:
    """Open an application of an instance in the browser, or print its address."""
    if context["print"] or context["json"]:
        address, doubt = opening(context)
        context.face.remark(doubt)
        return Answer(address, Raw(address))
    patience = 0.0 if context["no_wait"] else context["timeout"]
    address, doubt = opening_that_answers(context, patience)
    context.face.remark(doubt)
    import webbrowser

    if webbrowser.open(address):
        return Answer(address, f"Opened {address}")
    return Answer(address, "There is no browser here. The address is:", Raw(address))


def ssh(context: Context) -> Answer:
    """Run ssh with a list of arguments; no shell of this machine sees them."""
    if context["print"] or context["json"]:
        return ACTIONS[("ssh",)](context)
    words = ssh_words(context)
    try:
        ended = subprocess.run(words, check=False)
    except FileNotFoundError:
        raise Failure(
            "There is no ssh on this machine.",
            code="ssh_not_found",
            hint="Install OpenSSH's client.",
            status=404,
        ) from None
    return Answer({"exit_code": ended.returncode}, exit_code=ended.returncode)


def emulator_start(context: Context) -> Answer:
    """Start the user's emulator, or say that it runs."""
    from ..compute.emulator_process import start_emulator

    machines = context.engine.settings.emulator_machines  # type: ignore[attr-defined]
    return _emulator_facts(plain(lambda: start_emulator(machines=machines)))


def emulator_status(context: Context) -> Answer:
    """Say whether the user's emulator runs."""
    from ..compute.emulator_process import find_emulator

    found = plain(find_emulator)
    if found is None:
        return Answer({"running": False}, "Your emulator does not run.", exit_code=1)
    return _emulator_facts(found)


def _emulator_facts(info: dict[str, object]) -> Answer:
    shown = {key: value for key, value in info.items() if key != "control_key"}
    facts = Facts(
        [
            ["Emulator", info["url"]],
            ["Subscription", info["subscription_id"]],
            ["Resource group", info["resource_group"]],
            ["Workspace", info["workspace"]],
            ["Process", info["pid"]],
        ]
    )
    hint = "Every face uses it with the setting backend = emulator (CI_MANAGER_BACKEND=emulator)."
    return Answer({"running": True, **shown}, facts, hint)


def emulator_stop(context: Context) -> Answer:
    """End the user's emulator; its state is kept."""
    from ..compute.emulator_process import stop_emulator

    stopped = plain(stop_emulator)
    words = "Your emulator is stopped; its state is kept." if stopped else "It did not run."
    return Answer({"stopped": stopped}, words)


def emulator_reset(context: Context) -> Answer:
    """End the user's emulator and forget everything in it."""
    from ..compute.emulator_process import reset_emulator

    question = "This forgets everything in your emulator."
    if not context["yes"] and not context.face.confirmed(question, "reset"):
        raise Failure(question, code="confirmation_needed", hint="Say so with --yes.", status=409)
    plain(reset_emulator)
    return Answer({"reset": True}, "Your emulator is stopped and empty.")


def magics(context: Context) -> Answer:
    """Switch ``%ci`` on or off in all kernels of the user, or say whether it is on."""
    from ..commands.single_file import is_on, startup_path, switch_off, switch_on

    try:
        path = startup_path(context["profile"])
        if context["on"]:
            switch_on(path)
            words = f"New kernels have %ci: {path}"
        elif context["off"]:
            words = f"Removed {path}" if switch_off(path) else "It was not on."
        else:
            words = f"%ci is on: {path}" if is_on(path) else "%ci is off in kernels."
    except (OSError, ValueError) as error:
        raise Failure(
            f"The start-up file cannot be changed: {error}", code="invalid_value", status=422
        ) from None
    return Answer({"on": is_on(path), "path": str(path)}, words)


def protect(context: Context) -> Answer:
    """Put the terminal guard into conda, take it out, or say how it stands."""
    from ..config import load_settings
    from ..errors import CondaNotFound
    from ..kernels import terminal_guard

    def work() -> terminal_guard.GuardStatus:
        settings = load_settings()
        if context["terminal"]:
            return terminal_guard.install(settings)
        if context["off"]:
            return terminal_guard.remove(settings)
        try:
            return terminal_guard.status(settings)
        except CondaNotFound:
            return terminal_guard.GuardStatus(installed=False)

    found = plain(work)
    if not found["installed"]:
        words = "The terminal is not guarded."
    elif found["works"]:
        words = f"{found['conda']} refuses what would lose a protected environment."
    else:
        words = f"The guard in {found['conda']} does not work: {found['problem']}"
    return Answer(found, words)


def completion(context: Context) -> Answer:
    """Print a completion script."""
    script = Path(__file__).with_name("shells") / f"completion.{context['shell']}"
    text = script.read_text(encoding="utf-8")
    return Answer(text, Raw(text))


def doctor(context: Context) -> Answer:
    """Check everything that must be right."""
    from .doctor import examine

    return examine(context)


PROGRAMS: dict[tuple[str, ...], Action] = {
    ("open",): open_application,
    ("ssh",): ssh,
    ("emulator", "start"): emulator_start,
    ("emulator", "status"): emulator_status,
    ("emulator", "stop"): emulator_stop,
    ("emulator", "reset"): emulator_reset,
    ("magics",): magics,
    ("protect",): protect,
    ("completion",): completion,
    ("doctor",): doctor,
}

if sys.platform == "win32":  # Consoles there begin in a code page that lacks our characters.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
