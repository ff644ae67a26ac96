"""The verbs on everything but computes: subscriptions, groups, workspaces, regions, operations."""

from __future__ import annotations

from typing import Any

from .cloud import Cloud
from .compute_api import ONE, ROOT, workspace_of
from .errors import ArmError, invalid_content
from .operations import Operation, poll_headers
from .rbac import PROVIDER
from .scopes import scope_of
from .sizes import size_list
from .versions import before
from .wire import Reply, Request, Route

_SUB = "/subscriptions/{subscription}"
_GROUP = _SUB + "/resourceGroups/{group}"
_LOCATION = _SUB + f"/providers/{PROVIDER}/locations/{{location}}"
_SERVICES = ("history", "experimentation", "hyperdrive", "modelmanagement", "studio")


def _subscription_body(cloud: Cloud, subscription: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}",
        "subscriptionId": subscription,
        "tenantId": cloud.directory.tenant,
        "displayName": "Emulated subscription",
        "state": "Enabled",
        "authorizationSource": "RoleBased",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
        "managedByTenants": [],
    }


def list_subscriptions(cloud: Cloud, request: Request) -> Reply:
    """Answer the subscriptions in which the caller has any role."""
    values = [
        _subscription_body(cloud, subscription)
        for subscription in cloud.estate.subscriptions
        if cloud.directory.sees_below(request.caller, f"/subscriptions/{subscription}")
    ]
    count = {"type": "Total", "value": len(values)}
    return Reply(200, {"value": values, "count": count})


def _visible_subscription(cloud: Cloud, request: Request) -> str:
    """Give the subscription of a path; any role in it, however low, lets one see it."""
    subscription = cloud.estate.check_subscription(request.params["subscription"])
    scope = f"/subscriptions/{subscription}"
    if not cloud.directory.sees_below(request.caller, scope):
        action = "Microsoft.Resources/subscriptions/read"
        cloud.directory.authorize(request.caller, action, scope)
    return subscription


def get_subscription(cloud: Cloud, request: Request) -> Reply:
    """Answer one subscription."""
    subscription = _visible_subscription(cloud, request)
    return Reply(200, _subscription_body(cloud, subscription))


def list_tenants(cloud: Cloud, request: Request) -> Reply:
    """Answer the one tenant."""
    tenant = cloud.directory.tenant
    value = {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "Emulated tenant"}
    return Reply(200, {"value": [{**value, "defaultDomain": "contoso.example"}]})


def _group_body(subscription: str, name: str, location: str) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{subscription}/resourceGroups/{name}",
        "name": name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": location,
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }


def list_groups(cloud: Cloud, request: Request) -> Reply:
    """Answer the resource groups that the caller can see."""
    subscription = _visible_subscription(cloud, request)
    bodies = [_group_body(subscription, *group) for group in cloud.estate.groups(subscription)]
    seen = [body for body in bodies if cloud.directory.sees_below(request.caller, body["id"])]
    return Reply(200, {"value": seen})


def get_group(cloud: Cloud, request: Request) -> Reply:
    """Answer one resource group."""
    subscription = cloud.estate.check_subscription(request.params["subscription"])
    name = cloud.estate.check_group(subscription, request.params["group"])
    location = dict(cloud.estate.groups(subscription))[name]
    return Reply(200, _group_body(subscription, name, location))


def list_workspaces(cloud: Cloud, request: Request) -> Reply:
    """Answer the workspaces of a subscription or a group that the caller may read."""
    subscription = cloud.estate.check_subscription(request.params["subscription"])
    group = request.params.get("group")
    if group is not None:
        group = cloud.estate.check_group(subscription, group)
    action = f"{PROVIDER}/workspaces/read"
    values = [
        workspace.on_wire(request.base_url, cloud.directory.tenant)
        for workspace in cloud.estate.workspaces
        if workspace.subscription == subscription
        and group in (None, workspace.group)
        and cloud.directory.allowed(request.caller, action, workspace.arm_id)
    ]
    return Reply(200, {"value": values})


def list_resources(cloud: Cloud, request: Request) -> Reply:
    """Answer the resources of a subscription or a group in short: its workspaces."""
    whole = list_workspaces(cloud, request).content["value"]
    short = ("id", "name", "type", "location", "tags", "sku", "kind", "identity")
    return Reply(200, {"value": [{key: one[key] for key in short} for one in whole]})


