"""azure-mgmt-machinelearningservices in the two versions that pip gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clients.conftest import RunScript
from tests.clients.environments import python_client

VERSIONS = {"1": "1.0.1", "2": "2.0.0b2"}


@pytest.fixture(scope="session", params=sorted(VERSIONS))
def management(request: pytest.FixtureRequest) -> tuple[str, Path]:
    version = VERSIONS[request.param]
    requirement = f"azure-mgmt-machinelearningservices=={version}"
    return request.param, python_client(f"mgmt-{version}", requirement, "aiohttp>=3.9")


@pytest.mark.timeout(600)
def test_the_synchronous_client(management: tuple[str, Path], run_script: RunScript) -> None:
    version, python = management
    result = run_script(python, "mgmt.py", arguments=[f"sync{version}", version])
    assert result["created"] == [f"sync{version}", "Succeeded", "Running"]
    assert result["kind"] == "ComputeInstance"
    assert result["created_by"] == "11111111-2222-3333-4444-555555555555"
    assert result["listed"]
    assert result["sizes"] >= 25
    assert result["used"] == 4
    assert result["quota"] == [400, "BadRequest", True]
    assert result["missing"] == "ResourceNotFound"
    assert result["deleted"]
    assert (result["stop"], result["start"], result["restart"]) == ("Stopped", "Running", "Running")
    assert result["last"] == ["Restart", "Succeeded"]


@pytest.mark.timeout(600)
def test_the_asynchronous_client(management: tuple[str, Path], run_script: RunScript) -> None:
    version, python = management
    result = run_script(python, "mgmt_aio.py", arguments=[f"aio{version}", version])
    assert result["created"] == [f"aio{version}", "Running"]
    assert result["pages"] >= 2
    assert sorted(result["listed"])[:2] == [f"aio{version}", f"aio{version}b"]
    assert result["refused"] == [400, "UserError"]
    assert result["deleted"]
