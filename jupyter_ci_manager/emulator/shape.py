"""The shape of what clients send: names and enums in Azure's spelling.

Clients differ in case (``EnableSSO``, ``week``, ``STANDARD_DS3_V2``); Azure does not mind. Known
names and values are brought into Azure's spelling, unknown names are kept as they came, what only
the service may set is dropped, and a value of the wrong type is refused.
"""

from __future__ import annotations

from typing import Any, Final

from .errors import bad_request, invalid_content

STRING: Final = "string"
INTEGER: Final = "integer"
BOOLEAN: Final = "boolean"
ANY: Final = "any"
READ_ONLY: Final = "read-only"

_SCRIPT = {
    "scriptSource": ("inline", "workspaceStorage"),
    "scriptData": STRING,
    "scriptArguments": STRING,
    "timeout": STRING,
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SCHEDULE = {
    "id": READ_ONLY,
    "provisioningStatus": READ_ONLY,
    "status": ("Enabled", "Disabled"),
    "action": ("Start", "Stop"),
    "triggerType": ("Cron", "Recurrence"),
    "cron": {"startTime": STRING, "timeZone": STRING, "expression": STRING},
    "recurrence": {
        "frequency": ("Minute", "Hour", "Day", "Week", "Month"),
        "interval": INTEGER,
        "startTime": STRING,
        "timeZone": STRING,
        "schedule": {
            "hours": [INTEGER],
            "minutes": [INTEGER],
            "weekDays": [_DAYS],
            "monthDays": [INTEGER],
        },
    },
    "schedule": ANY,
}
SCHEDULES: dict[str, Any] = {"computeStartStop": [_SCHEDULE]}
CUSTOM_SERVICES = [
    {
        "name": STRING,
        "image": {"type": ("docker", "azureml"), "reference": STRING, "version": STRING},
        "environmentVariables": ANY,
        "docker": {"privileged": BOOLEAN},
        "endpoints": [
            {
                "protocol": ("tcp", "udp", "http"),
                "name": STRING,
                "target": INTEGER,
                "published": INTEGER,
                "hostIp": STRING,
            }
        ],
        "volumes": [
            {
                "type": ("bind", "volume", "tmpfs", "npipe"),
                "readOnly": BOOLEAN,
                "source": STRING,
                "target": STRING,
                "consistency": STRING,
            }
        ],
        "kernel": {"argv": [STRING], "displayName": STRING, "language": STRING},
    }
]
DATA_MOUNTS = [
    {
        "source": STRING,
        "sourceType": ("Dataset", "Datastore", "URI"),
        "mountName": STRING,
        "mountAction": ("Mount", "Unmount"),
        "mountMode": ("ReadOnly", "ReadWrite"),
        "mountPath": STRING,
        "createdBy": READ_ONLY,
        "mountState": READ_ONLY,
        "mountedOn": READ_ONLY,
        "error": READ_ONLY,
    }
]
INSTANCE: dict[str, Any] = {
    "vmSize": STRING,
    "subnet": {"id": STRING},
    "applicationSharingPolicy": ("Personal", "Shared"),
    "computeInstanceAuthorizationType": ("personal",),
    "personalComputeInstanceSettings": {"assignedUser": {"objectId": STRING, "tenantId": STRING}},
    "enableNodePublicIp": BOOLEAN,
    "enableSSO": BOOLEAN,
    "enableRootAccess": BOOLEAN,
    "enableOSPatching": BOOLEAN,
    "releaseQuotaOnStop": BOOLEAN,
    "idleTimeBeforeShutdown": STRING,
    "setupScripts": {"scripts": {"creationScript": _SCRIPT, "startupScript": _SCRIPT}},
    "sshSettings": {
        "sshPublicAccess": ("Enabled", "Disabled"),
        "adminUserName": READ_ONLY,
        "sshPort": READ_ONLY,
        "adminPublicKey": STRING,
    },
    "schedules": SCHEDULES,
    "customServices": CUSTOM_SERVICES,
    "state": READ_ONLY,
    "lastOperation": READ_ONLY,
    "applications": READ_ONLY,
    "connectivityEndpoints": READ_ONLY,
    "createdBy": READ_ONLY,
    "errors": READ_ONLY,
    "containers": READ_ONLY,
    "dataDisks": READ_ONLY,
    "dataMounts": READ_ONLY,
    "versions": READ_ONLY,
    "osImageMetadata": READ_ONLY,
}
CLUSTER: dict[str, Any] = {
    "vmSize": STRING,
    "vmPriority": ("Dedicated", "LowPriority"),
    "scaleSettings": {
        "minNodeCount": INTEGER,
        "maxNodeCount": INTEGER,
        "nodeIdleTimeBeforeScaleDown": STRING,
    },
    "subnet": {"id": STRING},
    "osType": ("Linux", "Windows"),
    "remoteLoginPortPublicAccess": ("Enabled", "Disabled", "NotSpecified"),
    "userAccountCredentials": ANY,
    "allocationState": READ_ONLY,
    "allocationStateTransitionTime": READ_ONLY,
    "currentNodeCount": READ_ONLY,
    "targetNodeCount": READ_ONLY,
    "nodeStateCounts": READ_ONLY,
    "errors": READ_ONLY,
}
KINDS = {"computeinstance": "ComputeInstance", "amlcompute": "AmlCompute"}
COMPUTE: dict[str, Any] = {
    "id": READ_ONLY,
    "name": READ_ONLY,
    "type": READ_ONLY,
    "systemData": READ_ONLY,
    "location": STRING,
    "tags": ANY,
    "sku": ANY,
    "identity": {
        "type": ("None", "SystemAssigned", "UserAssigned", "SystemAssigned,UserAssigned"),
        "principalId": READ_ONLY,
        "tenantId": READ_ONLY,
        "userAssignedIdentities": ANY,
    },
    "properties": {
        "computeType": STRING,
        "computeLocation": STRING,
        "description": STRING,
        "resourceId": STRING,
        "disableLocalAuth": BOOLEAN,
        "provisioningState": READ_ONLY,
        "createdOn": READ_ONLY,
        "modifiedOn": READ_ONLY,
        "provisioningErrors": READ_ONLY,
        "isAttachedCompute": READ_ONLY,
        "properties": ANY,
    },
}


def canonical(value: Any, shape: Any, path: str = "") -> Any:
    """Bring a decoded JSON value into Azure's spelling.

    Args:
        value: What came.
        shape: What is expected there: a mapping, a list of one shape, a tuple of enum values, or a
            type name.
        path: Where in the body the value stands, for the refusal.

    Raises:
        ArmError: A value has the wrong type, or is none of an enum's.
    """
    if value is None or shape == ANY:
        return value
    if isinstance(shape, dict):
        return _canonical_object(value, shape, path)
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise invalid_content(f"'{path}' must be an array", path)
        if None in value:
            raise invalid_content(f"'{path}' must not hold null", path)
        return [canonical(entry, shape[0], f"{path}[{at}]") for at, entry in enumerate(value)]
    if isinstance(shape, tuple):
        for allowed in shape:
            if isinstance(value, str) and value.replace(" ", "").lower() == allowed.lower():
                return allowed
        raise bad_request(
            f"'{value}' is not a valid value of '{path}'. Possible values: {', '.join(shape)}.",
            path,
            "ValidationError",
        )
    expected = {STRING: str, INTEGER: int, BOOLEAN: bool}[shape]
    if not isinstance(value, expected) or (shape == INTEGER and isinstance(value, bool)):
        raise invalid_content(f"'{path}' must be of type {shape}", path)
    return value


def _canonical_object(value: Any, shape: dict[str, Any], path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid_content(f"'{path or 'the body'}' must be an object", path or None)
    names: dict[str, str] = {name.lower(): name for name in shape}
    result: dict[str, Any] = {}
    for given, below in value.items():
        name = str(names.get(given.lower(), given))
        expected = shape.get(name, ANY)
        if expected == READ_ONLY:
            continue
        result[name] = canonical(below, expected, f"{path}.{name}" if path else name)
    return result
