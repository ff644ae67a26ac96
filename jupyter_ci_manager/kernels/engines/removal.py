"""Removing an environment so that there is never half of one under its name."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ...errors import Conflict
from ...sentences import say
from ..identity import Identity
from . import bookkeeping
from .base import Report

_TRASH = ".removed-"


def remove_prefix(prefix: Path, report: Report, *, judged: Identity | None = None) -> None:
    """Remove the folder of an environment and take it off conda's list.

    The folder is renamed first, so its name is free at once and an interruption leaves nothing
    that looks like an environment. A symbolic link is removed itself, never what it leads to.

    Parameters
    ----------
    judged:
        Device and inode of the folder that may go. One that has come into its place meanwhile
        keeps its name: what is renamed is looked at once more, and renamed back.

    Raises
    ------
    OSError
        It cannot be renamed or removed; what could not be removed is back under its name when
        nothing of it is lost yet.
    Conflict
        It is not the folder that was judged.
    """
    prefix = prefix.absolute()
    if prefix.is_symlink():
        prefix.unlink()
    elif prefix.exists():
        doomed = _set_aside(prefix, judged)
        # Nothing in the folder may look like an environment while it goes.
        with suppress(OSError):
            (doomed / "conda-meta").rename(doomed / ".conda-meta")
        report.log(f"removing {prefix}")
        _remove_tree(doomed, report)
    bookkeeping.forget(prefix)
    sweep(prefix.parent, report)


def _set_aside(prefix: Path, judged: Identity | None) -> Path:
    """Rename the folder beside its place; gives its new path, which nobody else can guess.

    The parent folder is held open, so no swapped link on the way there leads elsewhere.
    """
    doomed = prefix.with_name(f"{_TRASH}{prefix.name}-{os.urandom(4).hex()}")
    if os.rename not in os.supports_dir_fd:
        prefix.rename(doomed)
        return doomed
    parent = os.open(prefix.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Its own path: from here on no link is followed to it.
        real = Path(os.path.realpath(prefix.parent))
        if os.path.samestat(real.stat(), os.fstat(parent)):
            doomed = real / doomed.name
        _must_be(judged, prefix.name, parent)
        os.rename(prefix.name, doomed.name, src_dir_fd=parent, dst_dir_fd=parent)
        try:
            _must_be(judged, doomed.name, parent)
        except Conflict:
            os.rename(doomed.name, prefix.name, src_dir_fd=parent, dst_dir_fd=parent)
            raise
    finally:
        os.close(parent)
    return doomed


def _must_be(judged: Identity | None, name: str, parent: int) -> None:
    found = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if judged is not None and (found.st_dev, found.st_ino) != judged:
        raise Conflict(
            say("Another folder has come into the environment's place while it was being removed."),
            hint=say("Nothing was removed. Look at what is there now."),
            code="environment_changed",
        )


def sweep(folder: Path, report: Report) -> None:
    """Remove what an interrupted removal left in a folder of environments."""
    for left in folder.glob(f"{_TRASH}*"):
        with suppress(OSError):
            _remove_tree(left, report)


def _remove_tree(folder: Path, report: Report) -> None:
    for top in sorted(folder.iterdir()):
        report.check_cancelled()
        if top.is_dir() and not top.is_symlink():
            shutil.rmtree(top, onerror=_make_writable)
        else:
            top.unlink()
    folder.rmdir()


def _make_writable(function: Callable[..., Any], path: str, reason: Any) -> None:
    """Remove what is in a folder that was made read-only, which an owner may."""
    if not isinstance(reason[1], PermissionError):
        raise reason[1]
    parent = Path(path).parent
    parent.chmod(parent.stat().st_mode | stat.S_IRWXU)
    if function in (os.open, os.scandir):
        Path(path).chmod(stat.S_IRWXU)
        shutil.rmtree(path)
    else:
        function(path)
