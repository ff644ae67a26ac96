"""What a new instance may be, checked rule by rule.

Everything is checked before anything is sent, and every refusal names the field.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError, InvalidValue, Refused
from ..sentences import say
from .custom_applications import checked_application
from .models import CreateInstance, VmSize, Workspace
from .names import HINT, broken_rule
from .schedules import check_schedules
from .setup_scripts import script_problems

if TYPE_CHECKING:
    from ..config import Settings

IDLE_MINUTES = (15, 4320)

_SIZE = re.compile(r"[A-Za-z0-9_]{3,64}\Z")
_SSH_KEY = re.compile(
    r"(ssh-rsa|ssh-ed25519|ecdsa-sha2-nistp\d+) ([A-Za-z0-9+/]+={0,3})( [^\r\n]*)?\Z"
)
_SUBNET = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/"
    r"virtualNetworks/[^/]+/subnets/[^/]+\Z",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/"
    r"Microsoft\.ManagedIdentity/userAssignedIdentities/[^/]+\Z",
    re.IGNORECASE,
)
_NETWORK_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.()-]{0,79}\Z")
_MOST_TAGS = 50


def problems(
    request: CreateInstance,
    *,
    workspace: Workspace | None,
    sizes: list[VmSize] | None,
    settings: Settings,
) -> list[CIManagerError]:
    """Find everything that is wrong with a request, without asking anybody.

    Parameters
    ----------
    workspace:
        For its network; ``None`` when not known.
    sizes:
        The region's sizes with their availability; ``None`` when they could not be read, and then
        nothing is refused for its size.
    """
    return [
        *_name(request),
        *_vm_size(request.vm_size or settings.default_vm_size, sizes),
        *_network(request, workspace),
        *_people(request),
        *_ssh(request),
        *_idle(request.idle_shutdown_minutes),
        *_caught(lambda: check_schedules(request.schedules)),
        *script_problems(request.setup_scripts),
        *_identity(request),
        *_tags(request, settings),
        *(
            problem
            for n, app in enumerate(request.custom_applications)
            for problem in _caught(lambda a=app, i=n: checked_application(a, i))
        ),
    ]


def check_idle(minutes: int | None) -> None:
    """Refuse an idle time that Azure would refuse.

    Parameters
    ----------
    minutes:
        15 to 4320 (three days); ``None`` or 0 for never.

    Raises
    ------
    InvalidValue
        Out of these bounds; ``field`` is ``minutes``.
    """
    for problem in _idle(minutes):
        problem.field = "minutes"
        raise problem


def _wrong(field: str, message: str, hint: str = "", code: str = "invalid_value") -> InvalidValue:
    return InvalidValue(message, hint=hint, field=field, code=code)


def _caught(check: Any) -> Iterator[CIManagerError]:
    try:
        check()
    except CIManagerError as error:
        yield error


def _name(request: CreateInstance) -> Iterator[CIManagerError]:
    rule = broken_rule(request.name)
    if rule:
        yield _wrong("name", rule, HINT, "invalid_name")


def _vm_size(name: str, sizes: list[VmSize] | None) -> Iterator[CIManagerError]:
    if not _SIZE.match(name):
        yield _wrong(
            "vm_size",
            say("“{name}” is no VM size.", name=name),
            say("Such as Standard_DS3_v2."),
            "unknown_size",
        )
        return
    if not sizes:
        return
    size = next((s for s in sizes if s.name.lower() == name.lower()), None)
    if size is None:
        yield _wrong(
            "vm_size",
            say("The size {name} does not exist in this region.", name=name),
            say("Choose one of the list of sizes."),
            "unknown_size",
        )
    elif size.available == "no":
        yield Refused(
            size.reason, code=_size_code(size), field="vm_size", hint=say("Take another size.")
        )


def _size_code(size: VmSize) -> str:
    return "size_not_offered" if size.code == "not_offered" else "quota_exceeded"


def _network(request: CreateInstance, workspace: Workspace | None) -> Iterator[CIManagerError]:
    parts = {
        "vnet_resource_group": request.vnet_resource_group,
        "vnet_name": request.vnet_name,
        "subnet_name": request.subnet_name,
    }
    given = {k: v for k, v in parts.items() if v}
    if (given or request.subnet_id) and workspace is not None and workspace.managed_network:
        yield Refused(
            say(
                "The workspace has a managed network, so an instance cannot have a subnet of its own."
            ),
            hint=say("Leave the subnet away."),
            code="managed_network",
            field="subnet_id" if request.subnet_id else next(iter(given)),
        )
    if request.subnet_id and given:
        yield _wrong(
            "subnet_id",
            say("A subnet is named twice."),
            say("Give its id, or its three names, not both."),
        )
    elif request.subnet_id and not _SUBNET.match(request.subnet_id):
        yield _wrong(
            "subnet_id",
            say("This is no id of a subnet."),
            "/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…"
            "/subnets/…",
        )
    elif given and len(given) < len(parts):
        lacking = next(k for k in parts if k not in given)
        yield _wrong(
            lacking,
            say("Not all of the virtual network's information is given."),
            say("vnet_resource_group, vnet_name and subnet_name go together."),
        )
    for field, value in given.items():
        if not _NETWORK_PART.match(value):
            yield _wrong(field, say("“{value}” is no name of a network part.", value=value))
    has_network = bool(given or request.subnet_id or (workspace and workspace.managed_network))
    if request.enable_node_public_ip is False and not has_network:
        yield _wrong(
            "enable_node_public_ip",
            say("An instance without a public address needs a subnet, or a managed network."),
            say("Give a subnet, or leave the public address on."),
        )


def _people(request: CreateInstance) -> Iterator[CIManagerError]:
    for field in ("assigned_user_object_id", "assigned_user_tenant_id"):
        value = getattr(request, field)
        if value and not _is_uuid(value):
            yield _wrong(
                field,
                say(
                    "“{value}” is no id of a user or tenant: those are GUIDs, not names.",
                    value=value,
                ),
                say(
                    "The object id stands in the Azure portal under Users, or in what “az ad user show "
                    "--id NAME@EXAMPLE.COM --query id” prints."
                ),
            )
    if bool(request.assigned_user_object_id) != bool(request.assigned_user_tenant_id):
        lacking = (
            "assigned_user_tenant_id"
            if request.assigned_user_object_id
            else "assigned_user_object_id"
        )
        yield _wrong(
            lacking,
            say("For another person both the object id and the tenant id are needed."),
            say("“az account show --query tenantId” prints the tenant's."),
        )
    if request.assigned_user_object_id and request.ssh_public_key:
        yield _wrong(
            "ssh_public_key",
            say("Azure refuses an SSH key on an instance for another person."),
            say("Leave the key away."),
        )


def _ssh(request: CreateInstance) -> Iterator[CIManagerError]:
    key = (request.ssh_public_key or "").strip()
    if not key:
        return
    if "PRIVATE KEY" in key:
        yield _wrong(
            "ssh_public_key",
            say("This is a private key. It was not sent; never give it to anybody."),
            say("Give the public one: the file that ends in .pub."),
            "private_key_given",
        )
        return
    found = _SSH_KEY.match(key)
    if found is None or not _is_base64(found.group(2), found.group(1)):
        yield _wrong(
            "ssh_public_key",
            say("This is no public SSH key."),
            say("One line such as “ssh-rsa AAAA… you@example”, or let a pair be made."),
        )


def _idle(minutes: int | None) -> Iterator[CIManagerError]:
    least, most = IDLE_MINUTES
    if minutes and not least <= minutes <= most:
        yield _wrong(
            "idle_shutdown_minutes",
            say(
                "Azure stops an idle instance after {least} to {most} minutes, not {minutes}.",
                least=least,
                most=most,
                minutes=minutes,
            ),
            say("0 means never."),
        )


def _identity(request: CreateInstance) -> Iterator[CIManagerError]:
    if isinstance(request.identity, str):
        return
    if not request.identity:
        yield _wrong(
            "identity", say("No identity is named."), say("Say “none”, “system”, or name some.")
        )
    for identity in request.identity:
        if not _IDENTITY.match(identity):
            yield _wrong(
                "identity",
                say("“{identity}” is no id of a user-assigned identity.", identity=identity),
                "/subscriptions/…/resourceGroups/…/providers/Microsoft.ManagedIdentity"
                "/userAssignedIdentities/…",
            )


def _tags(request: CreateInstance, settings: Settings) -> Iterator[CIManagerError]:
    tags = {**default_tags(settings), **request.tags}
    if len(tags) > _MOST_TAGS:
        yield _wrong("tags", say("Azure takes at most {most_tags} tags.", most_tags=_MOST_TAGS))
    for name, value in tags.items():
        if not 1 <= len(name) <= 512 or len(value) > 256 or re.search(r"[<>%&\\?/]", name):
            yield _wrong(
                "tags",
                say("“{name}” is no tag that Azure takes.", name=name[:40]),
                say(
                    "Names have up to 512 characters and none of < > % & \\ ? /, values up to 256."
                ),
            )
    for name in settings.required_tags:
        if not tags.get(name):
            yield _wrong(
                "tags", say("The tag “{name}” is required here.", name=name), code="tag_required"
            )


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def _is_base64(data: str, kind: str) -> bool:
    try:
        decoded = base64.b64decode(data, validate=True)
    except ValueError:
        return False
    return decoded[4 : 4 + len(kind)] == kind.encode()


def default_tags(settings: Settings) -> dict[str, str]:
    """Give the tags that every new instance gets."""
    return {str(k): str(v) for k, v in settings.default_tags.items()}
