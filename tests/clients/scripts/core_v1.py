"""azureml-core: ComputeInstance as in Azure's guide."""

import json
import sys

from azureml.core import Workspace
from azureml.core.authentication import ArmTokenAuthentication
from azureml.core.compute import AmlCompute, ComputeInstance, ComputeTarget
from azureml.core.compute_target import ComputeTargetException
from given import EMULATOR

name = sys.argv[1]


result = {}
auth = ArmTokenAuthentication(EMULATOR["token"], cloud="CIEmulator")
workspace = Workspace(
    EMULATOR["subscription_id"], EMULATOR["resource_group"], EMULATOR["workspace"], auth=auth
)
result["workspace"] = workspace.location
wanted = ComputeInstance.provisioning_configuration(
    vm_size="STANDARD_DS3_V2", ssh_public_access=False, tags={"client": "core"}
)
instance = ComputeInstance.create(workspace, name, wanted)
instance.wait_for_completion(show_output=False)
status = instance.get_status()
result["created"] = [instance.name, status.state, status.vm_size, instance.ssh_public_access]
instance.stop(wait_for_completion=True)
result["stopped"] = instance.get_status().state
instance.start(wait_for_completion=True)
instance.restart(wait_for_completion=True)
result["restarted"] = instance.get_status().state
result["listed"] = [one.name for one in ComputeTarget.list(workspace)]
result["sizes"] = len(ComputeInstance.supported_vmsizes(workspace))
try:
    ComputeInstance.create(workspace, name, wanted)
except ComputeTargetException as error:
    result["taken"] = "Reason: AlreadyExists" in str(error)
try:
    ComputeInstance(workspace, "missing")
except ComputeTargetException as error:
    result["missing"] = "ComputeTargetNotFound" in str(error)
cluster = AmlCompute.provisioning_configuration(vm_size="Standard_DS3_v2", min_nodes=1, max_nodes=2)
nodes = ComputeTarget.create(workspace, f"{name}c", cluster)
nodes.wait_for_completion(show_output=False, min_node_count=1, timeout_in_minutes=2)
result["nodes"] = len(nodes.list_nodes())
result["kinds"] = sorted({one.type for one in ComputeTarget.list(workspace)})
nodes.delete()
instance.delete(wait_for_completion=True)
result["after"] = [one.name for one in ComputeTarget.list(workspace)]
print()
print(json.dumps(result))
