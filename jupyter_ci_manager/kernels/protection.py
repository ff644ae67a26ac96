"""What must never be lost: the one policy that every path asks before it destroys.

Azure's guide warns never to delete the environment ``azureml_py36`` or its kernel, because
Jupyter needs them. An environment is told by its real path and by device and inode, never by how
somebody spells it. :class:`Policy` is made afresh for every question of a caller, so a check right
before a destructive step sees the disk as it is then.
"""

from __future__ import annotations

import fnmatch
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, Protocol

from ..config import Settings, load_settings
from ..errors import ProtectedEnvironment
from . import protection_choices
from .engines.conda_programs import find_conda
from .engines.condarc import read_condarc
from .identity import fold, identities, identity, is_beside, spellings
from .running_jupyter import prefixes_of_running_servers

#: Environments that Azure's images ship, by their exact names.
AZURE_ENVIRONMENTS = frozenset(
    {
        "azureml_py36",
        "azureml_py36_automl",
        "azureml_py36_pytorch",
        "azureml_py36_tensorflow",
        "azureml_py38",
        "azureml_py38_PT_TF",
        "azureml_py38_PT_and_TF",
        "azureml_py310_sdkv2",
        "jupyter_env",
        "py38_default",
    }
)
#: Kernel specs that Azure's images ship, by their exact names.
_AZURE_KERNELS = re.compile(
    r"python3-azureml|python38-azureml(?:-[a-z0-9-]+)?|python310-sdkv2|ir", re.IGNORECASE
)
#: Packages without which a protected environment does not do what it is protected for.
CORE_PACKAGES = r"python|ipykernel|jupyter.*|azureml[-_.].*|conda"
_CORE = re.compile(CORE_PACKAGES, re.IGNORECASE)

Operation = Literal[
    "remove", "create", "rename", "move", "clean", "rename_onto", "replace_kernel", "restore"
]
_WORDS = {
    "remove": "removed",
    "create": "created over",
    "rename": "renamed",
    "move": "moved",
    "clean": "cleaned up",
    "rename_onto": "overwritten",
    "replace_kernel": "given another kernel under its own kernel's name",
}
_HINT = "Clone it and work in the clone: the copy is yours to change and to remove."


class Change(Protocol):
    """What :meth:`Policy.check_changes` needs to know of one package."""

    @property
    def name(self) -> str:
        """Name of the package."""

    @property
    def before(self) -> str | None:
        """Version that was there."""

    @property
    def after(self) -> str | None:
        """Version that will be there; ``None`` when it goes."""


