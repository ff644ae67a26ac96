"""What the signed-in user may do, from Azure RBAC's effective permissions.

Advisory: deny assignments cannot be seen, so Azure's 403 decides. What cannot be read is unknown,
and unknown never disables anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from ..sentences import say
from .models import Allowed, Permission

_ML = "Microsoft.MachineLearningServices/"

#: Our actions and the Azure action that each needs (source: the resource provider's operations;
#: resize has no action of its own and is checked as a write).
AZURE_ACTIONS: dict[str, str] = {
    "list": _ML + "workspaces/computes/read",
    "create": _ML + "workspaces/computes/write",
    "start": _ML + "workspaces/computes/start/action",
    "stop": _ML + "workspaces/computes/stop/action",
    "restart": _ML + "workspaces/computes/restart/action",
    "delete": _ML + "workspaces/computes/delete",
    "resize": _ML + "workspaces/computes/write",
    "set_idle_shutdown": _ML + "workspaces/computes/updateIdleShutdownSetting/action",
    "set_schedules": _ML + "workspaces/computes/updateSchedules/action",
    "open": _ML + "workspaces/computes/applicationaccess/action",
    "check_name": _ML + "workspaces/checkComputeNameAvailability/action",
    "read_workspace": _ML + "workspaces/read",
    "jobs": _ML + "workspaces/jobs/read",
}


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    # "a/*/write" must match "a/write" too: the built-in role AzureML Data Scientist takes away
    # creating computes with "workspaces/computes/*/write".
    quoted = re.escape(text.lower()).replace(r"/\*/", "/(?:.*/)?").replace(r"\*", ".*")
    return re.compile(quoted + r"\Z")


def matches(pattern: str, action: str) -> bool:
    """Tell whether an RBAC pattern covers an action; without case, ``*`` crosses slashes."""
    return _pattern(pattern).match(action.lower()) is not None


def allows(elements: Iterable[Any], action: str) -> bool:
    """Tell whether any role assignment grants ``action``.

    ``notActions`` subtract within their own element only: they are no denial, another assignment
    may still grant the same action.
    """
    for element in elements:
        if not isinstance(element, dict):
            continue
        granted = any(matches(p, action) for p in element.get("actions") or [])
        if granted and not any(matches(p, action) for p in element.get("notActions") or []):
            return True
    return False


def permissions_from(elements: list[Any] | None, why_unknown: str = "") -> list[Permission]:
    """Say for each of our actions whether it is permitted.

    Parameters
    ----------
    elements:
        What the permissions call gave; ``None`` when it could not be read.
    why_unknown:
        The reason to show then.
    """
    found = []
    for action, azure_action in AZURE_ACTIONS.items():
        allowed: Allowed = "unknown"
        reason = why_unknown
        if elements is not None:
            allowed = "yes" if allows(elements, azure_action) else "no"
            reason = "" if allowed == "yes" else missing(azure_action)
        found.append(
            Permission(action=action, azure_action=azure_action, allowed=allowed, reason=reason)
        )
    return found


def missing(azure_action: str) -> str:
    """Give the sentence for a permission that is not there."""
    return say(
        "You lack the permission {azure_action}. Ask an owner of the workspace for a role with it.",
        azure_action=azure_action,
    )
