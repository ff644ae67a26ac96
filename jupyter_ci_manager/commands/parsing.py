"""From words to a command with its values, or a refusal that names what is wrong.

Only the parser of the command that was named is built, so that a start costs nothing more.
"""

import argparse
import math
import shlex
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple

from .catalogue import GROUPS, find, nearest, nearest_command, words_after
from .failure import UsageFailure
from .model import Argument, Command


class _Parser(argparse.ArgumentParser):
    """argparse's parser, that raises our refusal and never ends the process."""

    words = ""

    def error(self, message: str) -> NoReturn:
        raise UsageFailure(f"{self.words}: {message}.", hint=f"See `{self.words} --help`.")


def split_line(line: str) -> List[str]:
    """Split a line into words as a shell would; nothing is run or expanded.

    Raises
    ------
    UsageFailure
        When a quotation mark is not closed.
    """
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageFailure(
            "A quotation mark is not closed.", hint="Put names with spaces in quotes: 'a name'."
        ) from None


def asks_for_help(words: Sequence[str]) -> bool:
    """Tell whether help is asked for anywhere before ``--``."""
    before = list(words[: words.index("--")]) if "--" in words else list(words)
    return "--help" in before or "-h" in before


def resolve(words: Sequence[str], face: str, prefix: str) -> Command:
    """Find the command that ``words`` begin with.

    Parameters
    ----------
    words:
        The line after ``prefix``.
    face:
        ``terminal`` or ``cell``.
    prefix:
        What stands before the line, for messages: ``jupyter ci`` or ``%ci``.

    Raises
    ------
    UsageFailure
        When there is no such command; the nearest one is suggested.
    """
    command = find(words, face)
    is_group = command is not None and len(command.path) == 1 and command.path[0] in GROUPS
    if command is not None and not (is_group and words[1:] and not words[1].startswith("-")):
        return command
    group = [words[0]] if words and words[0] in GROUPS else []
    said = words[len(group) :]
    choices = words_after(group, face)
    start = " ".join([prefix, *group])
    if not said:
        raise UsageFailure(
            f"{start}: a command is missing.", hint="One of: {}.".format(", ".join(choices))
        )
    near = nearest_command(said[0], choices)
    raise UsageFailure(
        f"{start}: there is no command '{said[0]}'.",
        hint=f"Did you mean `{start} {near}`?" if near else f"See `{prefix} --help`.",
    )


def parse(
    command: Command,
    words: Sequence[str],
    prefix: str,
    common: Tuple[Argument, ...] = (),
) -> Dict[str, Any]:
    """Read the values of a command's arguments.

    Parameters
    ----------
    command:
        The command, as :func:`resolve` gave it.
    words:
        What follows the command's own words.
    prefix:
        What stands before the line, for messages.
    common:
        Arguments that this face adds to every command.

    Raises
    ------
    UsageFailure
        When something is missing, surplus, unknown or of the wrong kind.
    """
    title = f"{prefix} {command.title}"
    arguments = command.arguments + common
    given = list(words)
    rest: List[str] = []
    takes_rest = [argument for argument in arguments if argument.kind == "rest"]
    if takes_rest and "--" in given:
        at = given.index("--")
        given, rest = given[:at], given[at + 1 :]
    _refuse_unknown_options(title, given, arguments)
    parser = _Parser(prog=title, add_help=False, allow_abbrev=False)
    parser.words = title
    for argument in arguments:
        if argument.kind != "rest":
            _add(parser, argument)
    values, surplus = parser.parse_known_args(given)
    if surplus:
        _refuse(title, surplus[0], arguments)
    out = dict(vars(values))
    for argument in takes_rest:
        out[argument.name] = rest
    for one, other in (("wait", "no_wait"), ("on", "off"), ("idle", "no_idle")):
        if out.get(one) and out.get(other):
            raise UsageFailure(
                "{}: --{} and --{} exclude each other.".format(
                    title, one.replace("_", "-"), other.replace("_", "-")
                ),
                hint="Give one of them.",
            )
    return out


def _add(parser: argparse.ArgumentParser, argument: Argument) -> None:
    options: Dict[str, Any] = {"help": argument.help}
    if argument.kind == "flag":
        options["action"] = "store_true"
    else:
        options["default"] = argument.default
        if argument.metavar:
            options["metavar"] = argument.metavar
        if argument.choices:
            options["choices"] = argument.choices
    if argument.kind == "number":
        options["type"] = _number
    elif argument.kind == "many":
        options.update(action="append", default=[])
    elif argument.kind == "optional":
        options["nargs"] = "?"
    elif argument.kind == "words":
        options["nargs"] = "+"
    elif argument.kind == "any_words":
        options.update(nargs="*", default=None)
    if not argument.is_positional:
        options["dest"] = argument.name
    parser.add_argument(*argument.flags, **options)


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


_number.__name__ = "number"


def _refuse_unknown_options(
    title: str, words: Sequence[str], arguments: Sequence[Argument]
) -> None:
    """Refuse an option that is none before argparse complains of what it left missing."""
    options = {flag: argument for argument in arguments for flag in argument.flags}
    takes_value = False
    for word in words:
        if word == "--":
            return
        name = word.split("=")[0]
        if not takes_value and name.startswith("--") and name not in options:
            _refuse(title, word, arguments)
        known = options.get(word)
        takes_value = not takes_value and known is not None and known.kind != "flag"


def _refuse(title: str, word: str, arguments: Sequence[Argument]) -> None:
    flags = [flag for argument in arguments for flag in argument.flags if flag.startswith("--")]
    name = word.split("=")[0]
    near: Optional[str] = nearest(name, flags) if name.startswith("-") else None
    raise UsageFailure(
        "{}: {} '{}'.".format(
            title, "there is no option" if name.startswith("-") else "too much was given:", name
        ),
        hint=f"Did you mean {near}?" if near else f"See `{title} --help`.",
    )
