"""In what an instance that exists differs from what was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from ..sentences import joined, say
from .creation_body import subnet_id
from .models import ComputeInstance, CreateInstance, Schedule, Workspace


def differences(
    request: CreateInstance, instance: ComputeInstance, workspace: Workspace
) -> str | None:
    """Say in what an existing instance differs; ``None``: in nothing that Azure tells.

    Setup scripts and custom applications are not compared: Azure does not give them back whole.
    """
    found: list[str] = [*_machine(request, instance, workspace), *_plans(request, instance)]
    for name, value in request.tags.items():
        if instance.tags.get(name) != value:
            found.append(
                say(
                    "its tag {name} is {value}",
                    name=name,
                    value=instance.tags.get(name) or say("not set"),
                )
            )
    if request.description and request.description != instance.description:
        found.append(say("its description is another"))
    if not found:
        return None
    return say(
        "The existing instance is used as it is: {differences}.", differences=joined(found, "; ")
    )


def schedule_essence(schedule: Schedule) -> str:
    """Give what must be the same when a schedule is read back, in a form that can be compared."""
    recurrence = schedule.recurrence or {}
    plan = recurrence.get("schedule") or {}
    return repr(
        (
            schedule.action,
            schedule.trigger,
            schedule.enabled,
            schedule.expression,
            str(recurrence.get("frequency") or "").lower(),
            recurrence.get("interval"),
            sorted((k, str(v).lower()) for k, v in plan.items() if v),
            schedule.time_zone.lower(),
        )
    )


def _machine(
    request: CreateInstance, instance: ComputeInstance, workspace: Workspace
) -> Iterator[str]:
    size = request.vm_size or (instance.vm_size or "")
    if size.lower() != (instance.vm_size or "").lower():
        yield say("its size is {vm_size}, not {size}", vm_size=instance.vm_size, size=size)
    if request.ssh_public_key and not instance.ssh.enabled:
        yield say("it has no SSH")
    subnet = subnet_id(request, workspace)
    if subnet and subnet.lower() != (instance.subnet or "").lower():
        yield say("it is in another network")
    if request.enable_node_public_ip is False and instance.public_ip:
        yield say("it has a public address, {public_ip}", public_ip=instance.public_ip)
    kind = "systemassigned" if request.identity == "system" else "userassigned"
    if request.identity != "none" and kind not in (instance.managed_identity or "").lower():
        yield say(
            "its managed identity is {managed_identity}",
            managed_identity=instance.managed_identity or say("none"),
        )
    person = request.assigned_user_object_id
    assigned = instance.assigned_user.object_id if instance.assigned_user else None
    if person and person.lower() != (assigned or "").lower():
        yield say("it is not for that person")
    if request.enable_sso is not None and instance.sso_enabled not in (None, request.enable_sso):
        yield say(
            "its single sign-on is {value}", value=say("on") if instance.sso_enabled else say("off")
        )


def _plans(request: CreateInstance, instance: ComputeInstance) -> Iterator[str]:
    idle = request.idle_shutdown_minutes
    if idle is not None and (idle or None) != instance.idle_shutdown_minutes:
        is_now = instance.idle_shutdown_minutes
        yield (
            say("its idle shutdown is {minutes} min", minutes=is_now)
            if is_now
            else say("its idle shutdown is off")
        )
    wanted, there = (
        sorted(schedule_essence(s) for s in schedules)
        for schedules in (request.schedules, instance.schedules)
    )
    if request.schedules and wanted != there:
        yield say("it has other schedules") if there else say("it has no schedules")
