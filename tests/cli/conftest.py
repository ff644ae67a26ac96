"""One emulator for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sample_workspace import SampleWorkspace, sample_workspace


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleWorkspace]:
    """A home with a sample workspace that the tests of one module share."""
    with sample_workspace(tmp_path_factory.mktemp("home")) as running:
        yield running
