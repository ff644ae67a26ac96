"""Finding the conda, mamba or micromamba of this machine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ...config import Settings
from ...errors import CondaNotFound
from ...sentences import say

#: Where installers put conda, Azure's images first.
_WELL_KNOWN = (
    "/anaconda",
    "/opt/conda",
    "/opt/miniconda",
    "/opt/miniconda3",
    "/opt/miniforge3",
    "/opt/anaconda3",
    "~/miniconda3",
    "~/miniforge3",
    "~/mambaforge",
    "~/anaconda3",
    "~/micromamba",
)
_PROGRAMS = ("conda", "mamba", "micromamba")


@dataclass(frozen=True)
class CondaProgram:
    """An executable, what it is, and the base environment that it belongs to."""

    path: Path
    kind: str
    root_prefix: Path | None


def find_conda(settings: Settings) -> CondaProgram | None:
    """Find a conda: the settings' own, ``CONDA_EXE``, on ``PATH``, then where installers put it.

    Raises
    ------
    CondaNotFound
        The settings name one that is not there: that is never passed over in silence.
    """
    environ = os.environ
    return _find(
        settings.conda_executable,
        environ.get("CONDA_EXE", ""),
        environ.get("MAMBA_EXE", ""),
        environ.get("PATH", ""),
        environ.get("HOME", ""),
    )


def need_conda(settings: Settings) -> CondaProgram:
    """Give the conda that :func:`find_conda` finds.

    Raises
    ------
    CondaNotFound
        There is none.
    """
    found = find_conda(settings)
    if found is None:
        raise CondaNotFound(
            say("The engine conda is chosen, but no conda, mamba or micromamba was found."),
            hint=say(
                "Name it in the settings (conda_executable), or choose the engine rattler, "
                "which needs none."
            ),
        )
    return found


@lru_cache(maxsize=8)
def _find(named: str, conda_exe: str, mamba_exe: str, path: str, home: str) -> CondaProgram | None:
    if named:
        chosen = shutil.which(Path(named).expanduser(), path=path)
        if chosen is None:
            raise CondaNotFound(
                say(
                    "The conda of the settings, {named}, is not there or cannot be run.",
                    named=named,
                ),
                hint=say("Correct conda_executable, or leave it empty."),
            )
        return _describe(Path(chosen))
    for candidate in _candidates(conda_exe, mamba_exe, path, home):
        # A folder that may not be looked into holds no conda for this user.
        if os.access(candidate, os.X_OK) and candidate.is_file():
            return _describe(candidate)
    return None


def _candidates(conda_exe: str, mamba_exe: str, path: str, home: str) -> Iterator[Path]:
    yield from (Path(given) for given in (conda_exe, mamba_exe) if given)
    for name in _PROGRAMS:
        found = shutil.which(name, path=path)
        if found:
            yield Path(found)
    for place in _WELL_KNOWN:
        root = Path(place.replace("~", home, 1)) if home else Path(place).expanduser()
        for name in _PROGRAMS:
            if sys.platform == "win32":
                yield root / "Scripts" / f"{name}.exe"
            else:
                yield root / "bin" / name


def _describe(path: Path) -> CondaProgram:
    path = path.absolute()
    stem = path.name.lower().partition(".")[0]
    kind = next((name for name in reversed(_PROGRAMS) if stem.startswith(name)), "conda")
    if kind == "micromamba":
        root = os.environ.get("MAMBA_ROOT_PREFIX")
        return CondaProgram(path, kind, Path(root) if root else None)
    # bin/conda and condabin/conda, either of which may be a link from elsewhere.
    for place in (path, path.resolve()):
        root_prefix = place.parent.parent
        if (root_prefix / "conda-meta").is_dir():
            return CondaProgram(path, kind, root_prefix)
    return CondaProgram(path, kind, None)
