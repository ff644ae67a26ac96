"""azure-ai-ml, the second version of the SDK."""

from __future__ import annotations

import pytest

from tests.clients.conftest import RunScript
from tests.clients.environments import python_client


@pytest.mark.timeout(900)
def test_ml_client_compute(run_script: RunScript) -> None:
    python = python_client("ai-ml-1.35.2", "azure-ai-ml==1.35.2")
    result = run_script(python, "ai_ml.py", arguments=["aimlbox"])
    assert result["workspace"] == "westeurope"
    assert result["created"] == ["aimlbox", "Running", "Succeeded", "STANDARD_DS11_V2"]
    assert int(result["idle"]) == 45
    assert result["schedule"] == ["Week", "W. Europe Standard Time", [19]]
    assert result["tags"] == {"client": "ai-ml"}
    assert "aimlbox" in result["listed"]
    assert (result["stop"], result["start"], result["restart"]) == ("Stopped", "Running", "Running")
    assert result["last"] == ["Restart", "Succeeded"]
    assert result["refused"] == "StartComputeInstanceOnlyAllowedInStoppedState"
    assert result["sso"] is False
    assert result["ssh"] == [True, "azureuser"]
    assert result["identity"]
    assert int(result["changed"]) == 90
    assert result["sizes"] > result["instance_sizes"] >= 25
    assert result["usage"] == 2
    assert result["deleted"] == 404
