"""The Python sample of Azure's guide, as it stands there, with the names that the drop-in gives."""

from __future__ import annotations

import json
import subprocess
import sys

SAMPLE = """
import jupyter_ci_manager.v1
assert jupyter_ci_manager.v1.install()
jupyter_ci_manager.v1.waiting.POLL_SECONDS = 0.05

from azureml.core import Workspace
ws = Workspace.from_config()

import datetime
import time

from azureml.core.compute import ComputeTarget, ComputeInstance
from azureml.core.compute_target import ComputeTargetException

# Choose a name for your instance
# Compute instance name should be unique across the azure region
compute_name = "ci{}".format(ws._workspace_id)[:10]

# Verify that instance does not exist already
try:
    instance = ComputeInstance(workspace=ws, name=compute_name)
    print('Found existing instance, use it.')
except ComputeTargetException:
    compute_config = ComputeInstance.provisioning_configuration(
        vm_size='STANDARD_D3_V2',
        ssh_public_access=False,
        # vnet_resourcegroup_name='<my-resource-group>',
        # vnet_name='<my-vnet-name>',
        # subnet_name='default',
        # admin_user_ssh_public_key='<my-sshkey>'
    )
    instance = ComputeInstance.create(ws, compute_name, compute_config)
    instance.wait_for_completion(show_output=True)

# get_status() gets the latest status of the ComputeInstance target
print(instance.get_status().state)
instance.stop(wait_for_completion=True, show_output=True)
instance.start(wait_for_completion=True, show_output=True)
instance.restart(wait_for_completion=True, show_output=True)
instance.delete(wait_for_completion=True, show_output=True)
"""


def shape(printed: str) -> str:
    """The output without the dots, whose number depends on how long Azure took."""
    return printed.replace(".", "").replace("\nSettingup", "")


def test_the_sample_of_the_guide_runs_as_it_stands(sample):
    done = subprocess.run(
        [sys.executable, "-c", SAMPLE],
        cwd=sample.work,
        env=sample.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert shape(done.stdout) == (
        "\nCreating\nRunning\n"
        "Running\n"
        "Stopping\nStopped\n"
        "Starting\nRunning\n"
        "Restarting\nRunning\n"
        "Deleting\nDeleted\n"
    )


def test_an_existing_instance_is_found_and_used(sample, ws):
    from jupyter_ci_manager.v1 import ComputeInstance, ComputeTarget

    found = ComputeTarget(ws, "old-vm")
    assert isinstance(found, ComputeInstance)
    assert found.vm_size.lower() == "standard_ds11_v2"
    assert json.loads(str(found))["State"] == found.status.state == "Stopped"
    assert list(json.loads(str(found)))[:7] == [
        "Name",
        "Id",
        "Workspace",
        "Location",
        "VmSize",
        "State",
        "Tags",
    ]
    assert json.loads(repr(found))["properties"]["properties"]["vmSize"] == found.vm_size
    assert "<table" in found._repr_html_()
