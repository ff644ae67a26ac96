"""Creating, replacing and patching computes: everything is checked before anything is changed."""

from __future__ import annotations

from typing import Any

from . import lifecycle, shape, validation
from .clock import timestamp
from .cloud import Cloud
from .errors import ArmError, bad_request, conflict, invalid_content
from .estate import Workspace
from .instance import Compute, fill_in, new_resource, set_nodes
from .operations import Operation
from .rbac import Caller
from .sizes import VmSize

_FIXED = ("vmSize", "subnet", "sshSettings", "personalComputeInstanceSettings")


def read_body(body: dict[str, Any]) -> dict[str, Any]:
    """Bring the body of a PUT into Azure's spelling.

    Raises:
        ArmError: It has no properties, an unknown compute type, or values of the wrong type.
    """
    sent: dict[str, Any] = shape.canonical(body, shape.COMPUTE)
    outer = sent.get("properties")
    if not outer:
        raise invalid_content("'properties' is missing", "properties")
    given = outer.get("computeType")
    kind = shape.KINDS.get(str(given).lower())
    if kind is None:
        raise bad_request(
            f"The compute type '{given}' is not supported.",
            "properties.computeType",
            "ValidationError",
        )
    outer["computeType"] = kind
    inner_shape = shape.INSTANCE if kind == "ComputeInstance" else shape.CLUSTER
    outer["properties"] = shape.canonical(
        outer.get("properties") or {}, inner_shape, "properties.properties"
    )
    return sent


def _enforce_policies(cloud: Cloud, workspace: Workspace, sent: dict[str, Any], name: str) -> None:
    inner = sent["properties"]["properties"]
    tags = {str(key).lower() for key in sent.get("tags") or {}}
    size = str(inner.get("vmSize")).lower()
    ssh = (inner.get("sshSettings") or {}).get("sshPublicAccess")
    for policy in cloud.settings.policies:
        broken = (
            any(tag.lower() not in tags for tag in policy.required_tags)
            or size in {denied.lower() for denied in policy.denied_sizes}
            or (policy.deny_public_ssh and ssh == "Enabled")
        )
        if not broken:
            continue
        assignment = (
            f"/subscriptions/{workspace.subscription}/providers/Microsoft.Authorization"
            f"/policyAssignments/{policy.name}"
        )
        definition = assignment.replace("policyAssignments", "policyDefinitions")
        raise ArmError(
            403,
            "RequestDisallowedByPolicy",
            f"Resource '{name}' was disallowed by policy. Policy identifiers: "
            f'\'[{{"policyAssignment":{{"name":"{policy.name}","id":"{assignment}"}},'
            f'"policyDefinition":{{"name":"{policy.name}","id":"{definition}"}}}}]\'.',
            target=name,
            additional_info=[
                {
                    "type": "PolicyViolation",
                    "info": {
                        "policyDefinitionDisplayName": policy.name,
                        "policyDefinitionId": definition,
                        "policyDefinitionName": policy.name,
                        "policyDefinitionEffect": "deny",
                        "policyAssignmentId": assignment,
                        "policyAssignmentName": policy.name,
                        "policyAssignmentDisplayName": policy.name,
                        "policyAssignmentScope": f"/subscriptions/{workspace.subscription}",
                    },
                }
            ],
        )


def put(
    cloud: Cloud, workspace: Workspace, name: str, body: dict[str, Any], caller: Caller
) -> tuple[Compute, Operation, bool]:
    """Create a compute, or replace what may be replaced of an existing one.

    Returns:
        The compute, its operation, and whether it is new.

    Raises:
        ArmError: The first rule that the request breaks.
    """
    sent = read_body(body)
    existing = cloud.computes.find(workspace.subscription, workspace.group, workspace.name, name)
    validation.check_name(name)
    location = str(sent.get("location") or "").replace(" ", "").lower()
    if not location and existing is None:
        raise bad_request(
            "The location property is required for this definition.", "location", "LocationRequired"
        )
    if location not in ("", workspace.location):
        raise bad_request(
            f"The location '{sent.get('location')}' of the compute must be that of the "
            f"workspace: '{workspace.location}'.",
            "location",
            "InvalidLocation",
        )
    kind = sent["properties"]["computeType"]
    inner = sent["properties"]["properties"]
    size = validation.check_size(cloud.catalogue, inner.get("vmSize"), kind, workspace.location)
    validation.check_tags(sent.get("tags"))
    if kind == "ComputeInstance":
        validation.check_instance(inner, caller.oid, workspace.managed_network)
    _enforce_policies(cloud, workspace, sent, name)
    failed = existing is not None and existing.state == "CreateFailed"
    if existing is not None and not failed:
        return existing, _replace(cloud, existing, sent, size), False
    taken = cloud.computes.name_in_use(workspace.location, name)
    if taken is not None and existing is None:
        raise ArmError(
            400,
            "BadRequest",
            f"Compute name '{name}' is not available. Reason: AlreadyExists. Message: "
            f"{validation.name_taken(name)}",
            target="computeName",
        )
    if existing is not None:
        cloud.computes.remove(existing)
    return _create(cloud, workspace, name, sent, size, caller)


