"""Running programs as an unprivileged user, and where folders are shown at second places.

Root's own tests say nothing of users. The interpreter and the checkout may lie where only root can
look (``/root``), so a mount namespace of its own opens the way there: what is needed is shown again
over an empty folder that all may enter.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

#: ``nobody``: it owns nothing, and no name of a group comes with it.
UID = 65534
ROOT = Path(__file__).parents[2]


def is_root() -> bool:
    return hasattr(os, "getuid") and os.getuid() == 0


@cache
def has_namespaces() -> bool:
    """Whether mounts of one's own are permitted here."""
    if not is_root():
        return False
    words = ["unshare", "-m", "--propagation", "private", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def can_be_another() -> bool:
    """Whether programs can be run as an unprivileged user by whoever runs the tests."""
    return has_namespaces()


def command(
    words: Iterable[str | Path],
    *,
    as_user: bool,
    needed: Iterable[Path] = (),
    shown: Mapping[Path, Path] | None = None,
) -> list[str]:
    """Give the command that runs ``words`` so.

    Parameters
    ----------
    as_user:
        As an unprivileged user, or as whoever runs the tests.
    needed:
        Paths that must be reached besides the interpreter and the checkout.
    shown:
        Folders by the empty ones that they are shown at too (bind mounts).
    """
    plain = [str(word) for word in words]
    if not has_namespaces():
        return plain
    script = ["set -eu"]
    if as_user:
        script += _opened([Path(sys.base_prefix), Path(sys.prefix), ROOT, *needed])
    for point, folder in (shown or {}).items():
        script.append(f"mount --bind {_quoted(folder)} {_quoted(point)}")
    change = f"setpriv --reuid={UID} --regid={UID} --clear-groups --no-new-privs --"
    script.append(f'exec {change if as_user else ""} "$@"')
    return [
        "unshare",
        "-m",
        "--propagation",
        "private",
        "sh",
        "-c",
        "\n".join(script),
        "sh",
        *plain,
    ]


def _opened(needed: list[Path]) -> list[str]:
    """Give the lines that let everybody reach these paths."""
    lines = ["stash=$(mktemp -d)", "mount -t tmpfs none $stash"]
    behind: dict[Path, list[Path]] = {}
    for path in sorted({Path(os.path.realpath(path)) for path in needed}):
        closed = next((p for p in reversed(path.parents) if not p.stat().st_mode & 0o001), None)
        inside = behind.setdefault(closed, []) if closed is not None else None
        if inside is not None and not any(path.is_relative_to(other) for other in inside):
            inside.append(path)
    for number, (closed, paths) in enumerate(behind.items()):
        names = [f"$stash/{number}-{at}" for at, _ in enumerate(paths)]
        for name, path in zip(names, paths, strict=True):
            lines += [f"mkdir {name}", f"mount --rbind {_quoted(path)} {name}"]
        lines.append(f"mount -t tmpfs -o mode=0755 none {_quoted(closed)}")
        for name, path in zip(names, paths, strict=True):
            lines += [f"mkdir -p {_quoted(path)}", f"mount --rbind {name} {_quoted(path)}"]
    return lines


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
