"""Looking after protected environments, in a process of its own and of low priority.

A Jupyter server has other things to do than to look at a hundred thousand files. While somebody
looks at environments, ``python -m jupyter_ci_manager.kernels.keeping`` is started now and then: it
looks whether each protected environment is well, and renews its snapshot after a change. One
looks for all servers and terminals of a user.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from filelock import FileLock, Timeout

from ..config import Settings
from ..errors import CIManagerError
from ..jobs.paths import data_folder, touch_changed
from .identity import is_folder
from .protection import Policy
from .snapshots import Snapshots

#: Seconds between two looks, however many people look.
INTERVAL = 60.0
_LOOKED = "looked"
_NICENESS = 10


class Keeper:
    """Has somebody look after protected environments, while people look at them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._next = 0.0
        self._lock = threading.Lock()

    def look(self, *, at_once: bool = False) -> None:
        """Be told that somebody looks; now and then a process is started, which nobody awaits.

        ``at_once``: do not wait for the next time, for there is something new to keep.
        """
        with self._lock:
            now = time.monotonic()
            if now < self._next and not at_once:
                return
            self._next = now + INTERVAL
        if at_once or _is_due():
            with suppress(OSError):
                _start(self._settings)


def look_after(settings: Settings) -> None:
    """Look at all protected environments; renew the snapshots of those that are well."""
    snapshots = Snapshots(settings)
    before = _seen(snapshots, settings)
    for prefix in before:
        try:
            status = snapshots.status(prefix, thorough=True)
            is_well = status.state in ("none", "outdated", "impossible")
            if is_well and not status.is_of_now:
                snapshots.take(prefix, is_wanted=partial(_is_protected, prefix, settings))
        except (CIManagerError, OSError):
            # Its status tells; another one is not less worth keeping for it.
            continue
    if _seen(snapshots, settings) != before:
        touch_changed()


def _is_protected(prefix: Path, settings: Settings) -> bool:
    return Policy(settings).describe(prefix) is not None


def _seen(snapshots: Snapshots, settings: Settings) -> dict[Path, tuple[Any, ...]]:
    """Give what faces show of each protected environment."""
    prefixes = {prefix for prefix, _ in Policy(settings).protected()}
    prefixes = {prefix for prefix in prefixes if is_folder(prefix / "conda-meta")}
    found = {}
    for prefix in sorted(prefixes):
        status = snapshots.status(prefix)
        found[prefix] = (status.state, status.words, status.taken)
    return found


def _is_due() -> bool:
    """Whether no process of this user has looked lately."""
    try:
        return time.time() - (data_folder() / _LOOKED).stat().st_mtime >= INTERVAL
    except OSError:
        return True


def _start(settings: Settings) -> None:
    values = settings.trait_values()
    plain = {name: values[name] for name in settings.trait_names(config=True)}
    child = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=sys.platform != "win32",
    )
    assert child.stdin is not None
    with suppress(OSError), child.stdin as stdin:
        stdin.write(msgspec.json.encode(plain))
    threading.Thread(target=child.wait, name="keeping", daemon=True).start()


def main() -> None:
    """Look once, with the settings on standard input, unless somebody does already."""
    settings = Settings(**msgspec.json.decode(sys.stdin.buffer.read()))
    with suppress(OSError, AttributeError):
        os.nice(_NICENESS)
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(folder / f"{_LOOKED}.lock", timeout=0):
            (folder / _LOOKED).touch(mode=0o600)
            look_after(settings)
    except Timeout:
        return


if __name__ == "__main__":
    main()
