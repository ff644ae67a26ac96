"""Saying that no channel has a package of that name, and which names are nearly that."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ...errors import Unsolvable
from ...sentences import say

#: How many names are proposed, and how like they must be.
_NEAR, _ALIKE = 3, 0.7


def unknown_package(
    names: Sequence[str], channels: Sequence[str], known: Iterable[str], details: dict[str, str]
) -> Unsolvable:
    """Give the refusal of packages that no channel has; ``field`` is ``packages``.

    Parameters
    ----------
    names:
        What nobody has, at least one.
    channels:
        Where was looked, as the user calls them.
    known:
        The names that the channels have; empty where they are not known.
    details:
        What the solver said.
    """
    there = list(known)
    near = difflib.get_close_matches(names[0].lower(), there, n=_NEAR, cutoff=_ALIKE)
    told = {"name": ", ".join(names), "channels": ", ".join(channels)}
    return Unsolvable(
        say("There is no package called {name} in the channel {channels}.", **told)
        if len(channels) == 1
        else say("There is no package called {name} in the channels {channels}.", **told),
        hint=say("Did you mean {near}?", near=", ".join(near))
        if near
        else say("Look at its spelling, or add a channel that has it."),
        code="package_not_found",
        field="packages",
        details={**details, "missing": list(names), "near": near},
    )
