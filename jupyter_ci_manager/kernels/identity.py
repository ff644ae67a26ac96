"""Telling environments and names apart, however they are spelled."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidValue
from ..sentences import say

#: Device and inode: the same by every path.
Identity = tuple[int, int]
#: Letters of other alphabets that look like the Latin ones in the protected names.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁɡһοаερυνκιτｍʟ", "aeopcyxijsdghoaepuvkitml")
#: At the top of conda's base: other environments, packages, and what is built.
_NOT_BASE = frozenset({"envs", "pkgs", "conda-bld", ".jupyter-ci-manager"})
_MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True)
class Mount:
    """A mount: what is shown (a folder of a device) and where (see ``man 5 proc``)."""

    device: str
    root: str
    point: str


def spellings(given: str | os.PathLike[str], mounts: Sequence[Mount] | None = None) -> list[Path]:
    """Give the real paths that ``given`` may mean.

    As it stands, with compatible characters and with variables expanded; and for each the other
    paths by which bind mounts lead to the same place.

    Parameters
    ----------
    mounts:
        The mounts of this process, where they were read just now.

    Raises
    ------
    InvalidValue
        It cannot be a path.
    """
    text = os.fspath(given)
    if not text or "\0" in text:
        raise InvalidValue(
            say("{text!r} cannot be the path of an environment.", text=text[:80]),
            hint=say("Name the environment by its name or by its prefix."),
            code="invalid_prefix",
            field="environment",
        )
    normal = unicodedata.normalize("NFKC", text)
    meant = {text, normal, str(Path(os.path.expandvars(text)).expanduser())}
    real = sorted({Path(os.path.realpath(spelling)) for spelling in meant})
    seen = read_mounts() if mounts is None else mounts
    return list(dict.fromkeys([*real, *(a for path in real for a in _aliases(path, seen))]))


def is_beside(root: Path, path: Path) -> bool:
    """Whether ``path`` lies in ``root`` as an environment of its own, or is no part of it."""
    first = path.relative_to(root).parts
    return len(first) >= 2 and first[0] in ("envs", "pkgs")


def left_out(prefix: Path) -> frozenset[str]:
    """Give the names at the top of ``prefix`` that are no part of the environment itself."""
    return _NOT_BASE if is_folder(prefix / "condabin") else frozenset()


def identity(path: str | os.PathLike[str]) -> Identity | None:
    """Give device and inode, which are the same by every path; ``None`` when it is not there."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def is_folder(path: Path) -> bool:
    """Whether there is a folder that this user can see."""
    with suppress(OSError):
        return path.is_dir()
    return False


def is_plain_file(path: Path) -> bool:
    """Whether there is a file that this user can see."""
    with suppress(OSError):
        return path.is_file()
    return False


def identities(paths: Iterable[Path]) -> set[Identity]:
    """Give device and inode of those paths that exist."""
    return {found for path in paths if (found := identity(path)) is not None}


def fold(name: str) -> str:
    """Give a name as people would read it: one form for other case and look-alike characters."""
    plain = unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKES)
    return "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Mn")).casefold()


def read_mounts() -> list[Mount]:
    """Give the mounts that this process sees; none where the system does not tell."""
    mounts = []
    with suppress(OSError):
        for line in _MOUNTS.read_text("utf-8", errors="surrogateescape").splitlines():
            fields = line.split(" ", 5)
            if len(fields) == 6:
                mounts.append(Mount(fields[2], _plain(fields[3]), _plain(fields[4])))
    return mounts


def _plain(text: str) -> str:
    """Undo the kernel's octal notation of blanks and the like."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _aliases(path: Path, mounts: Sequence[Mount]) -> list[Path]:
    text = str(path)
    around = [mount for mount in mounts if _is_within(text, mount.point)]
    if not around:
        return []
    # Of several mounts on one point the last one is seen.
    here = max(reversed(around), key=lambda mount: len(mount.point))
    inner = _join(here.root, text[len(here.point.rstrip("/")) :])
    found = []
    for mount in mounts:
        if mount is here or mount.device != here.device or not _is_within(inner, mount.root):
            continue
        other = Path(_join(mount.point, inner[len(mount.root.rstrip("/")) :]))
        # Something else may be mounted over it.
        if other != path and identity(other) == identity(path):
            found.append(other)
    return found


def _is_within(text: str, folder: str) -> bool:
    return text == folder or text.startswith(folder.rstrip("/") + "/")


def _join(folder: str, rest: str) -> str:
    return folder.rstrip("/") + rest or "/"
