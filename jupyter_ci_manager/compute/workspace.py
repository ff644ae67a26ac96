"""Which workspace: explicit settings, environment, config.json, this instance, or a choice kept.

The order is fixed and ``status`` says which one decided. ``config.json`` is looked for as the
Azure ML SDK does: upwards from the working directory, ``.azureml`` and ``aml_config`` folders
before the file itself, ``project.json`` after ``config.json``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..errors import InvalidValue
from .models import Workspace

if TYPE_CHECKING:
    from ..config import Settings

_FOLDERS = (".azureml", "aml_config", "")
_FILES = ("config.json", "project.json")
_ID = re.compile(
    r"/subscriptions/(?P<sub>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/"
    r"Microsoft\.MachineLearningServices/workspaces/(?P<name>[^/]+)",
    re.IGNORECASE,
)
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._()-]{0,89}\Z")

#: Variables that name a workspace: those of Azure ML's own jobs, then the SDKs' samples', then
#: those of an instance's setup scripts (which name no subscription).
_VARIABLES = (
    ("AZUREML_ARM_SUBSCRIPTION", "AZUREML_ARM_RESOURCEGROUP", "AZUREML_ARM_WORKSPACE_NAME"),
    ("AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "AZUREML_WORKSPACE_NAME"),
    ("SUBSCRIPTION_ID", "CI_RESOURCE_GROUP", "CI_WORKSPACE"),
)


LAST_CHOICE = "your last choice"


class Choice(NamedTuple):
    """A workspace, and in words where its name came from."""

    workspace: Workspace
    source: str


def resolve(
    settings: Settings, *, start: Path, environ: Mapping[str, str], remembered: Path | None
) -> Choice | None:
    """Find the workspace without asking Azure; ``None`` when nothing names one.

    Parameters
    ----------
    start:
        Where to look for ``config.json`` from, upwards.
    remembered:
        File with the choice that the user made earlier.

    Raises
    ------
    InvalidValue
        The settings name a workspace by half, or a ``config.json`` cannot be read.
    """
    given = (settings.subscription_id, settings.resource_group, settings.workspace)
    if all(given):
        return Choice(make(*given), "the settings")
    if settings.workspace or settings.resource_group:
        names = ("subscription_id", "resource_group", "workspace")
        lacking = next(n for n, v in zip(names, given, strict=True) if not v)
        raise InvalidValue(
            f"The settings name a workspace by half: {lacking} is missing.",
            hint="Set CIManager.subscription_id, resource_group and workspace together.",
            field=lacking,
        )
    for names in _VARIABLES:
        values = [environ.get(name, "") for name in names]
        if all(values):
            return Choice(make(*values), f"the environment variable {names[2]}")
    file = find_config(start)
    if file is not None:
        return Choice(read_config(file), str(file))
    kept = recall(remembered) if remembered else None
    return Choice(kept, LAST_CHOICE) if kept else None


def find_config(start: Path) -> Path | None:
    """Find the SDK's ``config.json`` from ``start`` upwards; ``None``: there is none."""
    for folder in _FOLDERS:
        for file in _FILES:
            if not folder and file == "project.json":
                continue
            for level in _upwards(start):
                candidate = level / folder / file
                if candidate.is_file() and (folder or _is_ours(candidate)):
                    return candidate
    return None


def read_config(path: Path) -> Workspace:
    """Read a workspace from a ``config.json``; both of its forms.

    Raises
    ------
    InvalidValue
        It is not readable as one.
    """
    try:
        content = msgspec.json.decode(path.read_bytes())
        scope = content.get("Scope")
        if scope:
            return workspace_of_id(scope)
        return make(
            content["subscription_id"], content["resource_group"], content["workspace_name"]
        )
    except (OSError, KeyError, AttributeError, TypeError, msgspec.DecodeError) as error:
        raise InvalidValue(
            f"{path} does not name a workspace.",
            hint="It must hold subscription_id, resource_group and workspace_name. Download it "
            "from the workspace's page in the Azure portal.",
            code="bad_config_file",
            field="config.json",
            details={"cause": str(error)},
        ) from error


def make(subscription_id: Any, resource_group: Any, name: Any, **more: Any) -> Workspace:
    """Make a workspace of its three names.

    Raises
    ------
    InvalidValue
        One of them could not be part of an address in Azure.
    """
    parts = {"subscription_id": subscription_id, "resource_group": resource_group, "name": name}
    for field, value in parts.items():
        if not isinstance(value, str) or not _PART.match(value):
            raise InvalidValue(
                f"“{value}” cannot be a workspace's {field}.",
                hint="Letters, digits, dots, dashes, underscores and round brackets only.",
                field=field,
            )
    return Workspace(**parts, **more)


def workspace_of_id(text: Any) -> Workspace:
    """Read a workspace from a full ARM id, or from anything that begins with one.

    Raises
    ------
    InvalidValue
        It is no such id.
    """
    found = _ID.search(str(text))
    if found is None:
        raise InvalidValue(f"“{text}” is no id of a workspace.", field="id")
    return make(found["sub"], found["group"], found["name"])


def arm_id(workspace: Workspace) -> str:
    """Give the workspace's full ARM id."""
    return (
        f"/subscriptions/{workspace.subscription_id}/resourceGroups/{workspace.resource_group}"
        f"/providers/Microsoft.MachineLearningServices/workspaces/{workspace.name}"
    )


def read_workspace(raw: Any) -> Workspace:
    """Read a workspace from ARM's JSON.

    Raises
    ------
    InvalidValue
        It has no usable id.
    """
    base = workspace_of_id(raw.get("id") if isinstance(raw, dict) else None)
    properties = raw.get("properties") or {}
    network = properties.get("managedNetwork")
    mode = str(network.get("isolationMode") or "") if isinstance(network, dict) else ""
    return msgspec.structs.replace(
        base,
        location=raw.get("location"),
        tenant_id=properties.get("tenantId"),
        friendly_name=properties.get("friendlyName"),
        managed_network=bool(mode) and mode.lower() != "disabled" if network is not None else None,
    )


def remember(path: Path, workspace: Workspace) -> None:
    """Keep a choice for the next time."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(workspace))
    fresh.replace(path)


def recall(path: Path) -> Workspace | None:
    """Give the choice kept earlier; an unreadable one counts as none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Workspace)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None


def _upwards(start: Path) -> Iterator[Path]:
    here = start.absolute()
    yield here
    yield from here.parents


def _is_ours(path: Path) -> bool:
    """Tell the SDK's plain ``config.json`` from any other program's file of that name."""
    try:
        content = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return False
    return isinstance(content, dict) and ("workspace_name" in content or "Scope" in content)
