"""Snapshots on the disk: a folder for each environment, with its newest generations.

A generation holds ``snapshot.json``, ``kernels/`` (copies of the environment's kernel specs) and,
where files can be linked, ``tree/`` with its ``manifest.json``. It is made under another name and
renamed, so there is never half of one.
"""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ..sentences import put_together, taken_apart
from .tree_manifest import Entry, dump, load

GENERATIONS = 2
#: Folders with what stood where something was brought back; the newest are kept.
_KEPT_ASIDE = 2


@dataclass(frozen=True, kw_only=True)
class Generation:
    """One snapshot of an environment.

    ``key`` changes with its packages, ``why_no_tree`` says why its files are not among it.
    """

    folder: Path
    prefix: Path
    taken: float
    key: str
    files: int = 0
    left_out: tuple[str, ...] = ()
    why_no_tree: str = ""

    @property
    def number(self) -> int:
        """The generations of an environment are numbered from 1 on."""
        return int(self.folder.name)

    @property
    def tree(self) -> Path:
        """The kept files."""
        return self.folder / "tree"

    @property
    def kernels(self) -> Path:
        """The copies of the environment's kernel specs."""
        return self.folder / "kernels"

    @property
    def has_tree(self) -> bool:
        """Whether the environment itself can be brought back, and not its kernels only."""
        return self.tree.is_dir() and (self.folder / "manifest.json").is_file()

    def manifest(self) -> list[Entry]:
        """Read the manifest of the kept files.

        Raises
        ------
        OSError, msgspec.MsgspecError
            It cannot be read.
        """
        return load((self.folder / "manifest.json").read_bytes())


class Place:
    """The folder with the snapshots of one environment; another's are none of its own."""

    def __init__(self, folder: Path, prefix: Path) -> None:
        self.folder = folder
        self.prefix = prefix

    def generations(self) -> list[Generation]:
        """Give the generations, newest first; what is not whole does not count."""
        folders = [path for path in _entries(self.folder) if path.name.isdigit()]
        found = (_read(path) for path in sorted(folders, reverse=True))
        return [g for g in found if g is not None and g.prefix == self.prefix]

    def newest(self, *, with_tree: bool = False) -> Generation | None:
        """Give the newest generation, if there is any (that can bring the files back)."""
        return next((g for g in self.generations() if g.has_tree or not with_tree), None)

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """Give a private folder in which a generation is made; it is removed afterwards."""
        for pattern in (".new-*", ".old-*", ".restored-*"):
            for left in self.folder.glob(pattern):
                shutil.rmtree(left, ignore_errors=True)
        folder = self.folder / f".new-{secrets.token_hex(4)}"
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def add(self, scratch: Path, entries: list[Entry] | None, **facts: Any) -> None:
        """Make what lies in ``scratch`` the newest generation; too old ones go."""
        if entries is not None:
            (scratch / "manifest.json").write_bytes(dump(entries))
        written = {"prefix": str(self.prefix), "taken": time.time(), **facts}
        text = msgspec.json.encode(written, enc_hook=taken_apart)
        (scratch / "snapshot.json").write_bytes(text)
        numbers = [int(path.name) for path in _entries(self.folder) if path.name.isdigit()]
        scratch.rename(self.folder / f"{max(numbers, default=0) + 1:06d}")
        self._forget_old()

    def new_aside(self) -> Path:
        """Give a free path for what stands where something is brought back."""
        now, rest = divmod(time.time_ns(), 1_000_000_000)
        return (
            self.folder / f"aside-{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{rest:09d}"
        )

    def forget_old_asides(self) -> None:
        """Remove what was kept aside longest ago."""
        asides = sorted(self.folder.glob("aside-*"), key=lambda path: path.name)
        for old in asides[:-_KEPT_ASIDE]:
            shutil.rmtree(old, ignore_errors=True)

    def forget_kernel(self, name: str) -> None:
        """Forget the copies of one kernel spec."""
        for generation in self.generations():
            shutil.rmtree(generation.kernels / name, ignore_errors=True)

    def remove_all(self) -> None:
        """Remove every generation, and what was kept aside."""
        for folder in _entries(self.folder):
            if folder.name.isdigit():
                self._remove(folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _forget_old(self) -> None:
        whole = [g.folder for g in self.generations() if g.has_tree]
        bare = [g.folder for g in self.generations() if not g.has_tree]
        # One without files must not push out one that can bring them back.
        for old in (*whole[GENERATIONS:], *bare[1:]):
            self._remove(old)

    def _remove(self, folder: Path) -> None:
        """Remove a generation; whoever is interrupted leaves none that is half there."""
        going = self.folder / f".old-{secrets.token_hex(4)}"
        with suppress(OSError):
            folder.rename(going)
            shutil.rmtree(going, ignore_errors=True)


def _read(folder: Path) -> Generation | None:
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = put_together(json.loads((folder / "snapshot.json").read_text("utf-8")))
        return Generation(
            folder=folder,
            prefix=Path(data["prefix"]),
            taken=float(data["taken"]),
            key=str(data["key"]),
            files=int(data.get("files") or 0),
            left_out=tuple(data.get("left_out") or ()),
            why_no_tree=data.get("why_no_tree") or "",
        )
    return None


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
