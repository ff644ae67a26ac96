"""Copying a tree of files by hard links, with a manifest that can prove the files later.

A link costs no room and survives that its other name is removed, renamed or replaced; only what
is written in place shows through. Files that are written in place as a matter of course are
copied. Where a link is not permitted (the file belongs to somebody else) or not possible (another
file system), the file's blocks are shared by a reflink, which nothing shows through.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .tree_manifest import Entry, Known, entry_of

_COPIED = ("conda-meta", "etc")
_NO_LINK = (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EACCES)
#: ``FICLONE`` of ``linux/fs.h``: a copy that shares its blocks until one side writes.
_FICLONE = 0x40049409
#: Bytes that are copied where neither links nor reflinks are possible: a few stray files of
#: another owner must not keep the rest from being kept.
_COPY_LIMIT = 50_000_000

#: How a file came to a second name.
Way = Literal["link", "reflink", "copy"]


class LinksNotPossible(OSError):
    """Neither links nor reflinks are possible between the two places."""


@dataclass
class Laid:
    """What was laid down: the manifest, where it was wanted, and how many files in which way."""

    entries: list[Entry] = field(default_factory=list)
    files: int = 0
    ways: dict[Way, int] = field(default_factory=lambda: {"link": 0, "reflink": 0, "copy": 0})
    copied_bytes: int = 0


def link_tree(
    source: Path,
    target: Path,
    *,
    pause: Callable[[], None] = lambda: None,
    left_out: frozenset[str] = frozenset(),
    copied: Callable[[str], bool] | None = None,
    known: Known | None = None,
) -> Laid:
    """Make ``target`` a linked copy of ``source``.

    Parameters
    ----------
    pause:
        Called for every folder; what it raises ends the work.
    left_out:
        Names at the top of ``source`` that are no part of it.
    copied:
        Whether a file (by its path in the tree) is copied and not linked.
    known:
        Size and hash of files whose content is known from elsewhere. When it is given, a manifest
        is made on the way.

    Raises
    ------
    LinksNotPossible
        The file system, or who owns the files, does not allow it.
    """
    copied = copied or is_copied
    laid = Laid()
    for folder, inner, files in walk(source, left_out):
        pause()
        place = f"{target}/{inner}" if inner else str(target)
        os.makedirs(place, exist_ok=True)
        for entry in files:
            path = f"{inner}/{entry.name}" if inner else entry.name
            there = f"{place}/{entry.name}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), there)
            elif not entry.is_file(follow_symlinks=False):
                continue
            elif copied(path):
                shutil.copy2(entry.path, there)
            else:
                _put(entry, there, laid)
            laid.files += 1
            if known is not None:
                laid.entries.append(entry_of(entry, path, known.get(path)))
        os.chmod(place, stat.S_IMODE(os.stat(folder).st_mode) | stat.S_IRWXU)
    return laid


def is_copied(path: str) -> bool:
    """Whether files of this path are written in place as a matter of course."""
    return path.partition("/")[0] in _COPIED or path.endswith(".pth")


def way_between(file: Path, folder: Path) -> Way | None:
    """Say how ``file`` can be kept in ``folder``: tried, for no rule tells it beforehand.

    ``None``: neither a link nor a reflink is possible, so what loses the file loses it for good.
    """
    trial = folder / f".trial-{os.getpid()}"
    try:
        try:
            os.link(file, trial)
            return "link"
        except OSError as error:
            if error.errno not in _NO_LINK:
                raise
        reflink(str(file), str(trial))
        return "reflink"
    except OSError:
        return None
    finally:
        trial.unlink(missing_ok=True)


def reflink(source: str, target: str) -> None:
    """Make ``target`` a copy that shares its blocks with ``source``, with its times and mode.

    Raises
    ------
    OSError
        The file system has no reflinks, or it is another one; ``target`` is not there then.
    """
    try:
        import fcntl
    except ImportError as error:
        raise OSError(errno.ENOTSUP, "reflinks are not known here") from error
    try:
        with open(source, "rb") as original, open(target, "xb") as copy:
            fcntl.ioctl(copy.fileno(), _FICLONE, original.fileno())
        shutil.copystat(source, target)
    except FileExistsError:
        raise
    except OSError:
        if os.path.lexists(target):
            os.unlink(target)
        raise


def walk(
    root: Path, left_out: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, list[os.DirEntry[str]]]]:
    """Give every folder below ``root``: its path, its path in the tree, and what is no folder."""
    stack = [(str(root), "")]
    while stack:
        folder, inner = stack.pop()
        files = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if not inner and entry.name in left_out:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    stack.append((entry.path, f"{inner}/{entry.name}" if inner else entry.name))
                else:
                    files.append(entry)
        yield folder, inner, files


def _put(entry: os.DirEntry[str], target: str, laid: Laid) -> None:
    try:
        os.link(entry.path, target)
        laid.ways["link"] += 1
        return
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        reason = error
    try:
        reflink(entry.path, target)
        laid.ways["reflink"] += 1
        return
    except OSError:
        pass
    laid.copied_bytes += entry.stat(follow_symlinks=False).st_size
    if laid.copied_bytes > _COPY_LIMIT:
        raise LinksNotPossible(reason.errno, "links are not possible", entry.path) from reason
    try:
        shutil.copy2(entry.path, target)
    except PermissionError as error:
        raise LinksNotPossible(error.errno, "the file cannot be read", entry.path) from error
    laid.ways["copy"] += 1
