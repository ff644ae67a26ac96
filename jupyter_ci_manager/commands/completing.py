"""What may come next: sub-commands, options, and the names of what there is."""

from typing import Any, Callable, Dict, List, Optional

from .catalogue import GROUPS, find, words_after
from .engine import Engine
from .failure import Failure
from .model import Argument, Command

_NAMES: Dict[str, Callable[[Engine], List[str]]] = {
    "instances": lambda engine: [i["name"] for i in engine.instances()["instances"]],
    "sizes": lambda engine: [size["name"] for size in engine.sizes()],
    "environments": lambda engine: [e["name"] for e in engine.environments()],
    "kernels": lambda engine: [kernel["name"] for kernel in engine.kernels()],
    "jobs": lambda engine: [job["id"] for job in engine.jobs()],
}


def candidates(words: List[str], face: str, engine: Optional[Engine]) -> List[str]:
    """Give what the last word may become; never raises, since nobody asked for an error.

    Parameters
    ----------
    words:
        The line so far; the last word is being typed and may be empty.
    face:
        ``terminal`` or ``cell``.
    engine:
        Where names come from; ``None``: only words of the catalogue are given.
    """
    typed, before = words[-1], words[:-1]
    if "--" in before:
        return []
    command = find(before, face)
    found: List[str] = []
    group = before if len(before) == 1 and before[0] in GROUPS else None
    if not before:
        found = words_after([], face)
    elif group is not None:
        found = words_after(group, face)
    if command is not None:
        found = found + _arguments(command, before[len(command.path) :], typed, engine)
    return [word for word in found if word.startswith(typed)]


def _arguments(
    command: Command, given: List[str], typed: str, engine: Optional[Engine]
) -> List[str]:
    options = {flag: a for a in command.arguments if not a.is_positional for flag in a.flags}
    last = options.get(given[-1]) if given else None
    if last is not None and last.kind != "flag":
        return _values(last, engine)
    if typed.startswith("-"):
        taken = {options[word].name for word in given if word in options}
        long = [flag for flag in options if flag.startswith("--")]
        return [f for f in long if options[f].kind == "many" or options[f].name not in taken] + [
            "--json"
        ]
    place, skip = 0, False
    for word in given:
        if skip:
            skip = False
        elif word in options:
            skip = options[word].kind != "flag"
        elif not word.startswith("-"):
            place += 1
    positionals = [a for a in command.arguments if a.is_positional and a.kind != "rest"]
    if not positionals:
        return []
    if place >= len(positionals):
        if positionals[-1].kind not in ("words", "any_words"):
            return []
        place = len(positionals) - 1
    return _values(positionals[place], engine)


def _values(argument: Argument, engine: Any) -> List[str]:
    if argument.choices:
        return list(argument.choices)
    source = _NAMES.get(argument.complete)
    if source is None or engine is None:
        return []
    try:
        return source(engine)
    except Failure:
        return []
