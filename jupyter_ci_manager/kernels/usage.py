"""Who uses an environment at this moment: notebooks, consoles, terminals and other programs."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import ConfirmationNeeded
from ..sentences import joined, say
from .engines.pyc_store import is_filling
from .models import Use

if TYPE_CHECKING:
    import psutil

_CONNECTION_FILE = re.compile(r"(?:^|=)(?P<file>\S*kernel-(?P<id>[0-9a-f-]{36})\.json|\S+\.json)$")
#: Uses that are told one by one; more are counted.
_TOLD = 5


def words_of(use: Use) -> str:
    """Give a use as a part of a sentence."""
    if use.kind == "notebook":
        return say("the notebook {name}", name=use.name)
    if use.kind == "kernel":
        return say("the kernel {name}", name=use.name)
    if use.kind == "terminal":
        return say("the terminal {name}", name=use.name)
    return say("the program {name}", name=use.name)


def uses_of(prefix: Path) -> list[Use]:
    """Give the processes that run programs of the environment at ``prefix``, or have it active.

    A terminal counts when it runs such a program, or was opened with the environment active, or
    stands in its folder; that somebody has activated it since cannot be seen from outside. What
    compiles modules for other environments does not count: it is ours, and ends by itself.
    """
    import psutil

    real = os.path.realpath(prefix)
    found = []
    for process in psutil.process_iter(["pid", "exe", "cmdline"]):
        if process.pid == os.getpid():
            continue
        words = [str(word) for word in process.info["cmdline"] or []]
        runs_it = _is_within(process.info["exe"] or "", real) and not is_filling(words)
        terminal = _terminal(process)
        if runs_it or (terminal and _stands_in(process, real)):
            found.append(_use(process, words, terminal))
    return sorted(found, key=lambda use: (use.kind, use.name, use.pid))


def check_unused(prefix: Path, name: str, *, confirm: str | None) -> None:
    """See that nothing uses the environment at ``prefix``, unless ``confirm`` repeats its name.

    Raises
    ------
    ConfirmationNeeded
        Something does; the message and ``details["uses"]`` say what.
    """
    if confirm == name:
        return
    uses = uses_of(prefix)
    if uses:
        told = [words_of(use) for use in uses[:_TOLD]]
        if len(uses) > _TOLD:
            told.append(say("{more} more", more=len(uses) - _TOLD))
        raise ConfirmationNeeded(
            say("The environment {name} is in use by {told}.", name=name, told=_listed(told)),
            hint=say("Shut them down first, or confirm with the environment's name."),
            code="environment_in_use",
            details={
                "uses": [msgspec.to_builtins(use) for use in uses],
                "processes": [use.pid for use in uses],
                "confirm": name,
            },
        )


def _use(process: psutil.Process, words: list[str], terminal: str) -> Use:
    command = " ".join([Path(words[0]).name, *words[1:]])[:80] if words else ""
    kernel = next((m for word in words if (m := _CONNECTION_FILE.search(word))), None)
    if kernel is not None:
        # Jupyter's server tells a kernel which notebook it is for.
        notebook = _environ(process).get("JPY_SESSION_NAME", "")
        ours = _is_ours(process)
        if notebook:
            return Use(pid=process.pid, kind="notebook", name=_short(notebook), is_ours=ours)
        name = kernel["id"] or Path(kernel["file"]).stem
        return Use(pid=process.pid, kind="kernel", name=name, is_ours=ours)
    if terminal:
        name = f"{terminal.removeprefix('/dev/')} ({command})"
        return Use(pid=process.pid, kind="terminal", name=name)
    return Use(pid=process.pid, kind="program", name=command or str(process.pid))


def _is_ours(process: psutil.Process) -> bool:
    import psutil

    try:
        return any(parent.pid == os.getpid() for parent in process.parents())
    except psutil.Error:
        return False


def _terminal(process: psutil.Process) -> str:
    """Give the terminal that a process reads from; empty when it reads from none.

    psutil's own answer knows only the terminals that were there when it was first asked.
    """
    import psutil

    try:
        if Path("/proc/self/fd").is_dir():
            device = str(Path(f"/proc/{process.pid}/fd/0").readlink())
            return device if device.startswith(("/dev/pts/", "/dev/tty")) else ""
        return str(process.terminal() or "") if hasattr(process, "terminal") else ""
    except (OSError, psutil.Error):
        return ""


def _stands_in(process: psutil.Process, real: str) -> bool:
    import psutil

    try:
        active = _environ(process).get("CONDA_PREFIX", "")
        return _is_within(process.cwd(), real) or (
            bool(active) and os.path.realpath(active) == real
        )
    except (psutil.Error, OSError):
        return False


def _environ(process: psutil.Process) -> dict[str, Any]:
    import psutil

    try:
        return dict(process.environ())
    except (psutil.Error, OSError):
        return {}


def _is_within(path: str, real: str) -> bool:
    return path == real or path.startswith(real + os.sep)


def _short(path: str) -> str:
    home = str(Path.home())
    return f"~{path[len(home) :]}" if _is_within(path, home) else path


def _listed(parts: list[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return say("{parts} and {last}", parts=joined(parts[:-1], ", "), last=parts[-1])
