"""A home with a sample workspace, seen from this very process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_ci_manager.v1 import Workspace, waiting
from tests.sample_workspace import SampleWorkspace, sample_workspace


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleWorkspace]:
    """A sample workspace that the tests of one module share."""
    with sample_workspace(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(autouse=True)
def at_home(sample: SampleWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the sample's folder with its settings, and look often."""
    for name, value in sample.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(sample.work)
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0.05)


@pytest.fixture
def ws() -> Iterator[Workspace]:
    """The workspace that ``config.json`` names."""
    workspace = Workspace.from_config()
    yield workspace
    workspace.service.close()
