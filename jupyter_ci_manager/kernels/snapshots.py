"""Snapshots of protected environments: what was lost outside our reach comes back.

A snapshot is a tree of hard links outside conda's ``envs_dirs``, a manifest of hashes, and copies
of the environment's kernel specs. It is renewed only from a healthy environment that continues
the one in the last snapshot, and two generations are kept, so neither damage nor an environment
made over the name ever becomes the snapshot.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock

from ..config import Settings
from ..errors import NotFound, Refused
from . import health, linked_tree
from .engines import Report, Silent, SolveRequest
from .engines.bookkeeping import remember, write_atomically
from .engines.condarc import read_condarc
from .engines.folders import make_private, package_cache
from .engines.rattler_errors import translated
from .environments import records
from .spec_copies import copy_specs, lost_specs, put_back_specs

State = Literal["none", "current", "outdated", "lost", "replaced", "damaged", "impossible"]
_GENERATIONS = 2
_WORDS = {
    "lost": "It is gone. Its snapshot can bring it back.",
    "replaced": "Another environment was made in its place. Its snapshot can bring it back.",
    "damaged": "It is damaged. Its snapshot can bring it back.",
}


@dataclass(frozen=True, kw_only=True)
class SnapshotStatus:
    """How an environment and its snapshot stand to each other.

    ``taken`` is when the newest snapshot was made (seconds since the epoch), ``problems`` what is
    wrong with the environment, ``lost_kernels`` the kernel specs that are gone or changed.
    """

    prefix: Path
    state: State
    taken: float | None = None
    problems: list[str] = field(default_factory=list)
    lost_kernels: list[str] = field(default_factory=list)

    @property
    def can_restore(self) -> bool:
        """Whether there is something lost that a snapshot can bring back."""
        return self.taken is not None and (
            self.state in ("lost", "replaced", "damaged") or bool(self.lost_kernels)
        )

    @property
    def words(self) -> str:
        """The state as a sentence; empty when all is well."""
        if self.state in _WORDS:
            return _WORDS[self.state]
        if self.lost_kernels:
            return f"Its kernel {self.lost_kernels[0]} is gone or changed; it can be brought back."
        if self.state == "impossible":
            return "Links are not possible here: a loss could not be undone."
        return ""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restoration did: files, kernel specs, packages laid down anew, what is still wrong."""

    prefix: Path
    files: int = 0
    kernels: list[str] = field(default_factory=list)
    reinstalled: list[str] = field(default_factory=list)
    kept_aside: Path | None = None
    problems: list[str] = field(default_factory=list)