def _create(
    cloud: Cloud,
    workspace: Workspace,
    name: str,
    sent: dict[str, Any],
    size: VmSize,
    caller: Caller,
) -> tuple[Compute, Operation, bool]:
    inner = sent["properties"]["properties"]
    instance = sent["properties"]["computeType"] == "ComputeInstance"
    nodes = 1 if instance else validation.check_scale(inner)[0]
    cores = size.vCPUs * nodes
    if cores:
        cloud.ledger.check(workspace.subscription, workspace.location, size, cores)
    now = cloud.clock.now()
    inner["vmSize"] = size.name.upper()
    compute = Compute(
        subscription=workspace.subscription,
        group=workspace.group,
        workspace=workspace.name,
        name=name,
        location=workspace.location,
        resource=new_resource(workspace.arm_id, name, workspace.location, sent, now),
        family=size.family,
        cores=cores,
        last_activity=now,
        schedules_set=now,
        nodes=nodes,
    )
    identity = compute.resource.get("identity")
    if identity:
        _fill_identity(cloud, compute.key, identity)
    compute.resource["systemData"] = {
        "createdBy": caller.upn,
        "createdByType": "User",
        "createdAt": timestamp(now),
        "lastModifiedBy": caller.upn,
        "lastModifiedByType": "User",
        "lastModifiedAt": timestamp(now),
    }
    if instance:
        fill_in(compute, caller)
        set_schedules(cloud, compute, compute.inner["schedules"].get("computeStartStop") or [])
    else:
        set_nodes(compute, nodes)
    cloud.computes.add(compute)
    return compute, lifecycle.begin(cloud, compute, "Create"), True


def _fill_identity(cloud: Cloud, key: str, identity: dict[str, Any]) -> None:
    """Set what the service knows of an identity: its object ids."""
    if "SystemAssigned" in (identity.get("type") or ""):
        identity["principalId"] = cloud.estate_principal(key)
        identity["tenantId"] = cloud.directory.tenant
    assigned = identity.get("userAssignedIdentities")
    if isinstance(assigned, dict):
        identity["userAssignedIdentities"] = {
            arm_id: {
                "principalId": cloud.estate_principal(arm_id.lower()),
                "clientId": cloud.estate_principal(f"{arm_id.lower()}/client"),
            }
            for arm_id in assigned
        }


def _same(old: Any, new: Any) -> bool:
    """Say whether a sent value leaves an old one as it is; what was not sent is no change."""
    if new is None:
        return True
    if isinstance(new, dict):
        old = old if isinstance(old, dict) else {}
        return all(_same(old.get(key), value) for key, value in new.items())
    if isinstance(new, str) and isinstance(old, str):
        return new.lower() == old.lower()
    return bool(old == new)


def _replace(cloud: Cloud, compute: Compute, sent: dict[str, Any], size: VmSize) -> Operation:
    inner = sent["properties"]["properties"]
    if sent["properties"]["computeType"] != compute.outer["computeType"]:
        raise bad_request("The compute type of a compute cannot be changed.", "computeType")
    if compute.activity is not None:
        raise conflict(
            f"There is already an active operation submitted on the compute '{compute.name}'."
        )
    for field in _FIXED if compute.is_instance else ("vmSize", "subnet"):
        if not _same(compute.inner.get(field), inner.get(field)):
            raise bad_request(
                f"The property '{field}' of the compute '{compute.name}' cannot be changed.",
                f"properties.properties.{field}",
                "PropertyChangeNotAllowed",
            )
    old = (compute.inner.get("schedules") or {}).get("computeStartStop") or []
    new = (inner.get("schedules") or {}).get("computeStartStop")
    if new is not None and [_bare(entry) for entry in new] != [_bare(entry) for entry in old]:
        raise bad_request(
            "The schedules of an existing compute instance cannot be changed by this request; use "
            "UpdateSchedules.",
            "properties.properties.schedules",
        )
    if not compute.is_instance:
        set_scale(cloud, compute, inner, size)
    kept = {"vmSize", "schedules", "sshSettings", "subnet"}
    compute.inner.update({key: value for key, value in inner.items() if key not in kept})
    if "idleTimeBeforeShutdown" not in inner and compute.is_instance:
        compute.inner["idleTimeBeforeShutdown"] = None
    for key in ("tags", "identity", "sku"):
        if key in sent:
            compute.resource[key] = sent[key] or {}
    compute.outer["description"] = sent["properties"].get("description")
    now = cloud.clock.now()
    compute.outer["modifiedOn"] = timestamp(now)
    cloud.computes.changed(compute)
    operation = cloud.operations.begin(compute.location, compute.key, now)
    cloud.operations.end(operation.id, "Succeeded", now)
    return operation


def _bare(entry: dict[str, Any]) -> dict[str, Any]:
    set_by_service = ("id", "provisioningStatus")
    bare = {key: value for key, value in entry.items() if key not in set_by_service}
    return {"status": "Enabled", **bare}


def set_scale(cloud: Cloud, compute: Compute, inner: dict[str, Any], size: VmSize) -> None:
    """Give a cluster other scale settings; its least nodes are booked."""
    least, _ = validation.check_scale(inner)
    old = compute.cores
    cloud.computes.rebook(compute, size.family, 0)
    try:
        cloud.ledger.check(compute.subscription, compute.location, size, size.vCPUs * least)
    except ArmError:
        cloud.computes.rebook(compute, size.family, old)
        raise
    cloud.computes.rebook(compute, size.family, size.vCPUs * least)
    compute.inner["scaleSettings"] = inner["scaleSettings"]
    set_nodes(compute, least)


def set_schedules(cloud: Cloud, compute: Compute, entries: list[dict[str, Any]]) -> None:
    """Give an instance its schedules; they count from now."""
    compute.inner["schedules"] = {
        "computeStartStop": [
            {
                "id": cloud.estate_principal(f"{compute.key}/schedule/{at}"),
                "provisioningStatus": "Completed",
                "status": "Enabled",
                **entry,
            }
            for at, entry in enumerate(entries)
        ]
    }
    compute.schedules_set = cloud.clock.now()
