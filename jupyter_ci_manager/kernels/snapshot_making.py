"""Keeping an environment as it is now: its files by hard links, its kernel specs as copies."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..config import Settings
from ..errors import Refused
from ..sentences import say
from . import spec_copies
from .engines import Report
from .identity import left_out
from .linked_tree import LinksNotPossible, link_tree
from .protection import Policy
from .snapshot_errors import told
from .snapshot_state import state_key
from .snapshot_store import Place
from .tree_manifest import known_files


class Making:
    """One generation of an environment's snapshots, while nobody else is at work on them."""

    def __init__(self, prefix: Path, place: Place, settings: Settings, report: Report) -> None:
        self._prefix = prefix
        self._place = place
        self._settings = settings
        self._report = report

    def with_tree(self) -> str:
        """Keep everything; gives why that was not possible, or nothing.

        Raises
        ------
        Refused
            The environment was changed meanwhile (``environment_busy``).
        DiskFull, NotPermitted
            It cannot be kept.
        """
        prefix, place = self._prefix, self._place
        key = state_key(prefix)
        out = left_out(prefix)
        with told(not_made(prefix)), place.scratch() as scratch:
            try:
                laid = link_tree(
                    prefix, scratch / "tree", pause=self._report.check_cancelled, left_out=out,
                    known=known_files(prefix),
                )  # fmt: skip
            except LinksNotPossible as error:
                return say(
                    "Links are not possible between {filename} and {parent}",
                    filename=error.filename,
                    parent=place.folder.parent,
                )
            self._copy_kernels(scratch / "kernels")
            if state_key(prefix) != key:
                raise Refused(
                    say(
                        "{name} was changed meanwhile, so no snapshot of it is made.",
                        name=prefix.name,
                    ),
                    hint=say("It is tried again later."),
                    code="environment_busy",
                )
            place.add(
                scratch, laid.entries, key=key, files=laid.files,
                left_out=sorted(out),
            )  # fmt: skip
        return ""

    def kernels_only(self, why: str) -> None:
        """Keep the kernel specs; ``why`` the files cannot be kept.

        Raises
        ------
        DiskFull, NotPermitted
            They cannot be kept either.
        """
        prefix, place = self._prefix, self._place
        with told(not_made(prefix)), place.scratch() as scratch:
            self._copy_kernels(scratch / "kernels")
            place.add(scratch, None, key=state_key(prefix), why_no_tree=why)

    def _copy_kernels(self, target: Path) -> None:
        """Copy the specs as they are; of a protected one that is lost, the last copy."""
        prefix, place = self._prefix, self._place
        spec_copies.copy_specs(prefix, target)
        last = place.newest()
        if last is not None:
            policy = Policy(self._settings)
            for name in spec_copies.lost_specs(last.kernels):
                if policy.describe_kernel(name, prefix=prefix) is not None:
                    shutil.rmtree(target / name, ignore_errors=True)
                    shutil.copytree(last.kernels / name, target / name)


def not_made(prefix: Path) -> str:
    """Say that a snapshot could not be made."""
    return say(
        "no snapshot of {name} was made; what was kept before is kept still", name=prefix.name
    )