class Snapshots:
    """The snapshots of one user."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._condarc = read_condarc()

    def known(self) -> list[Path]:
        """Give the prefixes that have a snapshot, whether the environments exist or not."""
        found = []
        for place in self._index().values():
            info = self._newest(Path(place))
            if info is not None:
                found.append(Path(info["prefix"]))
        return sorted(found)

    def status(self, prefix: Path, *, thorough: bool = False) -> SnapshotStatus:
        """Compare an environment with its snapshot.

        Parameters
        ----------
        thorough:
            Also look at every file and start the environment's Python (half a second); without
            it a few stats are all.
        """
        prefix = _real(prefix)
        info = self._newest(self._place(prefix))
        found = health.problems(prefix) if thorough else _listed(health.quick_problem(prefix))
        if info is None:
            marked = self._place(prefix).with_suffix(".impossible").exists()
            state: State = "impossible" if marked else "none"
            return SnapshotStatus(prefix=prefix, state=state, problems=found)
        folder = Path(info["folder"])
        if not prefix.is_dir() or not (prefix / "conda-meta").is_dir():
            state = "lost"
        elif not _continues(folder / "tree", prefix):
            state = "replaced"
        elif found:
            state = "damaged"
        else:
            state = "current" if _state_key(prefix) == info["key"] else "outdated"
        return SnapshotStatus(
            prefix=prefix,
            state=state,
            taken=info["taken"],
            problems=found,
            lost_kernels=lost_specs(folder / "kernels"),
        )

    def take(self, prefix: Path, report: Report | None = None) -> SnapshotStatus:
        """Make or renew the snapshot of an environment, when it is well.

        Raises
        ------
        Refused
            The environment is damaged or replaced (``environment_damaged``), or links are not
            possible where it lies (``snapshot_impossible``).
        NotFound
            There is no environment.
        """
        report = report or Silent()
        prefix = _real(prefix)
        if not (prefix / "conda-meta").is_dir():
            raise NotFound(f"There is no environment at {prefix}.", code="environment_not_found")
        if (prefix / "condabin").is_dir():
            # Its folder holds all other environments: it cannot be put back as one.
            raise Refused(
                f"{prefix} is conda's base environment, of which no snapshot is made.",
                hint="Install conda anew when it is lost; environments beside it stay.",
                code="snapshot_impossible",
            )
        before = self.status(prefix)
        if before.state == "current" and not before.lost_kernels:
            return before
        before = self.status(prefix, thorough=True)
        if before.state in ("replaced", "damaged") or before.problems:
            raise Refused(
                f"No snapshot of {prefix.name} is made: {(before.problems or [before.words])[0]}",
                hint="Repair the environment first; the last good snapshot is kept.",
                code="environment_damaged",
                details={"problems": before.problems},
            )
        place = self._place(prefix)
        with translated("link"):
            make_private(place.parent)
            with FileLock(f"{place}.lock", timeout=600):
                self._make_generation(prefix, place, report)
                self._remember_place(prefix, place)
        return self.status(prefix)

    def restore(self, prefix: Path, report: Report | None = None) -> Restored:
        """Bring an environment and its kernel specs back at the same prefix.

        Files that were altered in place since the snapshot are laid down anew from their
        packages, where those are in reach. What stood at the prefix is kept aside.

        Raises
        ------
        NotFound
            There is no snapshot.
        """
        return self._bring_back(_real(prefix), report or Silent())

    def _bring_back(self, prefix: Path, report: Report, *, whatever: bool = False) -> Restored:
        place = self._place(prefix)
        info = self._newest(place)
        if info is None:
            raise NotFound(
                f"There is no snapshot of {prefix}.",
                hint="Only what was protected before it was lost can be brought back.",
                code="no_snapshot",
            )
        folder = Path(info["folder"])
        with translated("link"), FileLock(f"{place}.lock", timeout=600):
            status = self.status(prefix, thorough=True)
            if status.state in ("current", "outdated") and not whatever:
                kernels = put_back_specs(folder / "kernels")
                return Restored(prefix=prefix, kernels=kernels)
            report.phase("check")
            entries = linked_tree.load((folder / "manifest.json").read_text("utf-8"))
            wrong = linked_tree.altered(folder / "tree", entries, report.check_cancelled)
            report.phase("link")
            files, aside = self._put_back(prefix, folder, place, report)
        remember(prefix)
        again = self._lay_down_anew(prefix, wrong, report)
        kernels = put_back_specs(folder / "kernels")
        return Restored(
            prefix=prefix,
            files=files,
            kernels=kernels,
            reinstalled=again,
            kept_aside=aside,
            problems=health.problems(prefix),
        )

    def roll_back(self, prefix: Path, report: Report | None = None) -> Restored:
        """Bring the newest snapshot back, whatever state the environment is in.

        Raises
        ------
        NotFound
            There is no snapshot.
        """
        return self._bring_back(_real(prefix), report or Silent(), whatever=True)

    def discard(self, prefix: Path) -> None:
        """Remove the snapshots of an environment."""
        place = self._place(_real(prefix))
        shutil.rmtree(place, ignore_errors=True)
        index = self._index()
        if index.pop(str(_real(prefix)), None) is not None:
            self._write_index(index)

    def _make_generation(self, prefix: Path, place: Path, report: Report) -> None:
        scratch = place / f".new-{secrets.token_hex(4)}"
        make_private(place)
        for left in place.glob(".new-*"):
            shutil.rmtree(left, ignore_errors=True)
        scratch.mkdir(mode=0o700)
        key = _state_key(prefix)
        mark = place.with_suffix(".impossible")
        try:
            linked_tree.link_tree(prefix, scratch / "tree", pause=report.check_cancelled)
            entries = linked_tree.manifest(
                scratch / "tree", _known_files(prefix), report.check_cancelled
            )
            (scratch / "manifest.json").write_text(linked_tree.dump(entries), "utf-8")
            copy_specs(prefix, scratch / "kernels")
            info = {"prefix": str(prefix), "taken": time.time(), "key": key}
            (scratch / "snapshot.json").write_text(json.dumps(info), "utf-8")
            if _state_key(prefix) != key:
                raise Refused(
                    f"{prefix.name} was changed meanwhile, so no snapshot of it is made.",
                    hint="It is tried again later.",
                    code="environment_busy",
                )
            numbers = [int(p.name) for p in place.iterdir() if p.name.isdigit()]
            scratch.rename(place / f"{max(numbers, default=0) + 1:06d}")
            mark.unlink(missing_ok=True)
        except linked_tree.LinksNotPossible as error:
            mark.touch()
            raise Refused(
                f"Links are not possible between {prefix} and {place.parent}, so a loss of "
                f"{prefix.name} could not be undone.",
                hint="Have an administrator run this for environments of another owner.",
                code="snapshot_impossible",
            ) from error
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        for old in sorted(p for p in place.iterdir() if p.name.isdigit())[:-_GENERATIONS]:
            shutil.rmtree(old, ignore_errors=True)

    def _put_back(
        self, prefix: Path, folder: Path, place: Path, report: Report
    ) -> tuple[int, Path | None]:
        prefix.parent.mkdir(parents=True, exist_ok=True)
        fresh = prefix.with_name(f".restored-{prefix.name}-{secrets.token_hex(4)}")
        aside: Path | None = None
        try:
            files = linked_tree.link_tree(folder / "tree", fresh, pause=report.check_cancelled)
            report.progress(files, files, "files")
            if os.path.lexists(prefix):
                aside = place / f"aside-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
                prefix.rename(aside)
            fresh.rename(prefix)
        except BaseException:
            if aside is not None and not os.path.lexists(prefix):
                aside.rename(prefix)
            raise
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        return files, aside

    def _lay_down_anew(self, prefix: Path, wrong: list[str], report: Report) -> list[str]:
        """Reinstall the packages of altered files; a file of no package stays as it is."""
        from .engines import choose_engine

        if not wrong:
            return []
        damaged = set(wrong)
        names = sorted(
            str(record["name"])
            for record in records(prefix)
            if damaged & {str(name) for name in record.get("files") or []}
        )
        if names:
            report.log(f"altered since the snapshot: {', '.join(names)}")
            engine, _ = choose_engine(self._settings, "rattler")
            try:
                plan = engine.solve(SolveRequest(prefix=prefix, repair=tuple(names)), report)
                engine.apply(plan, prefix, report)
            except Exception as error:
                report.log(f"they could not be laid down anew: {error}")
                return []
        return names

    def _place(self, prefix: Path) -> Path:
        """Give the folder of an environment's snapshots, on the same file system as it."""
        noted = self._index().get(str(prefix))
        if noted is not None:
            return Path(noted)
        digest = hashlib.sha256(str(prefix).encode()).hexdigest()[:12]
        root = package_cache(prefix, self._settings, self._condarc) / "snapshots"
        return root / f"{prefix.name}-{digest}"

    def _newest(self, place: Path) -> dict[str, Any] | None:
        for folder in sorted((p for p in place.glob("[0-9]*")), reverse=True):
            try:
                info = json.loads((folder / "snapshot.json").read_text("utf-8"))
                if (folder / "tree").is_dir() and (folder / "manifest.json").is_file():
                    return {**info, "folder": str(folder)}
            except (OSError, ValueError):
                continue
        return None

    def _index_file(self) -> Path:
        from jupyter_core.paths import jupyter_data_dir

        return Path(jupyter_data_dir()) / "ci-manager" / "snapshots.json"

    def _index(self) -> dict[str, str]:
        try:
            data = json.loads(self._index_file().read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}

    def _remember_place(self, prefix: Path, place: Path) -> None:
        self._write_index(self._index() | {str(prefix): str(place)})

    def _write_index(self, index: dict[str, str]) -> None:
        file = self._index_file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(file, json.dumps(index, indent=1), mode=0o600)


