"""Telling environments and names apart, however they are spelled."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from ..errors import InvalidValue

#: Letters of other alphabets that look like the Latin ones in the protected names.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁɡһοаερυνκιτｍʟ", "aeopcyxijsdghoaepuvkitml")


def spellings(given: str | os.PathLike[str]) -> list[Path]:
    """Give the real paths that ``given`` may mean: as it stands, and with variables expanded."""
    text = os.fspath(given)
    if not text or "\0" in text:
        raise InvalidValue(
            f"{text[:80]!r} cannot be the path of an environment.",
            hint="Name the environment by its name or by its prefix.",
            code="invalid_prefix",
            field="environment",
        )
    normal = unicodedata.normalize("NFKC", text)
    meant = {text, normal, str(Path(os.path.expandvars(text)).expanduser())}
    return [Path(os.path.realpath(spelling)) for spelling in sorted(meant)]


def is_beside(root: Path, path: Path) -> bool:
    """Whether ``path`` lies in ``root`` as an environment of its own, or is no part of it."""
    first = path.relative_to(root).parts
    return len(first) >= 2 and first[0] in ("envs", "pkgs")


def identity(path: Path) -> tuple[int, int] | None:
    """Give device and inode, which are the same by every path; ``None`` when it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def identities(paths: Iterable[Path]) -> set[tuple[int, int]]:
    """Give device and inode of those paths that exist."""
    return {found for path in paths if (found := identity(path)) is not None}


def fold(name: str) -> str:
    """Give a name as people would read it: one form for other case and look-alike characters."""
    plain = unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKES)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Mn")).casefold()
