"""A new instance as Azure's own JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .creation_rules import default_tags
from .custom_applications import rstudio
from .models import CreateInstance, Workspace
from .schedules import schedules_to_arm
from .setup_scripts import scripts_to_arm

if TYPE_CHECKING:
    from ..config import Settings


def arm_body(request: CreateInstance, workspace: Workspace, settings: Settings) -> dict[str, Any]:
    """Write the request as the body of Azure's PUT.

    The instance is always ``Personal``: Azure's default would let anybody with the workspace's
    applications permission open it.
    """
    ssh_key = (request.ssh_public_key or "").strip()
    inner: dict[str, Any] = {
        "vmSize": request.vm_size or settings.default_vm_size,
        "applicationSharingPolicy": "Personal",
        "computeInstanceAuthorizationType": "personal",
        "sshSettings": {"sshPublicAccess": "Enabled", "adminPublicKey": ssh_key}
        if ssh_key
        else {"sshPublicAccess": "Disabled"},
    }
    minutes = request.idle_shutdown_minutes
    minutes = settings.default_idle_minutes if minutes is None else minutes
    if minutes:
        inner["idleTimeBeforeShutdown"] = f"PT{minutes}M"
    subnet = subnet_id(request, workspace)
    if subnet:
        inner["subnet"] = {"id": subnet}
    if request.enable_node_public_ip is not None:
        inner["enableNodePublicIp"] = request.enable_node_public_ip
    if request.enable_sso is not None:
        inner["enableSSO"] = request.enable_sso
    if request.assigned_user_object_id:
        inner["personalComputeInstanceSettings"] = {
            "assignedUser": {
                "objectId": request.assigned_user_object_id,
                "tenantId": request.assigned_user_tenant_id,
            }
        }
    if request.schedules:
        inner["schedules"] = schedules_to_arm(request.schedules)
    scripts = scripts_to_arm(request.setup_scripts)
    if scripts:
        inner["setupScripts"] = {"scripts": scripts}
    applications = [*([rstudio()] if request.rstudio else []), *request.custom_applications]
    if applications:
        inner["customServices"] = applications
    body: dict[str, Any] = {
        "location": workspace.location,
        "properties": {
            "computeType": "ComputeInstance",
            "disableLocalAuth": not ssh_key,
            "properties": inner,
        },
    }
    if request.description:
        body["properties"]["description"] = request.description
    tags = {**default_tags(settings), **request.tags}
    if tags:
        body["tags"] = tags
    if request.identity == "system":
        body["identity"] = {"type": "SystemAssigned"}
    elif request.identity != "none":
        body["identity"] = {
            "type": "UserAssigned",
            "userAssignedIdentities": {identity: {} for identity in request.identity},
        }
    return body


def subnet_id(request: CreateInstance, workspace: Workspace) -> str | None:
    """Give the full ARM id of the subnet; ``None`` when the instance gets none of its own."""
    if request.subnet_id:
        return request.subnet_id
    if not request.vnet_name:
        return None
    return (
        f"/subscriptions/{workspace.subscription_id}/resourceGroups/{request.vnet_resource_group}"
        f"/providers/Microsoft.Network/virtualNetworks/{request.vnet_name}"
        f"/subnets/{request.subnet_name}"
    )
