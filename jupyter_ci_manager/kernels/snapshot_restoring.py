"""Bringing an environment back from a snapshot, at the same prefix."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from ..config import Settings
from ..sentences import say
from . import pip
from .damage import damage_of
from .engines import Report, SolveRequest
from .engines.bookkeeping import remember
from .engines.rattler_errors import translated
from .linked_tree import link_tree
from .snapshot_store import Generation, Place
from .spec_copies import put_back_specs
from .tree_manifest import compare, known_files, sha256


@dataclass(kw_only=True)
class Restored:
    """What a restoration did: files, kernel specs, packages laid down anew, what is still wrong."""

    prefix: Path
    files: int = 0
    kernels: list[str] = field(default_factory=list)
    reinstalled: list[str] = field(default_factory=list)
    kept_aside: Path | None = None
    problems: list[str] = field(default_factory=list)
    #: Paths whose content is not what it was when they were kept.
    altered: list[str] = field(default_factory=list)


class Restoring:
    """One restoration."""

    def __init__(self, prefix: Path, place: Place, settings: Settings, report: Report) -> None:
        self._prefix = prefix
        self._place = place
        self._settings = settings
        self._report = report

    def put_back(self, generation: Generation) -> Restored:
        """Put the kept files and kernel specs where they were; what stands there goes aside.

        Raises
        ------
        OSError
            It cannot be done; then what stood there stands there still.
        """
        report = self._report
        report.phase("check")
        unchecked = []
        try:
            entries = generation.manifest()
        except (OSError, msgspec.MsgspecError) as error:
            report.log(f"the manifest cannot be read: {error}")
            unchecked.append(say("Its manifest cannot be read, so its files could not be checked."))
            entries = []
        found = compare(generation.tree, entries, report.check_cancelled)
        for path, mode in found.modes.items():
            with suppress(OSError):
                (generation.tree / path).chmod(mode)
        report.phase("link")
        # Beside the kept tree: there links are possible, and so is the rename into place.
        fresh = self._place.folder / f".restored-{secrets.token_hex(4)}"
        try:
            files = link_tree(generation.tree, fresh, pause=report.check_cancelled).files
            report.progress(files, files, "files")
            for path in found.content:
                # Python compiles anew what it does not find.
                if path.endswith(".pyc"):
                    (fresh / path).unlink(missing_ok=True)
            aside = self._place.new_aside()
            if generation.left_out:
                self._exchange_entries(fresh, aside, set(generation.left_out))
            else:
                self._exchange(fresh, aside)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        remember(self._prefix)
        kernels, refused = put_back_specs(generation.kernels)
        return Restored(
            prefix=self._prefix,
            files=files,
            kernels=kernels,
            kept_aside=aside if aside.exists() else None,
            problems=[*unchecked, *refused],
            altered=[path for path in found.content if not path.endswith(".pyc")],
        )

    def mend(self, restored: Restored) -> Restored:
        """Lay the packages of altered and of missing files down anew, where they are in reach."""
        altered = set(restored.altered)
        damage = damage_of(self._prefix, altered)
        if damage.conda:
            self._report.log(f"laid down anew: {', '.join(damage.conda)}")
            restored.reinstalled += self._by_conda(damage.conda)
        if damage.pip:
            self._report.log(f"laid down anew by pip: {', '.join(damage.pip)}")
            restored.reinstalled += self._by_pip(damage.pip)
        restored.problems += self._still_altered(altered)
        return restored

    def _exchange(self, fresh: Path, aside: Path) -> None:
        """Put a whole environment in its place by two renames."""
        prefix = self._prefix
        prefix.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(prefix):
            fresh.rename(prefix)
            return
        prefix.rename(aside)
        try:
            fresh.rename(prefix)
        except BaseException:
            aside.rename(prefix)
            raise

    def _exchange_entries(self, fresh: Path, aside: Path, left_out: set[str]) -> None:
        """Put base in its place entry by entry: what it only holds for others stays.

        A run over what an interrupted one left completes it.
        """
        prefix = self._prefix
        prefix.mkdir(parents=True, exist_ok=True)
        aside.mkdir(mode=0o700)
        done: list[tuple[Path, Path]] = []

        def move(source: Path, target: Path) -> None:
            source.rename(target)
            done.append((source, target))

        try:
            wanted = {entry.name for entry in fresh.iterdir()}
            there = {entry.name for entry in prefix.iterdir()} - left_out
            for name in sorted(wanted | there):
                if name in there:
                    move(prefix / name, aside / name)
                if name in wanted:
                    move(fresh / name, prefix / name)
        except BaseException:
            for source, target in reversed(done):
                target.rename(source)
            aside.rmdir()
            raise

    def _by_conda(self, names: list[str]) -> list[str]:
        from .engines import choose_engine

        try:
            engine, _ = choose_engine(self._settings, "rattler")
            request = SolveRequest(prefix=self._prefix, repair=tuple(names))
            engine.apply(engine.solve(request, self._report), self._prefix, self._report)
        except Exception as error:
            self._report.log(f"they could not be laid down anew: {error}")
            return []
        return names

    def _by_pip(self, requirements: list[str]) -> list[str]:
        try:
            with translated("link"):
                pip.reinstall(self._prefix, requirements, self._report)
        except Exception as error:
            self._report.log(f"pip could not lay them down anew: {error}")
            return []
        return [requirement.partition("==")[0] for requirement in requirements]

    def _still_altered(self, altered: set[str]) -> list[str]:
        """Say which files stay as somebody has written them."""
        if not altered:
            return []
        known = known_files(self._prefix)
        left = []
        for path in sorted(altered):
            file = self._prefix / path
            with suppress(OSError):
                expected = known.get(path)
                if expected is None or expected[1] != sha256(str(file)):
                    left.append(path)
        if not left:
            return []
        if len(left) == 1:
            return [
                say(
                    "{file} was altered in place since the snapshot and could not be undone.",
                    file=left[0],
                )
            ]
        return [
            say(
                "{file} and {more} more was altered in place since the snapshot and could not be "
                "undone.",
                file=left[0],
                more=len(left) - 1,
            )
        ]
