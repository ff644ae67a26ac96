"""azure-mgmt-machinelearningservices, synchronous: one instance's life, as far as the version goes."""

import json
import sys
import time

from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.machinelearningservices import MachineLearningServicesMgmtClient, models
from given import EMULATOR, SCOPE, URL, WORKSPACE, FixedCredential

name = sys.argv[1]
old = sys.argv[2] == "1"
client = MachineLearningServicesMgmtClient(
    FixedCredential(), EMULATOR["subscription_id"], base_url=URL, credential_scopes=[SCOPE]
)
computes = client.machine_learning_compute if old else client.compute
list_computes = computes.list_by_workspace if old else computes.list
result = {}


def instance(size, **more):
    properties = models.ComputeInstanceProperties(vm_size=size, **more)
    return models.ComputeResource(
        location=EMULATOR["location"],
        tags={"client": "mgmt"},
        properties=models.ComputeInstance(description="made by a test", properties=properties),
    )


begin = computes.begin_create_or_update
made = begin(*WORKSPACE, name, instance("Standard_DS3_v2")).result()
result["created"] = [
    made.name,
    made.properties.provisioning_state,
    made.properties.properties.state,
]
result["kind"] = type(made.properties).__name__
result["created_by"] = made.properties.properties.created_by.user_id
result["listed"] = name in [one.name for one in list_computes(*WORKSPACE)]


def settled():
    """The oldest version answers start and stop at once; what they began is waited for by reading."""
    while True:
        inner = computes.get(*WORKSPACE, name).properties.properties
        if inner.state in ("Running", "Stopped"):
            return inner
        time.sleep(0.05)


for verb in ("stop", "start", "restart"):
    if old:
        getattr(computes, verb)(*WORKSPACE, name)
    else:
        getattr(computes, f"begin_{verb}")(*WORKSPACE, name).result()
    result[verb] = settled().state
last = settled().last_operation
result["last"] = [last.operation_name, last.operation_status]
sizes = client.virtual_machine_sizes.list(EMULATOR["location"])
found = sizes.value if hasattr(sizes, "value") and sizes.value else sizes.aml_compute
result["sizes"] = len(found)
usages = {one.name.value: one.current_value for one in client.usages.list(EMULATOR["location"])}
result["used"] = usages["Standard DSv2 Family Cluster Dedicated vCPUs"]
try:
    begin(*WORKSPACE, f"{name}-gpu", instance("Standard_NC6")).result()
except HttpResponseError as error:
    result["quota"] = [error.status_code, error.error.code, "vCPU quota of 0" in str(error)]
try:
    computes.get(*WORKSPACE, "missing")
except ResourceNotFoundError as error:
    result["missing"] = error.error.code
computes.begin_delete(*WORKSPACE, name, underlying_resource_action="Delete").result()
try:
    computes.get(*WORKSPACE, name)
except ResourceNotFoundError:
    result["deleted"] = True
computes.begin_delete(*WORKSPACE, name, underlying_resource_action="Delete").result()
print(json.dumps(result))
