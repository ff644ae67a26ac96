"""Changing packages where something must not be lost: judged, kept first, looked at afterwards.

Every change of an environment's packages goes through :func:`guarded`, conda's and pip's alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import Settings
from ..errors import Conflict, DiskFull, NotPermitted, ProtectedEnvironment, Refused
from ..sentences import say
from .core_packages import Change, core_installed
from .identity import identity
from .protected_names import CLONE_HINT
from .protection import Policy

if TYPE_CHECKING:
    from .engines.base import Report


@contextmanager
def guarded(
    prefix: Path, changes: Iterable[Change] | None, settings: Settings, report: Report
) -> Iterator[None]:
    """Refuse a change that costs a protected environment, and keep the rest undoable.

    Before, a snapshot is there where one is possible. Afterwards what must stay is compared: a
    package manager solves anew when it acts, so what was previewed need not be what was done. If
    something is lost all the same, the snapshot is brought back.

    Parameters
    ----------
    changes:
        What is going to happen; ``None`` where nobody can tell, and then a protected environment
        must have its snapshot.

    Raises
    ------
    ProtectedEnvironment
        The change would cost what must stay, or has and was taken back; or it can neither be
        previewed nor undone.
    Conflict
        Another folder has come into the environment's place.
    """
    policy = Policy(settings)
    known = None if changes is None else list(changes)
    policy.check_changes(prefix, known)
    judged = identity(prefix)
    reason = policy.describe(prefix) if known is None or known else None
    if reason is None:
        yield
        return
    is_kept = _keep(prefix, settings, report)
    if known is None and not is_kept:
        raise ProtectedEnvironment(
            say(
                "What this would change in {name} can neither be told beforehand nor undone, "
                "and it is protected. {reason}",
                name=prefix.name,
                reason=reason,
            ),
            hint=CLONE_HINT,
            details={"prefix": str(prefix)},
        )
    before = core_installed(prefix)
    if identity(prefix) != judged:
        raise Conflict(
            say("Another folder has come into the place of {name}.", name=prefix.name),
            hint=say("Nothing was changed. Look at what is there now."),
            code="environment_changed",
        )
    yield
    lost = sorted(before - core_installed(prefix))
    if lost:
        _take_back(prefix, settings, report)
        raise ProtectedEnvironment(
            say(
                "The change has removed or replaced {lost} in {name}, which is "
                "protected, so it was taken back. {reason}",
                lost=", ".join(lost),
                name=prefix.name,
                reason=reason,
            ),
            hint=say("Ask for exact versions of other packages."),
            details={"prefix": str(prefix), "packages": lost},
        )
    _keep(prefix, settings, report)


def _keep(prefix: Path, settings: Settings, report: Report) -> bool:
    """Have the snapshot as the environment is now; says whether that was possible."""
    from .snapshots import Snapshots

    try:
        return Snapshots(settings).take(prefix, report).state == "current"
    except (Refused, NotPermitted, DiskFull) as error:
        report.log(f"no snapshot: {error.message}")
        return False


def _take_back(prefix: Path, settings: Settings, report: Report) -> None:
    from .snapshots import Snapshots

    try:
        kept = Snapshots(settings)
        kept.restore(prefix, report, number=kept.generations(prefix)[0].number)
    except Exception as error:
        report.log(f"the snapshot could not be brought back: {error}")
