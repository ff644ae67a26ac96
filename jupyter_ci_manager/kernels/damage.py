"""What is missing or altered in an environment, by the packages that can bring it back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from . import health
from .installed import pip_packages
from .package_records import file_records, pip_records
from .tree_manifest import altered_files


@dataclass(frozen=True, kw_only=True)
class Damage:
    """Packages to lay down anew: conda's by name, pip's as requirements of the very version.

    ``altered`` are the files that are there and are not what their makers packed, ``compiled``
    those of them that Python writes anew by itself.
    """

    conda: list[str] = field(default_factory=list)
    pip: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    compiled: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.conda or self.pip or self.compiled)

    @property
    def words(self) -> str:
        """Name them all, for a log."""
        return ", ".join([*self.conda, *self.pip])


def find_damage(
    prefix: Path, look: Callable[[int, int], None] = lambda done, total: None
) -> Damage:
    """Read every file that a package's record tells of, and say what is not as it was packed.

    A hard link shares what happens to a file in the package cache, so an environment can be
    damaged by what befell that cache.

    Parameters
    ----------
    look:
        Hears how many of how many files have been read.
    """
    return damage_of(prefix, altered_files(prefix, look))


def damage_of(prefix: Path, altered: Collection[str]) -> Damage:
    """Say which packages are missing files, or have some of the ``altered`` ones."""
    records = list(file_records(prefix))
    # Modules of such a package were compiled where it was installed.
    packed = {
        file for record in records if record.noarch != "python" for file in record.files or ()
    }
    compiled = {
        file
        for file in altered
        if file.endswith(".pyc") and not (file in packed and _is_shared(prefix / file))
    }
    changed = set(altered) - compiled
    missing = health.missing_files(prefix)
    conda = {record.name: record.files or [] for record in records}
    of_conda = {file for files in conda.values() for file in files}
    versions = {p.name.lower().replace("_", "-"): p.version for p in pip_packages(prefix)}
    of_pip = {record.name: record.files or [] for record in pip_records(prefix)}
    return Damage(
        conda=sorted(
            name
            for name, files in conda.items()
            if not changed.isdisjoint(files) or not set(missing.get(name, ())).isdisjoint(files)
        ),
        pip=sorted(
            f"{name}=={versions[name]}"
            for name, files in of_pip.items()
            if name in versions
            and not (changed | set(missing.get(name, ()))).isdisjoint(set(files) - of_conda)
        ),
        altered=sorted(changed),
        compiled=sorted(compiled),
    )


def _is_shared(file: Path) -> bool:
    """Say whether a file is the package cache's too: Python writes another in place of such a one.

    So it was written in place, and every new environment would have it.
    """
    try:
        return file.lstat().st_nlink > 1
    except OSError:
        return False
