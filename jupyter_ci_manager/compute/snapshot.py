"""One list of a workspace's computes as Azure gave it, and what differs from the one before."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from .models import ComputeInstance


class Cluster(msgspec.Struct, frozen=True):
    """A training cluster, as far as the quota is concerned."""

    name: str
    vm_size: str
    nodes: int
    state: str | None


class Snapshot(msgspec.Struct):
    """Instances and clusters by name in lower case, Azure's JSON of each, and when it was taken."""

    instances: dict[str, ComputeInstance]
    raws: dict[str, Any]
    clusters: list[Cluster]
    taken: float


def shows(instance: ComputeInstance) -> tuple[Any, ...]:
    """Give what a face shows of an instance, but for what only the time changes."""
    return (
        instance.state,
        instance.operation,
        instance.vm_size,
        instance.errors,
        instance.idle_shutdown_minutes,
        instance.schedules,
        instance.last_operation,
        instance.applications,
        instance.tags,
        instance.advice,
        instance.postponed,
        instance.actions,
    )


def changes(before: Snapshot | None, after: Snapshot) -> list[str]:
    """Name the instances that differ between two lists, came or went."""
    if before is None:
        return [""] if after.instances else []
    names = []
    for key, instance in after.instances.items():
        known = before.instances.get(key)
        same = (
            known is not None
            and before.raws.get(key) == after.raws.get(key)
            and shows(known) == shows(instance)
        )
        if not same:
            names.append(instance.name)
    names += [i.name for key, i in before.instances.items() if key not in after.instances]
    return names


def cluster_of(raw: Any) -> Iterable[Cluster]:
    """Read a training cluster; nothing where it is none or cannot be read."""
    try:
        properties = raw["properties"]
        if str(properties["computeType"]).lower() != "amlcompute":
            return
        inner = properties["properties"]
        nodes = inner.get("currentNodeCount")
        yield Cluster(
            str(raw["name"]), str(inner["vmSize"]), int(nodes or 0), inner.get("allocationState")
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return
