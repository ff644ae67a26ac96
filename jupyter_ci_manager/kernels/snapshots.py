"""Snapshots of environments: what was lost outside our reach comes back.

A snapshot is a tree of hard links outside conda's ``envs_dirs``, a manifest of hashes, and copies
of the environment's kernel specs. It is renewed only from a healthy environment that continues
the one in the last snapshot, and two generations are kept, so neither damage nor an environment
made over the name ever becomes the snapshot. Of base, what is not its own is left out: the other
environments and the packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from ..config import Settings
from ..errors import DiskFull, NotFound, NotPermitted, Refused
from ..sentences import say
from . import spec_copies
from .engines import Report, Silent
from .identity import is_folder
from .snapshot_errors import told
from .snapshot_making import Making, not_made
from .snapshot_places import Places
from .snapshot_restoring import Restored, Restoring
from .snapshot_state import (
    SnapshotStatus,
    check_health,
    look,
    real,
)
from .snapshot_store import Generation, Place

__all__ = ["Restored", "SnapshotStatus", "Snapshots"]


class Snapshots:
    """The snapshots of one user."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = Places(settings)

    # --- asking ---------------------------------------------------------------------------

    def known(self) -> list[Path]:
        """Give the prefixes that have a snapshot, whether the environments exist or not."""
        newest = (place.newest() for place in self._places.known())
        return sorted(generation.prefix for generation in newest if generation is not None)

    def status(self, prefix: Path, *, thorough: bool = False) -> SnapshotStatus:
        """Compare an environment with its snapshot.

        Parameters
        ----------
        thorough:
            Also look at every file, and start the environment's Python if any has changed since
            that was done last; without it a few stats are all.
        """
        prefix = real(prefix)
        place = self._places.of(prefix)
        return self._thorough(prefix, place) if thorough else look(prefix, place)

    def holder_of(self, kernel: str) -> Path | None:
        """Give the prefix of the environment with whose snapshot a lost kernel spec is kept."""
        return next((p for p in self.known() if kernel in self.status(p).lost_kernels), None)

    def generations(self, prefix: Path) -> list[Generation]:
        """Give an environment's snapshots that can bring it back, newest first."""
        return [g for g in self._places.of(real(prefix)).generations() if g.has_tree]

    # --- keeping --------------------------------------------------------------------------

    def take(
        self,
        prefix: Path,
        report: Report | None = None,
        *,
        accept: bool = False,
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> SnapshotStatus:
        """Make or renew the snapshot of an environment, when it is well.

        Where its files cannot be linked its kernel specs are kept all the same.

        Parameters
        ----------
        accept:
            Whether an environment that was made over the one in the last snapshot is the right
            one from now on; the older one stays as the other generation.
        is_wanted:
            Asked once nobody else is at work on these snapshots: whoever had this one made may
            have changed their mind.

        Raises
        ------
        Refused
            The environment is damaged or replaced (``environment_damaged``), links are not
            possible where it lies (``snapshot_impossible``), or it is being changed
            (``environment_busy``).
        NotFound
            There is no environment.
        """
        report = report or Silent()
        prefix = real(prefix)
        if not is_folder(prefix / "conda-meta"):
            raise NotFound(
                say("There is no environment at {prefix}.", prefix=prefix),
                code="environment_not_found",
            )
        before = self.status(prefix)
        if before.state == "current" and not before.lost_kernels and not before.problems:
            return before
        with told(not_made(prefix)):
            place, can_be_kept = self._places.choose(prefix)
        before = self._thorough(prefix, place, first=not place.generations())
        if before.problems or (before.state == "replaced" and not accept):
            raise Refused(
                say("No snapshot of {name} is made: {words}", name=prefix.name, words=before.words),
                hint=say("Repair the environment first; the last good snapshot is kept."),
                code="environment_damaged",
                details={"problems": before.problems},
            )
        with self._held(place):
            now = look(prefix, place)
            if not is_wanted() or (now.state == "current" and now.taken != before.taken):
                return now
            # Its snapshots may have been removed meanwhile, and the place with them.
            place, can_be_kept = self._places.choose(prefix)
            making = Making(prefix, place, self._settings, report)
            why = ""
            if can_be_kept:
                why = making.with_tree()
            else:
                why = say(
                    "Links are not possible between {prefix} and {parent}",
                    prefix=prefix,
                    parent=place.folder.parent,
                )
            if why:
                making.kernels_only(why)
        if why:
            raise Refused(
                say("{why}, so a loss of {name} could not be undone.", why=why, name=prefix.name),
                hint=say("Have the environment's owner, or an administrator, run this."),
                code="snapshot_impossible",
            )
        return self.status(prefix)

    def forget_kernel(self, prefix: Path, name: str) -> None:
        """Forget the copy of a kernel spec that was removed on purpose."""
        self._places.of(real(prefix)).forget_kernel(name)

    def discard(self, prefix: Path, *, patience: float = 600.0) -> None:
        """Remove the snapshots of an environment, and what was kept aside for it.

        Parameters
        ----------
        patience:
            Seconds to wait for whoever is at work on them.

        Raises
        ------
        Refused
            Somebody still is (``environment_busy``).
        """
        prefix = real(prefix)
        place = self._places.of(prefix)
        if not place.folder.is_dir():
            self._places.forget(prefix)
            return
        with self._held(place, patience):
            self._places.forget(prefix)
            place.remove_all()

    # --- bringing back --------------------------------------------------------------------

    def restore(
        self, prefix: Path, report: Report | None = None, *, number: int | None = None
    ) -> Restored:
        """Bring an environment and its kernel specs back at the same prefix.

        Files that were altered in place since the snapshot are laid down anew from their
        packages, where those are in reach. What stood at the prefix is kept aside. Without a
        snapshot, files of packages that are missing are laid down anew.

        Parameters
        ----------
        number:
            The generation to go back to, although the environment may be well. Unless one is
            named, only what is lost or damaged is touched.

        Raises
        ------
        NotFound
            There is no such snapshot, and nothing that packages could bring back.
        DiskFull, NotPermitted
            It cannot be laid down; then what stood there stands there still.
        """
        report = report or Silent()
        prefix = real(prefix)
        place = self._places.of(prefix)
        restoring = Restoring(prefix, place, self._settings, report)
        if number is not None:
            found = [g for g in self.generations(prefix) if g.number == number]
            if not found:
                raise _no_snapshot(
                    prefix,
                    say("There is no snapshot {number} of {prefix}.", number=number, prefix=prefix),
                )
            with self._held(place):
                restored = restoring.put_back(found[0])
            return self._settled(restoring.mend(restored))
        status = self.status(prefix, thorough=True)
        newest = place.newest()
        whole = place.newest(with_tree=True)
        is_lost = status.state in ("lost", "replaced", "damaged")
        if whole is not None and is_lost:
            with self._held(place):
                restored = restoring.put_back(whole)
            return self._settled(restoring.mend(restored))
        restored = Restored(prefix=prefix)
        if newest is not None:
            restored.kernels, refused = spec_copies.put_back_specs(newest.kernels)
            restored.problems += refused
            if refused and not restored.kernels and not status.problems:
                raise NotPermitted(
                    " ".join(refused),
                    hint=say("Make that folder writable for you, or ask an administrator."),
                    code="folder_not_writable",
                )
        if status.problems and status.state in ("none", "impossible"):
            return self._settled(restoring.mend(restored))
        if newest is None:
            raise _no_snapshot(prefix, say("There is no snapshot of {prefix}.", prefix=prefix))
        return restored

    # --- inside ---------------------------------------------------------------------------

    def _thorough(self, prefix: Path, place: Place, *, first: bool = False) -> SnapshotStatus:
        problems = check_health(prefix, place, first=first)
        found = look(prefix, place)
        is_damaged = bool(problems) and found.state in ("current", "outdated")
        return replace(found, state="damaged" if is_damaged else found.state, problems=problems)

    def _settled(self, restored: Restored) -> Restored:
        """Look at what was brought back, and keep it as it is now."""
        place = self._places.of(restored.prefix)
        problems = check_health(restored.prefix, place)
        restored.problems += problems
        if restored.reinstalled and not problems:
            # What was written in place shows in the kept tree too.
            with suppress(Refused, NotPermitted, DiskFull):
                self.take(restored.prefix)
        place.forget_old_asides()
        return restored

    @contextmanager
    def _held(self, place: Place, patience: float = 600.0) -> Iterator[None]:
        """Be the only one at work on these snapshots.

        The lock's file stays: one that is removed lets two in, each with a file of its own.
        """
        lock = FileLock(f"{place.folder}.lock", timeout=patience)
        with told(say("{name} and its snapshots are as they were", name=place.prefix.name)):
            try:
                lock.acquire()
            except Timeout as error:
                raise Refused(
                    say(
                        "A snapshot of {name} is being made or brought back.",
                        name=place.prefix.name,
                    ),
                    hint=say("Try again when that is done."),
                    code="environment_busy",
                ) from error
            try:
                yield
            finally:
                lock.release()


def _no_snapshot(prefix: Path, message: str) -> NotFound:
    return NotFound(
        message,
        hint=say("Only what was kept before it was lost can be brought back."),
        code="no_snapshot",
    )
