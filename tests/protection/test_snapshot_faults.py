"""Keeping and bringing back when the machine does not play along: a word, and nothing half done."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import DiskFull
from jupyter_ci_manager.kernels.snapshots import Snapshots

from . import other_user
from .paper import paper_environment, paper_kernel

#: Does something with the snapshots of an environment; what ``sys.argv[3]`` names ends it by
#: SIGKILL when it is called.
_WORK = """
import importlib, os, signal, sys
from pathlib import Path
from jupyter_ci_manager.config import load_settings
from jupyter_ci_manager.kernels.snapshots import Snapshots
from jupyter_ci_manager.kernels import snapshot_restoring, snapshot_store, snapshots, spec_copies
what, prefix, deadly, time = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
if deadly:
    module, _, path = deadly.partition(":")
    owner = sys.modules[module]
    *inner, name = path.split(".")
    for part in inner:
        owner = getattr(owner, part)
    before, calls = getattr(owner, name), []
    def die(*args, **more):
        calls.append(args)
        if len(calls) == time:
            os.kill(os.getpid(), signal.SIGKILL)
        return before(*args, **more)
    setattr(owner, name, die)
getattr(Snapshots(load_settings()), what)(prefix)
"""
_ROOM = "jupyter_ci_manager.kernels"


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CI_MANAGER_ENVS_DIR", str(home / "envs"))
    return Settings(envs_dir=str(home / "envs"))


@pytest.fixture
def kept(settings: Settings) -> Snapshots:
    return Snapshots(settings)


@pytest.fixture
def own(home: Path) -> Path:
    prefix = paper_environment(home / "envs" / "own", six="1")
    paper_kernel(home / "jupyter" / "kernels" / "own", prefix)
    return prefix


def started(what: str, prefix: Path, deadly: str = "", time: int = 1) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", _WORK, what, str(prefix), deadly, str(time)]
    environ = os.environ | {"PYTHONPATH": str(other_user.ROOT)}
    return subprocess.Popen(words, env=environ, cwd="/", stderr=subprocess.PIPE)


def change(prefix: Path) -> None:
    with (prefix / "conda-meta" / "history").open("a") as history:
        history.write("# one more\n")


def folder_of(kept: Snapshots, prefix: Path) -> Path:
    return kept._places.of(prefix).folder


def left(kept: Snapshots, prefix: Path) -> list[str]:
    """Give what lies among the snapshots that is none."""
    return [path.name for path in folder_of(kept, prefix).glob(".*")]


def contents(prefix: Path) -> dict[str, bytes]:
    files = (path for path in sorted(prefix.rglob("*")) if path.is_file())
    return {str(path.relative_to(prefix)): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("deadly", "time"),
    [
        (f"{_ROOM}.snapshot_making:link_tree", 1),
        (f"{_ROOM}.snapshot_making:spec_copies.copy_specs", 1),
        (f"{_ROOM}.snapshot_store:dump", 1),
        (f"{_ROOM}.snapshot_store:Path.write_text", 1),
        (f"{_ROOM}.snapshot_store:Path.rename", 1),
        (f"{_ROOM}.snapshot_store:Path.rename", 2),
        (f"{_ROOM}.snapshot_store:shutil.rmtree", 1),
        (f"{_ROOM}.snapshot_store:shutil.os.unlink", 2),
    ],
)
def test_killed_while_it_is_made(kept: Snapshots, own: Path, deadly: str, time: int) -> None:
    for _ in range(2):
        kept.take(own)
        change(own)
    assert started("take", own, deadly, time).wait() == -signal.SIGKILL
    # Whatever counts as a snapshot is a whole one.
    for generation in kept.generations(own):
        assert "lib/six.txt" in contents(generation.tree)
        assert (generation.kernels / "own" / "kernel.json").exists()
    change(own)
    assert kept.take(own).state == "current"
    assert len(kept.generations(own)) == 2
    assert left(kept, own) == []


@pytest.mark.parametrize(
    ("deadly", "time"),
    [
        (f"{_ROOM}.snapshot_restoring:compare", 1),
        (f"{_ROOM}.snapshot_restoring:link_tree", 1),
        (f"{_ROOM}.snapshot_restoring:Path.rename", 1),
        (f"{_ROOM}.snapshot_restoring:Path.rename", 2),
        (f"{_ROOM}.snapshot_restoring:put_back_specs", 1),
        (f"{_ROOM}.spec_copies:Path.rename", 3),
    ],
)
def test_killed_while_it_is_brought_back(
    kept: Snapshots, own: Path, home: Path, deadly: str, time: int
) -> None:
    kept.take(own)
    before = contents(own)
    shutil.rmtree(own)
    paper_environment(own, other="1")
    (own / "conda-meta" / "history").write_text("==> made over it <==\n")
    shutil.rmtree(home / "jupyter" / "kernels" / "own")
    assert started("restore", own, deadly, time).wait() == -signal.SIGKILL
    kept.restore(own)
    assert contents(own) == before
    assert kept.status(own).lost_kernels == []
    # What stood there is kept, whoever was killed on the way.
    asides = folder_of(kept, own).glob("aside-*")
    assert any((aside / "lib" / "other.txt").exists() for aside in asides)


@pytest.mark.parametrize(("deadly", "time"), [("shutil.rmtree", 1), ("shutil.os.unlink", 2)])
def test_killed_while_they_are_removed(kept: Snapshots, own: Path, deadly: str, time: int) -> None:
    for _ in range(2):
        kept.take(own)
        change(own)
    child = started("discard", own, f"{_ROOM}.snapshot_store:{deadly}", time)
    assert child.wait() == -signal.SIGKILL
    for generation in kept.generations(own):
        assert "lib/six.txt" in contents(generation.tree)
    kept.discard(own)
    assert kept.status(own).state == "none"
    assert not folder_of(kept, own).exists()


def test_two_at_once_keep_it_once(kept: Snapshots, own: Path) -> None:
    both = [started("take", own), started("take", own)]
    assert [child.communicate()[1] for child in both] == [b"", b""]
    assert [child.returncode for child in both] == [0, 0]
    assert [generation.number for generation in kept.generations(own)] == [1]
    assert left(kept, own) == []


class TestFullDisk:
    @pytest.fixture
    def small_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """The user's data and environments on a disk of two megabytes."""
        point = tmp_path / "small"
        point.mkdir()
        words = ["mount", "-t", "tmpfs", "-o", "size=2m,mode=0700", "none", point]
        if not other_user.is_root() or subprocess.run(words, capture_output=True).returncode:
            pytest.skip("mounting is not permitted here")
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(point / "jupyter"))
        yield point
        subprocess.run(["umount", "-l", point], check=True)

    @staticmethod
    def fill(disk: Path) -> None:
        with suppress(OSError), (disk / "filler").open("wb", 0) as file:
            while True:
                file.write(b"x" * 4096)
        assert shutil.disk_usage(disk).free == 0

    @pytest.mark.parametrize("is_first", [True, False])
    def test_it_is_said_and_nothing_is_left(
        self, small_disk: Path, settings: Settings, is_first: bool
    ) -> None:
        prefix = paper_environment(small_disk / "envs" / "own", six="1")
        kept = Snapshots(settings)
        if not is_first:
            kept.take(prefix)
            change(prefix)
        self.fill(small_disk)
        with pytest.raises(DiskFull) as caught:
            kept.take(prefix)
        assert "no snapshot of own was made" in caught.value.message
        assert len(kept.generations(prefix)) == (0 if is_first else 1)
        (small_disk / "filler").unlink()
        assert kept.take(prefix).state == "current"
        assert left(kept, prefix) == []

    def test_what_is_lost_stays_restorable(self, small_disk: Path, settings: Settings) -> None:
        prefix = paper_environment(small_disk / "envs" / "own", six="1")
        kept = Snapshots(settings)
        kept.take(prefix)
        shutil.rmtree(prefix)
        self.fill(small_disk)
        with pytest.raises(DiskFull):
            kept.restore(prefix)
        assert not prefix.exists()
        (small_disk / "filler").unlink()
        kept.restore(prefix)
        assert (prefix / "lib" / "six.txt").exists()