def get_workspace(cloud: Cloud, request: Request) -> Reply:
    """Answer one workspace."""
    workspace = workspace_of(cloud, request)
    return Reply(200, workspace.on_wire(request.base_url, cloud.directory.tenant))


def permissions(cloud: Cloud, request: Request) -> Reply:
    """Answer what the caller may do at the scope before ``providers`` in the path."""
    cloud.estate.check_subscription(request.params["subscription"])
    if "workspace" in request.params:
        workspace_of(cloud, request)
    elif "group" in request.params:
        cloud.estate.check_group(request.params["subscription"], request.params["group"])
    scope = scope_of(cloud, request.params)
    return Reply(200, {"value": cloud.directory.permissions(request.caller, scope)})


def list_locations(cloud: Cloud, request: Request) -> Reply:
    """Answer the regions in which a subscription has quota."""
    subscription = _visible_subscription(cloud, request)
    values = [
        {
            "id": f"/subscriptions/{subscription}/locations/{location}",
            "name": location,
            "type": "Region",
            "displayName": location,
            "regionalDisplayName": location,
            "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
        }
        for owner, location in sorted(cloud.ledger.regions())
        if owner == subscription
    ]
    return Reply(200, {"value": values})


def _region(cloud: Cloud, request: Request) -> tuple[str, str]:
    subscription = cloud.estate.check_subscription(request.params["subscription"])
    return subscription, cloud.ledger.check_location(subscription, request.params["location"])


def vm_sizes(cloud: Cloud, request: Request) -> Reply:
    """Answer the sizes of a region."""
    _region(cloud, request)
    return Reply(200, size_list(request.api_version))


def usages(cloud: Cloud, request: Request) -> Reply:
    """Answer what is used of the quota of a region."""
    subscription, location = _region(cloud, request)
    shares: dict[str, dict[str, int]] = {}
    clusters = 0
    for compute in cloud.computes:
        if (compute.subscription, compute.location) != (subscription, location):
            continue
        clusters += not compute.is_instance
        workspace = compute.arm_id.rpartition("/computes/")[0]
        held = shares.setdefault(compute.family, {})
        held[workspace] = held.get(workspace, 0) + compute.cores
    return Reply(200, {"value": cloud.ledger.usages(subscription, location, clusters, shares)})


def quotas(cloud: Cloud, request: Request) -> Reply:
    """Answer the quota of a region."""
    subscription, location = _region(cloud, request)
    return Reply(200, {"value": cloud.ledger.quotas(subscription, location)})


def update_quotas(cloud: Cloud, request: Request) -> Reply:
    """Change limits of a region; each line of the answer says how it went."""
    subscription, location = _region(cloud, request)
    lines = request.json_object().get("value")
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise invalid_content("'value' must be an array of objects", "value")
    names = {
        f"{words} Cluster Dedicated vCPUs".replace(" ", "_").lower(): family
        for family, words in cloud.catalogue.families.items()
    }
    answers = []
    for line in lines:
        family = names.get(str(line.get("id", "")).rpartition("/")[2].lower())
        limit = line.get("limit")
        status = "Success"
        if "/resourcegroups/" in str(line.get("id", "")).lower():
            # Only the whole region has limits here, not a single workspace.
            status = "OperationNotEnabledForRegion"
        elif family is None or not isinstance(limit, int) or isinstance(limit, bool):
            status = "InvalidVMFamilyName" if family is None else "Failure"
        elif 0 <= limit < cloud.ledger.used(subscription, location, family):
            status = "InvalidQuotaBelowClusterMinimum"
        else:
            cloud.ledger.set_limit(subscription, location, family, limit)
        answers.append({**line, "status": status})
    return Reply(200, {"value": answers})


def _operation(cloud: Cloud, request: Request) -> Operation:
    operation = cloud.operations.find(request.params["operation"])
    if operation is None:
        raise ArmError(
            404,
            "NotFound",
            f"The operation '{request.params['operation']}' could not be found.",
        )
    return operation


def operation_status(cloud: Cloud, request: Request) -> Reply:
    """Answer how an operation stands; its end is told in the body, never by the HTTP status."""
    operation = _operation(cloud, request)
    headers = {}
    if operation.ended is None:
        headers = poll_headers(cloud.settings, cloud.clock.speed)
    return Reply(200, operation.on_wire(), headers)


