"""Where environments and downloaded packages are kept."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ...config import Settings
from ...errors import InvalidValue, NotPermitted
from ...sentences import say
from .conda_config import CondaConfig

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")


def check_name(name: str, *, field: str = "name") -> str:
    """Give ``name`` when it may be a new environment's.

    Raises
    ------
    InvalidValue
        It is empty, ``base``, too long, or holds what does not belong into a name.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name.lower() in ("base", "root"):
        raise InvalidValue(
            say("{name!r} cannot be the name of an environment.", name=str(name)[:80]),
            hint=say(
                "Use 1 to 64 letters, digits, dots, dashes and underscores, beginning with a "
                "letter, a digit or an underscore; base and root are conda's own."
            ),
            code="invalid_name",
            field=field,
        )
    return name


def new_prefix(name: str, settings: Settings, condarc: CondaConfig) -> Path:
    """Give the prefix that a new environment of that name gets.

    It is below the folder from the settings, else below the first of conda's ``envs_dirs`` that
    the user may write to or create.

    Raises
    ------
    InvalidValue
        The name cannot be an environment's.
    NotPermitted
        None of the folders can be written.
    """
    check_name(name)
    folders = list(condarc.envs_dirs)
    if settings.envs_dir:
        folders = [Path(settings.envs_dir).expanduser().absolute()]
    for folder in folders:
        if is_writable(folder):
            return folder / name
    raise NotPermitted(
        say(
            "None of the folders for environments can be written: {folders}",
            folders=", ".join(map(str, folders)),
        ),
        hint=say("Set envs_dir in the settings, or envs_dirs in conda's, to a folder of your own."),
        code="envs_dir_not_writable",
    )


def is_writable(folder: Path) -> bool:
    """Whether a file could be made in ``folder``, which may have to be made first."""
    for place in (folder, *folder.parents):
        if place.exists():
            return place.is_dir() and os.access(place, os.W_OK | os.X_OK)
    return False


def is_readable_by_all(folder: Path) -> bool:
    """Whether every user of the machine may go into ``folder``, as far as it exists already."""
    return all(
        place.stat().st_mode & 0o001 for place in (folder, *folder.parents) if place.exists()
    )


def package_cache(prefix: Path, settings: Settings, condarc: CondaConfig) -> Path:
    """Give the folder of downloaded packages for environments such as ``prefix``.

    Packages are hard-linked into environments, so the first place on the same file system is
    taken: the settings' own, conda's configured ``pkgs_dirs``, the user's cache folder, or a
    hidden folder beside the environment. conda keeps other things about its packages than we do,
    so ours lie in a folder of their own below conda's.
    """
    if settings.package_cache:
        return Path(settings.package_cache).expanduser().absolute()
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    places = [folder / ".jupyter-ci-manager" for folder in condarc.configured_pkgs_dirs]
    places.append(home / "jupyter-ci-manager")
    device = _device(prefix)
    for place in places:
        if is_writable(place) and _device(place) == device:
            return place
    beside = prefix.parent / ".jupyter-ci-manager"
    return beside if is_writable(beside) else places[-1]


def make_private(folder: Path) -> Path:
    """Make ``folder`` for this user alone (0700) and give it.

    Raises
    ------
    NotPermitted
        It cannot be made, or belongs to somebody else.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to another user")
        if folder.stat().st_mode & 0o022:
            folder.chmod(0o700)
    except OSError as error:
        raise NotPermitted(
            say("The folder for downloaded packages cannot be used: {error}.", error=error),
            hint=say("Set package_cache in the settings to a folder of your own."),
            code="package_cache_not_writable",
        ) from error
    return folder


def _device(path: Path) -> int | None:
    for place in (path, *path.parents):
        try:
            return place.stat().st_dev
        except OSError:
            continue
    return None
