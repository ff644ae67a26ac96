"""A store of compiled modules, so that a new environment's first start is as fast as its second.

``noarch`` packages carry no ``.pyc`` files, and compiling them takes longer than all the rest.
They depend on the package and on Python's minor version only, so they are compiled once, kept
under ``<x.y>/<sha256 of the package>/`` and hard-linked into every further environment. The
``.pyc`` files carry the time and size of their sources; both are the same in every environment.

All environments share one file, so what befalls it befalls all of them. Its hash stands in each
environment's records, as conda's own do, so that who looks closely finds it out.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from .bookkeeping import write_atomically

#: Runs in the environment's own Python, which may be as old as 3.6: compiles what is listed.
_COMPILER = """\
import hashlib, json, os, py_compile, sys
for package in json.load(sys.stdin):
    hashes = {}
    scratch = package["target"] + ".%d" % os.getpid()
    for source, inner in package["files"]:
        target = os.path.join(scratch, inner)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            py_compile.compile(source, cfile=target, dfile=source, doraise=True)
        except (py_compile.PyCompileError, OSError, ValueError):
            continue
        with open(target, "rb") as compiled:
            content = compiled.read()
        hashes[inner] = [len(content), hashlib.sha256(content).hexdigest()]
    os.makedirs(scratch, exist_ok=True)
    with open(os.path.join(scratch, "hashes.json"), "w") as listing:
        json.dump(hashes, listing)
    try:
        os.rename(scratch, package["target"])
    except OSError:
        import shutil
        shutil.rmtree(scratch, ignore_errors=True)
