"""The setup scripts of a new instance: their source checked before anything is sent.

Azure finds out what is wrong with a script only on the instance, minutes after it began to create it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import CIManagerError, InvalidValue
from ..sentences import say
from .models import SetupScripts
from .this_machine import facts

_MINUTES = (1, 1440)
#: Resource Manager takes requests of four megabytes; base64 adds a third.
_LARGEST = 2 * 1024 * 1024
_NAMES = (("creation", "creationScript"), ("startup", "startupScript"))
#: Where an instance has the workspace's file share.
_SHARE = Path("cloudfiles") / "code"
_SOURCES_CONDA = re.compile(r"conda\.sh|/bin/activate|conda\s+shell|eval .*hook", re.IGNORECASE)
_USES_CONDA = re.compile(r"^\s*(sudo\s+)?(conda|mamba)\s", re.MULTILINE)


def script_problems(scripts: SetupScripts | None) -> Iterator[CIManagerError]:
    """Find what is wrong with the scripts; each refusal names its field."""
    if scripts is None:
        return
    for name, _ in _NAMES:
        yield from _script_problems(scripts, name)
    least, most = _MINUTES
    if not least <= scripts.timeout_minutes <= most:
        yield _wrong(
            "timeout_minutes",
            say("A script may take {least} to {most} minutes.", least=least, most=most),
        )


def script_notes(scripts: SetupScripts | None) -> list[str]:
    """Say what often goes wrong with such scripts."""
    texts = [getattr(scripts, name) or "" for name, _ in _NAMES] if scripts else []
    if any(_USES_CONDA.search(text) and not _SOURCES_CONDA.search(text) for text in texts):
        return [
            say(
                "A setup script does not know conda by itself: begin it with "
                "“source /anaconda/etc/profile.d/conda.sh”."
            )
        ]
    return []


def scripts_to_arm(scripts: SetupScripts | None) -> dict[str, Any]:
    """Write the scripts as Azure's ``scripts`` object; empty when there are none."""
    found: dict[str, Any] = {}
    for ours, theirs in _NAMES if scripts else ():
        text, path = getattr(scripts, ours), getattr(scripts, f"{ours}_path")
        if not text and not path:
            continue
        found[theirs] = {
            "scriptSource": "inline" if text else "workspaceStorage",
            "scriptData": base64.b64encode(text.encode()).decode() if text else path,
            "timeout": f"{scripts.timeout_minutes}m",  # type: ignore[union-attr]
        }
        arguments = getattr(scripts, f"{ours}_arguments")
        if arguments:
            found[theirs]["scriptArguments"] = arguments
    return found


def _wrong(field: str, message: str, hint: str = "") -> InvalidValue:
    return InvalidValue(message, hint=hint, field=f"setup_scripts.{field}")


def _script_problems(scripts: SetupScripts, name: str) -> Iterator[CIManagerError]:
    text, path = getattr(scripts, name), getattr(scripts, f"{name}_path")
    arguments = getattr(scripts, f"{name}_arguments")
    if text is not None and path is not None:
        yield _wrong(
            f"{name}_path",
            say("The script is given twice."),
            say("Give its text, or its path, not both."),
        )
    elif text is not None:
        yield from _text_problems(text, name)
    elif path is not None:
        yield from _path_problems(path, f"{name}_path")
    elif arguments:
        yield _wrong(name, say("There are arguments, but no script for them."))
    if arguments and re.search(r"[\r\n\0]", arguments):
        yield _wrong(f"{name}_arguments", say("The arguments stand on one line."))


def _text_problems(text: str, field: str) -> Iterator[CIManagerError]:
    if not text.strip():
        yield _wrong(field, say("The script is empty."))
    elif "\0" in text:
        yield _wrong(field, say("This is no text file."), say("Give a shell script."))
    elif "\r\n" in text:
        yield _wrong(
            field,
            say("The script has Windows line ends, with which bash fails at its first line."),
            say("Save it with Unix line ends (LF)."),
        )
    elif re.fullmatch(r"\s*https?://\S+\s*", text):
        yield _wrong(
            field,
            say("This is an address, not a script: Azure fetches none."),
            say("Give the script's text, or its path in the workspace's file share."),
        )
    elif len(text.encode()) > _LARGEST:
        yield _wrong(
            field,
            say("The script is larger than two megabytes."),
            say("Put it into the workspace's file share and give its path."),
        )


def _path_problems(path: str, field: str) -> Iterator[CIManagerError]:
    parts = path.split("/")
    if "://" in path or "\\" in path or path.startswith("/") or {"", ".", ".."} & set(parts):
        yield _wrong(
            field,
            say("“{path}” is no path in the workspace's file share.", path=path[:80]),
            say("Such as Users/anna/setup.sh: neither an address nor a path that begins with “/”."),
        )
        return
    share = Path.home() / _SHARE
    # Elsewhere than on an instance of the workspace the share cannot be looked into.
    if facts().get("instance") and share.is_dir() and not (share / path).is_file():
        yield _wrong(
            field,
            say("There is no file “{path}” in the workspace's file share.", path=path),
            say("Paths there begin with Users/."),
        )
