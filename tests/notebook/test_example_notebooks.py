"""The notebooks of the docs run unattended, each in a kernel of its own without a Jupyter server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.sample_workspace import ROOT, SampleWorkspace, sample_workspace

NOTEBOOKS = sorted((ROOT / "docs" / "examples").glob("*.ipynb"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, channel: Path) -> Iterator[SampleWorkspace]:
    """The home of somebody who tries the examples; Azure is quick, but not too quick."""
    home = tmp_path_factory.mktemp("home")
    with sample_workspace(home, "--speed", "60", channel=channel) as sample:
        yield sample


def test_there_are_examples():
    assert [path.stem for path in NOTEBOOKS] == ["create-and-manage", "drop-in", "kernels"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_example_notebook_runs_unattended(reader, path):
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "examples are kept clean"
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": reader.work}}
    )
    client.execute(env=reader.environment)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