class Policy:
    """The protection in force now, for one user, with these settings."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or load_settings()
        conda = find_conda(self._settings)
        root = conda.root_prefix if conda else None
        self._condarc = read_condarc(root_prefix=root)
        self._base = [root] if root is not None else []
        # A system's own Python is no environment: nothing of ours could remove it.
        self._jupyter = [
            prefix
            for prefix in (Path(sys.prefix), *prefixes_of_running_servers())
            if _is_environment(prefix)
        ]
        self._choices = protection_choices.read()
        self._shipped = identities(
            folder / name for folder in self._folders() for name in AZURE_ENVIRONMENTS
        )
        self._base_ids = identities(self._base)
        self._jupyter_ids = identities(self._jupyter)
        self._chosen_ids = identities(self._choices.protected)
        self._listed_ids = identities(
            Path(entry).expanduser()
            for entry in self._settings.protected_environments
            if os.sep in entry and not _is_pattern(entry)
        )

    def describe(self, prefix: str | os.PathLike[str]) -> str | None:
        """Say why an environment is protected; ``None`` when it is not.

        Whatever lies inside a protected environment is protected with it, and so is a folder
        that holds one.
        """
        for path in spellings(prefix):
            for place in (path, *path.parents):
                if place != path and (is_beside(place, path) or not _is_environment(place)):
                    continue
                reason = self._reason(place)
                if reason is not None:
                    return reason
        real = Path(os.path.realpath(prefix))
        for other in self._protected_prefixes():
            if real != other and real in other.parents:
                return f"It holds the protected environment {other}."
        return None

    def describe_name(self, name: str) -> str | None:
        """Say why no environment may be made under ``name``; ``None`` when one may.

        Look-alikes (other case, other Unicode characters) count as the name itself.
        """
        folded = fold(name)
        if folded in {fold(shipped) for shipped in AZURE_ENVIRONMENTS}:
            return SHIPPED_REASON
        if folded in ("base", "root"):
            return _BASE
        for entry in self._settings.protected_environments:
            if os.sep not in entry and fnmatch.fnmatchcase(folded, fold(entry)):
                return ADMIN_REASON
        return None

    def describe_kernel(
        self,
        name: str,
        *,
        prefix: str | os.PathLike[str] | None,
        resource_dir: str | os.PathLike[str] | None = None,
    ) -> str | None:
        """Say why a kernel spec is protected; ``None`` when it is not.

        Parameters
        ----------
        name:
            The spec's name.
        prefix:
            Environment that its kernel runs in, where that is known.
        resource_dir:
            Folder of the spec.
        """
        for entry in self._settings.protected_kernels:
            if fnmatch.fnmatchcase(name.lower(), entry.lower()):
                return "The settings of this machine protect this kernel."
        if _AZURE_KERNELS.fullmatch(fold(name)):
            owner = self.describe(prefix) if prefix is not None else None
            if prefix is None or owner is not None:
                return f"It is the kernel of a protected environment. {owner or SHIPPED_REASON}"
        if resource_dir is not None:
            inside = self.describe(resource_dir)
            if inside is not None and _lies_in_environment(Path(os.path.realpath(resource_dir))):
                return f"It belongs to a protected environment. {inside}"
        return None

    def check(self, operation: Operation, prefix: str | os.PathLike[str]) -> None:
        """Refuse ``operation`` when it would cost a protected environment.

        Raises
        ------
        ProtectedEnvironment
            It would; the message says why.
        InvalidValue
            ``prefix`` cannot be a path.
        """
        if operation == "restore":
            return
        reason = self.describe(prefix)
        path = Path(os.path.realpath(prefix))
        if reason is None and operation in ("create", "rename_onto"):
            reason = self.describe_name(path.name)
        if reason is not None:
            raise _refusal(path.name, operation, reason, str(path))

    def check_name(self, operation: Operation, name: str) -> None:
        """Refuse ``operation`` for an environment that would have, or has, this name.

        Raises
        ------
        ProtectedEnvironment
            The name is that of a protected environment.
        """
        reason = self.describe_name(name)
        if reason is not None:
            raise _refusal(name, operation, reason, None)

    def check_kernel(
        self,
        name: str,
        *,
        prefix: str | os.PathLike[str] | None,
        resource_dir: str | os.PathLike[str] | None = None,
        verb: str = "removed",
    ) -> None:
        """Refuse to remove, replace or rename a protected kernel spec.

        Raises
        ------
        ProtectedEnvironment
            It is protected.
        """
        reason = self.describe_kernel(name, prefix=prefix, resource_dir=resource_dir)
        if reason is not None:
            raise ProtectedEnvironment(
                f"The kernel {name} cannot be {verb}. {reason}",
                hint="Make a kernel of your own: clone the environment under another name.",
                details={"kernel": name},
            )

    def check_changes(self, prefix: str | os.PathLike[str], changes: Iterable[Change]) -> None:
        """Refuse changes that take from a protected environment what it is needed for.

        Installing and updating other packages is allowed, as Azure's guide tells users to.

        Raises
        ------
        ProtectedEnvironment
            Python, ipykernel, Jupyter or an azureml package would be removed or replaced.
        """
        reason = self.describe(prefix)
        if reason is None:
            return
        lost = sorted(
            {
                change.name
                for change in changes
                if change.before is not None
                and change.before != change.after
                and _CORE.fullmatch(change.name)
            }
        )
        if lost:
            raise ProtectedEnvironment(
                f"This change would remove or replace {', '.join(lost)} in "
                f"{Path(prefix).name}, which is protected. {reason}",
                hint=f"Leave them as they are, or: {_HINT[0].lower()}{_HINT[1:]}",
                details={"prefix": str(prefix), "packages": lost},
            )

    def protected(self) -> list[tuple[Path, str]]:
        """Give the protected environments that exist, each with its reason."""
        found = {p: self._reason(p) for p in self._protected_prefixes()}
        return sorted((p, r) for p, r in found.items() if r is not None and p.is_dir())

    def protect(self, prefix: Path) -> None:
        """Protect an environment by the user's own choice.

        Raises
        ------
        ProtectedEnvironment
            An administrator has locked the list.
        """
        self._check_unlocked()
        protection_choices.add(prefix)

    def unprotect(self, prefix: Path) -> None:
        """Take back the user's own protection of an environment.

        Raises
        ------
        ProtectedEnvironment
            It is protected by more than the user's choice, or the list is locked.
        """
        self._check_unlocked()
        others = [
            reason for reason in self._reasons(Path(os.path.realpath(prefix))) if reason != _CHOSEN
        ]
        if others:
            raise _refusal(Path(prefix).name, "remove", others[0], str(prefix), verb="unprotected")
        protection_choices.discard(prefix)

    def may_unprotect(self, prefix: str | os.PathLike[str]) -> bool:
        """Tell whether nothing but the user's own choice protects an environment."""
        reasons = set(self._reasons(Path(os.path.realpath(prefix))))
        return reasons == {_CHOSEN} and not self._settings.lock_protection

    def _check_unlocked(self) -> None:
        if self._settings.lock_protection:
            raise ProtectedEnvironment(
                "An administrator has locked the list of protected environments.",
                hint="Ask whoever keeps this machine.",
                code="protection_locked",
            )

    def _folders(self) -> list[Path]:
        folders = [Path(self._settings.envs_dir).expanduser()] if self._settings.envs_dir else []
        return [*folders, *self._condarc.envs_dirs, Path("/anaconda/envs")]

    def _reason(self, path: Path) -> str | None:
        return next(self._reasons(path), None)

    def _reasons(self, path: Path) -> Iterator[str]:
        own = identity(path)
        if path.name in AZURE_ENVIRONMENTS or own in self._shipped:
            yield SHIPPED_REASON
        if own in self._base_ids or (path / "condabin").is_dir():
            yield _BASE
        if own in self._jupyter_ids:
            yield _JUPYTER
        for entry in self._settings.protected_environments:
            text = str(path) if os.sep in entry else path.name
            if fnmatch.fnmatchcase(text, str(Path(entry).expanduser())) and (
                os.sep in entry or _is_environment(path)
            ):
                yield ADMIN_REASON
        if own in self._listed_ids:
            yield ADMIN_REASON
        if own in self._chosen_ids or path in self._choices.protected:
            yield _CHOSEN

    def _protected_prefixes(self) -> set[Path]:
        known = {*self._base, *self._jupyter, *self._choices.protected}
        known |= {folder / name for folder in self._folders() for name in AZURE_ENVIRONMENTS}
        known |= {
            Path(entry).expanduser()
            for entry in self._settings.protected_environments
            if os.sep in entry and not _is_pattern(entry)
        }
        patterns = [e for e in self._settings.protected_environments if _is_pattern(e)]
        patterns += [e for e in self._settings.protected_environments if os.sep not in e]
        if patterns:
            for folder in self._folders():
                known |= {p for p in _entries(folder) if self._reason(p) is not None}
        return {Path(os.path.realpath(p)) for p in known if _is_environment(p)}


