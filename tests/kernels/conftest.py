"""A home of one's own for every test, and engines that work in it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings


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
def settings(home: Path, channel: Path, package_cache: Path) -> Settings:
    return Settings(
        channels=[channel.as_uri()],
        envs_dir=str(home / "envs"),
        package_cache=str(package_cache),
        disk_floor_mb=0,
    )