def operation_result(cloud: Cloud, request: Request) -> Reply:
    """Answer how an operation stands in the manner of ``Location``: by the HTTP status."""
    operation = _operation(cloud, request)
    if operation.ended is None:
        headers = poll_headers(cloud.settings, cloud.clock.speed)
        return Reply(
            202,
            None,
            {**headers, "Location": f"{request.base_url}{request.path}?{request.query_text}"},
        )
    if operation.error is not None:
        raise ArmError(400, operation.error["code"], operation.error["message"])
    compute = cloud.computes.by_key(operation.compute)
    if compute is None:
        return Reply(204)
    return Reply(200, cloud.computes.json(compute, request.api_version))


def discovery(cloud: Cloud, request: Request) -> Reply:
    """Answer where the services of a workspace are: all of them here."""
    return Reply(200, dict.fromkeys(("api", *_SERVICES), request.base_url))


def metadata(cloud: Cloud, request: Request) -> Reply:
    """Answer the endpoints of this cloud: one object, or an array of clouds at older versions."""
    version = request.query.get("api-version", "")
    body = {
        "name": "CIEmulator",
        "portal": request.base_url,
        "resourceManager": f"{request.base_url}/",
        "microsoftGraphResourceId": f"{request.base_url}/",
        "graph": f"{request.base_url}/",
        "graphAudience": f"{request.base_url}/",
        "batch": f"{request.base_url}/",
        "media": f"{request.base_url}/",
        "gallery": f"{request.base_url}/",
        "sqlManagement": f"{request.base_url}/",
        "vmImageAliasDoc": f"{request.base_url}/",
        "activeDirectoryDataLake": f"{request.base_url}/",
        "authentication": {
            "loginEndpoint": request.base_url,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "suffixes": {
            "storage": "core.windows.net",
            "keyVaultDns": "vault.azure.net",
            "acrLoginServer": "azurecr.io",
            "sqlServerHostname": "database.windows.net",
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
        },
    }
    return Reply(200, [body] if before(version, "2022-09-01") else body)


def register(cloud: Cloud, request: Request) -> Reply:
    """Say that the provider is registered; clients ask when they are refused."""
    subscription = cloud.estate.check_subscription(request.params["subscription"])
    return Reply(
        200,
        {
            "id": f"/subscriptions/{subscription}/providers/{PROVIDER}",
            "namespace": PROVIDER,
            "registrationState": "Registered",
            "resourceTypes": [],
        },
    )


_READ = f"{PROVIDER}/workspaces/read"
_PERMISSIONS = "/providers/Microsoft.Authorization/permissions"
ROUTES = [
    Route("GET", "/subscriptions", list_subscriptions),
    Route("GET", "/tenants", list_tenants),
    Route("GET", _SUB, get_subscription),
    Route("GET", _SUB + "/resourceGroups", list_groups),
    Route("GET", _GROUP, get_group, "Microsoft.Resources/subscriptions/resourceGroups/read"),
    Route("GET", _SUB + f"/providers/{PROVIDER}", register),
    Route("POST", _SUB + f"/providers/{PROVIDER}/register", register),
    Route("GET", _SUB + f"/providers/{PROVIDER}/workspaces", list_workspaces),
    Route("GET", _GROUP + f"/providers/{PROVIDER}/workspaces", list_workspaces),
    Route("GET", _SUB + "/resources", list_resources),
    Route("GET", _GROUP + "/resources", list_resources),
    Route("GET", ROOT, get_workspace, _READ),
    Route("GET", ONE + _PERMISSIONS, permissions),
    Route("GET", ROOT + _PERMISSIONS, permissions),
    Route("GET", _GROUP + _PERMISSIONS, permissions),
    Route("GET", _SUB + _PERMISSIONS, permissions),
    Route("GET", _SUB + "/locations", list_locations),
    Route("GET", _LOCATION + "/vmSizes", vm_sizes, f"{PROVIDER}/locations/vmSizes/read"),
    Route("GET", _LOCATION + "/usages", usages, f"{PROVIDER}/locations/usages/read"),
    Route("GET", _LOCATION + "/quotas", quotas, f"{PROVIDER}/locations/quotas/read"),
    Route(
        "POST",
        _LOCATION + "/updateQuotas",
        update_quotas,
        f"{PROVIDER}/locations/updateQuotas/action",
    ),
    Route("GET", _LOCATION + "/computeOperationsStatus/{operation}", operation_status),
    Route("GET", _LOCATION + "/computeOperationsResults/{operation}", operation_result),
    Route("GET", "/discovery", discovery, open=True),
    Route("GET", "/metadata/endpoints", metadata, open=True),
]
