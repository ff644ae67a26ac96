"""A real Jupyter server with the extension, in a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jupyter_process import JupyterProcess, OwnedKernel, jupyter_process
from tests.sample_workspace import SampleWorkspace, sample_workspace


@pytest.fixture(scope="package")
def sample(tmp_path_factory: pytest.TempPathFactory, channel: Path) -> Iterator[SampleWorkspace]:
    """A home with a sample workspace that the notebook's tests share."""
    with sample_workspace(tmp_path_factory.mktemp("home"), channel=channel) as running:
        yield running


@pytest.fixture(scope="package")
def jupyter(sample: SampleWorkspace) -> Iterator[JupyterProcess]:
    """A Jupyter server in that home, below a base address as JupyterHub gives it."""
    with jupyter_process(sample, "--ServerApp.base_url=/user/x/") as server:
        yield server


@pytest.fixture(scope="module")
def kernel(jupyter: JupyterProcess) -> Iterator[OwnedKernel]:
    """A kernel with the magics, owned by that server."""
    with jupyter.kernel() as running:
        assert running.run("%load_ext jupyter_ci_manager").status == "ok"
        yield running
