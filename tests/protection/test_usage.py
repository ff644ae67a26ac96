"""Who uses an environment is told before it goes, and what goes with it is its own."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import ConfirmationNeeded
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.removal import own_kernels
from jupyter_ci_manager.kernels.service import KernelService
from jupyter_ci_manager.kernels.snapshots import Snapshots
from jupyter_ci_manager.kernels.usage import uses_of

from .paper import paper_environment, paper_kernel

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix shell")


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(envs_dir=str(home / "envs"), package_cache=str(home / "cache"))


@pytest.fixture
def own(home: Path) -> Path:
    prefix = paper_environment(home / "envs" / "own", python="3.11")
    (prefix / "bin").mkdir()
    # A shell stands for whatever program: it waits for its standard input to end.
    shutil.copy2(os.path.realpath("/bin/sh"), prefix / "bin" / "python")
    return prefix


@contextmanager
def running(*words: str | Path, **environ: str) -> Iterator[int]:
    child = subprocess.Popen(
        [*words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | environ
    )
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(b"echo ready\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"ready\n"
        yield child.pid
    finally:
        child.communicate()


@contextmanager
def in_a_terminal(*words: str | Path, cwd: Path, **environ: str) -> Iterator[str]:
    """Run a program on a terminal of its own; gives the terminal's name."""
    pid, master = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve(words[0], [str(word) for word in words], os.environ | environ)
    try:
        os.write(master, b"echo rea''dy; tty\n")
        said = b""
        while b"ready\r\n/dev/" not in said or not said.partition(b"/dev/")[2].count(b"\n"):
            said += os.read(master, 1000)
        yield said.decode().partition("/dev/")[2].split()[0]
    finally:
        os.write(master, b"exit\n")
        os.waitpid(pid, 0)
        os.close(master)


def kernel_words(prefix: Path) -> list[str | Path]:
    file = f"/nowhere/kernel-{uuid.uuid4()}.json"
    return [prefix / "bin" / "python", "-s", "--", "-f", file]


def test_notebooks_kernels_terminals_and_programs_are_told_apart(own: Path, home: Path) -> None:
    shell = os.path.realpath("/bin/sh")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    with (
        running(*kernel_words(own), JPY_SESSION_NAME=str(home / "work" / "a.ipynb")) as notebook,
        running(*kernel_words(own)) as kernel,
        running(own / "bin" / "python", "-s", "train") as program,
        in_a_terminal(own / "bin" / "python", cwd=elsewhere) as first,
        in_a_terminal(shell, cwd=elsewhere, CONDA_PREFIX=str(own)) as second,
        in_a_terminal(shell, cwd=own / "lib") as third,
        in_a_terminal(shell, cwd=elsewhere),
        running(shell, CONDA_PREFIX=str(own)),
    ):
        found = uses_of(home / "envs" / "own")
    assert [(use.pid, use.name) for use in found if use.kind == "notebook"] == [
        (notebook, "~/work/a.ipynb")
    ]
    assert [use.pid for use in found if use.kind == "kernel"] == [kernel]
    assert [(use.pid, use.name) for use in found if use.kind == "program"] == [
        (program, "python -s train")
    ]
    terminals = {use.name.partition(" ")[0] for use in found if use.kind == "terminal"}
    assert terminals == {first, second, third}


def test_removing_names_what_runs_and_goes_on_when_forced_by_name(
    own: Path, home: Path, kernels: KernelService, finish: Callable[[Job], Job]
) -> None:
    other = paper_environment(home / "envs" / "other", python="3.11")
    with running(*kernel_words(own), JPY_SESSION_NAME=str(home / "a.ipynb")) as notebook:
        for confirm in (None, "other", "OWN", str(own)):
            with pytest.raises(ConfirmationNeeded) as caught:
                kernels.remove_environment("own", confirm=confirm)
            assert caught.value.code == "environment_in_use"
            assert "the notebook ~/a.ipynb" in caught.value.message
            assert [use["pid"] for use in caught.value.details["uses"]] == [notebook]
            assert own.exists()
        finish(kernels.remove_environment("own", confirm="own"))
    assert not own.exists()
    assert other.exists()


def test_a_spec_that_only_says_so_does_not_go_with_it(
    own: Path, home: Path, kernels: KernelService, finish: Callable[[Job], Job]
) -> None:
    """Its metadata name one environment, and its program is of another."""
    other = paper_environment(home / "envs" / "other", python="3.11")
    folder = home / "jupyter" / "kernels"
    paper_kernel(folder / "own", own)
    spec = json.loads((paper_kernel(folder / "forged", other) / "kernel.json").read_text())
    spec["metadata"] = {"ci_manager": {"environment": str(own)}}
    (folder / "forged" / "kernel.json").write_text(json.dumps(spec))
    (other / "bin").mkdir()
    assert kernelspecs.kernels_of(own) == ["forged", "own"]
    assert list(own_kernels(own)) == ["own"]
    finish(kernels.remove_environment("own"))
    assert sorted(p.name for p in folder.iterdir()) == ["forged"]


def test_removing_a_kernel_touches_no_environment(
    own: Path, home: Path, kernels: KernelService
) -> None:
    folder = home / "jupyter" / "kernels"
    first, second = (paper_kernel(folder / name, own) for name in ("first", "second"))
    before = sorted((p, p.lstat().st_mtime_ns) for p in own.rglob("*"))
    kernels.remove_kernel("first")
    assert not first.exists()
    assert second.exists()
    assert sorted((p, p.lstat().st_mtime_ns) for p in own.rglob("*")) == before


def test_what_was_removed_on_purpose_is_not_kept(
    own: Path, settings: Settings, kernels: KernelService, finish: Callable[[Job], Job]
) -> None:
    (own / "bin" / "python").unlink()
    next(own.glob("conda-meta/python-*.json")).unlink()
    Snapshots(settings).take(own)
    assert Snapshots(settings).known() == [own]
    finish(kernels.remove_environment("own"))
    assert Snapshots(settings).known() == []
    assert "own" not in [environment.name for environment in kernels.environments()]
