"""What the compute wing gives away: plain structs, in snake_case, close to Azure's names.

These are the REST API's wire form too: OpenAPI and the front end's types are generated from them.
What cannot be known is ``None``, and faces show it as unknown.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ..errors import CIManagerError

Allowed = Literal["yes", "no", "unknown"]
ActionName = Literal[
    "start",
    "stop",
    "restart",
    "delete",
    "open",
    "ssh",
    "resize",
    "set_idle_shutdown",
    "set_schedules",
    "postpone",
]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether something may be done now, and if not, why: a sentence a person can act on."""

    allowed: Allowed
    reason: str = ""
    code: str = ""
    needs_confirmation: bool = False


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in Azure: creator or assigned user."""

    name: str | None = None
    object_id: str | None = None
    tenant_id: str | None = None


class Ssh(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach an instance by SSH; ``command`` only where it can work."""

    enabled: bool = False
    host: str | None = None
    port: int | None = None
    user: str | None = None
    command: str | None = None


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """A web application on an instance, such as JupyterLab."""

    name: str
    url: str


class Schedule(msgspec.Struct, kw_only=True):
    """One start or stop that Azure does by itself.

    ``time_zone`` is a Windows name ("Pacific Standard Time"), as Azure wants it. ``expression``
    is a five-field cron line when ``trigger`` is ``cron``; else ``recurrence`` holds Azure's own
    object (frequency, interval, schedule).
    """

    action: Literal["start", "stop"]
    trigger: Literal["cron", "recurrence"] = "cron"
    enabled: bool = True
    expression: str | None = None
    recurrence: dict[str, Any] | None = None
    time_zone: str = "UTC"
    start_time: str | None = None
    id: str | None = None
    provisioning_status: str | None = None


class LastOperation(msgspec.Struct, frozen=True, kw_only=True):
    """What was last done to an instance, by whom and how it ended."""

    name: str | None = None
    status: str | None = None
    trigger: str | None = None
    time: str | None = None


class InstanceError(msgspec.Struct, frozen=True, kw_only=True):
    """One error that Azure reports for an instance, verbatim and in plain words."""

    code: str | None = None
    message: str = ""
    explanation: str = ""
    details: dict[str, Any] = {}


class ImageInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The operating-system image an instance runs."""

    current: str | None = None
    latest: str | None = None
    is_latest: bool | None = None


class Postponement(msgspec.Struct, frozen=True, kw_only=True):
    """A coming stop that was put off; what is said in ``restores`` comes back at ``until``."""

    until: str
    restores: str = ""


class ComputeInstance(msgspec.Struct, kw_only=True):
    """One compute instance. Times are RFC 3339 in UTC; money is USD per hour, a list price.

    ``operation`` is what Azure is doing with it now. ``advice`` is a sentence for when something
    lasts too long or needs somebody's attention. ``cost_since_start`` is an estimate from list
    prices. ``is_complete`` is false where a part of Azure's answer could not be read.
    """

    name: str
    state: str = "Unknown"
    vm_size: str | None = None
    location: str | None = None
    id: str | None = None
    provisioning_state: str | None = None
    created_on: str | None = None
    modified_on: str | None = None
    created_by: Person | None = None
    assigned_user: Person | None = None
    is_mine: bool | None = None
    is_this_machine: bool = False
    ssh: Ssh = Ssh()
    public_ip: str | None = None
    private_ip: str | None = None
    subnet: str | None = None
    applications: list[Application] = []
    terminal_url: str | None = None
    idle_shutdown_minutes: int | None = None
    schedules: list[Schedule] = []
    last_operation: LastOperation | None = None
    errors: list[InstanceError] = []
    price_per_hour: float | None = None
    operation: str | None = None
    running_since: str | None = None
    state_since: str | None = None
    advice: str | None = None
    cost_since_start: float | None = None
    next_stop: str | None = None
    next_stop_reason: str | None = None
    postponed: Postponement | None = None
    sso_enabled: bool | None = None
    managed_identity: str | None = None
    image: ImageInfo | None = None
    tags: dict[str, str] = {}
    description: str | None = None
    studio_url: str | None = None
    is_complete: bool = True
    actions: dict[str, Verdict] = {}


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """An Azure Machine Learning workspace."""

    subscription_id: str
    resource_group: str
    name: str
    location: str | None = None
    tenant_id: str | None = None
    friendly_name: str | None = None
    managed_network: bool | None = None


class ErrorInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An error as every face receives it (see ``errors.CIManagerError.to_dict``)."""

    code: str
    message: str
    hint: str = ""
    field: str | None = None
    details: dict[str, Any] = {}
    retry_after: float | None = None

    @classmethod
    def of(cls, error: CIManagerError) -> ErrorInfo:
        """Give an error as a struct."""
        return msgspec.convert(error.to_dict(), cls)


