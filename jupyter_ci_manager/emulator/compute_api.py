"""The verbs on computes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from . import lifecycle, provisioning, shape, validation
from .cloud import Cloud
from .errors import ArmError, bad_request, invalid_content
from .estate import Workspace
from .instance import Compute, as_first_answered
from .operations import Operation, operation_headers
from .rbac import PROVIDER
from .versions import before
from .wire import Reply, Request, Route

_T = TypeVar("_T")
ROOT = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers"
    f"/{PROVIDER}/workspaces/{{workspace}}"
)
ONE = ROOT + "/computes/{compute}"
ACTIONS = f"{PROVIDER}/workspaces/computes"
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


def instance_of(cloud: Cloud, request: Request, doing: str) -> Compute:
    """Give the instance that a path names.

    Args:
        cloud: The emulated cloud.
        request: The request.
        doing: What is asked of it, in the service's word for the refusal of a cluster.

    Raises:
        ArmError: There is none (404), or it is a cluster (400).
    """
    compute = existing(cloud, request)
    if not compute.is_instance:
        kind = compute.outer["computeType"]
        raise bad_request(f"{doing} with computeType {kind} is not supported.")
    return compute


def shown(cloud: Cloud, request: Request, compute: Compute) -> bytes:
    """Give a compute as JSON; where there are real machines, with links for who asks."""
    body = cloud.computes.json(compute, request.api_version)
    if cloud.application_links is None or not compute.is_instance:
        return body
    resource = msgspec.json.decode(body)
    resource["properties"]["properties"]["applications"] = cloud.application_links(
        compute, request.base_url, request.caller
    )
    return msgspec.json.encode(resource)


def begun(
    cloud: Cloud, request: Request, operation: Operation, status: int, content: Any = None
) -> Reply:
    """Give the answer to a request that has begun an operation."""
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
    page, link = page_of(cloud, request, found)
    body = b'{"value":[' + b",".join(shown(cloud, request, one) for one in page) + b"]"
    if link:
        body += b',"nextLink":"' + link.encode() + b'"'
    return Reply(200, body + b"}")


def page_of(cloud: Cloud, request: Request, found: list[_T]) -> tuple[list[_T], str]:
    """Give the page of a list that a request asks for, and the link to the next; "": the last."""
    first = _read_skip(request.query.get("$skip") or request.query.get("$skiptoken"))
    size = cloud.settings.page_size
    more = first + size < len(found)
    return found[first : first + size], _next_link(cloud, request, first + size) if more else ""


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
    token = base64.urlsafe_b64encode(f"page:{first:06d}".encode()).decode()
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
    return Reply(200, shown(cloud, request, compute))


def put(cloud: Cloud, request: Request) -> Reply:
    """Create a compute or replace it."""
    workspace = workspace_of(cloud, request)
    compute, operation, is_new = provisioning.put(
        cloud, workspace, request.params["compute"], request.json_object(), request.caller
    )
    if is_new:
        return begun(cloud, request, operation, 201, as_first_answered(compute))
    content = shown(cloud, request, compute)
    return begun(cloud, request, operation, 200, content)


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
    content = shown(cloud, request, compute)
    return begun(cloud, request, operation, 200, content)


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
        return begun(cloud, request, operation, 200)
    if what.lower() == "detach":
        raise bad_request(
            f"Detach is not supported for compute type {compute.outer['computeType']}.",
            "underlyingResourceAction",
        )
    lifecycle.check_allowed(cloud, compute, "Delete")
    return begun(cloud, request, lifecycle.begin(cloud, compute, "Delete"), 202)


def _power(name: str) -> Callable[[Cloud, Request], Reply]:
    def handle(cloud: Cloud, request: Request) -> Reply:
        compute = instance_of(cloud, request, f"Compute{name}")
        status = 200 if before(request.api_version, _ACCEPTED_SINCE) else 202
        refusal = lifecycle.check_allowed(cloud, compute, name)
        if refusal is not None:
            return begun(cloud, request, lifecycle.refuse_later(cloud, compute, refusal), status)
        if name == "Start" and not lifecycle.reserve(cloud, compute):
            size = cloud.catalogue.sizes[compute.inner["vmSize"].lower()]
            cloud.ledger.check(compute.subscription, compute.location, size, size.vCPUs)
        return begun(cloud, request, lifecycle.begin(cloud, compute, name), status)

    handle.__doc__ = f"{name} an instance."
    return handle


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
    Route("GET", ROOT + "/computes", list_computes, f"{ACTIONS}/read"),
    Route("GET", ONE, get, f"{ACTIONS}/read"),
    Route("PUT", ONE, put, f"{ACTIONS}/write"),
    Route("PATCH", ONE, patch, f"{ACTIONS}/write"),
    Route("DELETE", ONE, delete, f"{ACTIONS}/delete"),
    Route("POST", ONE + "/start", _power("Start"), f"{ACTIONS}/start/action"),
    Route("POST", ONE + "/stop", _power("Stop"), f"{ACTIONS}/stop/action"),
    Route("POST", ONE + "/restart", _power("Restart"), f"{ACTIONS}/restart/action"),
    Route("POST", ONE + "/listNodes", list_nodes, f"{ACTIONS}/listNodes/action"),
    Route("POST", ONE + "/listKeys", list_keys, f"{ACTIONS}/listKeys/action"),
    Route(
        "POST",
        ROOT + "/checkComputeNameAvailability",
        check_name,
        f"{PROVIDER}/workspaces/checkComputeNameAvailability/action",
    ),
]
