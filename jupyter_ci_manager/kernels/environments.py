"""Finding the environments of this machine, and telling what each is.

Nothing here starts a program: records and folders tell everything, in milliseconds.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..config import Settings
from ..errors import InvalidValue, NotFound
from ..sentences import say
from . import frozen
from .engines import bookkeeping
from .engines.conda_config import CondaConfig
from .engines.conda_programs import find_conda
from .engines.condarc import read_condarc
from .installed import RECORD
from .models import Environment
from .protection import Policy

#: Where Azure's images have their environments, whatever conda's configuration says.
_AZURE_ENVS = Path("/anaconda/envs")
#: Packages that give an environment its language, by what their record's name begins with.
_LANGUAGES = (("python", "python"), ("R", "r-base"), ("julia", "julia"))


def current_condarc(settings: Settings) -> CondaConfig:
    """Read the user's conda configuration, with what the base environment of a conda adds."""
    conda = find_conda(settings)
    return read_condarc(root_prefix=conda.root_prefix if conda else None)


def list_environments(
    settings: Settings, *, kernels: Mapping[str, Path] | None = None
) -> list[Environment]:
    """List the environments that this user has, by name.

    They come from conda's ``envs_dirs``, conda's list of environments, ``/anaconda/envs``, the
    base environment, and the prefixes of known kernel specs.

    Parameters
    ----------
    kernels:
        Prefix by kernel spec's name; what is named there is searched as well, and every
        environment tells the names of its kernels.
    """
    from .snapshot_state import tell
    from .snapshots import Snapshots

    condarc = current_condarc(settings)
    policy = Policy(settings)
    snapshots = Snapshots(settings)
    names = _kernel_names(kernels or {})
    found: dict[Path, Environment] = {}
    for prefix in _candidates(settings, condarc, kernels or {}):
        real = Path(os.path.realpath(prefix))
        if real in found:
            continue
        environment = read_environment(prefix, settings, condarc)
        if environment is None:
            continue
        environment.kernels = names.get(real, [])
        environment.protection_reason = policy.describe(prefix) or ""
        environment.is_protected = bool(environment.protection_reason)
        environment.can_unprotect = policy.may_unprotect(prefix)
        environment.is_frozen = frozen.reason(prefix) is not None
        found[real] = environment
    kept = set(snapshots.known())
    for prefix in kept | {real for real, e in found.items() if e.is_protected}:
        status = snapshots.status(prefix)
        if prefix not in found and not status.can_restore:
            continue
        # What was lost is still listed: that is where it can be asked back.
        environment = found.setdefault(prefix, Environment(name=prefix.name, prefix=str(prefix)))
        environment.protection_reason = policy.describe(prefix) or ""
        environment.is_protected = bool(environment.protection_reason)
        tell(environment, status)
    return sorted(found.values(), key=lambda e: (not e.is_base, e.name.lower(), e.prefix))


def find_environment(
    name_or_prefix: str, settings: Settings, *, kernels: Mapping[str, Path] | None = None
) -> Environment:
    """Give one environment by its name or by its prefix, however that is spelled.

    Raises
    ------
    NotFound
        There is none.
    InvalidValue
        Several have that name; the message names their prefixes.
    """
    everything = list_environments(settings, kernels=kernels)
    if os.sep in name_or_prefix or (os.altsep and os.altsep in name_or_prefix):
        real = os.path.realpath(Path(name_or_prefix).expanduser())
        matches = [e for e in everything if os.path.realpath(e.prefix) == real]
    else:
        matches = [e for e in everything if e.name == name_or_prefix]
    if not matches:
        raise NotFound(
            say("There is no environment {name!r}.", name=name_or_prefix[:200]),
            hint=say("List the environments to see which there are."),
            code="environment_not_found",
        )
    if len(matches) > 1:
        raise InvalidValue(
            say(
                "Several environments are named {name!r}: {prefixes}",
                name=name_or_prefix,
                prefixes=", ".join(e.prefix for e in matches),
            ),
            hint=say("Name the one that is meant by its prefix."),
            code="ambiguous_name",
            field="environment",
        )
    return matches[0]


def environment_name(prefix: Path, condarc: CondaConfig) -> str:
    """Give the name that conda knows an environment by; ``base`` for the base environment."""
    if condarc.root_prefix is not None and _same(prefix, condarc.root_prefix):
        return "base"
    return prefix.name


def read_environment(prefix: Path, settings: Settings, condarc: CondaConfig) -> Environment | None:
    """Read what a listing tells of one environment; ``None`` when ``prefix`` is none."""
    meta = prefix / "conda-meta"
    try:
        entries = {entry.name for entry in os.scandir(meta)}
    except OSError:
        return None
    records = [entry for entry in entries if entry.endswith(".json")]
    language, version = _language(records)
    name = environment_name(prefix, condarc)
    environment = Environment(
        name=name,
        prefix=str(prefix),
        language=language,
        version=version,
        package_count=len(records),
        is_base=name == "base",
        created_by_us=bookkeeping.MARK in entries,
    )
    environment.broken_reason = _broken(prefix, language, entries)
    environment.is_broken = bool(environment.broken_reason)
    return environment


def measure(prefix: Path) -> int:
    """Give the bytes that an environment takes on the disk; every file counts once.

    Files that are linked from the package cache count too: they would stay if the cache went.
    """
    total, seen = 0, set()
    for folder, _, names in os.walk(prefix):
        for name in names:
            try:
                found = os.lstat(f"{folder}{os.sep}{name}")
            except OSError:
                continue
            if found.st_nlink > 1:
                if found.st_ino in seen:
                    continue
                seen.add(found.st_ino)
            total += getattr(found, "st_blocks", -(-found.st_size // 512)) * 512
    return total


def _candidates(
    settings: Settings, condarc: CondaConfig, kernels: Mapping[str, Path]
) -> Iterable[Path]:
    if condarc.root_prefix is not None:
        yield condarc.root_prefix
    folders = [Path(settings.envs_dir).expanduser()] if settings.envs_dir else []
    folders += [*condarc.envs_dirs, _AZURE_ENVS]
    for folder in dict.fromkeys(folders):
        try:
            with os.scandir(folder) as entries:
                names = sorted(e.name for e in entries if not e.name.startswith("."))
        except OSError:
            continue
        yield from (folder / name for name in names)
    yield from bookkeeping.known_environments()
    yield from kernels.values()


def _kernel_names(kernels: Mapping[str, Path]) -> dict[Path, list[str]]:
    names: dict[Path, list[str]] = {}
    for name, prefix in sorted(kernels.items()):
        names.setdefault(Path(os.path.realpath(prefix)), []).append(name)
    return names


def _language(records: list[str]) -> tuple[str | None, str | None]:
    found = {m["name"]: m["version"] for r in records if (m := RECORD.fullmatch(r[:-5]))}
    for language, package in _LANGUAGES:
        if package in found:
            return language, found[package]
    return None, None


def _broken(prefix: Path, language: str | None, entries: set[str]) -> str:
    if "history" not in entries:
        return say("conda has no history of it: it was not made to the end.")
    if bookkeeping.MARK in entries:
        try:
            if (prefix / "conda-meta" / bookkeeping.MARK).read_text() == bookkeeping.BEGUN:
                return say(
                    "It was not made to the end: making it was interrupted, or still goes on."
                )
        except OSError:
            pass
    program = "python.exe" if sys.platform == "win32" else "bin/python"
    if language == "python" and not (prefix / program).exists():
        return say("Its Python is gone.")
    if language == "R" and not (prefix / "bin" / "R").exists() and sys.platform != "win32":
        return say("Its R is gone.")
    return ""


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