SHIPPED_REASON = "Azure's image ships it, and Jupyter and Azure's own kernels need it."
_BASE = "It is conda's base environment: conda and all other environments depend on it."
_JUPYTER = "Jupyter itself runs in it."
ADMIN_REASON = "The settings of this machine protect it."
_CHOSEN = "You have protected it."


def describe(prefix: str | os.PathLike[str], *, settings: Settings | None = None) -> str | None:
    """Say why an environment is protected; ``None`` when it is not."""
    return Policy(settings).describe(prefix)


def check(
    operation: Operation, prefix: str | os.PathLike[str], *, settings: Settings | None = None
) -> None:
    """Refuse ``operation`` on ``prefix`` when it would cost a protected environment.

    Raises
    ------
    ProtectedEnvironment
        It would; the message says why, the hint what to do instead.
    """
    Policy(settings).check(operation, prefix)


def _refusal(
    name: str, operation: Operation, reason: str, prefix: str | None, *, verb: str = ""
) -> ProtectedEnvironment:
    return ProtectedEnvironment(
        f"The environment {name} cannot be {verb or _WORDS[operation]}. {reason}",
        hint=_HINT if operation != "create" else "Choose another name.",
        details={"environment": name, "operation": operation}
        | ({"prefix": prefix} if prefix else {}),
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _is_environment(path: Path) -> bool:
    return (path / "conda-meta").is_dir() or (path / "pyvenv.cfg").is_file()


def _lies_in_environment(path: Path) -> bool:
    return any(_is_environment(place) for place in path.parents)


def _is_pattern(entry: str) -> bool:
    return any(char in entry for char in "*?[")
