"""What a compute may be: each rule refuses in Azure's words, before anything is changed."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from .durations import parse_duration
from .errors import ArmError, bad_request
from .schedules import check_schedule
from .sizes import Catalogue, VmSize

_NAME = re.compile(r"[a-zA-Z](?![a-zA-Z0-9-]*-\d+$)[a-zA-Z0-9-]{2,23}")
_SUBNET = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network"
    r"/virtualNetworks/[^/]+/subnets/[^/]+",
    re.IGNORECASE,
)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_KEY_TYPES = ("ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384")
_SHORTEST_IDLE, _LONGEST_IDLE = 15 * 60, 3 * 24 * 3600
_MOST_SCHEDULES = 4
_MOST_TAGS, _LONGEST_TAG, _LONGEST_TAG_VALUE = 50, 512, 256
_PORTS = range(1025, 65536)

INVALID_NAME = (
    "A name for an Azure ML Compute Instance must be between 3 and 24 characters in length and "
    "must use only numbers, letters and minus symbol (-)\N{FULLWIDTH COMMA}must start with "
    "letters. Numbers cannot be the ending of the name if the previous character is a minus "
    "symbol (-). Please specify a different Azure ML Instance name"
)


def name_is_valid(name: str) -> bool:
    """Say whether a compute may be called so; the portal refuses a trailing ``-`` as well."""
    return _NAME.fullmatch(name) is not None and not name.endswith("-")


def check_name(name: str) -> None:
    """Refuse a name that breaks the rule."""
    if not name_is_valid(name):
        raise ArmError(
            400,
            "BadRequest",
            f"Compute name '{name}' is not available. Reason: Invalid. Message: {INVALID_NAME}",
            target="computeName",
        )


def name_taken(name: str) -> str:
    """Give the sentence for a name that is in use in the region."""
    return f"The specified name {name} is already in use and is therefore unavailable"


def check_size(catalogue: Catalogue, name: Any, kind: str, location: str) -> VmSize:
    """Give the size of a name; refuse one that is unknown or not meant for the compute."""
    target = "properties.properties.vmSize"
    if not name or not isinstance(name, str):
        raise bad_request("The vmSize of the compute must be given.", target, "ValidationError")
    size = catalogue.find(name)
    if size is None:
        raise bad_request(
            f"The specified VM size '{name}' is not supported in the location '{location}'.",
            target,
            "InvalidVmSize",
        )
    if kind not in size.computeTypes:
        raise bad_request(
            f"The specified VM size '{size.name}' is not supported for compute type '{kind}'.",
            target,
            "InvalidVmSize",
        )
    return size


def check_tags(tags: Any) -> None:
    """Refuse tags that are no map of short strings."""
    if tags is None:
        return
    valid = isinstance(tags, dict) and len(tags) <= _MOST_TAGS
    if not valid or any(
        not isinstance(value, str) or len(key) > _LONGEST_TAG or len(value) > _LONGEST_TAG_VALUE
        for key, value in tags.items()
    ):
        raise ArmError(
            400,
            "InvalidTags",
            f"Tags must be at most {_MOST_TAGS} pairs of strings, names of at most {_LONGEST_TAG} "
            f"and values of at most {_LONGEST_TAG_VALUE} characters.",
            target="tags",
        )


def check_idle_time(value: Any) -> None:
    """Refuse an idle time that is no duration of 15 minutes to 3 days; None switches it off."""
    if value is None:
        return
    target = "idleTimeBeforeShutdown"
    seconds = parse_duration(value) if isinstance(value, str) else None
    if seconds is None:
        raise bad_request(
            f"The value '{value}' of idleTimeBeforeShutdown is not a duration in ISO 8601 format.",
            target,
            "InvalidIdleTimeBeforeShutdown",
        )
    if not _SHORTEST_IDLE <= seconds <= _LONGEST_IDLE:
        raise bad_request(
            "The idleTimeBeforeShutdown must be between 15 minutes (PT15M) and 3 days (P3D).",
            target,
            "InvalidIdleTimeBeforeShutdown",
        )


def check_schedules(schedules: Any) -> None:
    """Refuse more than four schedules, and any that could never fire."""
    entries = (schedules or {}).get("computeStartStop") or []
    if len(entries) > _MOST_SCHEDULES:
        raise bad_request(
            f"A compute instance can have at most {_MOST_SCHEDULES} schedules.",
            "schedules.computeStartStop",
            "TooManySchedules",
        )
    for at, entry in enumerate(entries):
        check_schedule(entry, f"schedules.computeStartStop[{at}]")


def _check_ssh(settings: dict[str, Any] | None) -> None:
    key = (settings or {}).get("adminPublicKey")
    enabled = (settings or {}).get("sshPublicAccess") == "Enabled"
    if enabled and not key:
        raise bad_request(
            "An SSH public key (adminPublicKey) is required when SSH public access is enabled.",
            "sshSettings.adminPublicKey",
        )
    if key and not _is_public_key(key):
        raise bad_request(
            "The SSH public key (adminPublicKey) is not in a valid OpenSSH format.",
            "sshSettings.adminPublicKey",
            "InvalidSshPublicKey",
        )


def _is_public_key(text: str) -> bool:
    parts = text.strip().split(None, 2)
    if len(parts) < 2 or parts[0] not in _KEY_TYPES or "\n" in text.strip():
        return False
    try:
        blob = base64.b64decode(parts[1], validate=True)
    except binascii.Error:
        return False
    kind = parts[0].encode()
    return blob[:4] == len(kind).to_bytes(4, "big") and blob[4 : 4 + len(kind)] == kind


def _check_user(properties: dict[str, Any], caller_oid: str) -> None:
    personal = properties.get("personalComputeInstanceSettings")
    user = (personal or {}).get("assignedUser")
    if not user:
        return
    for part in ("objectId", "tenantId"):
        if not _GUID.fullmatch(user.get(part) or ""):
            raise bad_request(
                f"The {part} of the assigned user must be a GUID.",
                f"personalComputeInstanceSettings.assignedUser.{part}",
            )
    key = (properties.get("sshSettings") or {}).get("adminPublicKey")
    if key and user["objectId"].lower() != caller_oid.lower():
        raise bad_request(
            "An SSH public key cannot be given when the compute instance is created for another "
            "user.",
            "personalComputeInstanceSettings.assignedUser",
        )


def _check_subnet(properties: dict[str, Any], managed_network: bool) -> None:
    subnet = properties.get("subnet")
    if subnet is None:
        return
    if managed_network:
        raise bad_request(
            "A subnet cannot be specified for a compute in a workspace with a managed network.",
            "subnet",
        )
    if not _SUBNET.fullmatch(subnet.get("id") or ""):
        raise bad_request(
            "The subnet id must name a resource group, a virtual network and a subnet: "
            "/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Network/"
            "virtualNetworks/{network}/subnets/{subnet}.",
            "subnet.id",
            "InvalidSubnetId",
        )


def _check_scripts(properties: dict[str, Any]) -> None:
    scripts = (properties.get("setupScripts") or {}).get("scripts") or {}
    for name, script in scripts.items():
        if not isinstance(script, dict):
            continue
        target = f"setupScripts.scripts.{name}"
        timeout = script.get("timeout")
        if timeout and parse_duration(timeout) is None and not re.fullmatch(r"\d+m?", timeout):
            raise bad_request(f"The timeout '{timeout}' is not a duration.", f"{target}.timeout")
        if script.get("scriptSource") == "inline":
            try:
                base64.b64decode(script.get("scriptData") or "", validate=True)
            except binascii.Error:
                raise bad_request(
                    "The scriptData of an inline script must be base64.", f"{target}.scriptData"
                ) from None


def check_services(services: Any) -> None:
    """Refuse custom services without a name, or with a port out of range."""
    for at, service in enumerate(services or []):
        target = f"customServices[{at}]"
        if not service.get("name"):
            raise bad_request("A custom service must have a name.", f"{target}.name")
        for endpoint in service.get("endpoints") or []:
            for end in ("target", "published"):
                if endpoint.get(end) is not None and endpoint[end] not in _PORTS:
                    raise bad_request(
                        f"The {end} port of a custom service must be between {_PORTS.start} and "
                        f"{_PORTS.stop - 1}.",
                        f"{target}.endpoints.{end}",
                    )


def check_instance(properties: dict[str, Any], caller_oid: str, managed_network: bool) -> None:
    """Check everything of a compute instance but its size.

    Args:
        properties: The inner ``properties`` in Azure's spelling.
        caller_oid: Who asks for it.
        managed_network: Whether the workspace has a managed network.

    Raises:
        ArmError: The first rule that is broken, with the property under ``target``.
    """
    _check_ssh(properties.get("sshSettings"))
    _check_user(properties, caller_oid)
    _check_subnet(properties, managed_network)
    check_idle_time(properties.get("idleTimeBeforeShutdown"))
    check_schedules(properties.get("schedules"))
    _check_scripts(properties)
    check_services(properties.get("customServices"))


def check_scale(properties: dict[str, Any]) -> tuple[int, int]:
    """Give the least and the most nodes of a cluster; refuse impossible ones."""
    scale = properties.get("scaleSettings") or {}
    least, most = scale.get("minNodeCount") or 0, scale.get("maxNodeCount")
    if most is None or not 0 <= least <= most:
        raise bad_request(
            "The scale settings need 0 <= minNodeCount <= maxNodeCount.", "scaleSettings"
        )
    return least, most
