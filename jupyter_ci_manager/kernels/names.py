"""What a new environment and its kernel may be called."""

from __future__ import annotations

import re

from ..errors import InvalidValue, NameTaken
from ..sentences import say

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_DISPLAY_NAME_LIMIT = 120
#: Names with a meaning of their own: conda's for its base, Jupyter's and R's for their default
#: kernels.
RESERVED = frozenset({"base", "root", "python3", "python2", "ir"})


def check_name(name: str, *, field: str = "name") -> str:
    """Give ``name`` if a new environment may have it.

    Parameters
    ----------
    name:
        What the user asked for.
    field:
        The request's field it stands in.

    Raises
    ------
    InvalidValue
        It breaks the rule: 1 to 64 letters, digits, dots, dashes and underlines of plain ASCII,
        none of dot and dash at the beginning.
    NameTaken
        It has a meaning of its own, such as ``base``.
    """
    if not _NAME.fullmatch(name):
        raise InvalidValue(
            say("{name!r} cannot be the name of an environment.", name=name[:80])
            if name
            else say("An environment needs a name."),
            hint=say(
                "Use 1 to 64 letters (a-z, A-Z), digits, '_', '.' and '-', "
                "beginning with a letter, a digit or '_'."
            ),
            code="invalid_name",
            field=field,
        )
    if name.lower() in RESERVED:
        raise NameTaken(
            say("The name {name!r} has a meaning of its own and cannot be used.", name=name),
            hint=say("Choose another name."),
            code="name_reserved",
            field=field,
        )
    return name


def kernel_name(name: str) -> str:
    """Give the kernel spec's name for an environment: Jupyter knows lower case only."""
    return name.lower()


def check_display_name(text: str, *, field: str = "display_name") -> str:
    """Give ``text`` if the launcher can show it as a kernel's name.

    Raises
    ------
    InvalidValue
        It is empty, longer than 120 characters, or holds what cannot be printed.
    """
    shown = text.strip()
    if not shown or len(shown) > _DISPLAY_NAME_LIMIT or not shown.isprintable():
        raise InvalidValue(
            say("The display name must have 1 to 120 printable characters."),
            code="invalid_display_name",
            field=field,
        )
    return shown