@pytest.mark.skipif(not other_user.can_be_another(), reason="nobody else can be run as here")
class TestAsUser:
    """Folders that an unprivileged user cannot write; root can write all."""

    @pytest.fixture
    def around(self, tmp_path: Path) -> Path:
        """A home of the user's, and environments of the user's in a folder of root's."""
        prefix = paper_environment(tmp_path / "conda" / "envs" / "own", six="1")
        paper_kernel(tmp_path / "user" / "jupyter" / "kernels" / "own", prefix)
        home = tmp_path / "user"
        for path in (prefix, *prefix.rglob("*"), home, *home.rglob("*")):
            os.chown(path, other_user.UID, other_user.UID)
        tmp_path.chmod(0o755)
        return tmp_path

    @staticmethod
    def done(around: Path, script: str) -> dict[str, Any]:
        words = [sys.executable, "-c", _AS_USER + script + "\nprint(json.dumps(told))"]
        argv = other_user.command(words, as_user=True, needed=[around])
        environ = {
            "HOME": str(around / "user"), "JUPYTER_DATA_DIR": str(around / "user" / "jupyter"),
            "PATH": os.environ["PATH"], "PYTHONPATH": str(other_user.ROOT),
            "PREFIX": str(around / "conda" / "envs" / "own"),
        }  # fmt: skip
        run = subprocess.run(argv, capture_output=True, text=True, env=environ, cwd="/")
        assert run.returncode == 0, run.stderr
        told: dict[str, Any] = json.loads(run.stdout)
        return told

    def test_no_folder_for_snapshots(self, around: Path) -> None:
        ours = around / "user" / "jupyter" / "ci-manager"
        (ours / "snapshots").mkdir(parents=True)
        cache = around / "user" / ".cache"
        cache.mkdir()
        os.chown(ours, other_user.UID, other_user.UID)
        told = self.done(around, "attempt(snapshots.take, prefix)")
        assert told["error"]["code"] == "folder_not_writable"
        assert "No folder for snapshots of own can be written" in told["error"]["message"]
        assert told["error"]["hint"]
        assert list((ours / "snapshots").iterdir()) == []

    def test_the_kernels_folder_is_read_only(self, around: Path) -> None:
        kernels = around / "user" / "jupyter" / "kernels"
        self.done(around, "snapshots.take(prefix)")
        shutil.rmtree(kernels / "own")
        os.chown(kernels, 0, 0)
        told = self.done(around, "attempt(snapshots.restore, prefix)")
        assert told["error"]["code"] == "folder_not_writable"
        assert "Its kernel own could not be put back" in told["error"]["message"]
        assert list(kernels.iterdir()) == []
        os.chown(kernels, other_user.UID, other_user.UID)
        assert self.done(around, "attempt(snapshots.restore, prefix)")["kernels"] == ["own"]

    def test_the_environment_is_back_although_its_kernel_is_not(self, around: Path) -> None:
        kernels = around / "user" / "jupyter" / "kernels"
        self.done(around, "snapshots.take(prefix)")
        shutil.rmtree(kernels / "own")
        os.chown(kernels, 0, 0)
        prefix = around / "conda" / "envs" / "own"
        os.chown(prefix.parent, other_user.UID, other_user.UID)
        shutil.rmtree(prefix)
        told = self.done(around, "attempt(snapshots.restore, prefix)")
        assert told["problems"] != []
        assert "Its kernel own could not be put back" in told["problems"][0]
        assert (prefix / "lib" / "six.txt").exists()


_AS_USER = """
import json, os
from pathlib import Path
from jupyter_ci_manager.config import load_settings
from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.kernels.snapshots import Snapshots
prefix, snapshots, told = Path(os.environ["PREFIX"]), Snapshots(load_settings()), {}
def attempt(work, *args):
    try:
        done = work(*args)
        told.update(kernels=getattr(done, "kernels", []), problems=done.problems)
    except CIManagerError as error:
        told["error"] = error.to_dict()
"""
