"""Which environments of this machine are protected, by place and by identity, and why."""

from __future__ import annotations

import fnmatch
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from ..config import Settings, standing_protection
from . import frozen, protection_choices
from .engines.conda_programs import find_conda
from .engines.condarc import read_condarc
from .identity import Identity, Mount, identities, identity, is_folder, is_plain_file, read_mounts
from .protected_names import (
    AZURE_ENVIRONMENTS,
    BASE_REASON,
    CHOSEN_REASON,
    JUPYTER_REASON,
    SETTINGS_REASON,
    SHIPPED_REASON,
)
from .running_jupyter import prefixes_of_running_servers


class ProtectedPlaces:
    """What is protected at this moment, for one user, with these settings.

    What an administrator's files name counts whatever ``settings`` say: a job works with those of
    its starter, which may be older, or somebody else's text.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        conda = find_conda(settings)
        root = conda.root_prefix if conda else None
        self._condarc = read_condarc(root_prefix=root)
        self._base = [root] if root is not None else []
        # A system's own Python is no environment: nothing of ours could remove it.
        self._jupyter = [
            prefix
            for prefix in (Path(sys.prefix), *prefixes_of_running_servers())
            if is_environment(prefix)
        ]
        self._chosen = protection_choices.read().protected
        standing = standing_protection()
        self.entries = _joined(settings.protected_environments, standing["protected_environments"])
        self.kernel_entries = _joined(settings.protected_kernels, standing["protected_kernels"])
        self._listed = [
            Path(entry).expanduser()
            for entry in self.entries
            if os.sep in entry and not _is_pattern(entry)
        ]
        self._shipped_ids = identities(self._shipped())
        self._base_ids = identities(self._base)
        self._jupyter_ids = identities(self._jupyter)
        self._chosen_ids = identities(self._chosen)
        self._listed_ids = identities(self._listed)

    @property
    def has_shipped(self) -> bool:
        """Whether this machine has any environment that Azure's images ship."""
        return bool(self._shipped_ids)

    def reason(self, path: Path) -> str | None:
        """Say why the environment at ``path`` itself is protected; ``None`` when it is not."""
        return next(self.reasons(path), None)

    def reasons(self, path: Path) -> Iterator[str]:
        """Give every reason for which the environment at the real path ``path`` is protected."""
        own = identity(path)
        if path.name in AZURE_ENVIRONMENTS or own in self._shipped_ids:
            yield SHIPPED_REASON
        if own in self._base_ids or is_folder(path / "condabin"):
            yield BASE_REASON
        if own in self._jupyter_ids:
            yield JUPYTER_REASON
        if own in self._listed_ids or any(self._matches(entry, path) for entry in self.entries):
            yield SETTINGS_REASON
        if own in self._chosen_ids or path in self._chosen:
            yield CHOSEN_REASON
        is_frozen = frozen.reason(path)
        if is_frozen is not None:
            yield is_frozen

    @cached_property
    def mounts(self) -> list[Mount]:
        """The mounts of this process."""
        return read_mounts()

    @cached_property
    def by_identity(self) -> dict[Identity, Path]:
        """The protected environments by device and inode."""
        return {own: path for path in self.prefixes if (own := identity(path)) is not None}

    @cached_property
    def prefixes(self) -> list[Path]:
        """The real paths of the protected environments that exist."""
        known = {*self._base, *self._jupyter, *self._chosen, *self._listed, *self._shipped()}
        by_name = any(os.sep not in entry or _is_pattern(entry) for entry in self.entries)
        for folder in self._folders():
            known |= {
                entry
                for entry in _entries(folder)
                if frozen.reason(entry) is not None or (by_name and self.reason(entry) is not None)
            }
        return sorted({Path(os.path.realpath(p)) for p in known if is_environment(p)})

    def _matches(self, entry: str, path: Path) -> bool:
        by_path = os.sep in entry
        text = str(path) if by_path else path.name
        fits = fnmatch.fnmatchcase(text, str(Path(entry).expanduser()))
        return fits and (by_path or is_environment(path))

    def _shipped(self) -> set[Path]:
        return {folder / name for folder in self._folders() for name in AZURE_ENVIRONMENTS}

    def _folders(self) -> list[Path]:
        own = [Path(self._settings.envs_dir).expanduser()] if self._settings.envs_dir else []
        return list(dict.fromkeys([*own, *self._condarc.envs_dirs, Path("/anaconda/envs")]))


def is_environment(path: Path) -> bool:
    """Whether ``path`` is an environment of conda's, or a virtual one."""
    # A folder that may not be looked into is none that this user could lose.
    return is_folder(path / "conda-meta") or is_plain_file(path / "pyvenv.cfg")


def _joined(*lists: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(entry for entries in lists for entry in entries))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _is_pattern(entry: str) -> bool:
    return any(char in entry for char in "*?[")
