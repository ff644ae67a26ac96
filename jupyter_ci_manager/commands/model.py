"""The shape of the catalogue: commands, their arguments and their examples."""

from typing import Any, NamedTuple, Tuple


class Argument(NamedTuple):
    """One argument of a command.

    ``kind`` is one of ``text``, ``flag``, ``number``, ``many`` (an option that may be repeated),
    ``optional`` (a positional that may be missing), ``words`` (one or more), ``any_words``
    (any number) and ``rest`` (what follows ``--``). ``complete`` names what the argument's
    values come from: ``instances``, ``sizes``, ``environments``, ``kernels``, ``jobs`` or ``files``.
    """

    flags: Tuple[str, ...]
    help: str
    kind: str = "text"
    metavar: str = ""
    choices: Tuple[str, ...] = ()
    default: Any = None
    complete: str = ""

    @property
    def name(self) -> str:
        """Give the name under which a parsed value is found."""
        longest = max(self.flags, key=len)
        return longest.lstrip("-").replace("-", "_")

    @property
    def is_positional(self) -> bool:
        """Tell whether the argument is given by its place."""
        return not self.flags[0].startswith("-")


class Example(NamedTuple):
    """One line that works, and what it does. ``line`` begins after ``jupyter ci``."""

    line: str
    what: str


class Command(NamedTuple):
    """One command. ``faces`` says where it can be given: ``terminal``, ``cell`` or both."""

    path: Tuple[str, ...]
    summary: str
    arguments: Tuple[Argument, ...] = ()
    examples: Tuple[Example, ...] = ()
    details: str = ""
    faces: Tuple[str, ...] = ("terminal", "cell")

    @property
    def title(self) -> str:
        """Give the command's words, such as ``kernel create``."""
        return " ".join(self.path)
