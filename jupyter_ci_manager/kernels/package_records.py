"""What is installed and with which files, read from records only: 100,000 paths in a blink."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

T = TypeVar("T")


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


class FileRecord(msgspec.Struct):
    """The names of a package's files, without what else is told of them."""

    name: str
    version: str = ""
    files: list[str] | None = None


def path_records(prefix: Path) -> Iterator[PathRecord]:
    """Give every package's files with their hashes; an unreadable record is passed over."""
    return _read(prefix, msgspec.json.Decoder(PathRecord))


def file_records(prefix: Path) -> Iterator[FileRecord]:
    """Give every package's files; an unreadable record is passed over."""
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
    for file in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            yield decoder.decode(file.read_bytes())
        except (OSError, msgspec.MsgspecError):
            continue
