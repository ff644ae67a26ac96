"""One compute: what is stored of it, and how it looks on the wire."""

from __future__ import annotations

import copy
import hashlib
from typing import Any

import msgspec

from .clock import timestamp
from .rbac import PROVIDER, Caller
from .versions import before, is_preview

_SERVICE_FIELDS = (
    "state",
    "lastOperation",
    "applications",
    "connectivityEndpoints",
    "createdBy",
    "containers",
    "dataDisks",
    "dataMounts",
    "versions",
    "osImageMetadata",
)
_CLUSTER_DEFAULTS: dict[str, Any] = {
    "osType": "Linux",
    "vmPriority": "Dedicated",
    "subnet": None,
    "isolatedNetwork": False,
    "enableNodePublicIp": True,
    "remoteLoginPortPublicAccess": "NotSpecified",
    "allocationState": "Resizing",
    "errors": None,
}
# The retired SDK looks into this wherever it is present.
_NEVER_NULL = frozenset({"userAccountCredentials"})


class Outcome(msgspec.Struct):
    """How an operation will end."""

    result: str = "Succeeded"
    code: str | None = None
    message: str | None = None
    state: str | None = None


class Activity(msgspec.Struct):
    """An operation that is running on a compute."""

    name: str
    operation: str
    started: float
    trigger: str
    steps: list[tuple[float, str]]
    ends: float | None
    outcome: Outcome
    before: str | None = None
    change: dict[str, Any] = {}


class Compute(msgspec.Struct):
    """A compute with its hidden half: reservation, running operation, times that matter later."""

    subscription: str
    group: str
    workspace: str
    name: str
    location: str
    resource: dict[str, Any]
    family: str = ""
    cores: int = 0
    activity: Activity | None = None
    last_activity: float = 0.0
    schedules_set: float = 0.0
    fired: float = 0.0
    disk_full: bool = False
    nodes: int = 0

    @property
    def key(self) -> str:
        """The compute's place in the store and in memory."""
        return compute_key(self.subscription, self.group, self.workspace, self.name)

    @property
    def arm_id(self) -> str:
        """The full ARM id."""
        return str(self.resource["id"])

    @property
    def outer(self) -> dict[str, Any]:
        """The outer ``properties``."""
        properties: dict[str, Any] = self.resource["properties"]
        return properties

    @property
    def inner(self) -> dict[str, Any]:
        """The inner ``properties``, those of the compute's kind."""
        properties: dict[str, Any] = self.outer["properties"]
        return properties

    @property
    def is_instance(self) -> bool:
        """Whether this is a compute instance (and no cluster)."""
        return bool(self.outer["computeType"] == "ComputeInstance")

    @property
    def state(self) -> str | None:
        """The state of an instance."""
        state: str | None = self.inner.get("state")
        return state

    @property
    def owner(self) -> str:
        """The object id of who may open its applications: the assigned user, or the creator."""
        personal = self.inner.get("personalComputeInstanceSettings") or {}
        assigned = (personal.get("assignedUser") or {}).get("objectId")
        return str(assigned or (self.inner.get("createdBy") or {}).get("userId"))


def compute_key(subscription: str, group: str, workspace: str, name: str) -> str:
    """Give the key of a compute; its parts have no case."""
    return f"{subscription}/{group}/{workspace}/{name}".lower()


def new_resource(
    workspace_id: str, name: str, location: str, sent: dict[str, Any], now: float
) -> dict[str, Any]:
    """Build the resource of a new compute from what was sent (in Azure's spelling)."""
    sent = copy.deepcopy(sent)
    outer = sent.get("properties") or {}
    inner = outer.pop("properties", None) or {}
    kind = outer["computeType"]
    if kind == "ComputeInstance":
        inner = {
            "vmSize": None,
            "subnet": None,
            "applicationSharingPolicy": "Shared",
            "computeInstanceAuthorizationType": "personal",
            "personalComputeInstanceSettings": None,
            "enableNodePublicIp": True,
            "idleTimeBeforeShutdown": None,
            "setupScripts": None,
            "sshSettings": None,
            "schedules": None,
            "customServices": None,
            **dict.fromkeys(_SERVICE_FIELDS),
            "errors": [],
            **inner,
        }
    else:
        inner = {**_CLUSTER_DEFAULTS, "allocationStateTransitionTime": timestamp(now), **inner}
        inner = {key: value for key, value in inner.items() if key not in _NEVER_NULL or value}
    made = timestamp(now)
    return {
        "id": f"{workspace_id}/computes/{name}",
        "name": name,
        "type": f"{PROVIDER}/workspaces/computes",
        "location": location,
        **{key: value for key, value in sent.items() if key not in ("properties", "location")},
        "tags": sent.get("tags") or {},
        "properties": {
            "description": None,
            "disableLocalAuth": None,
            **outer,
            "computeLocation": outer.get("computeLocation") or location,
            "createdOn": made,
            "modifiedOn": made,
            "resourceId": None,
            "provisioningState": "Creating",
            "provisioningErrors": None,
            "isAttachedCompute": False,
            "properties": inner,
        },
    }


