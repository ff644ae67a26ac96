from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.service import JobService


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data folder of its own, which the jobs' processes use too."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    yield tmp_path
    # Whatever a test leaves waiting, even a failed one, ends with it.
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    service = JobService(Settings())
    for job in service.list():
        service.cancel(job.id)


@pytest.fixture
def jobs(home):
    return JobService(Settings())
