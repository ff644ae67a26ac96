"""What conda writes beside the packages, so that conda, mamba and others can go on.

``conda-meta/history`` tells what the user asked for, ``~/.conda/environments.txt`` which
environments there are outside ``envs_dirs``. The formats are those of ``conda/history.py`` and
``conda/core/envs_manager.py``.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ...jobs.locks import Lock

#: Lies in ``conda-meta`` of environments that were made here. It does not end in ``.json``: conda
#: takes every such file for a package's record.
MARK = ".jupyter-ci-manager"
#: Seconds to wait for another writer of conda's list.
_PATIENCE = 10.0
#: What the mark says while an environment is being made, and when it is made.
BEGUN, MADE = "begun\n", "made\n"
_SPECS = re.compile(r"^# *(install|create|update|remove|uninstall|neutered) specs: *(.*)$")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def begun_mark(prefix: Path) -> Path:
    """Give the file that stands beside an environment for as long as conda is making it.

    One with something in it is its writer's to take away.
    """
    return prefix.with_name(f".making-{prefix.name}")


def environments_txt(environ: Mapping[str, str] | None = None) -> Path:
    """Give the path of conda's list of environments for this user."""
    environ = os.environ if environ is None else environ
    home = environ.get("HOME") or environ.get("USERPROFILE")
    return (Path(home) if home else Path.home()) / ".conda" / "environments.txt"


def known_environments(environ: Mapping[str, str] | None = None) -> list[Path]:
    """Give the prefixes in conda's list, whether they still exist or not."""
    try:
        text = environments_txt(environ).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    lines = (line.strip() for line in text.splitlines())
    return [Path(line) for line in lines if line and not line.startswith("#")]


def remember(prefix: Path) -> bool:
    """Add ``prefix`` to conda's list; ``False`` where the list cannot be written."""
    return _rewrite(lambda found: found if prefix in found else [*found, prefix])


def forget(prefix: Path) -> bool:
    """Take ``prefix`` off conda's list; ``False`` where the list cannot be written."""
    return _rewrite(lambda found: [entry for entry in found if entry != prefix])


def _rewrite(change: Callable[[list[Path]], list[Path]]) -> bool:
    path = environments_txt()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _held(path.with_name(".environments.txt.lock")):
            before = known_environments()
            after = change(before)
            if after != before:
                write_atomically(path, "".join(f"{entry}\n" for entry in after))
    except (OSError, TimeoutError):
        return False
    return True


@contextmanager
def _held(path: Path) -> Iterator[None]:
    lock = Lock(path)
    limit = time.monotonic() + _PATIENCE
    while not lock.acquire():
        if time.monotonic() > limit:
            raise TimeoutError(f"{path} is held by somebody else")
        time.sleep(0.01)
    try:
        yield
    finally:
        lock.release()


def write_atomically(path: Path, text: str, mode: int | None = None) -> None:
    """Write ``text`` so that a reader sees the old file or the new one, never half of one.

    ``mode`` is the file's permission; ``None`` means what any new file of the user's would have.
    """
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        if sys.platform != "win32":
            Path(scratch).chmod(default_mode() if mode is None else mode)
        Path(scratch).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(scratch).unlink()
        raise


def default_mode() -> int:
    """Give the permission that a new file of this user has."""
    # There is no other portable way to read the mask; it is put back at once.
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def append_history(
    prefix: Path,
    *,
    command: str,
    added: Iterable[str],
    removed: Iterable[str],
    updated_specs: Iterable[str] = (),
    removed_specs: Iterable[str] = (),
) -> None:
    """Add one revision to ``conda-meta/history``.

    Parameters
    ----------
    command:
        What was asked for, for people to read; without credentials.
    added, removed:
        Packages as ``channel/subdir::name-version-build``.
    updated_specs, removed_specs:
        What the user wants from now on, and no longer; conda reads both.

    No conda version is written: a conda that is older than a version it finds here refuses.
    """
    lines = [f"==> {time.strftime('%Y-%m-%d %H:%M:%S')} <==", f"# cmd: {command}"]
    lines += [f"-{dist}" for dist in sorted(removed)]
    lines += [f"+{dist}" for dist in sorted(added)]
    updated, gone = list(updated_specs), list(removed_specs)
    if updated:
        lines.append(f"# update specs: {updated!r}")
    if gone:
        lines.append(f"# remove specs: {gone!r}")
    with (prefix / "conda-meta" / "history").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def is_new(prefix: Path | None) -> bool:
    """Say whether nothing was ever finished in an environment; one without a place is new."""
    if prefix is None:
        return True
    try:
        return not (prefix / "conda-meta" / "history").stat().st_size
    except OSError:
        return True


def requested_specs(prefix: Path) -> dict[str, str]:
    """Give what the user has asked for in this environment: spec by package name."""
    try:
        text = (prefix / "conda-meta" / "history").read_text("utf-8", errors="replace")
    except OSError:
        return {}
    wanted: dict[str, str] = {}
    for line in text.splitlines():
        found = _SPECS.match(line)
        if found is None:
            continue
        action, rest = found.groups()
        specs = [a or b for a, b in _QUOTED.findall(rest)]
        if not specs and not rest.startswith("["):
            specs = [part.strip() for part in rest.split(",") if part.strip()]
        for spec in specs:
            name = re.split(r"[\s<>=!~\[]", spec.rpartition("::")[2], maxsplit=1)[0].lower()
            if action in ("remove", "uninstall"):
                wanted.pop(name, None)
            elif name:
                wanted[name] = spec
    return wanted
