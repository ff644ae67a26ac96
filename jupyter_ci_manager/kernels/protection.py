"""What must never be lost: the one policy that every path asks before it destroys.

Azure's guide warns never to delete the environment ``azureml_py36`` or its kernel, because
Jupyter needs them. An environment is told by its real path and by device and inode, never by how
somebody spells it. :class:`Policy` is made afresh for every question of a caller, so a check right
before a destructive step sees the disk as it is then.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable
from pathlib import Path

from ..config import Settings, load_settings
from ..errors import ProtectedEnvironment
from ..sentences import say
from . import frozen, protection_choices
from .core_packages import Change, costs
from .identity import Identity, fold, identity, is_beside, left_out, spellings
from .protected_names import (
    AZURE_ENVIRONMENTS,
    AZURE_KERNELS,
    BASE_REASON,
    CHOSEN_REASON,
    CLONE_HINT,
    REMOVED,
    SETTINGS_REASON,
    SHIPPED_REASON,
)
from .protected_places import ProtectedPlaces, is_environment
from .refusals import Operation, kernel_refusal, refusal

_NOWHERE: Identity = (-1, -1)


class Policy:
    """The protection in force now, for one user, with these settings."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or load_settings()
        self._places = ProtectedPlaces(self._settings)

    # --- asking ---------------------------------------------------------------------------

    def describe(self, prefix: str | os.PathLike[str]) -> str | None:
        """Say why an environment is protected; ``None`` when it is not.

        Whatever lies inside a protected environment is protected with it, and so is a folder
        that holds one.
        """
        meant = spellings(prefix, self._places.mounts)
        for path in meant:
            for place in (path, *path.parents):
                if place != path and (is_beside(place, path) or not is_environment(place)):
                    continue
                reason = self._places.reason(place)
                if reason is not None:
                    return reason
        for other in self._places.prefixes:
            if any(path != other and path in other.parents for path in meant):
                return say("It holds the protected environment {other}.", other=other)
        # A path of another process's root leads elsewhere than its text says.
        same = self._places.by_identity.get(identity(prefix) or _NOWHERE)
        return self._places.reason(same) if same is not None else None

    def describe_restoring(self, prefix: str | os.PathLike[str]) -> str | None:
        """Say why nothing may be brought back at ``prefix``; ``None`` when it may.

        What stands there goes aside, and with it what it holds, except for what base holds for
        others.
        """
        for path in spellings(prefix, self._places.mounts):
            stays = left_out(path)
            for other in self._places.prefixes:
                if path in other.parents and other.relative_to(path).parts[0] not in stays:
                    return say("It holds the protected environment {other}.", other=other)
        return None

    def describe_name(self, name: str) -> str | None:
        """Say why no environment may be made under ``name``; ``None`` when one may.

        Look-alikes (other case, other Unicode characters) count as the name itself.
        """
        folded = fold(name)
        if folded in {fold(shipped) for shipped in AZURE_ENVIRONMENTS}:
            return SHIPPED_REASON
        if folded in ("base", "root"):
            return BASE_REASON
        for entry in self._places.entries:
            if os.sep not in entry and fnmatch.fnmatchcase(folded, fold(entry)):
                return SETTINGS_REASON
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
        for entry in self._places.kernel_entries:
            if fnmatch.fnmatchcase(name.lower(), entry.lower()):
                return say("The settings of this machine protect this kernel.")
        owner = self.describe(prefix) if prefix is not None else None
        if AZURE_KERNELS.fullmatch(fold(name)) and prefix is None and self._places.has_shipped:
            owner = SHIPPED_REASON
        is_its_own = AZURE_KERNELS.fullmatch(fold(name)) or (
            prefix is not None and fold(name) == fold(Path(prefix).name)
        )
        if owner is not None and is_its_own:
            return say("It is the kernel of a protected environment. {owner}", owner=owner)
        if resource_dir is not None:
            inside = self.describe(resource_dir)
            if inside is not None and _lies_in_environment(Path(os.path.realpath(resource_dir))):
                return say("It belongs to a protected environment. {inside}", inside=inside)
        return None

    def describe_new_kernel(self, name: str) -> str | None:
        """Say why no kernel spec may be made under ``name``; ``None`` when one may.

        The names that Azure's kernels have stay free for them on a machine that has their
        environments, also while a spec is lost.
        """
        if AZURE_KERNELS.fullmatch(fold(name)) and self._places.has_shipped:
            return say(
                "It is the name of a kernel of Azure's. {shipped_reason}",
                shipped_reason=SHIPPED_REASON,
            )
        for entry in self._places.kernel_entries:
            if fnmatch.fnmatchcase(fold(name), fold(entry)):
                return say("The settings of this machine protect the kernel of this name.")
        return None

    def protected(self) -> list[tuple[Path, str]]:
        """Give the protected environments that exist, each with its reason."""
        found = {p: self._places.reason(p) for p in self._places.prefixes}
        return sorted((p, r) for p, r in found.items() if r is not None and p.is_dir())

    def may_unprotect(self, prefix: str | os.PathLike[str]) -> bool:
        """Tell whether nothing but the user's own choice protects an environment."""
        real = Path(os.path.realpath(prefix))
        reasons = self._more_than_chosen(real)
        return (
            not self._settings.lock_protection
            and not reasons
            and any(True for _ in self._places.reasons(real))
        )

    # --- refusing -------------------------------------------------------------------------

    def check(self, operation: Operation, prefix: str | os.PathLike[str]) -> Identity | None:
        """Refuse ``operation`` when it would cost a protected environment.

        Gives device and inode of what was judged (``None``: nothing is there), for whoever
        acts to see that it acts on the same.

        Raises
        ------
        ProtectedEnvironment
            It would; the message says why.
        InvalidValue
            ``prefix`` cannot be a path.
        """
        judged = identity(prefix)
        is_restored = operation == "restore"
        reason = self.describe_restoring(prefix) if is_restored else self.describe(prefix)
        path = Path(os.path.realpath(prefix))
        if reason is None and operation in ("create", "rename_onto"):
            reason = self.describe_name(path.name)
        if reason is not None:
            raise refusal(path.name, operation, reason, str(path))
        return judged

    def check_name(self, operation: Operation, name: str) -> None:
        """Refuse ``operation`` for an environment that would have, or has, this name.

        Raises
        ------
        ProtectedEnvironment
            The name is that of a protected environment.
        """
        reason = self.describe_name(name)
        if reason is not None:
            raise refusal(name, operation, reason, None)

    def check_kernel(
        self,
        name: str,
        *,
        prefix: str | os.PathLike[str] | None,
        resource_dir: str | os.PathLike[str] | None = None,
        verb: str = REMOVED,
    ) -> None:
        """Refuse to remove, replace or rename a protected kernel spec.

        Raises
        ------
        ProtectedEnvironment
            It is protected.
        """
        reason = self.describe_kernel(name, prefix=prefix, resource_dir=resource_dir)
        if reason is not None:
            raise kernel_refusal(
                say(
                    "The kernel {name} cannot be {verb}. {reason}",
                    name=name,
                    verb=verb,
                    reason=reason,
                ),
                name,
            )

    def check_new_kernel(self, name: str) -> None:
        """Refuse to make a kernel spec under a protected kernel's name.

        Raises
        ------
        ProtectedEnvironment
            The name is kept for another kernel.
        """
        reason = self.describe_new_kernel(name)
        if reason is not None:
            raise kernel_refusal(
                say("No kernel {name} can be made. {reason}", name=name, reason=reason), name
            )

    def check_changes(
        self, prefix: str | os.PathLike[str], changes: Iterable[Change] | None
    ) -> None:
        """Refuse changes that take from a protected environment what it is needed for.

        Installing and updating other packages is allowed, as Azure's guide tells users to; in an
        environment that is frozen nothing is. ``None`` stands for changes that nobody can tell
        beforehand.

        Raises
        ------
        ProtectedEnvironment
            Python, ipykernel, Jupyter or an azureml package would be removed or replaced.
        """
        known = None if changes is None else list(changes)
        if known == [] or (reason := self.describe(prefix)) is None:
            return
        place = Path(prefix)
        is_frozen = frozen.reason(place)
        if is_frozen is not None:
            raise ProtectedEnvironment(
                say(
                    "No package of {name} may change. {is_frozen}",
                    name=place.name,
                    is_frozen=is_frozen,
                ),
                hint=CLONE_HINT,
                details={"prefix": str(prefix)},
            )
        lost = sorted({change.name for change in known or [] if costs(change, place)})
        if lost:
            raise ProtectedEnvironment(
                say(
                    "This change would remove or replace {lost} in "
                    "{name}, which is protected. {reason}",
                    lost=", ".join(lost),
                    name=place.name,
                    reason=reason,
                ),
                hint=say(
                    "Leave them as they are, or clone it and work in the clone: the copy is yours to "
                    "change and to remove."
                ),
                details={"prefix": str(prefix), "packages": lost},
            )

    # --- the user's own choice ------------------------------------------------------------

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
        others = self._more_than_chosen(Path(os.path.realpath(prefix)))
        if others:
            raise refusal(
                Path(prefix).name, "remove", others[0], str(prefix), verb=say("unprotected")
            )
        protection_choices.discard(prefix)

    def _more_than_chosen(self, real: Path) -> list[str]:
        own: set[str] = {CHOSEN_REASON}
        if frozen.is_ours(real):
            own.add(frozen.reason(real) or "")
        return [reason for reason in self._places.reasons(real) if reason not in own]

    def _check_unlocked(self) -> None:
        if self._settings.lock_protection:
            raise ProtectedEnvironment(
                say("An administrator has locked the list of protected environments."),
                hint=say("Ask whoever keeps this machine."),
                code="protection_locked",
            )


def _lies_in_environment(path: Path) -> bool:
    return any(is_environment(place) for place in path.parents)
