"""Copying a tree of files by hard links, with a manifest that can prove the files later.

A link costs no room and survives that its other name is removed, renamed or replaced; only what
is written in place shows through. Files that are written in place as a matter of course are
copied.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_COPIED = ("conda-meta", "etc")
_NO_LINK = (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EACCES)
#: ``FICLONE`` of ``linux/fs.h``: a copy that shares its blocks until one side writes.
_FICLONE = 0x40049409


class LinksNotPossible(OSError):
    """Neither links nor shared copies are possible between the two places."""


@dataclass(frozen=True)
class Entry:
    """One file or symbolic link: ``target`` for a link, else ``size``, ``sha256`` and ``mode``."""

    path: str
    size: int = 0
    sha256: str = ""
    mode: int = 0
    target: str | None = None


def link_tree(
    source: Path,
    target: Path,
    *,
    pause: Callable[[], None] = lambda: None,
    copied: Callable[[str], bool] | None = None,
) -> int:
    """Make ``target`` a linked copy of ``source`` and give the number of files.

    Parameters
    ----------
    pause:
        Called for every folder; what it raises ends the work.
    copied:
        Whether a file (by its path in the tree) is copied and not linked.

    Raises
    ------
    LinksNotPossible
        The file system, or who owns the files, does not allow it.
    """
    copied = copied or is_copied
    count = 0
    for folder, names in _walk(source):
        pause()
        inner = os.path.relpath(folder, source)
        place = target if inner == "." else target / inner
        place.mkdir(parents=True, exist_ok=True)
        for name in names:
            path = name if inner == "." else f"{inner}/{name}"
            _put(f"{folder}/{name}", f"{place}/{name}", copy=copied(path))
            count += 1
        place.chmod(stat.S_IMODE(os.stat(folder).st_mode) | stat.S_IRWXU)
    return count


def is_copied(path: str) -> bool:
    """Whether files of this path are written in place as a matter of course."""
    return path.partition("/")[0] in _COPIED or path.endswith(".pth")


def manifest(
    root: Path, known: dict[str, tuple[int, str]], pause: Callable[[], None]
) -> list[Entry]:
    """List everything in a tree with its hash.

    Parameters
    ----------
    known:
        Size and SHA-256 of files whose content is known from elsewhere: those whose size agrees
        are not read.
    """
    entries = []
    for folder, names in _walk(root):
        pause()
        inner = os.path.relpath(folder, root)
        for name in names:
            path = name if inner == "." else f"{inner}/{name}"
            entries.append(_entry(f"{folder}/{name}", path, known.get(path)))
    return entries


def altered(root: Path, entries: list[Entry], pause: Callable[[], None]) -> list[str]:
    """Give the paths whose content is not what the manifest says, or which are gone."""
    wrong = []
    for number, entry in enumerate(entries):
        if number % 200 == 0:
            pause()
        try:
            now = _entry(f"{root}/{entry.path}", entry.path, None)
        except OSError:
            wrong.append(entry.path)
            continue
        if (now.target, now.size, now.sha256) != (entry.target, entry.size, entry.sha256):
            wrong.append(entry.path)
    return wrong


def dump(entries: list[Entry]) -> str:
    """Give a manifest as text."""
    rows = [[e.path, e.size, e.sha256, e.mode, e.target] for e in entries]
    return json.dumps(rows, separators=(",", ":"))


def load(text: str) -> list[Entry]:
    """Read what :func:`dump` has given.

    Raises
    ------
    ValueError
        It is something else.
    """
    try:
        return [Entry(*row) for row in json.loads(text)]
    except TypeError as error:
        raise ValueError(str(error)) from error


def _walk(root: Path) -> Iterator[tuple[str, list[str]]]:
    for folder, folders, names in os.walk(root):
        links = [name for name in folders if os.path.islink(f"{folder}/{name}")]
        yield folder, sorted([*names, *links])


def _entry(file: str, path: str, known: tuple[int, str] | None) -> Entry:
    found = os.lstat(file)
    if stat.S_ISLNK(found.st_mode):
        return Entry(path, target=os.readlink(file))
    if not stat.S_ISREG(found.st_mode):
        return Entry(path, mode=found.st_mode)
    digest = known[1] if known is not None and known[0] == found.st_size else _sha256(file)
    return Entry(path, found.st_size, digest, stat.S_IMODE(found.st_mode))


def _sha256(file: str) -> str:
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _put(source: str, target: str, *, copy: bool) -> None:
    mode = os.lstat(source).st_mode
    if stat.S_ISLNK(mode):
        os.symlink(os.readlink(source), target)
    elif not stat.S_ISREG(mode):
        return
    elif copy:
        shutil.copy2(source, target)
    else:
        try:
            os.link(source, target)
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
            _clone(source, target, error)


def _clone(source: str, target: str, reason: OSError) -> None:
    try:
        import fcntl

        with open(source, "rb") as original, open(target, "wb") as copy:
            fcntl.ioctl(copy.fileno(), _FICLONE, original.fileno())
        shutil.copystat(source, target)
    except (OSError, ImportError) as error:
        raise LinksNotPossible(reason.errno or errno.EPERM, "links are not possible") from error
