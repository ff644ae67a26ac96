from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.emulator_process import Emulator, start

StartEmulator = Callable[..., Emulator]


@pytest.fixture
def start_emulator(tmp_path: Path) -> Iterator[StartEmulator]:
    """Start emulators that end with the test."""
    running: list[Emulator] = []

    def begin(*arguments: str, state: str = "state") -> Emulator:
        running.append(start(tmp_path / state, *arguments))
        return running[-1]

    yield begin
    for emulator in running:
        emulator.end()


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One emulator with an empty workspace for all tests of a module; they move its clock."""
    running = start(tmp_path_factory.mktemp("emulator") / "state")
    yield running
    running.end()


@pytest.fixture(scope="module")
def sample_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One emulator with the sample workspace for all tests of a module."""
    running = start(tmp_path_factory.mktemp("emulator") / "state", "--sample")
    yield running
    running.end()