def fill_in(compute: Compute, caller: Caller) -> None:
    """Set what the service knows of an instance from the moment that it is accepted."""
    inner = compute.inner
    ssh = inner.get("sshSettings") or {}
    public = ssh.get("sshPublicAccess") == "Enabled"
    inner["sshSettings"] = {
        **ssh,
        "sshPublicAccess": "Enabled" if public else "Disabled",
        "adminUserName": "azureuser",
        "sshPort": 50000 if public else 4000,
        "adminPublicKey": ssh.get("adminPublicKey"),
    }
    inner["createdBy"] = {
        "userName": caller.name or caller.upn,
        "userOrgId": caller.tid,
        "userId": caller.oid,
    }
    digest = hashlib.sha256(compute.key.encode()).digest()
    # 203.0.113.0/24 is set aside for documentation: nobody answers there.
    address = f"203.0.113.{digest[0] % 254 + 1}"
    inner["connectivityEndpoints"] = {
        "publicIpAddress": None if inner.get("enableNodePublicIp") is False else address,
        "privateIpAddress": f"10.0.{digest[1]}.{digest[2] % 250 + 4}",
    }
    host = f"https://{compute.name.lower()}.{compute.location}.instances.azureml.ms"
    inner["applications"] = [
        {"displayName": "Jupyter", "endpointUri": f"{host}/tree/"},
        {"displayName": "Jupyter Lab", "endpointUri": f"{host}/lab"},
    ]
    inner["versions"] = {"runtime": "2.0.0"}
    inner["osImageMetadata"] = {
        "currentImageVersion": "26.10.12",
        "latestImageVersion": "26.10.12",
        "isLatestOsImageVersion": True,
    }
    inner["dataDisks"] = [
        {"caching": "ReadOnly", "diskSizeGB": 120, "lun": 0, "storageAccountType": "Standard_LRS"}
    ]
    inner["schedules"] = inner.get("schedules") or {"computeStartStop": []}


def set_nodes(compute: Compute, nodes: int) -> None:
    """Give a cluster so many idle nodes."""
    compute.nodes = nodes
    counts = dict.fromkeys(("preparing", "running", "leaving", "unusable", "preempted"), 0)
    compute.inner.update(
        currentNodeCount=nodes,
        targetNodeCount=nodes,
        nodeStateCounts={f"{name}NodeCount": count for name, count in counts.items()}
        | {"idleNodeCount": nodes},
    )


def has_field(field: str, version: str) -> bool:
    """Say whether the contract of an api-version has a field that came later than the rest."""
    day, preview_day = _LATER[field]
    return not before(version, preview_day if is_preview(version) else day)


_LATER = {
    "schedules": ("2022-05-01", "2021-03-01"),
    "setupScripts": ("2021-07-01", "2021-03-01"),
    "enableNodePublicIp": ("2022-05-01", "2022-01-01"),
    "containers": ("2022-05-01", "2022-01-01"),
    "dataDisks": ("2022-05-01", "2022-01-01"),
    "dataMounts": ("2022-05-01", "2022-01-01"),
    "versions": ("2022-05-01", "2022-01-01"),
    "customServices": ("2023-04-01", "2022-06-01"),
    "osImageMetadata": ("2023-04-01", "2022-06-01"),
    "idleTimeBeforeShutdown": ("2025-12-01", "2022-06-01"),
    "enableSSO": ("2025-12-01", "2022-06-01"),
}


def hidden_fields(version: str) -> frozenset[str]:
    """Give the inner fields that an api-version does not show."""
    return frozenset(field for field in _LATER if not has_field(field, version))


def rendered(compute: Compute, hidden: frozenset[str]) -> bytes:
    """Give the compute as JSON without the hidden inner fields."""
    resource = compute.resource
    if hidden and compute.is_instance:
        inner = {key: value for key, value in compute.inner.items() if key not in hidden}
        resource = {**resource, "properties": {**compute.outer, "properties": inner}}
    return msgspec.json.encode(resource)


def as_first_answered(compute: Compute) -> dict[str, Any]:
    """Give the body of the 201: what the service will set is still null there."""
    outer = {**compute.outer}
    if compute.is_instance:
        nulls = dict.fromkeys(_SERVICE_FIELDS)
        outer["properties"] = {**compute.inner, **nulls, "errors": None}
    return {**compute.resource, "properties": outer}
