"""Our folder among Jupyter's data, and the file in it that tells of writes to Azure."""

from __future__ import annotations

from pathlib import Path


def data_folder() -> Path:
    """Give our folder among Jupyter's data."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "ci-manager"


def touch_changed() -> None:
    """Tell the user's other servers that something was changed in Azure from here.

    The file's content is a fresh word each time: it tells a write to Azure from the mere touch
    that other changes give the same file.
    """
    import secrets

    path = data_folder() / "changed"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(8))
    except OSError:
        # A hint only: the other servers' own watching finds the change a little later.
        return
