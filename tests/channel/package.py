"""Writing one conda package from a tree of files."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from conda_package_streaming.create import conda_builder

#: What stands for the environment's prefix in packed files, as long as conda-build makes it.
PLACEHOLDER = "/opt/placeholder_" + "placehold_" * 23 + "_" * (255 - 17 - 230)
#: The time of every file and package: the same input gives the same package, byte for byte.
EPOCH = 1_704_067_200

assert len(PLACEHOLDER) == 255


@dataclass
class Package:
    """A package to write.

    ``subdir`` is ``noarch`` or the platform's; ``entry_points`` are those of a ``noarch: python``
    package (``command = module:function``). ``files`` maps paths in the package to files, bytes,
    or (as ``Path`` of a symbolic link) links.
    """

    name: str
    version: str
    subdir: str
    build_string: str = "0"
    build_number: int = 0
    depends: list[str] = field(default_factory=list)
    constrains: list[str] = field(default_factory=list)
    noarch_python: bool = False
    entry_points: list[str] = field(default_factory=list)
    license: str = ""
    files: dict[str, Path | bytes] = field(default_factory=dict)
    executable: set[str] = field(default_factory=set)

    @property
    def stem(self) -> str:
        return f"{self.name}-{self.version}-{self.build_string}"

    def add_tree(self, root: Path, under: str = "", *, skip: Iterable[str] = ()) -> None:
        """Add all files below ``root``; folders named in ``skip`` are left out."""
        unwanted = set(skip)
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(f for f in folders if f not in unwanted)
            links = [f for f in folders if (Path(folder) / f).is_symlink()]
            for name in sorted([*names, *links]):
                path = Path(folder) / name
                self.files[(Path(under) / path.relative_to(root)).as_posix()] = path


def write(package: Package, channel: Path) -> Path:
    """Write ``package`` into ``channel`` as a ``.conda`` archive and give its path."""
    folder = channel / package.subdir
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    members: list[tuple[tarfile.TarInfo, bytes]] = []
    for name in sorted(package.files):
        entry, info, data = _member(name, package)
        paths.append(entry)
        members.append((info, data))
    with conda_builder(package.stem, folder, compression_level=3) as tar:
        for name, content in _metadata(package, paths).items():
            tar.addfile(_tarinfo(f"info/{name}", len(content)), io.BytesIO(content))
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return folder / f"{package.stem}.conda"


def _tarinfo(name: str, size: int, mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, mode, EPOCH
    return info


def _member(name: str, package: Package) -> tuple[dict[str, object], tarfile.TarInfo, bytes]:
    source = package.files[name]
    if isinstance(source, Path) and source.is_symlink():
        info = _tarinfo(name, 0, 0o777)
        info.type, info.linkname = tarfile.SYMTYPE, str(source.readlink())
        return {"_path": name, "path_type": "softlink", **_digest(b"")}, info, b""
    data = source if isinstance(source, bytes) else source.read_bytes()
    runs = name in package.executable or (
        isinstance(source, Path) and bool(source.stat().st_mode & stat.S_IXUSR)
    )
    entry: dict[str, object] = {"_path": name, "path_type": "hardlink", **_digest(data)}
    if PLACEHOLDER.encode() in data:
        entry["prefix_placeholder"] = PLACEHOLDER
        entry["file_mode"] = "binary" if b"\0" in data else "text"
    return entry, _tarinfo(name, len(data), 0o755 if runs else 0o644), data


def _digest(data: bytes) -> dict[str, object]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "size_in_bytes": len(data)}


def _metadata(package: Package, paths: list[dict[str, object]]) -> dict[str, bytes]:
    index: dict[str, object] = {
        "name": package.name,
        "version": package.version,
        "build": package.build_string,
        "build_number": package.build_number,
        "depends": package.depends,
        "constrains": package.constrains,
        "license": package.license,
        "subdir": package.subdir,
        "timestamp": EPOCH * 1000,
    }
    if package.subdir == "noarch":
        index["noarch"] = "python" if package.noarch_python else "generic"
    else:
        platform, _, arch = package.subdir.partition("-")
        index["platform"] = platform
        index["arch"] = "x86_64" if arch == "64" else arch
    documents: dict[str, object] = {
        "index.json": index,
        "about.json": {"summary": f"{package.name}, packed for tests", "license": package.license},
        "paths.json": {"paths": paths, "paths_version": 1},
    }
    if package.noarch_python:
        documents["link.json"] = {
            "noarch": {"entry_points": package.entry_points, "type": "python"},
            "package_metadata_version": 1,
        }
    out = {
        name: json.dumps(content, indent=1, sort_keys=True).encode()
        for name, content in documents.items()
    }
    out["files"] = "".join(f"{entry['_path']}\n" for entry in paths).encode()
    prefixed = [e for e in paths if "prefix_placeholder" in e]
    if prefixed:
        out["has_prefix"] = "".join(
            f'"{PLACEHOLDER}" "{e["file_mode"]}" "{e["_path"]}"\n' for e in prefixed
        ).encode()
    return out
