"""How an environment and its snapshots stand to each other, in a state and in words."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from ..sentences import joined, put_together, say, taken_apart
from . import health
from .engines.bookkeeping import write_atomically
from .identity import is_folder, left_out
from .models import Environment
from .package_records import site_packages
from .snapshot_store import Generation, Place
from .spec_copies import lost_specs
from .tree_state import tree_state

State = Literal["none", "current", "outdated", "lost", "replaced", "damaged", "impossible"]
_HEALTH = "health.json"
#: Seconds for which a healthy environment of which nothing has changed counts as healthy: what it
#: needs outside of it may change.
_TRUSTED = 86_400.0


class Health(msgspec.Struct, kw_only=True):
    """What a thorough look has found, and of which state of the files.

    ``accepted`` are the files that were missing from the beginning, ``notes`` says so in words.
    """

    stamp: str = ""
    checked: float = 0.0
    problems: list[str] = []
    accepted: list[str] = []
    notes: list[str] = []


@dataclass(frozen=True, kw_only=True)
class SnapshotStatus:
    """How an environment and its snapshots stand to each other.

    ``taken`` is when the newest snapshot was made (seconds since the epoch), ``problems`` what is
    wrong with the environment, ``lost_kernels`` the kernel specs that are gone or changed.
    """

    prefix: Path
    state: State
    taken: float | None = None
    problems: list[str] = field(default_factory=list)
    lost_kernels: list[str] = field(default_factory=list)
    why_impossible: str = ""
    #: Whether the newest snapshot is of the environment as it is.
    is_of_now: bool = False

    @property
    def can_restore(self) -> bool:
        """Whether something is lost that can be brought back."""
        if self.state in ("lost", "replaced"):
            return bool(self.lost_kernels) or self.taken is not None
        # Without a snapshot, packages may bring back what is missing.
        return bool(self.lost_kernels or self.problems)

    @property
    def words(self) -> str:
        """What is wrong as sentences; empty when all is well."""
        back = say("Its snapshot can bring it back.") if self.taken is not None else ""
        if self.state == "lost":
            return joined([say("It is gone."), back])
        if self.state == "replaced":
            return joined([say("Another environment was made in its place."), back])
        if self.problems:
            more = len(self.problems) - 1
            first = say("It is damaged: {problem}", problem=self.problems[0])
            counted = say("({more} more problems)", more=more) if more else ""
            return joined([first, counted, back])
        if self.lost_kernels:
            return say(
                "Its kernel {name} is gone or changed; it can be brought back.",
                name=self.lost_kernels[0],
            )
        return ""

    @property
    def outlook(self) -> str:
        """What a loss would mean, as a sentence."""
        if self.taken is not None:
            return say("A loss can be undone.")
        if self.state == "impossible":
            return say("A loss cannot be undone. {why}.", why=self.why_impossible)
        return say("A loss cannot be undone yet: no snapshot has been made.")


def look(prefix: Path, place: Place) -> SnapshotStatus:
    """Compare an environment with its snapshots by a few stats, and by what is known of it."""
    newest = place.newest()
    whole = place.newest(with_tree=True)
    found = [health.quick_problem(prefix)]
    if not found[0]:
        found = read_health(place).problems
    problems = [problem for problem in found if problem]
    lost = lost_specs(newest.kernels) if newest is not None else []
    state: State
    if newest is None:
        state = "none"
        problems = problems if is_folder(prefix / "conda-meta") else []
    elif not is_folder(prefix / "conda-meta"):
        state = "lost"
    elif whole is None:
        state = "impossible"
    elif not continues(whole, prefix):
        state = "replaced"
    elif problems:
        state = "damaged"
    else:
        state = "current" if state_key(prefix) == whole.key else "outdated"
    return SnapshotStatus(
        prefix=prefix,
        state=state,
        taken=whole.taken if whole is not None else None,
        problems=problems,
        lost_kernels=lost,
        why_impossible=newest.why_no_tree if newest is not None and whole is None else "",
        is_of_now=newest is not None and newest.key == state_key(prefix),
    )


def tell(environment: Environment, status: SnapshotStatus) -> None:
    """Say in a listing how an environment stands to its snapshots."""
    environment.snapshot_taken = status.taken
    environment.outlook = status.outlook
    environment.problems = status.problems
    environment.can_restore = status.can_restore
    if status.words:
        environment.is_broken, environment.broken_reason = True, status.words


def check_health(prefix: Path, place: Place, *, first: bool = False) -> list[str]:
    """Look thoroughly for what is wrong, unless nothing has changed since that was done last.

    One walk over all files tells whether something has; only then records are compared and the
    environment's Python is started.

    Parameters
    ----------
    first:
        Whether this is the state in which the environment was found. Files that are missing then
        (images are slimmed) are not taken for damage later.
    """
    plain = health.quick_problem(prefix)
    if plain:
        return [plain]
    now = tree_state(prefix, left_out(prefix))
    kept = read_health(place)
    age = time.time() - kept.checked
    if kept.stamp == now.stamp and not kept.problems and 0 <= age < _TRUSTED:
        return []
    missing = health.missing_files(prefix, now.paths)
    accepted = kept.accepted
    if first:
        accepted = sorted(file for files in missing.values() for file in files)
    problems = [
        *health.missing_problems(missing, frozenset(accepted)), *health.import_problems(prefix)
    ]  # fmt: skip
    found = Health(
        stamp=now.stamp, checked=time.time(), problems=problems, accepted=accepted,
        notes=health.missing_problems(missing, ()) if accepted else [],
    )  # fmt: skip
    if place.folder.is_dir():
        with suppress(OSError):
            text = msgspec.json.encode(found, enc_hook=taken_apart).decode()
            write_atomically(place.folder / _HEALTH, text, mode=0o600)
    return problems


def read_health(place: Place) -> Health:
    """Give what the last thorough look has found."""
    try:
        kept = msgspec.json.decode((place.folder / _HEALTH).read_bytes())
        return msgspec.convert(put_together(kept), Health)
    except (OSError, msgspec.MsgspecError):
        return Health()


def state_key(prefix: Path) -> str:
    """Give a text that changes with every change of packages: conda's, pip's and R's."""
    parts: list[str] = []
    for folder in (prefix / "conda-meta", *site_packages(prefix), prefix / "lib/R/library"):
        with suppress(OSError):
            parts.append(f"{folder.name}:{folder.stat().st_mtime_ns}")
    with suppress(OSError):
        parts.append(f"history:{(prefix / 'conda-meta' / 'history').stat().st_size}")
    return ",".join(parts)


def continues(generation: Generation, prefix: Path) -> bool:
    """Whether ``prefix`` is the environment of the snapshot, perhaps changed since.

    conda only ever adds to an environment's history; one made over the name has its own.
    """
    try:
        with (generation.tree / "conda-meta" / "history").open("rb") as old:
            before = old.read()
        with (prefix / "conda-meta" / "history").open("rb") as new:
            return new.read(len(before)) == before
    except OSError:
        return False


def real(prefix: Path) -> Path:
    """Give the path by which an environment's snapshots are found."""
    return Path(os.path.realpath(prefix))
