"""The manifest of a kept tree: what lay where, with hashes that prove it later."""

from __future__ import annotations

import base64
import csv
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from .package_records import path_records, site_packages

#: Size and SHA-256 (in hex) of a file by its path, as packages tell them.
Known = Mapping[str, tuple[int, str]]
_BLOCK = 1 << 20
#: Files that are read at once: reading and hashing leave the interpreter free.
_THREADS = min(4, (os.cpu_count() or 1) + 1)
_BATCH = 512


class Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One file or symbolic link: ``target`` for a link, else ``size``, ``sha256`` and ``mode``."""

    path: str
    size: int = 0
    sha256: str = ""
    mode: int = 0
    target: str | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How a tree differs from its manifest: paths with another content (or gone), other modes."""

    content: list[str]
    modes: dict[str, int]


def entry_of(entry: os.DirEntry[str], path: str, known: tuple[int, str] | None) -> Entry:
    """Give the manifest's line for a file; one whose size is the known one is not read."""
    if entry.is_symlink():
        return Entry(path, target=os.readlink(entry.path))
    found = entry.stat(follow_symlinks=False)
    digest = known[1] if known is not None and known[0] == found.st_size else sha256(entry.path)
    return Entry(path, found.st_size, digest, stat.S_IMODE(found.st_mode))


def compare(
    root: Path, entries: Iterable[Entry], pause: Callable[[], None] = lambda: None
) -> Difference:
    """Read every file of a tree and tell what is not as the manifest says."""
    listed = list(entries)
    content, modes = [], {}
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="compare") as pool:
        for start in range(0, len(listed), _BATCH):
            pause()
            batch = listed[start : start + _BATCH]
            for entry, mode in zip(batch, pool.map(partial(_mode_now, root), batch), strict=True):
                if mode is None:
                    content.append(entry.path)
                elif entry.target is None and mode != entry.mode:
                    modes[entry.path] = entry.mode
    return Difference(content=content, modes=modes)


def altered_files(
    prefix: Path, look: Callable[[int, int], None] = lambda done, total: None
) -> list[str]:
    """Read every file that packages' records tell of; give those that are another's content.

    What is not there is not among them, nor is a link: it is not what a record's hash is of.

    Parameters
    ----------
    look:
        Hears after each few hundred files how many of how many have been read.
    """
    known = [
        (f"{prefix}/{path}", path, digest) for path, (_, digest) in known_files(prefix).items()
    ]
    altered = []
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="altered") as pool:
        for start in range(0, len(known), _BATCH):
            look(start, len(known))
            batch = known[start : start + _BATCH]
            found = pool.map(_is_altered, (file for file, _, _ in batch), (d for _, _, d in batch))
            altered += [path for (_, path, _), is_so in zip(batch, found, strict=True) if is_so]
    return sorted(altered)


def dump(entries: list[Entry]) -> bytes:
    """Give a manifest as JSON."""
    return msgspec.json.encode(entries)


def load(text: bytes) -> list[Entry]:
    """Read what :func:`dump` has given.

    Raises
    ------
    msgspec.MsgspecError
        It is something else.
    """
    return msgspec.json.decode(text, type=list[Entry])


def known_files(prefix: Path) -> dict[str, tuple[int, str]]:
    """Give size and hash of the files that conda's and pip's records tell of."""
    known: dict[str, tuple[int, str]] = {}
    for site in site_packages(prefix):
        for file in site.glob("*.dist-info/RECORD"):
            known |= _from_pip(file, site.relative_to(prefix))
    for record in path_records(prefix):
        for entry in (record.paths_data and record.paths_data.paths) or []:
            digest = entry.sha256_in_prefix or entry.sha256
            if entry.prefix_placeholder and not entry.sha256_in_prefix:
                continue
            if digest and entry.size_in_bytes is not None:
                known[entry.path] = (entry.size_in_bytes, digest)
    return known


def sha256(file: str) -> str:
    """Give the SHA-256 of a file's content, in hex."""
    digest = hashlib.sha256()
    with open(file, "rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _is_altered(file: str, packed: str) -> bool:
    try:
        # A symbolic link is followed by none; a folder in a file's place is a file that is missing.
        return stat.S_ISREG(os.lstat(file).st_mode) and sha256(file) != packed
    except FileNotFoundError:
        return False
    except OSError:
        # What its disk no longer gives.
        return True


def _from_pip(file: Path, site: Path) -> dict[str, tuple[int, str]]:
    """Read pip's list of installed files (PEP 376): path, hash in base 64, size."""
    found = {}
    with suppress(OSError, ValueError, csv.Error), file.open(encoding="utf-8", newline="") as text:
        for row in csv.reader(text):
            if len(row) < 3 or not row[1].startswith("sha256=") or not row[2].isdigit():
                continue
            raw = base64.urlsafe_b64decode(row[1][7:] + "==")
            path = os.path.normpath(f"{site}/{row[0]}")
            found[path] = (int(row[2]), raw.hex())
    return found


def _mode_now(root: Path, entry: Entry) -> int | None:
    """Give a file's mode when its content is the manifest's; ``None`` when it is not."""
    file = f"{root}/{entry.path}"
    try:
        found = os.lstat(file)
        if entry.target is not None:
            same = stat.S_ISLNK(found.st_mode) and os.readlink(file) == entry.target
        else:
            same = (
                stat.S_ISREG(found.st_mode)
                and found.st_size == entry.size
                and sha256(file) == entry.sha256
            )
    except OSError:
        return None
    return stat.S_IMODE(found.st_mode) if same else None
