"""azure-ai-ml: MLClient.compute, one instance's life with all that the SDK can say of one."""

import base64
import json
import sys

from azure.ai.ml import MLClient
from azure.ai.ml.entities import (
    ComputeInstance,
    ComputeInstanceSshSettings,
    ComputeSchedules,
    ComputeStartStopSchedule,
    IdentityConfiguration,
    RecurrencePattern,
    RecurrenceTrigger,
)
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from given import EMULATOR, FixedCredential

name = sys.argv[1]
KEY = f"ssh-ed25519 {base64.b64encode(bytes([0, 0, 0, 11]) + b'ssh-ed25519' + bytes(36)).decode()}"
client = MLClient(
    FixedCredential(),
    EMULATOR["subscription_id"],
    EMULATOR["resource_group"],
    EMULATOR["workspace"],
)
result = {"workspace": client.workspaces.get(EMULATOR["workspace"]).location}
schedule = ComputeStartStopSchedule(
    action="Stop",
    trigger=RecurrenceTrigger(
        start_time="2026-01-05T00:00:00",
        time_zone="W. Europe Standard Time",
        frequency="week",
        interval=1,
        schedule=RecurrencePattern(hours=[19], minutes=[30], week_days=["monday", "friday"]),
    ),
)
wanted = ComputeInstance(
    name=name,
    size="Standard_DS11_v2",
    idle_time_before_shutdown_minutes=45,
    schedules=ComputeSchedules(compute_start_stop=[schedule]),
    tags={"client": "ai-ml"},
)
made = client.compute.begin_create_or_update(wanted).result()
result["created"] = [made.name, made.state, made.provisioning_state, made.size]
result["idle"] = made.idle_time_before_shutdown_minutes
trigger = made.schedules.compute_start_stop[0].trigger
result["schedule"] = [trigger.frequency, trigger.time_zone, trigger.schedule.hours]
result["tags"] = made.tags
result["listed"] = [one.name for one in client.compute.list(compute_type="computeinstance")]
for verb in ("stop", "start", "restart"):
    getattr(client.compute, f"begin_{verb}")(name).result()
    result[verb] = client.compute.get(name).state
last = client.compute.get(name).last_operation
result["last"] = [last["operationName"], last["operationStatus"]]
try:
    client.compute.begin_start(name).result()
except HttpResponseError as error:
    result["refused"] = error.error.code
client.compute.enable_sso(name=name, enable_sso=False)
result["sso"] = client.compute.get(name).enable_sso
second = ComputeInstance(
    name=f"{name}-b",
    size="Standard_D2s_v3",
    ssh_public_access_enabled=True,
    ssh_settings=ComputeInstanceSshSettings(ssh_key_value=KEY),
    identity=IdentityConfiguration(type="SystemAssigned"),
)
made = client.compute.begin_create_or_update(second).result()
result["ssh"] = [made.ssh_public_access_enabled, made.ssh_settings.admin_username]
result["identity"] = bool(made.identity.principal_id)
changed = ComputeInstance(
    name=f"{name}-b", size="Standard_D2s_v3", idle_time_before_shutdown_minutes=90
)
result["changed"] = client.compute.begin_update(changed).result().idle_time_before_shutdown_minutes
client.compute.begin_delete(f"{name}-b").result()
result["sizes"] = len(list(client.compute.list_sizes()))
result["instance_sizes"] = len(list(client.compute.list_sizes(compute_type="ComputeInstance")))
result["usage"] = next(
    vars(one)["currentValue"] for one in client.compute.list_usage() if "DSv2" in one.name["value"]
)
client.compute.begin_delete(name).result()
try:
    client.compute.get(name)
except ResourceNotFoundError as error:
    result["deleted"] = error.status_code
print(json.dumps(result, default=str))
