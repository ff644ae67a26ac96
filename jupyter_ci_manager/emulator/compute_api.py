"""The verbs on computes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from . import lifecycle, provisioning, shape, validation
from .cloud import Cloud
from .errors import ArmError, bad_request, invalid_content
from .estate import Workspace
from .instance import Compute, as_first_answered
from .operations import Operation, operation_headers
from .rbac import PROVIDER
from .versions import before, only, previews_since
from .wire import Reply, Request, Route

ROOT = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers"
    f"/{PROVIDER}/workspaces/{{workspace}}"
)
_ONE = ROOT + "/computes/{compute}"
_ACTIONS = f"{PROVIDER}/workspaces/computes"
# Versions up to 2020 answer 200 where later ones answer 202 or 204.
_ACCEPTED_SINCE = "2021-01-01"


def workspace_of(cloud: Cloud, request: Request) -> Workspace:
    """Give the workspace that a path names."""
    names = request.params
    return cloud.estate.find(names["subscription"], names["group"], names["workspace"])


def find(cloud: Cloud, request: Request) -> Compute | None:
    """Give the compute that a path names, or None."""
    workspace = workspace_of(cloud, request)
    return cloud.computes.find(
        workspace.subscription, workspace.group, workspace.name, request.params["compute"]
    )


def existing(cloud: Cloud, request: Request) -> Compute:
    """Give the compute that a path names.

    Raises:
        ArmError: There is none (404).
    """
    compute = find(cloud, request)
    if compute is None:
        workspace = workspace_of(cloud, request)
        name = f"{workspace.name}/computes/{request.params['compute']}"
        raise ArmError(
            404,
            "ResourceNotFound",
            f"The Resource '{PROVIDER}/workspaces/{name}' under resource group "
            f"'{workspace.group}' was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix",
        )
    return compute


def _instance(cloud: Cloud, request: Request, doing: str) -> Compute:
    compute = existing(cloud, request)
    if not compute.is_instance:
        kind = compute.outer["computeType"]
        raise bad_request(f"{doing} with computeType {kind} is not supported.")
    return compute


def _begun(
    cloud: Cloud, request: Request, operation: Operation, status: int, content: Any = None
) -> Reply:
    headers = operation_headers(request, operation, cloud.settings, cloud.clock.speed)
    return Reply(status, content, headers)


def list_computes(cloud: Cloud, request: Request) -> Reply:
    """Answer one page of the computes of a workspace; the next link is left out on the last."""
    workspace = workspace_of(cloud, request)
    found = cloud.computes.of_workspace(workspace.subscription, workspace.group, workspace.name)
    if cloud.settings.list_in_order == "name":
        found.sort(key=lambda compute: compute.name.lower())
    kind = request.query.get("computetype")
    if kind:
        found = [one for one in found if one.outer["computeType"].lower() == kind.lower()]
    first = _read_skip(request.query.get("$skip") or request.query.get("$skiptoken"))
    size = cloud.settings.page_size
    page = found[first : first + size]
    version = request.api_version
    body = b'{"value":[' + b",".join(cloud.computes.json(one, version) for one in page) + b"]"
    if first + size < len(found):
        body += b',"nextLink":"' + _next_link(cloud, request, first + size).encode() + b'"'
    return Reply(200, body + b"}")


def _read_skip(text: str | None) -> int:
    if not text:
        return 0
    try:
        decoded = base64.urlsafe_b64decode(text.encode()).decode()
        return int(decoded.removeprefix("page:"))
    except ValueError:
        raise ArmError(
            400, "InvalidSkipToken", "The $skip token of the request is invalid.", target="$skip"
        ) from None


def _next_link(cloud: Cloud, request: Request, first: int) -> str:
    token = base64.urlsafe_b64encode(f"page:{first}".encode()).decode()
    if cloud.settings.skip_encoded:
        token = quote(token, safe="")
    name = "$skiptoken" if before(request.api_version, _ACCEPTED_SINCE) else "$skip"
    kind = request.query.get("computetype")
    more = f"&computeType={quote(kind)}" if kind else ""
    return (
        f"{request.base_url}{request.path}?api-version={request.api_version}&{name}={token}{more}"
    )


def get(cloud: Cloud, request: Request) -> Reply:
    """Answer one compute."""
    compute = existing(cloud, request)
    return Reply(200, cloud.computes.json(compute, request.api_version))


def put(cloud: Cloud, request: Request) -> Reply:
    """Create a compute or replace it."""
    workspace = workspace_of(cloud, request)
    compute, operation, is_new = provisioning.put(
        cloud, workspace, request.params["compute"], request.json_object(), request.caller
    )
    if is_new:
        return _begun(cloud, request, operation, 201, as_first_answered(compute))
    content = cloud.computes.json(compute, request.api_version)
    return _begun(cloud, request, operation, 200, content)


def patch(cloud: Cloud, request: Request) -> Reply:
    """Change the scale settings of a cluster; there is nothing to patch in an instance."""
    compute = existing(cloud, request)
    body = request.json_object()
    if compute.is_instance:
        raise bad_request("Compute update with computeType ComputeInstance is not supported.")
    outer = shape.canonical(body, shape.COMPUTE).get("properties") or {}
    inner = shape.canonical(outer.get("properties") or {}, shape.CLUSTER, "properties.properties")
    size = cloud.catalogue.find(compute.inner["vmSize"])
    if size is None or not inner.get("scaleSettings"):
        raise invalid_content("'scaleSettings' is missing", "properties.properties.scaleSettings")
    provisioning.set_scale(cloud, compute, inner, size)
    cloud.computes.changed(compute)
    now = cloud.clock.now()
    operation = cloud.operations.begin(compute.location, compute.key, now)
    cloud.operations.end(operation.id, "Succeeded", now)
    content = cloud.computes.json(compute, request.api_version)
    return _begun(cloud, request, operation, 200, content)


def delete(cloud: Cloud, request: Request) -> Reply:
    """Delete a compute; one that is not there is deleted already."""
    what = request.query.get("underlyingresourceaction")
    if what is None or what.lower() not in ("delete", "detach"):
        raise bad_request(
            "The query parameter 'underlyingResourceAction' must be 'Delete' or 'Detach'.",
            "underlyingResourceAction",
            "MissingQueryParameter" if what is None else "InvalidQueryParameter",
        )
    old = before(request.api_version, _ACCEPTED_SINCE)
    compute = find(cloud, request)
    if compute is None:
        if not old:
            return Reply(204)
        # That contract knows no 204, and its clients ask for the operation.
        now = cloud.clock.now()
        workspace = workspace_of(cloud, request)
        key = f"{workspace.subscription}/{workspace.group}/{workspace.name}/-"
        operation = cloud.operations.begin(workspace.location, key, now)
        cloud.operations.end(operation.id, "Succeeded", now)
        return _begun(cloud, request, operation, 200)
    if what.lower() == "detach":
        raise bad_request(
            f"Detach is not supported for compute type {compute.outer['computeType']}.",
            "underlyingResourceAction",
        )
    lifecycle.check_allowed(cloud, compute, "Delete")
    return _begun(cloud, request, lifecycle.begin(cloud, compute, "Delete"), 202)


def _power(name: str) -> Callable[[Cloud, Request], Reply]:
    def handle(cloud: Cloud, request: Request) -> Reply:
        compute = _instance(cloud, request, f"Compute{name}")
        status = 200 if before(request.api_version, _ACCEPTED_SINCE) else 202
        refusal = lifecycle.check_allowed(cloud, compute, name)
        if refusal is not None:
            return _begun(cloud, request, lifecycle.refuse_later(cloud, compute, refusal), status)
        if name == "Start" and not lifecycle.reserve(cloud, compute):
            size = cloud.catalogue.sizes[compute.inner["vmSize"].lower()]
            cloud.ledger.check(compute.subscription, compute.location, size, size.vCPUs)
        return _begun(cloud, request, lifecycle.begin(cloud, compute, name), status)

    handle.__doc__ = f"{name} an instance."
    return handle


def resize(cloud: Cloud, request: Request) -> Reply:
    """Give an instance another size; the cores are booked from the beginning."""
    compute = _instance(cloud, request, "ComputeResize")
    body = shape.canonical(request.json_object(), {"targetVMSize": shape.STRING})
    size = validation.check_size(
        cloud.catalogue, body.get("targetVMSize"), "ComputeInstance", compute.location
    )
    if size.name.upper() == compute.inner["vmSize"]:
        raise bad_request(
            f"The compute instance {compute.name} already has the size {size.name}.",
            "targetVMSize",
        )
    lifecycle.check_allowed(cloud, compute, "Resize")
    family, cores = compute.family, compute.cores
    cloud.computes.rebook(compute, family, 0)
    try:
        cloud.ledger.check(compute.subscription, compute.location, size, size.vCPUs)
    except ArmError:
        cloud.computes.rebook(compute, family, cores)
        raise
    cloud.computes.rebook(compute, size.family, size.vCPUs)
    operation = lifecycle.begin(cloud, compute, "Resize", change={"vmSize": size.name.upper()})
    return _begun(cloud, request, operation, 202)


def resize_sizes(cloud: Cloud, request: Request) -> Reply:
    """Answer the sizes that an instance may be given: those of the same kind of processor."""
    compute = _instance(cloud, request, "ComputeResize")
    own = cloud.catalogue.find(compute.inner["vmSize"])
    values = [
        size.on_wire()
        for size in cloud.catalogue.sizes.values()
        if size.for_instances and own is not None and bool(size.gpus) == bool(own.gpus)
    ]
    return Reply(200, {"value": values})


def update_idle(cloud: Cloud, request: Request) -> Reply:
    """Set after which idle time an instance is stopped."""
    compute = _instance(cloud, request, "UpdateIdleShutdownSetting")
    body = shape.canonical(request.json_object(), {"idleTimeBeforeShutdown": shape.STRING})
    if "idleTimeBeforeShutdown" not in body:
        raise invalid_content("'idleTimeBeforeShutdown' is missing", "idleTimeBeforeShutdown")
    value = body["idleTimeBeforeShutdown"] or None
    validation.check_idle_time(value)
    compute.inner["idleTimeBeforeShutdown"] = value
    compute.last_activity = max(compute.last_activity, cloud.clock.now())
    cloud.computes.changed(compute)
    return Reply(200)


def update_schedules(cloud: Cloud, request: Request) -> Reply:
    """Replace the start and stop schedules of an instance."""
    compute = _instance(cloud, request, "UpdateSchedules")
    body = shape.canonical(request.json_object(), shape.SCHEDULES)
    validation.check_schedules(body)
    set_schedules(cloud, compute, body.get("computeStartStop") or [])
    cloud.computes.changed(compute)
    return Reply(200)


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


def enable_sso(cloud: Cloud, request: Request) -> Reply:
    """Switch single sign-on of an instance."""
    compute = _instance(cloud, request, "EnableSso")
    body = shape.canonical(request.json_object(), {"enableSSO": shape.BOOLEAN})
    if not isinstance(body.get("enableSSO"), bool):
        raise invalid_content("'enableSSO' is missing", "enableSSO")
    compute.inner["enableSSO"] = body["enableSSO"]
    cloud.computes.changed(compute)
    return Reply(200)


def custom_services(cloud: Cloud, request: Request) -> Reply:
    """Replace the custom services of an instance."""
    compute = _instance(cloud, request, "CustomServices")
    services = shape.canonical(request.json(), shape.CUSTOM_SERVICES, "customServices")
    validation.check_services(services)
    compute.inner["customServices"] = services
    cloud.computes.changed(compute)
    return Reply(200)


def data_mounts(cloud: Cloud, request: Request) -> Reply:
    """Mount and unmount data on an instance."""
    compute = _instance(cloud, request, "UpdateDataMounts")
    sent = shape.canonical(request.json(), shape.DATA_MOUNTS, "dataMounts")
    mounts = {mount["mountName"]: mount for mount in compute.inner.get("dataMounts") or []}
    for at, mount in enumerate(sent or []):
        if not mount.get("mountName"):
            raise invalid_content("'mountName' is missing", f"dataMounts[{at}].mountName")
        if mount.get("mountAction") == "Unmount":
            mounts.pop(mount["mountName"], None)
        else:
            mounts[mount["mountName"]] = {
                **mount,
                "mountState": "Mounted",
                "createdBy": request.caller.upn,
            }
    compute.inner["dataMounts"] = list(mounts.values())
    cloud.computes.changed(compute)
    return Reply(200)


def list_nodes(cloud: Cloud, request: Request) -> Reply:
    """Answer the nodes of a cluster; an instance is refused."""
    compute = existing(cloud, request)
    if compute.is_instance:
        raise bad_request("ComputeListNodes with computeType ComputeInstance is not supported.")
    nodes = [
        {
            "nodeId": f"tvm-{compute.name}-{at}",
            "privateIpAddress": f"10.0.0.{at + 4}",
            "publicIpAddress": None,
            "port": 50000 + at,
            "nodeState": "idle",
        }
        for at in range(compute.nodes)
    ]
    return Reply(200, {"nodes": nodes})


def list_keys(cloud: Cloud, request: Request) -> Reply:
    """Refuse: neither instances nor clusters have keys."""
    kind = existing(cloud, request).outer["computeType"]
    raise bad_request(f"ComputeListKeys with computeType {kind} is not supported.")


def check_name(cloud: Cloud, request: Request) -> Reply:
    """Say whether a name is free in the region of the workspace; the answer is always a 200."""
    workspace = workspace_of(cloud, request)
    body = shape.canonical(request.json_object(), {"name": shape.STRING, "type": shape.STRING})
    name = body.get("name") or ""
    if not validation.name_is_valid(name):
        return Reply(
            200,
            {"nameAvailable": False, "reason": "Invalid", "message": validation.INVALID_NAME},
        )
    if cloud.computes.name_in_use(workspace.location, name) is not None:
        message = validation.name_taken(name)
        return Reply(200, {"nameAvailable": False, "reason": "AlreadyExists", "message": message})
    return Reply(200, {"nameAvailable": True})


ROUTES = [
    Route("GET", ROOT + "/computes", list_computes, f"{_ACTIONS}/read"),
    Route("GET", _ONE, get, f"{_ACTIONS}/read"),
    Route("PUT", _ONE, put, f"{_ACTIONS}/write"),
    Route("PATCH", _ONE, patch, f"{_ACTIONS}/write"),
    Route("DELETE", _ONE, delete, f"{_ACTIONS}/delete"),
    Route("POST", _ONE + "/start", _power("Start"), f"{_ACTIONS}/start/action"),
    Route("POST", _ONE + "/stop", _power("Stop"), f"{_ACTIONS}/stop/action"),
    Route("POST", _ONE + "/restart", _power("Restart"), f"{_ACTIONS}/restart/action"),
    Route("POST", _ONE + "/listNodes", list_nodes, f"{_ACTIONS}/listNodes/action"),
    Route("POST", _ONE + "/listKeys", list_keys, f"{_ACTIONS}/listKeys/action"),
    Route("POST", _ONE + "/resize", resize, f"{_ACTIONS}/write", previews_since("2023-08-01")),
    Route(
        "POST",
        _ONE + "/getAllowedVmSizesForResize",
        resize_sizes,
        f"{_ACTIONS}/read",
        previews_since("2023-08-01"),
    ),
    Route(
        "POST",
        _ONE + "/updateIdleShutdownSetting",
        update_idle,
        f"{_ACTIONS}/updateIdleShutdownSetting/action",
        previews_since("2022-10-01", "2021-07-01"),
    ),
    Route(
        "POST",
        _ONE + "/updateSchedules",
        update_schedules,
        f"{_ACTIONS}/updateSchedules/action",
        only("2021-03-01-preview"),
    ),
    Route(
        "POST",
        _ONE + "/customServices",
        custom_services,
        f"{_ACTIONS}/write",
        previews_since("2022-10-01"),
    ),
    Route(
        "POST",
        _ONE + "/updateDataMounts",
        data_mounts,
        f"{_ACTIONS}/updateDataMounts/action",
        previews_since("2024-01-01"),
    ),
    Route(
        "POST",
        _ONE + "/enableSso",
        enable_sso,
        f"{_ACTIONS}/write",
        only("2024-04-01-preview", "2020-02-02"),
    ),
    Route(
        "POST",
        ROOT + "/checkComputeNameAvailability",
        check_name,
        f"{PROVIDER}/workspaces/checkComputeNameAvailability/action",
    ),
]
