"""Which packages a protected environment must keep, and whether a change costs one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .installed import list_packages
from .package_records import installed_names

#: Packages without which a protected environment does not do what it is protected for: neither
#: removed nor replaced.
CORE_PACKAGES = r"python|ipykernel|jupyter.*|azureml(?:[-_.].*)?"
#: Packages that may be updated but not removed: base is conda's own home.
KEPT_PACKAGES = r"conda"

_CORE = re.compile(CORE_PACKAGES, re.IGNORECASE)
_KEPT = re.compile(KEPT_PACKAGES, re.IGNORECASE)


class Change(Protocol):
    """What a judgement needs to know of one package."""

    @property
    def name(self) -> str:
        """Name of the package."""

    @property
    def before(self) -> str | None:
        """Version that was there."""

    @property
    def after(self) -> str | None:
        """Version that will be there; ``None`` when it goes."""


@dataclass(frozen=True)
class Removal:
    """A package that goes, whatever its version is."""

    name: str
    before: str | None = None
    after: None = None


def costs(change: Change, prefix: Path) -> bool:
    """Whether a change takes away a package that must stay as it is."""
    goes = change.after is None
    if not (_CORE.fullmatch(change.name) or (goes and _KEPT.fullmatch(change.name))):
        return False
    if goes:
        return True
    before = change.before if change.before is not None else _present(change.name, prefix)
    return before is not None and before != change.after


def core_installed(prefix: Path) -> frozenset[str]:
    """Give name and version of the packages there that must stay, conda's and pip's.

    Only folders are listed; nothing is read.
    """
    names = installed_names(prefix)
    return frozenset(entry for entry, name in names.items() if _CORE.fullmatch(name))


def _present(name: str, prefix: Path) -> str | None:
    """Give the version of a package that is there, whoever installed it.

    What conda installs anew may be what pip has installed, and the other way round.
    """
    wanted = _normal(name)
    if not (prefix / "conda-meta").is_dir():
        return None
    return next((p.version for p in list_packages(prefix) if _normal(p.name) == wanted), None)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
