"""The channel is what tests stand on: it must be real, relocatable and stable."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from .build import build
from .package import PLACEHOLDER, Package, write


@pytest.fixture(scope="module")
def prefix(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from rattler import Gateway, VirtualPackage
    from rattler.install import install
    from rattler.solver import solve

    folder = tmp_path_factory.mktemp("made")

    async def make() -> None:
        records = await solve(
            sources=[channel.as_uri()],
            specs=["python", "pip", "ipykernel"],
            gateway=Gateway(cache_dir=folder / "repodata"),
            virtual_packages=VirtualPackage.detect(),
        )
        await install(records, folder / "env", cache_dir=folder / "packages", show_progress=False)

    asyncio.run(make())
    return folder / "env"


def ask(prefix: Path, code: str) -> object:
    done = subprocess.run(
        [prefix / "bin" / "python", "-I", "-c", f"import json; {code}"],
        capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return json.loads(done.stdout)


def test_python_lives_in_its_environment_only(prefix: Path) -> None:
    code = "import sys; print(json.dumps([sys.prefix, sys.base_prefix, sys.path]))"
    own, base, path = ask(prefix, code)
    assert own == base == str(prefix)
    assert all(entry.startswith(str(prefix)) for entry in path if entry)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    assert path[-1] == str(prefix / "lib" / version / "site-packages")
    assert not any("dist-packages" in entry for entry in path)


def test_pip_installs_into_the_environment(prefix: Path) -> None:
    code = "import sysconfig; print(json.dumps(sysconfig.get_paths()))"
    paths = ask(prefix, code)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    assert paths["purelib"] == str(prefix / "lib" / version / "site-packages")
    assert paths["scripts"] == str(prefix / "bin")


def test_libraries_come_from_the_environment(prefix: Path) -> None:
    code = (
        "import ssl, sqlite3, ctypes, lzma, bz2, zmq; "
        "maps = open('/proc/self/maps').read().split(); "
        "print(json.dumps([m for m in maps if 'libssl' in m or 'libffi' in m]))"
    )
    loaded = ask(prefix, code)
    assert loaded
    assert all(path.startswith(str(prefix)) for path in loaded)


def test_no_placeholder_is_left(prefix: Path) -> None:
    for path in [*(prefix / "bin").iterdir(), *(prefix / "lib").glob("*.so*")]:
        assert PLACEHOLDER.encode() not in path.read_bytes(), path
    assert (prefix / "bin" / "pip").read_text().startswith(f"#!{prefix}/bin/python")


def test_installed_distributions_are_whole(prefix: Path) -> None:
    done = subprocess.run(
        [prefix / "bin" / "python", "-m", "pip", "check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_second_build_keeps_the_first(channel: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in channel.rglob("*")}
    assert build(channel) == channel
    assert {p: p.stat().st_mtime_ns for p in channel.rglob("*")} == before


def test_the_same_files_give_the_same_package(tmp_path: Path) -> None:
    package = Package("same", "1.0", "noarch", files={"share/same": b"content"})
    contents = []
    for folder in ("one", "two"):
        with zipfile.ZipFile(write(package, tmp_path / folder)) as archive:
            contents.append({name: archive.read(name) for name in archive.namelist()})
    assert contents[0] == contents[1]
