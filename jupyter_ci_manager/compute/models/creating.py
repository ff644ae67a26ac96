"""A new instance: what it shall be, what that sends and costs, and keys for it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .instances import Schedule
from .workspaces import ErrorInfo


class SetupScripts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Scripts that Azure runs on the instance, at creation and at every start.

    Each is inline text, or a path in the workspace's file share (``Users/anna/setup.sh``).
    """

    creation: str | None = None
    creation_path: str | None = None
    creation_arguments: str | None = None
    startup: str | None = None
    startup_path: str | None = None
    startup_arguments: str | None = None
    timeout_minutes: int = 15


class CreateInstance(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a new instance shall be. Only ``name`` has no default.

    ``idle_shutdown_minutes``: 15 to 4320; 0 means never; ``None`` takes the setting's default.
    ``subnet_id`` is a full ARM id, or ``vnet_resource_group``, ``vnet_name`` and ``subnet_name``
    are all given. ``if_exists="use"`` gives back an existing instance of one's own.
    """

    name: str
    vm_size: str | None = None
    ssh_public_key: str | None = None
    subnet_id: str | None = None
    vnet_resource_group: str | None = None
    vnet_name: str | None = None
    subnet_name: str | None = None
    enable_node_public_ip: bool | None = None
    assigned_user_object_id: str | None = None
    assigned_user_tenant_id: str | None = None
    idle_shutdown_minutes: int | None = None
    schedules: list[Schedule] = []
    setup_scripts: SetupScripts | None = None
    identity: Literal["none", "system"] | list[str] = "none"
    enable_sso: bool | None = None
    rstudio: bool = False
    custom_applications: list[dict[str, Any]] = []
    tags: dict[str, str] = {}
    description: str | None = None
    if_exists: Literal["fail", "use"] = "fail"


class CreatePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What creating would send and cost, and the same in other tools' words."""

    url: str
    body: dict[str, Any]
    template: dict[str, Any]
    az: str
    python: str
    price_per_hour: float | None = None
    problems: list[ErrorInfo] = []
    notes: list[str] = []


class SshKeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """A new key pair. The private part is given once and kept nowhere by us."""

    public_key: str
    private_key: str
    fingerprint: str
