"""The verbs that change an existing instance; most live in some api-versions only."""

from __future__ import annotations

from . import lifecycle, provisioning, shape, validation
from .cloud import Cloud
from .compute_api import ACTIONS, ONE, begun, instance_of
from .errors import ArmError, bad_request, invalid_content, version_without
from .versions import only, previews_since, supported
from .wire import Reply, Request, Route

# Azure's guide posts the idle time at this stable version, whose specification has no such action.
_GUIDE_VERSION = "2021-07-01"
_IDLE_PREVIEWS = previews_since("2022-10-01")


def resize(cloud: Cloud, request: Request) -> Reply:
    """Give an instance another size; the cores are booked from the beginning."""
    compute = instance_of(cloud, request, "ComputeResize")
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
    return begun(cloud, request, operation, 202)


def resize_sizes(cloud: Cloud, request: Request) -> Reply:
    """Answer the sizes that an instance may be given: those of the same kind of processor."""
    compute = instance_of(cloud, request, "ComputeResize")
    own = cloud.catalogue.find(compute.inner["vmSize"])
    values = [
        size.on_wire()
        for size in cloud.catalogue.sizes.values()
        if size.for_instances and own is not None and bool(size.gpus) == bool(own.gpus)
    ]
    return Reply(200, {"value": values})


def update_idle(cloud: Cloud, request: Request) -> Reply:
    """Set after which idle time an instance is stopped."""
    if request.api_version == _GUIDE_VERSION and not cloud.settings.idle_shutdown_at_2021_07_01:
        kind = "workspaces/computes/updateIdleShutdownSetting"
        raise version_without(kind, _GUIDE_VERSION, supported([_IDLE_PREVIEWS]))
    compute = instance_of(cloud, request, "UpdateIdleShutdownSetting")
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
    compute = instance_of(cloud, request, "UpdateSchedules")
    body = shape.canonical(request.json_object(), shape.SCHEDULES)
    validation.check_schedules(body)
    provisioning.set_schedules(cloud, compute, body.get("computeStartStop") or [])
    cloud.computes.changed(compute)
    return Reply(200)


def enable_sso(cloud: Cloud, request: Request) -> Reply:
    """Switch single sign-on of an instance."""
    compute = instance_of(cloud, request, "EnableSso")
    body = shape.canonical(request.json_object(), {"enableSSO": shape.BOOLEAN})
    if not isinstance(body.get("enableSSO"), bool):
        raise invalid_content("'enableSSO' is missing", "enableSSO")
    compute.inner["enableSSO"] = body["enableSSO"]
    cloud.computes.changed(compute)
    return Reply(200)


def custom_services(cloud: Cloud, request: Request) -> Reply:
    """Replace the custom services of an instance."""
    compute = instance_of(cloud, request, "CustomServices")
    services = shape.canonical(request.json(), shape.CUSTOM_SERVICES, "customServices")
    validation.check_services(services)
    compute.inner["customServices"] = services
    cloud.computes.changed(compute)
    return Reply(200)


def data_mounts(cloud: Cloud, request: Request) -> Reply:
    """Mount and unmount data on an instance."""
    compute = instance_of(cloud, request, "UpdateDataMounts")
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


ROUTES = [
    Route("POST", ONE + "/resize", resize, f"{ACTIONS}/write", previews_since("2023-08-01")),
    Route(
        "POST",
        ONE + "/getAllowedVmSizesForResize",
        resize_sizes,
        f"{ACTIONS}/read",
        previews_since("2023-08-01"),
    ),
    Route(
        "POST",
        ONE + "/updateIdleShutdownSetting",
        update_idle,
        f"{ACTIONS}/updateIdleShutdownSetting/action",
        previews_since("2022-10-01", _GUIDE_VERSION),
    ),
    Route(
        "POST",
        ONE + "/updateSchedules",
        update_schedules,
        f"{ACTIONS}/updateSchedules/action",
        only("2021-03-01-preview"),
    ),
    Route(
        "POST",
        ONE + "/customServices",
        custom_services,
        f"{ACTIONS}/write",
        previews_since("2022-10-01"),
    ),
    Route(
        "POST",
        ONE + "/updateDataMounts",
        data_mounts,
        f"{ACTIONS}/updateDataMounts/action",
        previews_since("2024-01-01"),
    ),
    Route(
        "POST",
        ONE + "/enableSso",
        enable_sso,
        f"{ACTIONS}/write",
        only("2024-04-01-preview", "2020-02-02"),
    ),
]
