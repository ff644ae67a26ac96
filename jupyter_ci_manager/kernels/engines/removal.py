"""Removing an environment so that there is never half of one under its name."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import bookkeeping
from .base import Report

_TRASH = ".removed-"


def remove_prefix(prefix: Path, report: Report) -> None:
    """Remove the folder of an environment and take it off conda's list.

    The folder is renamed first, so its name is free at once and an interruption leaves nothing
    that looks like an environment. A symbolic link is removed itself, never what it leads to.

    Raises
    ------
    OSError
        It cannot be renamed or removed; what could not be removed is back under its name when
        nothing of it is lost yet.
    """
    prefix = prefix.absolute()
    if prefix.is_symlink():
        prefix.unlink()
    elif prefix.exists():
        doomed = prefix.with_name(f"{_TRASH}{prefix.name}-{secrets.token_hex(4)}")
        prefix.rename(doomed)
        # Nothing in the folder may look like an environment while it goes.
        with suppress(OSError):
            (doomed / "conda-meta").rename(doomed / ".conda-meta")
        report.log(f"removing {prefix}")
        _remove_tree(doomed, report)
    bookkeeping.forget(prefix)
    sweep(prefix.parent, report)


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
