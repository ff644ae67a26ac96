"""What rattler's solver is asked, so that it answers as conda would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from . import bookkeeping
from .anaconda_tokens import with_token
from .explicit import explicit_records
from .records import installed_records, pinned_specs, python_spec, specs_to_solve, without
from .spec_channels import placed, signed_like
from .specs import Spec, parse_specs

if TYPE_CHECKING:
    from rattler import Client, Gateway, PrefixRecord, RepoDataRecord

    from .base import SolveRequest
    from .conda_config import CondaConfig


@dataclass(frozen=True)
class Asked:
    """A request whose words have been understood.

    Parameters
    ----------
    request:
        What was asked for.
    urls:
        Addresses of the channels, tokens included, the first one counts most.
    specs, removed:
        Packages that shall be there, and that shall not.
    installed:
        Records of the environment as it is.
    condarc:
        conda's configuration.
    cache:
        Folder for what rattler wants to remember of this machine.
    tokens:
        By the address of a server, what is sent to it.
    """

    request: SolveRequest
    urls: Sequence[str]
    specs: Sequence[Spec]
    installed: list[PrefixRecord]
    condarc: CondaConfig
    cache: Path
    removed: Sequence[Spec] = ()
    tokens: Mapping[str, str] = field(default_factory=dict)


async def solved(
    asked: Asked, indexes: Gateway, network: Client
) -> tuple[list[RepoDataRecord], list[str]]:
    """Give all packages that the environment shall have, and what is newly asked for.

    Parameters
    ----------
    asked:
        The request.
    indexes:
        Reads the channels' indexes.
    network:
        Fetches packages that are named by their address.

    Raises
    ------
    rattler.exceptions.SolverError, rattler.exceptions.GatewayError
        There is no such environment, or a channel cannot be read.
    """
    request, installed = asked.request, asked.installed
    if request.clone is not None:
        return list(installed_records(request.clone)), list(
            bookkeeping.requested_specs(request.clone).values()
        )
    explicit = [*request.explicit, *(spec.text for spec in asked.specs if spec.url is not None)]
    explicit = [with_token(signed_like(url, asked.urls), asked.tokens) for url in explicit]
    given = await explicit_records(explicit, indexes, network) if explicit else []
    if request.explicit:
        return given, []
    gone = {spec.name for spec in asked.removed}
    if gone and not (asked.specs or request.update):
        return without(installed, gone), []
    before = bookkeeping.requested_specs(request.prefix) if request.prefix else {}
    named = _named(asked)
    moving = {r.name.normalized for r in installed} if "*" in request.update else set()
    moving |= {name.lower() for name in request.update}
    wanted = specs_to_solve(request, named, before, installed, moving, gone)
    kept = [r for r in installed if r.name.normalized not in moving]
    records = await _answer(asked, indexes, wanted, kept, given)
    if installed:
        return records, list(named.values())
    return records, [*named.values(), *python_spec(request)]


def _named(asked: Asked) -> dict[str, str]:
    """Give the specs that are asked for, by package, with those that a new environment gets."""
    # What is given by its address is pinned to that; the solver must want it, too.
    named = {spec.name: spec.text if spec.url is None else spec.name for spec in asked.specs}
    if bookkeeping.is_new(asked.request.prefix):
        # As `conda create` does; what is asked for itself comes first.
        for spec in parse_specs(asked.condarc.create_default_packages, asked.urls):
            named.setdefault(spec.name, spec.text)
    return named


async def _answer(
    asked: Asked,
    indexes: Gateway,
    wanted: Sequence[str],
    kept: list[PrefixRecord],
    given: list[RepoDataRecord],
) -> list[RepoDataRecord]:
    from rattler import ChannelPriority, MatchSpec, Subdir, VirtualPackage, solve

    request, condarc = asked.request, asked.condarc
    constraints = [*condarc.pinned_packages, *pinned_specs(request.prefix)]
    specs = await placed(wanted, asked.urls, condarc, indexes)
    priorities = {"strict": ChannelPriority.Strict, "disabled": ChannelPriority.Disabled}
    return await solve(
        sources=list(asked.urls),
        specs=[MatchSpec(text) for text in specs],
        gateway=indexes,
        platforms=[Subdir(request.platform), Subdir("noarch")] if request.platform else None,
        locked_packages=[*kept, *given],
        pinned_packages=given,
        virtual_packages=VirtualPackage.detect(cache_dir=asked.cache),
        channel_priority=priorities.get(condarc.channel_priority, ChannelPriority.Flexible),
        constraints=[MatchSpec(text) for text in constraints] or None,
        channel_relations="disabled",
        add_pip_as_python_dependency=condarc.add_pip_as_python_dependency,
    )
