"""What a tree of files looks like from outside: cheap to take, and other after any change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from .linked_tree import walk


@dataclass(frozen=True)
class TreeState:
    """A stamp that changes with every file's name, size or time, and the paths that are there.

    What Python compiles comes and goes with its sources and does not count.
    """

    stamp: str
    paths: frozenset[str]


def tree_state(root: Path, left_out: frozenset[str] = frozenset()) -> TreeState:
    """Look at every file of a tree once, without opening any.

    Raises
    ------
    OSError
        A folder cannot be read.
    """
    folders = {}
    paths = []
    for _, inner, files in walk(root, left_out):
        if inner.endswith("__pycache__"):
            continue
        lines = []
        for entry in files:
            found = entry.stat(follow_symlinks=False)
            lines.append(f"{entry.name}\0{found.st_size}\0{found.st_mtime_ns}\0{found.st_mode}")
            paths.append(f"{inner}/{entry.name}" if inner else entry.name)
        lines.sort()
        folders[inner] = hashlib.sha1("\n".join(lines).encode(errors="surrogateescape"),
                                      usedforsecurity=False).digest()  # fmt: skip
    digest = hashlib.sha256()
    for inner in sorted(folders):
        digest.update(inner.encode(errors="surrogateescape") + folders[inner])
    return TreeState(digest.hexdigest(), frozenset(paths))
