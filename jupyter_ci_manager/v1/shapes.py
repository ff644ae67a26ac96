"""The forms in which an instance is shown and handed on: dictionary, summary, table."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .exceptions import ComputeTargetException

if TYPE_CHECKING:
    from .compute_instance import ComputeInstance

MISSING = object()
_SUBNET = re.compile(
    r"/resourceGroups/(?P<group>[^/]+)/.*?/virtualNetworks/(?P<vnet>[^/]+)/subnets/(?P<subnet>[^/]+)",
    re.IGNORECASE,
)
_STUDIO = "https://ml.azure.com/compute/instances"


def check(payload: Any) -> None:
    """Check that this is Azure's answer for a compute instance.

    Raises
    ------
    ComputeTargetException
        A key is missing, or it is another kind of compute.
    """
    properties = payload.get("properties") if isinstance(payload, dict) else None
    if not isinstance(properties, dict) or not payload.get("name"):
        raise ComputeTargetException(
            "Failed to deserialize ComputeInstance: missing name or properties."
        )
    kind = properties.get("computeType")
    if str(kind).lower() != "computeinstance":
        raise ComputeTargetException(
            f"Failed to deserialize ComputeInstance: invalid type '{kind}'."
        )
    if not isinstance(properties.get("properties"), dict):
        raise ComputeTargetException("Failed to deserialize ComputeInstance: missing properties.")


def network_of(subnet_id: Any) -> tuple[str | None, str | None, str | None]:
    """Give resource group, network and subnet that an id names."""
    found = _SUBNET.search(subnet_id) if isinstance(subnet_id, str) else None
    return (found["group"], found["vnet"], found["subnet"]) if found else (None, None, None)


def _each_error(*lists: Any) -> list[dict[str, Any]]:
    found = []
    for entries in lists:
        for entry in entries if isinstance(entries, list) else []:
            error = entry.get("error", entry) if isinstance(entry, dict) else None
            if isinstance(error, dict):
                found.append(error)
    return found


def error_texts(*lists: Any) -> list[str]:
    """Give the messages of Azure's lists of errors, each once."""
    texts: list[str] = []
    for error in _each_error(*lists):
        words = [str(error[key]) for key in ("code", "message") if error.get(key)]
        text = ": ".join(words)
        if text and text not in texts:
            texts.append(text)
    return texts


def error_code(*lists: Any) -> str | None:
    """Give the first code in Azure's lists of errors."""
    return next((str(e["code"]) for e in _each_error(*lists) if e.get("code")), None)


def serialize(instance: ComputeInstance) -> dict[str, Any]:
    """Give an instance as the dictionary that notebooks know."""
    person = None
    if instance.assigned_user_object_id:
        person = {
            "assignedUser": {
                "objectId": instance.assigned_user_object_id,
                "tenantId": instance.assigned_user_tenant_id,
            }
        }
    return {
        "id": instance.id,
        "name": instance.name,
        "location": instance.location,
        "tags": instance.tags,
        "properties": {
            "description": instance.description,
            "computeType": instance.type,
            "computeLocation": instance.cluster_location,
            "resourceId": instance.cluster_resource_id,
            "provisioningErrors": instance.provisioning_errors,
            "provisioningState": instance.provisioning_state,
            "properties": {
                "vmSize": instance.vm_size,
                "applications": instance.applications,
                "connectivityEndpoints": {
                    "publicIpAddress": instance.public_ip_address,
                    "privateIpAddress": instance.private_ip_address,
                },
                "sshSettings": {
                    "sshPublicAccess": "Enabled" if instance.ssh_public_access else "Disabled",
                    "adminUserName": instance.admin_username,
                    "adminPublicKey": instance.admin_user_ssh_public_key,
                    "sshPort": instance.ssh_port,
                },
                "personalComputeInstanceSettings": person,
                "subnet": {"id": instance.subnet_id},
                "errors": instance.errors,
            },
            "status": instance.status.serialize(),
        },
    }


def _ssh_line(instance: ComputeInstance) -> str | None:
    if not instance.ssh_public_access or not instance.public_ip_address:
        return None
    return f"{instance.admin_username}@{instance.public_ip_address} -p {instance.ssh_port}"


def summary(instance: ComputeInstance) -> dict[str, Any]:
    """Give what ``print(instance)`` shows, in its order."""
    shown: dict[str, Any] = {
        "Name": instance.name,
        "Id": instance.id,
        "Workspace": instance.workspace.name if instance.workspace else None,
        "Location": instance.location,
        "VmSize": instance.vm_size,
        "State": instance.status.state,
        "Tags": instance.tags,
    }
    ssh = _ssh_line(instance)
    if ssh:
        shown["SSH"] = ssh
    if instance.subnet_id:
        shown["Subnet"] = instance.subnet_id
    return shown


def html(instance: ComputeInstance, docs_url: str) -> str:
    """Give the instance as an HTML table for a notebook."""
    state = instance.status.state or ""
    scope = instance.workspace._workspace_scope if instance.workspace else ""
    links = ""
    if state.endswith("Running"):
        links = ", ".join(
            _link(app.get("displayName") or "", app.get("endpointUri") or "")
            for app in instance.applications or []
        )
    cells = (
        ("Name", _link(instance.name, f"{_STUDIO}/{instance.name}/details?wsid={scope}")),
        ("Workspace", _link(instance.workspace.name, f"https://ml.azure.com/home?wsid={scope}")
         if instance.workspace else ""),
        ("State", escape(state)),
        ("Location", escape(instance.location)),
        ("VmSize", escape(instance.vm_size or "")),
        ("Application URI", links),
        ("SSH", escape(_ssh_line(instance) or "")),
        ("Docs", _link("Doc", docs_url)),
    )  # fmt: skip
    head = "".join(f"<th>{name}</th>" for name, _ in cells)
    body = "".join(f"<td>{value}</td>" for _, value in cells)
    return f'<table style="width:100%"><tr>{head}</tr><tr>{body}</tr></table>'


def _link(text: str, address: str) -> str:
    if urlsplit(address).scheme not in ("http", "https"):
        return escape(text)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(text)}</a>'
