"""Protecting environments, keeping them as they are, and bringing them back."""

from __future__ import annotations

from pathlib import Path

from ..errors import InvalidValue, NotFound
from ..jobs.models import Job
from ..jobs.paths import touch_changed
from ..sentences import say
from . import environments as found
from . import frozen, kernelspecs, planning, snapshot_tasks
from .models import Environment, Snapshot, SnapshotList
from .protection import Policy
from .reading import KernelReader
from .snapshots import Snapshots
from .usage import check_unused

#: Seconds that a person waits for a snapshot in the making before being told of it.
_PATIENCE = 8.0
_TASKS = "jupyter_ci_manager.kernels.snapshot_tasks"


class SafeKeeping(KernelReader):
    """What keeps environments from being lost for good."""

    def protect_environment(
        self, environment: str, protected: bool, *, frozen_too: bool = False
    ) -> Environment:
        """Protect an environment of the user's own, or protect it no longer.

        Parameters
        ----------
        environment:
            Name or prefix.
        protected:
            Whether it shall be.
        frozen_too:
            Whether no package of it may change from now on, by any program that heeds conda's
            marker. Ends with the protection.

        Raises
        ------
        NotFound, ProtectedEnvironment
            There is none; or more than the user's choice protects it, or the list is locked.
        Refused, NotPermitted
            Another program has frozen it, or it cannot be written.
        """
        prefix = Path(self._find(environment).prefix)
        policy = Policy(self._settings)
        if protected:
            policy.protect(prefix)
            if frozen_too:
                frozen.freeze(prefix)
            self._keeper.look(at_once=True)
        else:
            policy.unprotect(prefix)
            frozen.thaw(prefix)
        touch_changed()
        return self._find(str(prefix))

    def snapshots(self, environment: str) -> SnapshotList:
        """Give the snapshots of an environment, newest first, and how it stands to them.

        Raises
        ------
        NotFound
            There is no such environment.
        """
        prefix = Path(self._find(environment).prefix)
        kept = Snapshots(self._settings)
        status = kept.status(prefix)
        listed = [
            Snapshot(
                number=generation.number,
                taken=generation.taken,
                files=generation.files,
                package_count=sum(1 for _ in generation.tree.glob("conda-meta/*.json")),
                kernels=sorted(path.name for path in generation.kernels.glob("*")),
            )
            for generation in kept.generations(prefix)
        ]
        return SnapshotList(
            state=status.state,
            outlook=status.outlook,
            can_restore=status.can_restore,
            problems=status.problems,
            lost_kernels=status.lost_kernels,
            snapshots=listed,
        )

    def snapshot_environment(self, environment: str, *, accept: bool = False) -> Job:
        """Start a job that keeps an environment as it is now.

        Parameters
        ----------
        accept:
            Whether an environment that was made over the one in the last snapshot is the right
            one from now on.

        Raises
        ------
        NotFound
            There is no such environment.
        EnvironmentBusy
            Another job works on it.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        return self._jobs.start(
            f"{_TASKS}:take_snapshot",
            there.name,
            say("Snapshot of {name}", name=there.name),
            {"prefix": there.prefix, "accept": accept},
            phases=snapshot_tasks.TAKE_PHASES,
            lock=planning.claim_name(prefix),
        )

    def discard_snapshots(self, environment: str) -> None:
        """Remove an environment's snapshots; the environment itself stays.

        Raises
        ------
        NotFound
            There is no such environment, or no snapshot of it.
        ProtectedEnvironment
            It is protected, and a loss could not be undone any more.
        Refused
            One is being made (``environment_busy``).
        """
        prefix = Path(self._find(environment).prefix)
        Policy(self._settings).check("discard", prefix)
        kept = Snapshots(self._settings)
        if kept.status(prefix).state == "none":
            raise _no_snapshot(prefix.name)
        self._jobs.settle(planning.claim_name(prefix))
        kept.discard(prefix, patience=_PATIENCE)
        touch_changed()

    def restore_environment(
        self, environment: str, *, snapshot: int | None = None, confirm: str | None = None
    ) -> Job:
        """Start a job that brings a lost or damaged environment back.

        Parameters
        ----------
        environment:
            Name or prefix.
        snapshot:
            Number of the snapshot to go back to, although the environment is well.
        confirm:
            The environment's name, where something runs in one that is well.

        Raises
        ------
        NotFound
            There is no such environment, or nothing that could bring it back.
        ConfirmationNeeded
            Something still runs in it.
        EnvironmentBusy
            Another job works on it.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        kept = Snapshots(self._settings)
        status = kept.status(prefix)
        if snapshot is not None:
            if snapshot not in [generation.number for generation in kept.generations(prefix)]:
                raise InvalidValue(
                    say(
                        "There is no snapshot {snapshot} of {name}.",
                        snapshot=snapshot,
                        name=there.name,
                    ),
                    hint=say("List the snapshots to see which there are."),
                    code="no_such_snapshot",
                    field="snapshot",
                )
            check_unused(prefix, there.name, confirm=confirm)
        elif status.taken is None and not status.lost_kernels and not status.problems:
            raise _no_snapshot(there.name)
        return self._jobs.start(
            f"{_TASKS}:restore_environment",
            there.name,
            say("Restore {name}", name=there.name),
            {"prefix": there.prefix, "name": there.name, "snapshot": snapshot, "confirm": confirm},
            phases=snapshot_tasks.PHASES,
            lock=planning.claim_name(prefix),
        )

    def _find(self, environment: str) -> Environment:
        return found.find_environment(environment, self._settings, kernels=kernelspecs.prefixes())


def _no_snapshot(name: str) -> NotFound:
    return NotFound(
        say("There is no snapshot of {name}.", name=name),
        hint=say("Only what was kept before it was lost can be brought back."),
        code="no_snapshot",
    )
