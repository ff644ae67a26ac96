"""What stands in an environment and belongs to no package of conda's: carried over to another one.

pip's packages are such files, and so are a user's own. conda's clone takes them along in the same
way: text that names the old environment is made to name the new one.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .engines.base import Report
from .installed import records

#: Folders at the top that are no part of an environment, as in conda's ``walk_prefix``, and what
#: conda keeps about the environment itself.
_NOT_PART = frozenset(
    {"conda-meta", "pkgs", "envs", "conda-bld", "users", "info", "conda-recipes", ".index"}
)
#: What users set for an environment stands among conda's own files.
_OF_USERS = ("conda-meta/state", "conda-meta/pinned")
#: Larger files are no scripts; they are not searched for the old prefix.
_TEXT_LIMIT = 10_000_000
_STEP = 200


def copy_untracked(source: Path, target: Path, report: Report, *, link: bool = False) -> int:
    """Carry over what no package's record names; what is in ``target`` already stays.

    Parameters
    ----------
    source, target:
        The environments' prefixes.
    report:
        Hears of files that name the old prefix where it cannot be replaced.
    link:
        Hard-link what need not be changed: for a source that will be removed.

    Returns
    -------
    int
        How many files there were.
    """
    names = re.compile(re.escape(os.fsencode(source)) + rb"(?![A-Za-z0-9._-])")
    count = 0
    for name in _untracked(source):
        if count % _STEP == 0:
            report.check_cancelled()
        place, aim = source / name, target / name
        if os.path.lexists(aim) and name not in _OF_USERS:
            continue
        aim.parent.mkdir(parents=True, exist_ok=True)
        aim.unlink(missing_ok=True)
        count += 1
        if place.is_symlink():
            aim.symlink_to(_moved(str(place.readlink()), str(source), str(target)))
            continue
        data = _content(place)
        if data is None or not names.search(data):
            _copy(place, aim, link=link)
        elif b"\0" in data:
            report.log(f"{name} names {source}, and is no text that could be changed")
            _copy(place, aim, link=link)
        else:
            aim.write_bytes(names.sub(lambda _: os.fsencode(target), data))
            # Not its time: a compiled module of the old text must not pass for one of the new.
            shutil.copymode(place, aim)
    return count


def _untracked(prefix: Path) -> Iterator[str]:
    tracked = {str(name) for record in records(prefix) for name in record.get("files") or ()}
    for folder, folders, names in os.walk(prefix):
        inner = os.path.relpath(folder, prefix)
        if inner == ".":
            folders[:] = sorted(name for name in folders if name not in _NOT_PART)
            inner = ""
        # A compiled module comes and goes with its source.
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in sorted([*names, *links]):
            path = f"{inner}/{name}" if inner else name
            if path not in tracked and not _is_compiled_of(path, tracked):
                yield path.replace(os.sep, "/") if sys.platform == "win32" else path
    for name in _OF_USERS:
        if (prefix / name).is_file():
            yield name


def _is_compiled_of(path: str, tracked: set[str]) -> bool:
    """Say whether a file is the compiled form of a package's module."""
    folder, separator, name = path.rpartition("__pycache__/")
    return bool(separator) and f"{folder}{name.partition('.')[0]}.py" in tracked


def _content(path: Path) -> bytes | None:
    """Give what a file holds, where it may name its environment; ``None`` otherwise."""
    # Compiled modules name the file they came from, which nobody reads but for a traceback.
    if path.suffix == ".pyc":
        return None
    with suppress(OSError):
        info = path.stat()
        if stat.S_ISREG(info.st_mode) and info.st_size <= _TEXT_LIMIT:
            return path.read_bytes()
    return None


def _moved(link: str, source: str, target: str) -> str:
    inside = link == source or link.startswith(source + os.sep)
    return target + link[len(source) :] if inside else link


def _copy(place: Path, aim: Path, *, link: bool) -> None:
    if not place.is_file():
        return
    if link:
        try:
            os.link(place, aim)
            return
        except OSError as error:
            if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK):
                raise
    shutil.copy2(place, aim)