"""


def is_filling(words: Sequence[str]) -> bool:
    """Say whether a process with this command line is one that fills a store."""
    return _COMPILER in words


class PycStore:
    """The store below one folder, which is the user's own (0700)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def link(self, prefix: Path, records: Iterable[Path]) -> int:
        """Link stored modules of freshly linked packages into ``prefix``; give how many.

        ``records`` are files of ``conda-meta``; they are rewritten to name what was added, as
        conda's own are, so that whoever removes the package removes these too.
        """
        return sum(self._link_one(prefix, path) for path in records)

    def forget(self, prefix: Path, files: Collection[str]) -> None:
        """Keep nothing of packages some of whose compiled modules, ``files``, are damaged.

        The records of ``prefix`` no longer say what these files hold: Python writes them anew.
        """
        for record in sorted((prefix / "conda-meta").glob("*.json")):
            data = _noarch_python(record)
            if set(files).isdisjoint(data.get("files") or ()):
                continue
            target, _ = self._sources(data)
            if target is not None:
                shutil.rmtree(target, ignore_errors=True)
            for entry in _paths(data):
                if entry.get("_path") in files:
                    entry.pop("sha256", None)
                    entry.pop("size_in_bytes", None)
            _write(record, data)

    def missing(self, prefix: Path) -> list[dict[str, Any]]:
        """Give what would have to be compiled for ``prefix``, as :meth:`fill` wants it."""
        wanted = []
        for record in sorted((prefix / "conda-meta").glob("*.json")):
            target, sources = self._sources(_noarch_python(record))
            if target is not None and sources and not target.is_dir():
                files = [[str(prefix / source), cached] for source, cached in sources]
                wanted.append({"target": str(target), "files": files})
        return wanted

    def fill(self, prefix: Path, *, wait: bool = False) -> subprocess.Popen[bytes] | None:
        """Compile what the store lacks for ``prefix`` in a process of low priority.

        The process outlives its starter unless ``wait`` is set; ``None`` when nothing is missing.
        """
        wanted = self.missing(prefix)
        python = _python(prefix)
        if not wanted or python is None:
            return None
        for package in wanted:
            Path(package["target"]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        argv = [str(python), "-I", "-B", "-c", _COMPILER]
        nice = shutil.which("nice")
        child = subprocess.Popen(
            [nice, "-n", "15", *argv] if nice else argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
        )
        assert child.stdin is not None
        try:
            child.stdin.write(json.dumps(wanted).encode())
            child.stdin.close()
        except BrokenPipeError:
            pass
        if wait:
            child.wait()
        return child

    def _link_one(self, prefix: Path, record: Path) -> int:
        data = _noarch_python(record)
        target, sources = self._sources(data)
        if target is None or not target.is_dir():
            return 0
        hashes = _hashes(target)
        added: dict[str, tuple[int, str] | None] = {}
        for source, cached in sources:
            folder = source.rpartition("/")[0]
            inner = f"{folder}/__pycache__/{cached.rpartition('/')[2]}"
            # Paths as text: building thousands of objects takes as long as linking does.
            if _link(f"{target}/{cached}", f"{prefix}/{inner}"):
                added[inner] = hashes.get(cached)
        if added:
            _note(record, data, added)
        return len(added)

    def _sources(self, data: dict[str, Any]) -> tuple[Path | None, list[tuple[str, str]]]:
        """Give the package's place in the store, and its modules with their compiled names."""
        found = re.fullmatch(r"[0-9a-f]{64}", str(data.get("sha256") or ""))
        files = [str(name) for name in data.get("files") or []]
        modules = [name for name in files if name.endswith(".py") and "/site-packages/" in name]
        version = re.match(r"lib/python(\d+)\.(\d+)/", modules[0]) if modules else None
        if found is None or version is None:
            return None, []
        tag = f"cpython-{version[1]}{version[2]}"
        sources = []
        for name in modules:
            inner = name.partition("/site-packages/")[2]
            sources.append((name, f"{inner[:-3]}.{tag}.pyc"))
        return self.folder / f"{version[1]}.{version[2]}" / found.group(0), sources


def _python(prefix: Path) -> Path | None:
    for place in (prefix / "bin" / "python", prefix / "python.exe"):
        if place.is_file():
            return place
    return None


def _link(source: str, target: str) -> bool:
    try:
        os.link(source, target)
    except FileNotFoundError:
        if not Path(source).exists():
            return False
        Path(target).parent.mkdir(exist_ok=True)
        return _link(source, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EPERM, errno.EMLINK):
            raise
        shutil.copy2(source, target)
    return True


def _noarch_python(record: Path) -> dict[str, Any]:
    """Read the record of a ``noarch: python`` package; of any other, give nothing."""
    text = record.read_bytes()
    # The largest records are of compiled packages; telling by the text saves reading them wholly.
    if not re.search(rb'"noarch"\s*:\s*"python"', text):
        return {}
    data = msgspec.json.decode(text)
    return data if isinstance(data, dict) else {}


def _hashes(target: Path) -> dict[str, tuple[int, str]]:
    """Give size and hash of a package's compiled modules; of an older store's nothing is known."""
    try:
        text = (target / "hashes.json").read_bytes()
        return msgspec.json.decode(text, type=dict[str, tuple[int, str]])
    except (OSError, msgspec.MsgspecError):
        return {}


def _note(record: Path, data: dict[str, Any], added: dict[str, tuple[int, str] | None]) -> None:
    data["files"] = [*data["files"], *added]
    for name, known in added.items():
        entry: dict[str, Any] = {"_path": name, "path_type": "pyc_file"}
        if known is not None:
            entry["size_in_bytes"], entry["sha256"] = known
        _paths(data).append(entry)
    _write(record, data)


def _paths(data: dict[str, Any]) -> list[dict[str, Any]]:
    paths = data.get("paths_data", {}).get("paths")
    return paths if isinstance(paths, list) else []


def _write(record: Path, data: dict[str, Any]) -> None:
    # With an indent, Python's own encoder takes longer than everything else here together.
    write_atomically(record, msgspec.json.encode(data).decode())


def stored(folder: Path) -> Iterator[Path]:
    """Give every package's folder in the store."""
    return folder.glob("*/*")
