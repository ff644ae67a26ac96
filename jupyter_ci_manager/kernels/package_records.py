"""What is installed and with which files, read from records only: 100,000 paths in a blink."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T", "PathRecord", "FileRecord")


#: Where a Python package tells of itself (PEP 376), in conda's list of files.
_INFO = re.compile(
    r"(?P<site>.*site-packages)/(?P<folder>(?P<name>[^/]+?)-[^/]+\.(?:dist|egg)-info)"
)


class _Path(msgspec.Struct):
    path: str = msgspec.field(name="_path")
    sha256: str | None = None
    sha256_in_prefix: str | None = None
    size_in_bytes: int | None = None
    prefix_placeholder: str | None = None


class _Paths(msgspec.Struct):
    paths: list[_Path] | None = None


class PathRecord(msgspec.Struct):
    """What a record tells of a package's files."""

    name: str
    version: str = ""
    paths_data: _Paths | None = None

    def paths(self) -> list[str]:
        """Give the paths of its files."""
        return [entry.path for entry in (self.paths_data and self.paths_data.paths) or []]


class FileRecord(msgspec.Struct):
    """The names of a package's files, without what else is told of them."""

    name: str
    version: str = ""
    files: list[str] | None = None
    noarch: str | bool | None = None

    def paths(self) -> list[str]:
        """Give the paths of its files."""
        return self.files or []


def path_records(prefix: Path) -> Iterator[PathRecord]:
    """Give the files of conda's packages with their hashes.

    An unreadable record is passed over, and so is one whose package pip has replaced since: conda
    leaves it there, and what it tells is true no more.
    """
    return _read(prefix, msgspec.json.Decoder(PathRecord))


def file_records(prefix: Path) -> Iterator[FileRecord]:
    """Give the files of conda's packages; passes over what :func:`path_records` does."""
    return _read(prefix, msgspec.json.Decoder(FileRecord))


def pip_records(prefix: Path) -> Iterator[FileRecord]:
    """Give the files of the packages that something else than conda has installed (PEP 376)."""
    for site in site_packages(prefix):
        inner = site.relative_to(prefix)
        for info in site.glob("*.dist-info"):
            with suppress(OSError, UnicodeDecodeError, csv.Error):
                if (info / "INSTALLER").read_text("utf-8").strip() == "conda":
                    continue
                with (info / "RECORD").open(encoding="utf-8", newline="") as text:
                    names = [row[0] for row in csv.reader(text) if row]
                name, _, version = info.stem.partition("-")
                files = [os.path.normpath(f"{inner}/{name}") for name in names]
                yield FileRecord(name.lower().replace("_", "-"), version, files)


def installed_names(prefix: Path) -> dict[str, str]:
    """Give the name of every installed package by what its record is called.

    conda's and pip's alike; only folders are listed, nothing is read. Names are lower case, with
    dashes.
    """
    found = {path.stem: path.stem.rsplit("-", 2)[0] for path in prefix.glob("conda-meta/*.json")}
    for site in site_packages(prefix):
        for ending in ("dist-info", "egg-info"):
            # Dashes in the name itself are underlines there.
            names = (path.name for path in site.glob(f"*.{ending}"))
            found |= {name: name.partition("-")[0] for name in names}
    return {entry: name.lower().replace("_", "-") for entry, name in found.items()}


def site_packages(prefix: Path) -> list[Path]:
    """Give the folders of an environment's Python packages."""
    places = [*prefix.glob("lib/python3*/site-packages"), prefix / "Lib" / "site-packages"]
    return [place for place in places if place.is_dir()]


def _read(prefix: Path, decoder: msgspec.json.Decoder[T]) -> Iterator[T]:
    known = {
        site.relative_to(prefix).as_posix(): [info.name for info in site.glob("*-info")]
        for site in site_packages(prefix)
    }
    for file in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            record = decoder.decode(file.read_bytes())
        except (OSError, msgspec.MsgspecError):
            continue
        if not _is_replaced(record.paths(), known):
            yield record


def _is_replaced(paths: Iterable[str], known: dict[str, list[str]]) -> bool:
    """Whether what the package told of itself is gone, and another version tells of itself."""
    for path in paths:
        found = _INFO.match(path) if "-info/" in path else None
        if found is not None:
            there = known.get(found["site"], [])
            return found["folder"] not in there and any(
                name.partition("-")[0].lower() == found["name"].lower() for name in there
            )
    return False