class InstanceList(msgspec.Struct, kw_only=True):
    """The instances of a workspace as last read.

    When Azure cannot be read now, ``error`` says why and ``instances`` is the last good list,
    ``age_seconds`` old.
    """

    instances: list[ComputeInstance] = []
    workspace: Workspace | None = None
    revision: int = 0
    age_seconds: float | None = None
    error: ErrorInfo | None = None
    cost_per_hour: float | None = None


class VmSize(msgspec.Struct, frozen=True, kw_only=True):
    """A VM size, and whether an instance of it can be created now."""

    name: str
    family: str
    cores: int
    memory_gb: float
    gpus: int = 0
    disk_gb: float | None = None
    price_per_hour: float | None = None
    available: Allowed = "unknown"
    reason: str = ""
    code: str = ""


class UsageHolder(msgspec.Struct, frozen=True, kw_only=True):
    """An instance or cluster that holds cores of a family."""

    name: str
    kind: Literal["instance", "cluster"]
    cores: int
    state: str | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Cores of one VM family (or of the region, ``family == ""``): used, limit, who holds them.

    ``limit`` is ``None`` where there is none.
    """

    family: str
    name: str
    used: int
    limit: int | None = None
    holders: list[UsageHolder] = []


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the signed-in user may do one Azure action in the workspace."""

    action: str
    azure_action: str
    allowed: Allowed
    reason: str = ""


class SignInPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A device-code sign-in that waits for the user."""

    code: str
    url: str
    expires_on: str
    message: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts in Azure: a user or a managed identity, never its token."""

    state: Literal["signed_in", "signed_out", "signing_in", "unknown"] = "unknown"
    kind: Literal["user", "managed_identity", "service_principal", "emulator", "unknown"] = (
        "unknown"
    )
    name: str | None = None
    object_id: str | None = None
    tenant_id: str | None = None
    credential: str | None = None
    prompt: SignInPrompt | None = None
    error: ErrorInfo | None = None


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """Use of one disk of this machine, in bytes."""

    path: str
    total: int
    free: int
    warning: str = ""


class ThisMachine(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the machine we run on."""

    is_compute_instance: bool = False
    name: str | None = None
    hostname: str = ""
    disks: list[Disk] = []


class ComputeStatus(msgspec.Struct, kw_only=True):
    """The compute wing's state in one answer: backend, workspace and why, who acts, where."""

    backend: Literal["azure", "emulator"]
    endpoint: str
    workspace: Workspace | None = None
    workspace_source: str = ""
    identity: Identity = Identity()
    this_machine: ThisMachine = ThisMachine()
    links: dict[str, str] = {}
    error: ErrorInfo | None = None


class NameCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a name may be given to a new instance; ``available`` needs Azure's word."""

    name: str
    valid: bool
    available: Allowed = "unknown"
    reason: str = ""
    code: str = ""
    suggestion: str | None = None


class SetupScripts(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Scripts that Azure runs on the instance: inline text, at creation and at every start."""

    creation: str | None = None
    creation_arguments: str | None = None
    startup: str | None = None
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


class InstanceJob(msgspec.Struct, frozen=True, kw_only=True):
    """A training job that runs or waits on an instance."""

    name: str
    display_name: str | None = None
    status: str = "Unknown"
    created_by: str | None = None
    created_on: str | None = None
    studio_url: str | None = None
