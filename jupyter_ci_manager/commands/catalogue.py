"""The catalogue of commands, whole: the one source of help, completion and reference."""

import difflib
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

from .instance_commands import INSTANCE_COMMANDS
from .kernel_commands import KERNEL_COMMANDS
from .model import Command
from .program_commands import PROGRAM_COMMANDS

COMMANDS = INSTANCE_COMMANDS + KERNEL_COMMANDS + PROGRAM_COMMANDS

GROUPS = {
    "workspace": "the workspace that is used",
    "kernel": "kernels of this machine",
    "env": "conda environments of this machine",
    "job": "work that goes on by itself",
    "emulator": "your own emulator of Azure",
}

_BY_PATH: Dict[Tuple[str, ...], Command] = {command.path: command for command in COMMANDS}


def commands_of(face: str) -> List[Command]:
    """Give the commands of a face (``terminal`` or ``cell``), in the order of the catalogue."""
    return [command for command in COMMANDS if face in command.faces]


def find(words: Sequence[str], face: str) -> Optional[Command]:
    """Find the command that a line begins with; the longest match wins, ``None`` if none does."""
    for length in (2, 1):
        command = _BY_PATH.get(tuple(words[:length]))
        if command is not None and len(words) >= length and face in command.faces:
            return command
    return None


def words_after(group: Sequence[str], face: str) -> List[str]:
    """Give the words that can follow ``group`` (nothing, or the name of a group)."""
    depth = len(group)
    seen: List[str] = []
    for command in commands_of(face):
        if len(command.path) > depth and command.path[:depth] == tuple(group):
            word = command.path[depth]
            if word not in seen:
                seen.append(word)
    return seen


#: What other tools call a thing that has another name here.
_OTHER_WORDS = {
    "add": "create",
    "connect": "open",
    "describe": "status",
    "get": "status",
    "info": "status",
    "install": "create",
    "ls": "list",
    "new": "create",
    "quota": "usage",
    "remove": "delete",
    "rm": "delete",
    "show": "status",
    "whoami": "status",
}


def nearest_command(word: str, candidates: Iterable[str]) -> Optional[str]:
    """Give the command that a word of another tool, or a mistyped one, most likely means."""
    choices = list(candidates)
    meant = _OTHER_WORDS.get(word.lower(), "")
    for choice in (meant, "remove" if meant == "delete" else meant):
        if choice in choices:
            return choice
    return nearest(word, choices)


def nearest(word: str, candidates: Iterable[str]) -> Optional[str]:
    """Give the candidate that a mistyped word most likely means, if one is near enough."""
    matches = difflib.get_close_matches(word.lower(), list(candidates), n=1, cutoff=0.55)
    return matches[0] if matches else None