def _real(prefix: Path) -> Path:
    return Path(os.path.realpath(prefix))


def _listed(problem: str) -> list[str]:
    return [problem] if problem else []


def _state_key(prefix: Path) -> str:
    """Give a text that changes with every change of packages, conda's and pip's."""
    parts: list[str] = []
    folders = [prefix / "conda-meta", *prefix.glob("lib/python3*/site-packages")]
    for folder in folders:
        with suppress(OSError):
            parts.append(f"{folder.name}:{folder.stat().st_mtime_ns}")
    with suppress(OSError):
        parts.append(f"history:{(prefix / 'conda-meta' / 'history').stat().st_size}")
    return ",".join(parts)


def _continues(snapshot: Path, prefix: Path) -> bool:
    """Whether ``prefix`` is the environment of the snapshot, perhaps changed since.

    conda only ever adds to an environment's history; one made over the name has its own.
    """
    try:
        old = (snapshot / "conda-meta" / "history").read_bytes()
        new = (prefix / "conda-meta" / "history").read_bytes()
    except OSError:
        return False
    return new.startswith(old)


def _known_files(prefix: Path) -> dict[str, tuple[int, str]]:
    """Give size and hash of the files that conda's records tell of."""
    known: dict[str, tuple[int, str]] = {}
    for record in records(prefix):
        paths = (record.get("paths_data") or {}).get("paths") or []
        for entry in paths:
            digest = entry.get("sha256_in_prefix") or entry.get("sha256")
            if entry.get("prefix_placeholder") and not entry.get("sha256_in_prefix"):
                continue
            size = entry.get("size_in_bytes")
            if digest and isinstance(size, int):
                known[str(entry["_path"])] = (size, str(digest))
    return known
