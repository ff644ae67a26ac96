"""Where jobs lie, and the one file that tells other processes that something changed."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..errors import DiskFull, NotPermitted
from ..sentences import say


def data_folder() -> Path:
    """Give the product's own folder inside Jupyter's data folder; it may not exist yet."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "ci-manager"


def jobs_folder() -> Path:
    """Give the folder that holds one folder per job; it may not exist yet."""
    return data_folder() / "jobs"


def private_folder(folder: Path) -> Path:
    """Create ``folder`` for this user alone (0700), with its parents, and give it back.

    Raises
    ------
    NotPermitted
        The folder cannot be created or is not writable.
    DiskFull
        The disk has no room for it.
    """
    import errno
    import os

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                say("There is no room left to create {folder}.", folder=folder),
                hint=say("Free some disk space."),
            ) from error
        raise NotPermitted(
            say(
                "The folder {folder} cannot be created: {strerror}.",
                folder=folder,
                strerror=error.strerror,
            ),
            hint=say(
                "Make Jupyter's data folder writable, or set JUPYTER_DATA_DIR to one that is."
            ),
            code="folder_not_writable",
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise NotPermitted(
            say("The folder {folder} is not writable.", folder=folder),
            hint=say(
                "Make Jupyter's data folder writable, or set JUPYTER_DATA_DIR to one that is."
            ),
            code="folder_not_writable",
        )
    return folder


def touch_changed() -> None:
    """Tell every Jupyter server of this user to look again; failing to tell is no error."""
    with suppress(OSError):
        folder = data_folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "changed").touch(mode=0o600)
