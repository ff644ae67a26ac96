"""What a creation is in other tools' words: an ARM template, a line for az, lines of Python."""

from __future__ import annotations

import pprint
import shlex
from typing import Any

import msgspec

from ..sentences import say
from .clouds import CLOUDS, Cloud
from .models import CreateInstance, Workspace
from .setup_scripts import script_notes

_USUAL_CLOUD = "AzureCloud"

#: What a person needs to use an instance that somebody else created for them (source: Azure's
#: guide on creating on behalf of others).
_NEEDED_BY_OTHERS = (
    "Microsoft.MachineLearningServices/workspaces/computes/start/action",
    "Microsoft.MachineLearningServices/workspaces/computes/stop/action",
    "Microsoft.MachineLearningServices/workspaces/computes/restart/action",
    "Microsoft.MachineLearningServices/workspaces/computes/applicationaccess/action",
)


def template(
    name: str, workspace: Workspace, body: dict[str, Any], api_version: str
) -> dict[str, Any]:
    """Give an ARM template with parameters that creates the same instance."""
    location = "[parameters('location')]"
    properties = msgspec.json.decode(msgspec.json.encode(body["properties"]))
    parameters: dict[str, Any] = {
        "workspaceName": {"type": "string", "defaultValue": workspace.name},
        "computeName": {"type": "string", "defaultValue": name, "minLength": 3, "maxLength": 24},
        "location": {
            "type": "string",
            "defaultValue": workspace.location or "[resourceGroup().location]",
        },
        "vmSize": {"type": "string", "defaultValue": properties["properties"]["vmSize"]},
    }
    properties["properties"]["vmSize"] = "[parameters('vmSize')]"
    ssh = properties["properties"].get("sshSettings", {})
    if ssh.get("adminPublicKey"):
        parameters["sshPublicKey"] = {"type": "string", "defaultValue": ssh["adminPublicKey"]}
        ssh["adminPublicKey"] = "[parameters('sshPublicKey')]"
    person = properties["properties"].get("personalComputeInstanceSettings")
    if person:
        for key, parameter in (("objectId", "objectId"), ("tenantId", "tenantId")):
            parameters[parameter] = {
                "type": "string",
                "defaultValue": person["assignedUser"][key],
            }
            person["assignedUser"][key] = f"[parameters('{parameter}')]"
    resource = {
        "type": "Microsoft.MachineLearningServices/workspaces/computes",
        "apiVersion": api_version,
        "name": "[format('{0}/{1}', parameters('workspaceName'), parameters('computeName'))]",
        **{k: v for k, v in body.items() if k != "properties"},
        "location": location,
        "properties": properties,
    }
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": parameters,
        "resources": [resource],
    }


def az_line(url: str, body: dict[str, Any], cloud: str) -> str:
    """Give the line for Azure's own command that sends the same; before it, which cloud is meant."""
    text = msgspec.json.encode(body).decode()
    line = shlex.join(["az", "rest", "--method", "put", "--url", url, "--body", text])
    return line if cloud == _USUAL_CLOUD else f"az cloud set --name {cloud}\n{line}"


def python_lines(url: str, body: dict[str, Any], cloud: Cloud) -> str:
    """Give lines of Python, on Azure's own libraries, that send the same."""
    usual = cloud == CLOUDS[_USUAL_CLOUD]
    authority = "" if usual else f"authority={cloud.authority!r}"
    return "\n".join(
        [
            "import requests",
            "from azure.identity import DefaultAzureCredential",
            "",
            f"body = {pprint.pformat(body, sort_dicts=False, width=88)}",
            f"token = DefaultAzureCredential({authority}).get_token({cloud.scope!r}).token",
            "answer = requests.put(",
            f"    {url!r},",
            "    json=body,",
            '    headers={"Authorization": f"Bearer {token}"},',
            "    timeout=30,",
            ")",
            "answer.raise_for_status()",
            "",
        ]
    )


def notes(request: CreateInstance, body: dict[str, Any], price: float | None) -> list[str]:
    """Give what somebody should know before creating it, beside what is wrong."""
    found: list[str] = []
    inner = body["properties"]["properties"]
    found.append(
        say("The price is not known.")
        if price is None
        else say(
            "It costs about ${price:.2f} per hour while it runs (list price), and its disk always.",
            price=price,
        )
    )
    if "idleTimeBeforeShutdown" not in inner and not any(
        s.action == "stop" for s in request.schedules
    ):
        found.append(say("No automatic stop: it costs money until somebody stops it."))
    if request.idle_shutdown_minutes != 0 and request.identity != "none":
        found.append(
            say(
                "With a managed identity the idle shutdown works only if that identity is "
                "Contributor of the workspace."
            )
        )
    if "idleTimeBeforeShutdown" in inner and request.ssh_public_key:
        found.append(say("Azure does not count an open SSH connection as activity."))
    if request.assigned_user_object_id:
        found.append(
            say(
                "Only that person will be able to open it, and needs these permissions: "
                "{permissions}.",
                permissions=", ".join(_NEEDED_BY_OTHERS),
            )
        )
    found += script_notes(request.setup_scripts)
    if request.rstudio:
        found.append(say("RStudio comes as a container; its first start takes some minutes."))
    return found
