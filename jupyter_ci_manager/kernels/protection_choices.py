"""The environments that users have protected themselves; kept in Jupyter's data folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..errors import NotPermitted
from ..sentences import say
from .engines.bookkeeping import write_atomically


@dataclass(frozen=True)
class Choices:
    """Real paths of the environments that the user has protected."""

    protected: tuple[Path, ...] = ()


def path() -> Path:
    """Give the path of the file."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "ci-manager" / "protection.json"


def read() -> Choices:
    """Read the choices; a file that cannot be read counts as none."""
    try:
        data = json.loads(path().read_text("utf-8"))
        return Choices(tuple(Path(str(entry)) for entry in data["protected"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Choices()


def add(prefix: Path) -> None:
    """Protect the environment at ``prefix``."""
    real = Path(os.path.realpath(prefix))
    _change(lambda kept: kept if real in kept else [*kept, real])


def discard(prefix: Path) -> None:
    """Protect the environment at ``prefix`` no longer."""
    real = Path(os.path.realpath(prefix))
    _change(lambda kept: [entry for entry in kept if entry != real])


def _change(change: Callable[[list[Path]], list[Path]]) -> None:
    # Nearly everybody only reads; a job is quicker without it.
    from filelock import FileLock

    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(f"{file}.lock", timeout=10):
            after = change(list(read().protected))
            text = json.dumps({"protected": [str(entry) for entry in after]}, indent=1)
            write_atomically(file, text, mode=0o600)
    except (OSError, TimeoutError) as error:
        raise NotPermitted(
            say("The choice could not be kept: {error}.", error=error),
            hint=say("Jupyter's data folder must be writable."),
            code="data_dir_not_writable",
        ) from error
