"""From the command line to an answer on standard output, or a refusal on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from ..commands.answer import Answer, one_line
from ..commands.catalogue import GROUPS, find
from ..commands.context import Action, Context
from ..commands.failure import Failure, UsageFailure
from ..commands.model import Argument, Command
from ..commands.parsing import asks_for_help, parse, resolve
from . import exit_codes
from .terminal import Terminal

PREFIX = "jupyter ci"

#: What the terminal adds to every command.
COMMON = (
    Argument(("--json",), "Give the answer as JSON, in the shape of the REST API.", "flag"),
    Argument(("--workspace-id",), "Use this workspace: SUBSCRIPTION/GROUP/NAME.", metavar="ID"),
    Argument(("--backend",), "Talk to Azure, or to an emulator.", choices=("azure", "emulator")),
    Argument(("--endpoint",), "Address of a running emulator.", metavar="URL"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``jupyter ci``; gives the process's exit code (see ``exit_codes``)."""
    words = list(sys.argv[1:] if argv is None else argv)
    wants_json = "--json" in words
    terminal = Terminal()
    try:
        return _run(words, terminal)
    except Failure as failure:
        terminal.progress_ends()
        _say_failure(failure, wants_json)
        return exit_codes.exit_code(failure)
    except KeyboardInterrupt:
        terminal.progress_ends()
        sys.stderr.write("Interrupted; what runs by itself goes on.\n")
        return exit_codes.INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone; Python must not complain about it at exit.
        sys.stdout = None
        return exit_codes.OK
    except Exception as error:
        terminal.progress_ends()
        if os.environ.get("CI_MANAGER_TRACEBACK"):
            raise
        sys.stderr.write(
            f"This should not have happened: {type(error).__name__}: {one_line(str(error))}. "
            "With CI_MANAGER_TRACEBACK=1 you see where.\n"
        )
        return exit_codes.FAILED


def _run(words: list[str], terminal: Terminal) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        return _help(words[1:])
    if words[0] == "--version":
        from .. import __version__

        _print(__version__)
        return exit_codes.OK
    if words[0] == "--reference":
        from ..commands.help import reference

        sys.stdout.write(reference())
        return exit_codes.OK
    if words[0] == "--complete":
        from .completion import complete

        _print("\n".join(complete(words[1:], engine_for)))
        return exit_codes.OK
    if asks_for_help(words):
        return _help(words)
    command = resolve(words, "terminal", PREFIX)
    values = parse(command, words[len(command.path) :], PREFIX, COMMON)
    engine = engine_for(values)
    try:
        answer = action_of(command)(Context(engine, terminal, values))
    finally:
        engine.close()
    terminal.progress_ends()
    _print(_shown(answer, values["json"]))
    return answer.exit_code


def engine_for(values: dict[str, Any]) -> Any:
    """Give the engine, with the settings that the line asks for."""
    from ..commands.direct import DirectEngine
    from .settings import settings_for

    return DirectEngine(lambda: settings_for(values))


def action_of(command: Command) -> Action:
    """Give what carries a command out in a terminal."""
    from .programs import PROGRAMS

    if command.path in PROGRAMS:
        return PROGRAMS[command.path]
    from ..commands.actions import ACTIONS

    return ACTIONS[command.path]


def _help(words: list[str]) -> int:
    from ..commands.help import command_help, group_help, overview

    plain = [word for word in words if not word.startswith("-")]
    command = find(plain, "terminal")
    if plain and plain[0] in GROUPS and (command is None or len(plain) == 1):
        _print(group_help(plain[0], "terminal", PREFIX))
    elif command is not None:
        _print(command_help(command, PREFIX, COMMON))
    elif plain:
        resolve(plain, "terminal", PREFIX)
    else:
        _print(overview("terminal", PREFIX))
    return exit_codes.OK


def _shown(answer: Answer, as_json: bool) -> str:
    return json.dumps(answer.value, ensure_ascii=False, indent=2) if as_json else answer.text()


def _print(text: str) -> None:
    if not text:
        return
    try:
        sys.stdout.write(text + "\n")
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()


def _say_failure(failure: Failure, as_json: bool) -> None:
    if as_json and not isinstance(failure, UsageFailure):
        _print(json.dumps({"error": failure.to_dict()}, ensure_ascii=False, indent=2))
    sys.stderr.write(f"{one_line(failure.line_in(PREFIX))}\n")
    log = failure.details.get("log")
    for line in log if isinstance(log, list) else []:
        sys.stderr.write(f"  {one_line(str(line))}\n")
