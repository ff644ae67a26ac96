"""Help and reference, written from the catalogue."""

from typing import List, Sequence

from .catalogue import COMMANDS, GROUPS, commands_of
from .model import Argument, Command


def usage(command: Command, prefix: str) -> str:
    """Give the usage line of a command."""
    words = [prefix, command.title]
    options = [a for a in command.arguments if not a.is_positional]
    if options:
        words.append("[options]")
    words.extend(_shape(a) for a in command.arguments if a.is_positional)
    return " ".join(words)


def command_help(command: Command, prefix: str, common: Sequence[Argument] = ()) -> str:
    """Give the whole help of one command as plain text."""
    lines = [command.summary, "", "  " + usage(command, prefix), ""]
    if command.details:
        lines += [*_wrap(command.details), ""]
    arguments = tuple(command.arguments) + tuple(common)
    if arguments:
        lines += [*_columns([(_shown(a), _explained(a)) for a in arguments]), ""]
    if command.examples:
        lines.append("Examples")
        for example in command.examples:
            lines.append(f"  {prefix} {example.line}")
            lines.append(f"      {example.what}")
    return "\n".join(lines).rstrip()


def overview(face: str, prefix: str) -> str:
    """Give the list of all commands of a face as plain text."""
    lines = [
        "Azure Machine Learning compute instances and conda kernels.",
        "",
        f"  {prefix} COMMAND [options]",
        "",
    ]
    commands = commands_of(face)
    lines += _columns([(c.title, c.summary) for c in commands])
    lines += ["", f"`{prefix} COMMAND --help` tells all about one."]
    return "\n".join(lines)


def group_help(group: str, face: str, prefix: str) -> str:
    """Give the list of the commands of a group as plain text."""
    commands = [c for c in commands_of(face) if c.path[0] == group]
    lines = [f"{prefix} {group}: {GROUPS[group]}.", ""]
    return "\n".join(lines + _columns([(c.title, c.summary) for c in commands]))


def reference() -> str:
    """Give the reference of all commands in Markdown: ``docs/commands.md``."""
    lines = [
        "# Commands",
        "",
        "Written from the catalogue in `jupyter_ci_manager/commands/` by `jupyter ci --reference`;",
        "every example below is run by the tests.",
        "",
        "What stands here after `jupyter ci` is said in a notebook after `%ci`; `%ci_kernel` is short",
        "for `%ci kernel` and `%ci env`. Every command takes `--json`.",
    ]
    for command in COMMANDS:
        prefix = "jupyter ci" if "terminal" in command.faces else "%ci"
        lines += ["", f"## {command.title}", "", command.summary]
        if command.details:
            lines += ["", command.details]
        if "cell" not in command.faces:
            lines += ["", "Only in a terminal."]
        lines += ["", "```", usage(command, prefix), "```"]
        if command.arguments:
            lines += ["", "| argument | meaning |", "|---|---|"]
            for argument in command.arguments:
                shown = _shown(argument).replace("|", "\\|")
                lines.append(f"| `{shown}` | {_explained(argument)} |")
        if command.examples:
            lines += ["", "```sh"]
            for example in command.examples:
                lines.append(f"# {example.what}")
                lines.append(f"{prefix} {example.line}")
            lines.append("```")
    return "\n".join(lines) + "\n"


def _shape(argument: Argument) -> str:
    word = argument.metavar or argument.name.upper()
    if argument.choices:
        word = "{" + ",".join(argument.choices) + "}"
    if argument.kind == "optional":
        return f"[{word}]"
    if argument.kind == "words":
        return word + "..."
    if argument.kind == "any_words":
        return f"[{word}...]"
    if argument.kind == "rest":
        return f"[-- {word}...]"
    return word


def _shown(argument: Argument) -> str:
    if argument.is_positional:
        return argument.metavar or argument.name.upper()
    flags = ", ".join(argument.flags)
    if argument.kind == "flag":
        return flags
    value = argument.metavar or argument.name.upper()
    if argument.choices:
        value = "{" + ",".join(argument.choices) + "}"
    return flags + " " + value


def _explained(argument: Argument) -> str:
    text = argument.help
    if argument.is_positional and argument.choices:
        text += " One of: {}.".format(", ".join(argument.choices))
    if argument.default is not None and argument.kind != "flag":
        default = argument.default
        if isinstance(default, float):
            default = f"{default:g}"
        text += f" Default: {default}."
    return text


def _columns(pairs: Sequence[Sequence[str]]) -> List[str]:
    wide = min(30, max(len(pair[0]) for pair in pairs))
    lines = []
    for left, right in pairs:
        wrapped = _wrap(right, 96 - wide) or [""]
        if len(left) > wide:
            lines.append("  " + left)
            left = ""
        lines.append("  " + left.ljust(wide) + "  " + wrapped[0])
        lines.extend(" " * (wide + 4) + more for more in wrapped[1:])
    return [line.rstrip() for line in lines]


def _wrap(text: str, columns: int = 92) -> List[str]:
    import textwrap

    return textwrap.wrap(text, columns)
