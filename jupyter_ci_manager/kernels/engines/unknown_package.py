"""Saying that no channel has a package of that name, and which names are nearly that."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ...errors import Unsolvable
from ...sentences import say
from .base import Report
from .rattler_network import client, with_gateway
from .rattler_progress import run
from .rattler_search import names_of
from .rattler_solve import Asked
from .secrets import hide_credentials, strip_credentials

#: How many names are proposed, and how like they must be.
_NEAR, _ALIKE = 3, 0.7


def check_names(asked: Asked, channels: tuple[str, ...], said: str, report: Report) -> None:
    """See that every package that was asked for by name exists, once no set of them fits.

    Parameters
    ----------
    asked:
        The request that no set of packages fits.
    channels:
        Where was looked, as the user calls them; empty means the user's own configuration.
    said:
        What the solver said.

    Raises
    ------
    Unsolvable
        A package exists nowhere; the code is ``package_not_found``.
    """
    if not asked.specs:
        return
    network = client(asked.condarc)
    found = with_gateway(
        asked.condarc, asked.cache, network, lambda indexes: names_of(list(asked.urls), indexes)
    )
    known = run(found, report.check_cancelled)
    there = {record.name.normalized for record in asked.installed}
    missing = [spec.name for spec in asked.specs if spec.name not in known | there]
    if missing:
        named = [strip_credentials(one) for one in asked.condarc.names_in_force(channels)]
        raise _unknown_package(missing, named, known, {"log": hide_credentials(said)})


def _unknown_package(
    names: Sequence[str], channels: Sequence[str], known: Iterable[str], details: dict[str, str]
) -> Unsolvable:
    near = difflib.get_close_matches(names[0].lower(), list(known), n=_NEAR, cutoff=_ALIKE)
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
