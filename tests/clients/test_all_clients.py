"""The larger clients, which take minutes to install: ``make test-clients``."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.compute.models import CreateInstance, CreatePreview, SetupScripts
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from tests.clients.conftest import SCRIPTS, RunScript
from tests.clients.environments import node_client, python_client
from tests.emulator_process import Emulator

pytestmark = [pytest.mark.clients_all, pytest.mark.timeout(1800)]


def test_the_first_sdk(run_script: RunScript) -> None:
    python = python_client("azureml-core-1.61", "azureml-core==1.61.0.post4")
    result = run_script(python, "core_v1.py", arguments=["corebox"], timeout=400)
    assert result["workspace"] == "westeurope"
    assert result["created"] == ["corebox", "Running", "STANDARD_DS3_V2", False]
    assert (result["stopped"], result["restarted"]) == ("Stopped", "Running")
    assert "corebox" in result["listed"]
    assert "corebox" not in result["after"]
    assert result["nodes"] == 1
    assert result["kinds"] == ["AmlCompute", "ComputeInstance"]
    assert result["sizes"] >= 25
    assert result["taken"]
    assert result["missing"]


def test_the_node_client(run_script: RunScript) -> None:
    folder = node_client("arm-machinelearning-2", "@azure/arm-machinelearning@2.1.1")
    script = folder / "arm.mjs"
    shutil.copy(SCRIPTS / "arm.mjs", script)
    node = shutil.which("node")
    assert node, "node is not on PATH"
    result = run_script(node, str(script), arguments=["nodebox"])
    assert result["created"] == ["nodebox", "Running"]
    assert result["schedule"] == "0 18 * * *"
    assert (result["stopped"], result["restarted"]) == ("Stopped", "Running")
    assert "nodebox" in result["listed"]
    assert result["sizes"] >= 25
    assert result["missing"] == [404, "ResourceNotFound"]
    assert result["deleted"] == 404


class Cli:
    """The ``az`` command in a home of its own."""

    def __init__(self, python: Path, home: Path, emulator: Emulator) -> None:
        bundle = home / "bundle.pem"
        bundle.write_text(Path(emulator.ready["ca_cert"]).read_text())
        self._python = python
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
            "HOME": str(home),
            "AZURE_CONFIG_DIR": str(home / "azure"),
            "AZURE_CORE_COLLECT_TELEMETRY": "no",
            "REQUESTS_CA_BUNDLE": str(bundle),
            "NO_PROXY": "localhost,127.0.0.1",
        }

    def __call__(self, *arguments: str) -> Any:
        done = subprocess.run(
            [str(self._python), "-m", "azure.cli", *arguments, "--only-show-errors", "-o", "json"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, f"az {' '.join(arguments[:3])}: {done.stderr[-3000:]}"
        return json.loads(done.stdout) if done.stdout.strip() else None


def client_preview(emulator: Emulator, name: str) -> CreatePreview:
    """Give what the product says beforehand of a new instance, at the address that az knows."""
    ready = emulator.ready
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", ready["ca_cert"])
        service = ComputeService(
            Settings(
                backend="emulator",
                endpoint=ready["https_url"],
                subscription_id=ready["subscription_id"],
                resource_group=ready["resource_group"],
                workspace=ready["workspace"],
            )
        )
        found = service.preview(
            CreateInstance(
                name=name,
                vm_size="Standard_D2s_v3",
                tags={"team": "a b's"},
                description='in "quotes"',
                setup_scripts=SetupScripts(creation='echo "it\'s $HOME"'),
            )
        )
        service.close()
    assert found.problems == []
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="az has no module entry point there")
def test_the_command_line(client_emulator: Emulator, tmp_path: Path) -> None:
    ready = client_emulator.ready
    az = Cli(python_client("azure-cli-2.91", "azure-cli==2.91.0"), tmp_path, client_emulator)
    url = ready["https_url"]
    az("cloud", "register", "--name", "CIEmulator", "--endpoint-resource-manager", url)
    az("cloud", "set", "--name", "CIEmulator")
    az("config", "set", "core.instance_discovery=false")
    login = ["login", "--service-principal", "--username", ready["client_id"]]
    accounts = az(*login, "--password", ready["client_secret"], "--tenant", ready["tenant_id"])
    assert [account["id"] for account in accounts] == [ready["subscription_id"]]
    version = "api-version=2025-12-01"
    instance = f"{url}{client_emulator.compute_path('clibox')}"
    body = {
        "location": ready["location"],
        "properties": {
            "computeType": "ComputeInstance",
            "properties": {"vmSize": "Standard_DS2_v2"},
        },
    }
    rest = ["rest", "--resource", "https://management.core.windows.net/", "--method"]
    made = az(*rest, "put", "--url", f"{instance}?{version}", "--body", json.dumps(body))
    assert made["properties"]["provisioningState"] == "Creating"
    client_emulator.wait_for_state("clibox", "Running")
    preview = client_preview(client_emulator, "previewed")
    line = shlex.split(preview.az)
    assert line.pop(0) == "az"
    assert az(*line)["name"] == "previewed"
    client_emulator.wait_for_state("previewed", "Running")
    az(*rest, "post", "--url", f"{instance}/stop?{version}")
    client_emulator.wait_for_state("clibox", "Stopped")
    listed = az(*rest, "get", "--url", f"{url}{client_emulator.workspace_path}/computes?{version}")
    assert "clibox" in [one["name"] for one in listed["value"]]
    tail = f"{version}&underlyingResourceAction=Delete"
    az(*rest, "delete", "--url", f"{instance}?{tail}")
