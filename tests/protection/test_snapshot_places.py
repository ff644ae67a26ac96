"""Where an environment's files can be linked, where only their blocks are shared, and where neither."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import Refused
from jupyter_ci_manager.jobs.paths import data_folder
from jupyter_ci_manager.kernels import linked_tree
from jupyter_ci_manager.kernels.linked_tree import reflink, way_between
from jupyter_ci_manager.kernels.snapshots import Snapshots

from . import other_user
from .paper import paper_environment, paper_kernel

MEGABYTE = 1_000_000

needs_another_user = pytest.mark.skipif(
    not other_user.can_be_another(), reason="nobody else can be run as here"
)


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(envs_dir=str(home / "envs"))


@pytest.fixture
def other_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system."""
    point = tmp_path / "disk"
    point.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "mode=0755", "none", point]
    if not other_user.is_root() or subprocess.run(words, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    yield point
    subprocess.run(["umount", "-l", point], check=True)


@pytest.fixture
def sharing_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system whose files can share their blocks."""
    if not other_user.is_root():
        pytest.skip("mounting is not permitted here")
    image, point = tmp_path / "image", tmp_path / "sharing"
    point.mkdir()
    for words in (["mkfs.xfs", "-q", "-m", "reflink=1"], ["mkfs.btrfs", "-q"]):
        if shutil.which(words[0]) is None:
            continue
        with image.open("wb") as file:
            file.truncate(400 * MEGABYTE)
        made = subprocess.run([*words, image], capture_output=True)
        mount = ["mount", "-o", "loop", image, point]
        if not made.returncode and not subprocess.run(mount, capture_output=True).returncode:
            break
    else:
        pytest.skip("neither XFS nor btrfs can be made and mounted here")
    yield point
    subprocess.run(["umount", "-l", point], check=True)


def big(prefix: Path, **packages: str) -> Path:
    """An environment that is too big to be copied in passing."""
    paper_environment(prefix, **packages)
    with (prefix / "lib" / "big.bin").open("wb") as file:
        file.write(os.urandom(MEGABYTE) * 60)
    return prefix


_TAKE = """
import json, sys
from pathlib import Path
from jupyter_ci_manager.config import load_settings
from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.kernels.snapshots import Snapshots
prefix, snapshots, told = Path(sys.argv[1]), Snapshots(load_settings()), {}
try:
    snapshots.take(prefix)
except CIManagerError as error:
    told["error"] = error.to_dict()
# more
status = snapshots.status(prefix)
told |= {"state": status.state, "outlook": status.outlook, "lost": status.lost_kernels}
told["folders"] = [str(g.tree) for g in snapshots.generations(prefix)]
print(json.dumps(told))
"""


def take_as_user(prefix: Path, home: Path, *, more: str = "") -> dict[str, Any]:
    """Take a snapshot as an unprivileged user whose home is ``home``."""
    # Shown as one: between two mounts of one file system no link is possible.
    around = Path(os.path.commonpath([prefix, home]))
    around.chmod(0o755)
    home.mkdir(exist_ok=True)
    os.chown(home, other_user.UID, other_user.UID)
    script = _TAKE.replace("# more", textwrap.dedent(more))
    argv = other_user.command([sys.executable, "-c", script, prefix], as_user=True, needed=[around])
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(other_user.ROOT)}
    environ |= {"JUPYTER_DATA_DIR": str(home / "jupyter")}
    done = subprocess.run(argv, capture_output=True, text=True, env=environ, cwd="/")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_users_data_come_first(home: Path, settings: Settings) -> None:
    """A cache is emptied without fear."""
    prefix = paper_environment(home / "envs" / "own", six="1")
    kept = Snapshots(settings)
    kept.take(prefix)
    assert kept.generations(prefix)[0].tree.is_relative_to(data_folder() / "snapshots")


def test_on_another_disk_they_lie_beside_the_environments(
    other_disk: Path, settings: Settings
) -> None:
    prefix = paper_environment(other_disk / "conda" / "envs" / "own", six="1")
    kept = Snapshots(settings)
    kept.take(prefix)
    tree = kept.generations(prefix)[0].tree
    assert tree.is_relative_to(other_disk / "conda" / ".jupyter-ci-manager")
    assert (tree / "lib/six.txt").stat().st_ino == (prefix / "lib/six.txt").stat().st_ino
    shutil.rmtree(prefix)
    kept.restore(prefix)
    assert (prefix / "lib" / "six.txt").exists()


@needs_another_user
class TestAsUser:
    """Whoever does not own an environment may not link its files, and says so."""

    def test_of_another_owner_it_is_impossible(self, tmp_path: Path) -> None:
        if Path("/proc/sys/fs/protected_hardlinks").read_text().strip() != "1":
            pytest.skip("this system lets everybody link everything")
        prefix = big(tmp_path / "anaconda" / "envs" / "azureml_py36", six="1")
        told = take_as_user(prefix, tmp_path / "user")
        assert told["error"]["code"] == "snapshot_impossible"
        assert told["error"]["hint"]
        assert told["state"] == "impossible"
        assert told["outlook"].startswith("A loss cannot be undone. Links are not possible")

    def test_across_disks_where_nothing_can_be_written(
        self, tmp_path: Path, other_disk: Path
    ) -> None:
        prefix = big(other_disk / "anaconda" / "envs" / "azureml_py36", six="1")
        told = take_as_user(prefix, tmp_path / "user")
        assert (told["error"]["code"], told["state"]) == ("snapshot_impossible", "impossible")

    def test_its_kernels_are_kept_all_the_same(self, tmp_path: Path) -> None:
        prefix = big(tmp_path / "anaconda" / "envs" / "azureml_py36", six="1")
        home = tmp_path / "user"
        spec = paper_kernel(home / "jupyter" / "kernels" / "python3-azureml", prefix)
        for path in (home, *home.rglob("*")):
            os.chown(path, other_user.UID, other_user.UID)
        before = (spec / "kernel.json").read_text()
        told = take_as_user(
            prefix, home,
            more="""
                import shutil
                shutil.rmtree(Path.home() / "jupyter" / "kernels" / "python3-azureml")
                told["noticed"] = snapshots.status(prefix).lost_kernels
                told["back"] = snapshots.restore(prefix).kernels
            """,
        )  # fmt: skip
        assert (told["noticed"], told["back"]) == (["python3-azureml"], ["python3-azureml"])
        assert told["lost"] == []
        assert (spec / "kernel.json").read_text() == before

    def test_a_few_files_of_another_owner_are_copied(self, tmp_path: Path) -> None:
        prefix = big(tmp_path / "anaconda" / "envs" / "mine", six="1", tiny="1")
        for path in (prefix, *prefix.rglob("*")):
            if path.name != "six.txt":
                os.chown(path, other_user.UID, other_user.UID)
        told = take_as_user(prefix, tmp_path / "user")
        assert (told["state"], told.get("error")) == ("current", None)
        tree = Path(told["folders"][0])
        assert (tree / "lib/six.txt").read_text() == (prefix / "lib/six.txt").read_text()
        assert (tree / "lib/six.txt").stat().st_nlink == 1
        assert (tree / "lib/big.bin").stat().st_ino == (prefix / "lib/big.bin").stat().st_ino

    def test_where_blocks_can_be_shared_they_are(self, sharing_disk: Path) -> None:
        prefix = big(sharing_disk / "anaconda" / "envs" / "azureml_py36", six="1")
        os.sync()
        free = shutil.disk_usage(sharing_disk).free
        told = take_as_user(prefix, sharing_disk / "user")
        assert (told["state"], told.get("error")) == ("current", None)
        tree = Path(told["folders"][0])
        kept = tree / "lib" / "big.bin"
        before = kept.read_bytes()
        assert kept.stat().st_ino != (prefix / "lib" / "big.bin").stat().st_ino
        os.sync()
        assert free - shutil.disk_usage(sharing_disk).free < 20 * MEGABYTE
        # Unlike a link, what is written in place does not show through.
        with (prefix / "lib" / "big.bin").open("r+b") as file:
            file.write(b"broken")
        assert kept.read_bytes() == before


class TestReflink:
    """The decision, and what is left when it cannot be."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        path = tmp_path / "file"
        path.write_text("content")
        path.chmod(0o640)
        return path

    def test_it_keeps_times_and_mode(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def share(target: int, request: int, source: int) -> int:
            assert request == 0x40049409  # FICLONE
            return os.sendfile(target, source, 0, 1000)

        monkeypatch.setattr(fcntl, "ioctl", share)
        os.utime(file, (1, 1))
        reflink(str(file), str(tmp_path / "shared"))
        shared = (tmp_path / "shared").stat()
        assert (tmp_path / "shared").read_text() == "content"
        assert (shared.st_mtime, shared.st_mode) == (1, file.stat().st_mode)

    @pytest.mark.parametrize("reason", [errno.EOPNOTSUPP, errno.EXDEV, errno.EINVAL])
    def test_a_failed_one_leaves_nothing(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
    ) -> None:
        def refuse(*arguments: Any) -> None:
            raise OSError(reason, os.strerror(reason))

        monkeypatch.setattr(fcntl, "ioctl", refuse)
        with pytest.raises(OSError, match=os.strerror(reason)):
            reflink(str(file), str(tmp_path / "shared"))
        assert not (tmp_path / "shared").exists()

    def test_nothing_is_written_over(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "there").write_text("mine")
        with pytest.raises(FileExistsError):
            reflink(str(file), str(tmp_path / "there"))
        assert (tmp_path / "there").read_text() == "mine"

    def test_the_way_is_found_by_trying(
        self, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        assert way_between(file, folder) == "link"

        def refuse(*arguments: Any, **more: Any) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

        monkeypatch.setattr(os, "link", refuse)
        monkeypatch.setattr(linked_tree, "reflink", lambda s, t: Path(t).touch())
        assert way_between(file, folder) == "reflink"
        monkeypatch.setattr(linked_tree, "reflink", refuse)
        assert way_between(file, folder) is None
        assert list(folder.iterdir()) == []


def test_where_nothing_is_possible_it_is_said_and_not_tried_for_ever(
    home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **more: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    prefix = big(home / "envs" / "own", six="1")
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(linked_tree, "reflink", refuse)
    kept = Snapshots(settings)
    with pytest.raises(Refused) as caught:
        kept.take(prefix)
    assert caught.value.code == "snapshot_impossible"
    status = kept.status(prefix)
    assert (status.state, status.is_of_now) == ("impossible", True)
    monkeypatch.undo()
