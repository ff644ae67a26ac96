"""A home of one's own for every test, and engines that work in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.kernels.models import KernelRequest
from jupyter_ci_manager.kernels.service import KernelService

from . import stand_in_conda

#: Read here: a test's :func:`home` takes such variables away.
REAL_CONDA = os.environ.get("CI_MANAGER_TEST_CONDA", "")


@dataclass
class Notes:
    """A report that keeps what it is told."""

    phases: list[str] = field(default_factory=list)
    numbers: list[tuple[float, float | None, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        self.numbers.append((done, total, unit))

    def log(self, line: str) -> None:
        self.lines.append(line)

    def process(self, pid: int) -> None:
        self.pids.append(pid)

    def check_cancelled(self) -> None:
        pass


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; nothing of the real one is read or written."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith(("CONDA", "MAMBA", "CI_MANAGER_", "XDG_", "JUPYTER", "_CE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / ".cache"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(folder / "jupyter"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder / "config"))
    return folder


@pytest.fixture(scope="session")
def package_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Downloaded packages, shared by all tests of a session."""
    return tmp_path_factory.mktemp("packages")


@pytest.fixture
def conda_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, package_cache: Path) -> str:
    """The conda that ``CI_MANAGER_TEST_CONDA`` names, or a stand-in."""
    if REAL_CONDA:
        # Tests run side by side, and two condas get into each other's way in one cache.
        monkeypatch.setenv("CONDA_PKGS_DIRS", str(package_cache / "conda"))
    return REAL_CONDA or str(stand_in_conda.write(tmp_path))


@pytest.fixture
def settings(home: Path, channel: Path, package_cache: Path) -> Settings:
    return Settings(
        channels=[channel.as_uri()],
        envs_dir=str(home / "envs"),
        package_cache=str(package_cache),
        disk_floor_mb=0,
    )


@pytest.fixture
def jobs(settings: Settings) -> Iterator[JobService]:
    service = JobService(settings)
    yield service
    for job in service.list():
        service.cancel(job.id)


@pytest.fixture
def kernels(settings: Settings, jobs: JobService) -> KernelService:
    return KernelService(settings, jobs)


@pytest.fixture
def finish(jobs: JobService) -> Callable[[Job], Job]:
    """Wait for a job that must succeed."""

    def wait(job: Job) -> Job:
        done = jobs.follow(job.id, timeout=120)
        if done.state != "succeeded":
            log = [event.text for event in jobs.events(job.id).events if event.kind == "log"]
            pytest.fail("\n".join([f"the job has {done.state}: {done.error}", *map(str, log)]))
        return done

    return wait


@pytest.fixture
def prefix(kernels: KernelService, settings: Settings, finish: Callable[[Job], Job]) -> Path:
    """An environment ``mine`` with a kernel, made as users make theirs."""
    job = kernels.create(KernelRequest(name="mine"))
    assert isinstance(job, Job)
    finish(job)
    return Path(settings.envs_dir) / "mine"


@pytest.fixture
def index(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place that pip looks at: a folder of wheels."""
    folder = home / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def until() -> Callable[..., Any]:
    """Give the first true answer of a condition; fail when none comes in time."""

    def wait(condition: Callable[[], Any], limit: float = 30.0) -> Any:
        end = time.monotonic() + limit
        while not (answer := condition()):
            assert time.monotonic() < end, "the condition never came true"
            time.sleep(0.005)
        return answer

    return wait
