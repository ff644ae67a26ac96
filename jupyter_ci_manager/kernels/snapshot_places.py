"""Where the snapshots of an environment are kept: where its files can be linked to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from ..config import Settings
from ..errors import CIManagerError, NotPermitted
from ..jobs.paths import data_folder
from ..sentences import say
from .engines.bookkeeping import write_atomically
from .engines.condarc import read_condarc
from .engines.folders import is_writable, make_private, package_cache
from .linked_tree import way_between
from .snapshot_store import Place


class Places:
    """The places of one user's snapshots; an index tells those that are in use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._condarc = read_condarc()

    def of(self, prefix: Path) -> Place:
        """Give the place of an environment's snapshots, whether there are any or not."""
        noted = self._index().get(str(prefix))
        if noted is not None:
            return Place(Path(noted), prefix)
        roots = list(self._roots(prefix))
        # The index may be lost where the snapshots are not.
        found = next((root for root in roots if (root / _name(prefix)).is_dir()), roots[0])
        return Place(found / _name(prefix), prefix)

    def choose(self, prefix: Path) -> tuple[Place, bool]:
        """Give the best place for an environment's next snapshot, and whether files can be kept.

        What can be linked is linked; a reflink does where that is not permitted.

        Raises
        ------
        NotPermitted
            No place can be written.
        """
        # A file of conda's, for that one belongs to whom the rest belongs.
        file = prefix / "conda-meta" / "history"
        before = self._index().get(str(prefix))
        noted = [Path(before).parent] if before else []
        roots = list(dict.fromkeys([*noted, *self._roots(prefix)]))
        ways = {}
        for root in roots:
            with suppress(CIManagerError, OSError):
                ways[root] = way_between(file, make_private(root))
                if ways[root] == "link":
                    break
        for wanted in ("link", "reflink"):
            for root, way in ways.items():
                if way == wanted:
                    return self._note(prefix, root), True
        if not ways:
            raise NotPermitted(
                say(
                    "No folder for snapshots of {name} can be written; {folder} is the "
                    "first of those that were tried.",
                    name=prefix.name,
                    folder=roots[0],
                ),
                hint=say("Make it writable for you, or ask an administrator."),
                code="folder_not_writable",
            )
        return self._note(prefix, next(iter(ways))), False

    def known(self) -> list[Place]:
        """Give the places in use."""
        return [Place(Path(folder), Path(prefix)) for prefix, folder in self._index().items()]

    def forget(self, prefix: Path) -> None:
        """Take an environment off the index."""
        if str(prefix) in self._index():
            self._write(prefix, None)

    def _note(self, prefix: Path, root: Path) -> Place:
        place = Place(make_private(root / _name(prefix)), prefix)
        if self._index().get(str(prefix)) != str(place.folder):
            self._write(prefix, place.folder)
        return place

    def _roots(self, prefix: Path) -> Iterator[Path]:
        """Give the folders to try: the user's data first, for caches are emptied without fear."""
        yield data_folder() / "snapshots"
        cache = package_cache(prefix, self._settings, self._condarc) / "snapshots"
        if self._settings.package_cache:
            yield cache
        # Beside the folder of environments rather than in it; hidden, so conda takes it for none.
        beside = [
            folder / ".jupyter-ci-manager" for folder in (prefix.parent.parent, prefix.parent)
        ]
        places = [beside[0] / "snapshots", cache, beside[1] / "snapshots"]
        yield from (place for place in places if is_writable(place))

    def _file(self) -> Path:
        return data_folder() / "snapshots.json"

    def _index(self) -> dict[str, str]:
        try:
            data = json.loads(self._file().read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}

    def _write(self, prefix: Path, folder: Path | None) -> None:
        """Note the place of one environment, or none; the others' stay as anybody noted them."""
        file = self._file()
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(f"{file}.lock"):
            index = self._index()
            index.pop(str(prefix), None)
            if folder is not None:
                index[str(prefix)] = str(folder)
            write_atomically(file, json.dumps(index, indent=1), mode=0o600)


def _name(prefix: Path) -> str:
    digest = hashlib.sha256(str(prefix).encode()).hexdigest()[:12]
    return f"{prefix.name}-{digest}"
