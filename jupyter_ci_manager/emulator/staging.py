"""The control API's second half: it sets the scene - users, roles, locks, quota, instances."""

from __future__ import annotations

import time
import uuid
from typing import Annotated, Any, Literal, get_args

import msgspec

from .cloud import Cloud
from .control import decoded, guarded
from .errors import ArmError
from .estate import Workspace
from .identity import ARM
from .instance import Compute
from .rbac import ROLES, Assignment, Denial, Lock, User
from .sample import home, place
from .tokens import LIFETIME
from .wire import Reply, Request, Route

State = Literal[
    "Creating",
    "CreateFailed",
    "Deleting",
    "Running",
    "Restarting",
    "Resizing",
    "JobRunning",
    "SettingUp",
    "SetupFailed",
    "Starting",
    "Stopped",
    "Stopping",
    "UserSettingUp",
    "UserSetupFailed",
    "Unknown",
    "Unusable",
]
STATES: tuple[str, ...] = get_args(State)


def _user(cloud: Cloud, name: str) -> User:
    user = cloud.directory.find_user(name)
    if user is None:
        raise ArmError(404, "UserNotFound", f"There is no user '{name}'.", target="user")
    return user


class _Role(msgspec.Struct, forbid_unknown_fields=True):
    role: str
    scope: str


class _NewUser(msgspec.Struct, forbid_unknown_fields=True):
    upn: str
    name: str = ""
    oid: str = ""
    roles: list[_Role] = []


def _check_role(role: str) -> str:
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise ArmError(400, "UnknownRole", f"'{role}' is none of: {known}.", target="role")
    return role


def list_users(cloud: Cloud, request: Request) -> Reply:
    """Answer everyone who can sign in, with roles."""
    roles: dict[str, list[dict[str, str]]] = {}
    for given in cloud.directory.assignments:
        roles.setdefault(given.oid, []).append({"role": given.role, "scope": given.scope})
    value = [
        {**msgspec.to_builtins(user), "roles": roles.get(user.oid, [])}
        for user in cloud.directory.users
    ]
    return Reply(200, {"value": value})


def add_user(cloud: Cloud, request: Request) -> Reply:
    """Add a user; one without roles may do nothing."""
    new = decoded(request, _NewUser)
    roles = [(_check_role(given.role), given.scope) for given in new.roles]
    if cloud.directory.find_user(new.oid or new.upn) is not None:
        raise ArmError(409, "UserExists", f"There is a user '{new.upn}' already.", target="upn")
    user = User(new.oid or str(uuid.uuid4()), new.upn, new.name or new.upn)
    cloud.directory.add_user(user, *roles)
    return Reply(201, msgspec.to_builtins(user))


class _TokenWanted(msgspec.Struct, forbid_unknown_fields=True):
    user: str
    audience: str = ARM
    lifetime: float = LIFETIME


def issue_token(cloud: Cloud, request: Request) -> Reply:
    """Give a signed token for a user; with a negative lifetime, one that has expired."""
    wanted = decoded(request, _TokenWanted)
    token = cloud.tokens.issue(_user(cloud, wanted.user), wanted.audience, wanted.lifetime)
    return Reply(200, {"access_token": token, "expires_on": int(time.time() + wanted.lifetime)})


class _AssignmentWanted(msgspec.Struct, forbid_unknown_fields=True):
    user: str
    role: str
    scope: str


def assign(cloud: Cloud, request: Request) -> Reply:
    """Give a user a role at a scope."""
    wanted = decoded(request, _AssignmentWanted)
    user = _user(cloud, wanted.user)
    cloud.directory.assign(Assignment(user.oid, _check_role(wanted.role), wanted.scope))
    return Reply(201)


class _Unassignment(msgspec.Struct, forbid_unknown_fields=True):
    user: str
    role: str | None = None
    scope: str | None = None


def unassign(cloud: Cloud, request: Request) -> Reply:
    """Take roles from a user: those named, or all."""
    wanted = decoded(request, _Unassignment)
    user = _user(cloud, wanted.user)
    return Reply(200, {"removed": cloud.directory.unassign(user.oid, wanted.role, wanted.scope)})


