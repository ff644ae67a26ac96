"""What a preview says in other tools' words does the same as creating it here."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest

from jupyter_ci_manager.compute.clouds import CLOUDS
from jupyter_ci_manager.compute.models import CreateInstance, CreatePreview, Schedule, SetupScripts
from jupyter_ci_manager.compute.preview import az_line, python_lines
from tests.emulator_process import Emulator

from .conftest import MakeAzure

KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me@here"


def everything(name: str) -> CreateInstance:
    return CreateInstance(
        name=name,
        vm_size="Standard_D2s_v3",
        ssh_public_key=KEY,
        idle_shutdown_minutes=45,
        schedules=[Schedule(action="stop", expression="0 19 * * 1-5", time_zone="UTC")],
        setup_scripts=SetupScripts(creation='echo "it\'s $HOME"'),
        identity="system",
        rstudio=True,
        tags={"team": "a b's"},
        description='in "quotes", 한국어',
    )


@pytest.fixture
def preview(azure: MakeAzure, machine_identity: None) -> Any:
    def make(name: str) -> CreatePreview:
        found = azure(credential="managed_identity").preview(everything(name))
        assert found.problems == []
        return found

    return make


def expanded(template: dict[str, Any]) -> dict[str, Any]:
    """Deploy a template on paper: its parameters' defaults in their places."""
    values = {name: one["defaultValue"] for name, one in template["parameters"].items()}

    def put_in(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: put_in(below) for key, below in value.items()}
        if isinstance(value, list):
            return [put_in(below) for below in value]
        if isinstance(value, str):
            named = re.fullmatch(r"\[parameters\('(\w+)'\)\]", value)
            return values[named.group(1)] if named else value
        return value

    resource = put_in(template["resources"][0])
    kept: dict[str, Any] = {
        k: v for k, v in resource.items() if k not in ("type", "apiVersion", "name")
    }
    return kept


def test_the_template_with_its_defaults_is_what_is_sent(preview: Any) -> None:
    found = preview("by-template")
    assert expanded(found.template) == found.body
    parameters = found.template["parameters"]
    assert parameters["computeName"]["defaultValue"] == "by-template"
    assert parameters["vmSize"]["defaultValue"] == "Standard_D2s_v3"


def test_the_lines_of_python_create_it(sample: Emulator, preview: Any) -> None:
    found = preview("by-python")
    done = subprocess.run(
        [sys.executable, "-c", found.python],
        env={**os.environ, "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    made = sample.request("GET", sample.compute_path("by-python")).json
    assert made["tags"] == {"team": "a b's"}
    assert made["properties"]["description"] == 'in "quotes", 한국어'
    inner = made["properties"]["properties"]
    assert inner["idleTimeBeforeShutdown"] == "PT45M"
    assert inner["applicationSharingPolicy"] == "Personal"
    assert inner["setupScripts"] == found.body["properties"]["properties"]["setupScripts"]
    assert inner["schedules"]["computeStartStop"][0]["cron"]["expression"] == "0 19 * * 1-5"


def test_a_shell_gives_az_what_is_meant(preview: Any) -> None:
    """What az makes of it is tried with az itself, in the tests of Microsoft's clients."""
    found = preview("by-az")
    words = shlex.split(found.az)
    assert words[:4] == ["az", "rest", "--method", "put"]
    assert words[words.index("--url") + 1] == found.url
    assert json.loads(words[words.index("--body") + 1]) == found.body


def test_in_a_national_cloud_both_are_told_which() -> None:
    lines = python_lines("https://x", {}, CLOUDS["AzureChinaCloud"])
    compile(lines, "preview", "exec")
    assert "authority='login.chinacloudapi.cn'" in lines
    assert "https://management.chinacloudapi.cn/.default" in lines
    assert az_line("https://x", {}, "AzureChinaCloud").startswith(
        "az cloud set --name AzureChinaCloud\naz rest "
    )


def test_who_creates_as_a_machine_is_told_who_could_open_it(preview: Any) -> None:
    assert any("own identity" in note for note in preview("by-machine").notes)
