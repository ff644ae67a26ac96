"""One compute instance, and what is done to it and on it."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

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
    """The operating-system image an instance runs.

    ``age_days`` where its version is a date. ``advice`` is a sentence for when there is a newer one.
    """

    current: str | None = None
    latest: str | None = None
    is_latest: bool | None = None
    age_days: int | None = None
    advice: str = ""


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """The setup scripts of an instance, and how they stand; ``message`` says it in words.

    ``creation`` runs once, ``startup`` at every start. ``log_url`` is the studio's page with the
    scripts' logs.
    """

    creation: bool = False
    startup: bool = False
    state: Literal["waiting", "running", "succeeded", "failed", "unknown"] = "unknown"
    message: str = ""
    log_url: str | None = None


class Postponement(msgspec.Struct, frozen=True, kw_only=True):
    """A coming stop that was put off: the instance is not stopped before ``until``.

    ``stops``: it is stopped then, by its schedule. What is said in ``restores`` comes back at
    ``until``: the instance shows it all the while, and a server, or the first face that looks after
    that, brings it back in Azure.
    """

    until: str
    restores: str = ""
    stops: bool = False


class ComputeInstance(msgspec.Struct, kw_only=True):
    """One compute instance. Times are RFC 3339 in UTC; money is USD per hour, a list price.

    ``billing`` says what it costs in its present state; ``is_billed`` whether computing is billed in
    it, where that is certain. ``idle_shutdown_minutes`` and ``schedules`` are the user's own, also
    while a stop is put off (``postponed``). ``operation`` is what Azure is doing with it now. ``advice`` is a sentence for when something
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
    billing: str | None = None
    is_billed: bool | None = None
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
    setup: Setup | None = None
    tags: dict[str, str] = {}
    description: str | None = None
    studio_url: str | None = None
    is_complete: bool = True
    actions: dict[str, Verdict] = {}


class InstanceJob(msgspec.Struct, frozen=True, kw_only=True):
    """A training job that runs or waits on an instance."""

    name: str
    display_name: str | None = None
    status: str = "Unknown"
    created_by: str | None = None
    created_on: str | None = None
    studio_url: str | None = None


class InstanceJobs(msgspec.Struct, frozen=True, kw_only=True):
    """The training jobs that run or wait on an instance.

    ``is_complete`` is false where the workspace has so many jobs that old ones were not looked at.
    """

    jobs: list[InstanceJob] = []
    is_complete: bool = True
