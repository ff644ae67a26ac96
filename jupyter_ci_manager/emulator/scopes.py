"""The scope at which a request acts, for roles, locks and denials."""

from __future__ import annotations

from .cloud import Cloud
from .errors import ArmError
from .rbac import PROVIDER


def scope_of(cloud: Cloud, names: dict[str, str]) -> str:
    """Give the ARM id that a path names, in the spelling of what exists.

    Args:
        cloud: The emulated cloud.
        names: The values of the path's names: subscription, group, workspace, compute.
    """
    subscription = f"/subscriptions/{names['subscription']}"
    group = names.get("group")
    if group is None:
        return subscription
    scope = f"{subscription}/resourceGroups/{group}"
    workspace = names.get("workspace")
    if workspace is None:
        return scope
    try:
        scope = cloud.estate.find(names["subscription"], group, workspace).arm_id
    except ArmError:
        scope = f"{scope}/providers/{PROVIDER}/workspaces/{workspace}"
    compute = names.get("compute")
    return scope if compute is None else f"{scope}/computes/{compute}"