class _LockWanted(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    scope: str
    level: Literal["CanNotDelete", "ReadOnly"] = "CanNotDelete"


def add_lock(cloud: Cloud, request: Request) -> Reply:
    """Lock a scope."""
    wanted = decoded(request, _LockWanted)
    cloud.directory.lock(Lock(wanted.name, wanted.level, wanted.scope))
    return Reply(201)


def remove_lock(cloud: Cloud, request: Request) -> Reply:
    """Remove the locks of a name."""
    return Reply(200, {"removed": cloud.directory.clear("locks", request.params["name"])})


class _DenialWanted(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    scope: str
    actions: list[str]
    excepted: list[str] = []


def add_denial(cloud: Cloud, request: Request) -> Reply:
    """Deny actions at a scope to everybody but those excepted."""
    wanted = decoded(request, _DenialWanted)
    excepted = [_user(cloud, name).oid for name in wanted.excepted]
    cloud.directory.deny(
        Denial(str(uuid.uuid4()), wanted.name, wanted.scope, wanted.actions, excepted)
    )
    return Reply(201)


def remove_denial(cloud: Cloud, request: Request) -> Reply:
    """Remove the deny assignments of a name."""
    return Reply(200, {"removed": cloud.directory.clear("denials", request.params["name"])})


class _Limit(msgspec.Struct, forbid_unknown_fields=True):
    family: str
    limit: Annotated[int, msgspec.Meta(ge=-1)]
    location: str = ""
    subscription: str = ""


def set_limit(cloud: Cloud, request: Request) -> Reply:
    """Change the limit of a family, or of the ``total``, in a region."""
    wanted = decoded(request, _Limit)
    workspace = home(cloud)
    subscription = wanted.subscription or workspace.subscription
    location = wanted.location or workspace.location
    try:
        cloud.ledger.set_limit(subscription, location, wanted.family, wanted.limit)
    except KeyError:
        raise ArmError(
            404, "UnknownFamily", f"'{wanted.family}' has no limit in '{location}'."
        ) from None
    return Reply(200, msgspec.to_builtins(wanted))


class _NewWorkspace(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    group: str
    location: str
    subscription: str = ""
    managed_network: bool = False
    limit: int = 5000


def add_workspace(cloud: Cloud, request: Request) -> Reply:
    """Make a workspace; its region gets quota if it has none."""
    new = decoded(request, _NewWorkspace)
    subscription = new.subscription or home(cloud).subscription
    workspace = Workspace(
        subscription=subscription,
        group=new.group,
        name=new.name,
        location=new.location.replace(" ", "").lower(),
        guid=str(uuid.uuid4()),
        made=cloud.clock.now(),
        managed_network=new.managed_network,
    )
    if any(entry.arm_id.lower() == workspace.arm_id.lower() for entry in cloud.estate.workspaces):
        raise ArmError(409, "WorkspaceExists", f"There is a workspace '{new.name}' already.")
    cloud.estate.add(workspace)
    if (subscription, workspace.location) not in cloud.ledger.regions():
        limits = dict.fromkeys(cloud.catalogue.families, new.limit)
        cloud.ledger.open_region(subscription, workspace.location, {**limits, "total": -1})
    return Reply(201, workspace.on_wire(request.base_url, cloud.directory.tenant))


class _Seed(msgspec.Struct, forbid_unknown_fields=True):
    count: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    prefix: str = "seed"
    vm_size: str = "Standard_DS1_v2"
    state: State = "Running"


def seed(cloud: Cloud, request: Request) -> Reply:
    """Put many instances into the first workspace, whatever the quota."""
    wanted = decoded(request, _Seed)
    if cloud.catalogue.find(wanted.vm_size) is None:
        raise ArmError(400, "UnknownSize", f"'{wanted.vm_size}' is no size.", target="vm_size")
    workspace = home(cloud)
    for at in range(wanted.count):
        name = f"{wanted.prefix}{at:05d}"
        if cloud.computes.name_in_use(workspace.location, name) is None:
            place(cloud, workspace, name, wanted.vm_size, wanted.state)
    return Reply(201, {"count": len(cloud.computes)})


class _Scene(msgspec.Struct, forbid_unknown_fields=True):
    state: State | None = None
    disk_full: bool | None = None
    active: bool | None = None
    errors: list[dict[str, str]] | None = None
    os_image: str | None = None


def change_compute(cloud: Cloud, request: Request) -> Reply:
    """Put an instance into a state at once, fill its disk, or say that somebody works on it."""
    scene = decoded(request, _Scene)
    compute = _find(cloud, request)
    if scene.state is not None:
        if compute.activity is not None:
            cloud.operations.end(compute.activity.operation, "Succeeded", cloud.clock.now())
        compute.activity = None
        compute.inner["state"] = scene.state
        compute.last_activity = cloud.clock.now()
    if scene.disk_full is not None:
        compute.disk_full = scene.disk_full
    if scene.active:
        compute.last_activity = cloud.clock.now()
    if scene.errors is not None:
        compute.inner["errors"] = [{"error": entry} for entry in scene.errors]
    if scene.os_image is not None:
        image = compute.inner["osImageMetadata"]
        image["currentImageVersion"] = scene.os_image
        image["isLatestOsImageVersion"] = scene.os_image == image["latestImageVersion"]
    cloud.computes.changed(compute)
    cloud.state_changed(compute)
    return Reply(200, cloud.computes.json(compute, "2026-05-01"))


def _find(cloud: Cloud, request: Request) -> Compute:
    location = request.query.get("location") or home(cloud).location
    key = cloud.computes.name_in_use(location, request.params["name"])
    compute = cloud.computes.by_key(key) if key else None
    if compute is None or not compute.is_instance:
        raise ArmError(
            404, "InstanceNotFound", f"No instance '{request.params['name']}' in {location}."
        )
    return compute


class _Decision(msgspec.Struct, forbid_unknown_fields=True):
    user_code: str
    user: str | None = None
    expired: bool = False


def decide_device(cloud: Cloud, request: Request) -> Reply:
    """Approve a device code for a user, decline it (no user), or let it expire at once."""
    decision = decoded(request, _Decision)
    oid = _user(cloud, decision.user).oid if decision.user else None
    codes = cloud.device_codes
    done = (
        codes.expire(decision.user_code)
        if decision.expired
        else codes.decide(decision.user_code, oid)
    )
    if not done:
        raise ArmError(404, "CodeNotFound", "There is no such code, or it has expired.")
    return Reply(204)


_TABLE: tuple[tuple[str, str, Any], ...] = (
    ("GET", "users", list_users),
    ("POST", "users", add_user),
    ("POST", "tokens", issue_token),
    ("POST", "assignments", assign),
    ("DELETE", "assignments", unassign),
    ("POST", "locks", add_lock),
    ("DELETE", "locks/{name}", remove_lock),
    ("POST", "denials", add_denial),
    ("DELETE", "denials/{name}", remove_denial),
    ("PUT", "quota", set_limit),
    ("POST", "workspaces", add_workspace),
    ("POST", "seed", seed),
    ("PATCH", "computes/{name}", change_compute),
    ("POST", "device", decide_device),
)
ROUTES = [
    Route(method, f"/emulator/{path}", guarded(handler), open=True)
    for method, path, handler in _TABLE
]
