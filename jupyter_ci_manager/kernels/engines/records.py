"""Package records before and after: what a change of an environment comes to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidValue
from ...sentences import say
from .base import Action, PackageAction, SolveRequest
from .secrets import strip_credentials

if TYPE_CHECKING:
    from rattler import PrefixRecord, RepoDataRecord


def installed_records(prefix: Path | None) -> list[PrefixRecord]:
    """Read the records of what is installed; an environment that is not there has none."""
    from rattler import PrefixRecord

    if prefix is None or not (prefix / "conda-meta").is_dir():
        return []
    records = []
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            records.append(PrefixRecord.from_path(path))
        except Exception as error:
            raise InvalidValue(
                say(
                    "The record {path} of a package cannot be read, so the environment cannot be "
                    "changed safely.",
                    path=path,
                ),
                hint=say("Repair the environment, or make a new one."),
                code="broken_environment",
                details={"error": str(error)[:300]},
            ) from error
    return records


async def cached_names(records: Iterable[RepoDataRecord], cache: Path) -> set[str]:
    """Give the names of the packages that need not be downloaded."""
    from rattler import PackageCache

    index = await PackageCache(cache).index()
    return {r.name.normalized for r in records if index.contains_record(r)}


def python_spec(request: SolveRequest) -> list[str]:
    """Give the spec of the Python version that is asked for, if one is."""
    return [f"python={request.python}"] if request.python else []


def specs_to_solve(
    request: SolveRequest,
    asked: dict[str, str],
    before: dict[str, str],
    installed: list[PrefixRecord],
    moving: set[str],
    gone: set[str],
) -> list[str]:
    """Give the specs to solve for: what is asked for, and that nothing else gets lost."""
    wanted = dict(asked)
    if request.python and "python" not in wanted:
        wanted["python"] = f"python={request.python}"
    for record in installed:
        name = record.name.normalized
        if name in wanted or name in gone:
            continue
        if name == "python":
            # Another minor version would break what pip has installed; it must be asked for.
            minor = ".".join(str(record.version).split(".")[:2])
            wanted[name] = f"python={minor}"
        elif name in before and "://" not in before[name] and "::" not in before[name]:
            wanted[name] = name if name in moving else before[name]
        else:
            wanted[name] = name
    return list(wanted.values())


def pinned_specs(prefix: Path | None) -> list[str]:
    """Give what the environment itself pins (``conda-meta/pinned``)."""
    if prefix is None:
        return []
    try:
        lines = (prefix / "conda-meta" / "pinned").read_text("utf-8").splitlines()
    except OSError:
        return []
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def without(installed: list[PrefixRecord], names: set[str]) -> list[RepoDataRecord]:
    """Give what stays when ``names`` go, and with them all that need them."""
    absent = names - {r.name.normalized for r in installed}
    if absent:
        raise InvalidValue(
            say("Not installed: {absent}.", absent=", ".join(sorted(absent))),
            hint=say("List the environment's packages to see what is there."),
            code="package_not_installed",
            field="packages",
        )
    gone = set(names)
    while True:
        more = {
            r.name.normalized
            for r in installed
            if r.name.normalized not in gone and any(d.split()[0] in gone for d in r.depends)
        }
        if not more:
            return [r for r in installed if r.name.normalized not in gone]
        gone |= more


def package_actions(
    installed: list[PrefixRecord],
    wanted: list[RepoDataRecord],
    cached: set[str],
    repair: frozenset[str],
) -> list[PackageAction]:
    """Say what happens to each package."""
    before = {r.name.normalized: r for r in installed}
    after = {r.name.normalized: r for r in wanted}

    def action(record: Any, what: Action) -> PackageAction:
        name = record.name.normalized
        was = before.get(name)
        return PackageAction(
            name=name,
            version=str(record.version),
            build=str(record.build),
            channel=strip_credentials(str(record.channel or "")),
            action=what,
            size_bytes=record.size,
            before=_before(was, record, what) if was is not None else None,
            cached=name in cached,
        )

    actions = [action(record, "remove") for name, record in before.items() if name not in after]
    for name, record in after.items():
        was = before.get(name)
        if was is None:
            actions.append(action(record, "install"))
        elif _identity(was) != _identity(record):
            actions.append(action(record, "change"))
        elif name in repair:
            actions.append(action(record, "reinstall"))
    return actions


def _before(was: Any, record: Any, what: Action) -> str | None:
    version = str(was.version)
    if what == "remove":
        return None
    if what == "reinstall" or version != str(record.version):
        return version
    return f"{version} {was.build}"


def identities(records: Iterable[Any]) -> set[tuple[str, str, str, str]]:
    """Give what tells two states of an environment apart."""
    return {(record.name.normalized, *_identity(record)) for record in records}


def _identity(record: Any) -> tuple[str, str, str]:
    return str(record.version), str(record.build), str(record.subdir)
