"""Which workspace: explicit settings, environment, config.json, this instance, or a choice kept.

The order is fixed and ``status`` says which one decided. ``config.json`` is looked for as the
Azure ML SDK does: upwards from the working directory, ``.azureml`` and ``aml_config`` folders
before the file itself, ``project.json`` after ``config.json``. A choice that was made although such
a file named another workspace counts before that very file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..errors import InvalidValue
from ..sentences import say
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


class Choice(NamedTuple):
    """A workspace, and in words where its name came from.

    ``is_explicit``: settings or environment name it, and that counts before any choice.
    ``is_kept``: it was chosen an earlier time. ``note`` is what else should be known of the choice.
    """

    workspace: Workspace
    source: str
    is_explicit: bool = False
    is_kept: bool = False
    note: str = ""


class _Kept(Workspace, frozen=True, kw_only=True):
    """A choice on disk; ``instead_of`` is the id of the workspace that was in use before it."""

    instead_of: str | None = None


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
        return Choice(make(*given), say("the settings"), is_explicit=True)
    if settings.workspace or settings.resource_group:
        names = ("subscription_id", "resource_group", "workspace")
        lacking = next(n for n, v in zip(names, given, strict=True) if not v)
        raise InvalidValue(
            say("The settings name a workspace by half: {lacking} is missing.", lacking=lacking),
            hint=say("Set CIManager.subscription_id, resource_group and workspace together."),
            field=lacking,
        )
    for names in _VARIABLES:
        values = [environ.get(name, "") for name in names]
        if all(values):
            source = say("the environment variable {name}", name=names[2])
            return Choice(make(*values), source, is_explicit=True)
    file = find_config(start)
    found = Choice(read_config(file), str(file)) if file is not None else None
    return chosen_before(remembered, otherwise=found) or found


def chosen_before(remembered: Path | None, *, otherwise: Choice | None) -> Choice | None:
    """Give the choice that the user made earlier, where it counts.

    A file beside the work counts before what was chosen some other day for other work. But whoever
    chose another workspace although that file named one meant it: on a compute instance there is
    always such a file.

    Parameters
    ----------
    remembered:
        The file with the choice; ``None``: it does not count.
    otherwise:
        What names a workspace besides.
    """
    kept = _recall(remembered) if remembered else None
    if kept is None:
        return None
    workspace = make(kept.subscription_id, kept.resource_group, kept.name)
    if otherwise is None:
        return Choice(workspace, say("your last choice"), is_kept=True)
    if (kept.instead_of or "").lower() != arm_id(otherwise.workspace).lower():
        return None
    return Choice(
        workspace,
        say("your last choice, instead of {source}", source=otherwise.source),
        is_kept=True,
    )


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
            say("{path} does not name a workspace.", path=path),
            hint=say(
                "It must hold subscription_id, resource_group and workspace_name. Download it "
                "from the workspace's page in the Azure portal."
            ),
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
                say("“{value}” cannot be a workspace's {field}.", value=value, field=field),
                hint=say("Letters, digits, dots, dashes, underscores and round brackets only."),
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
        raise InvalidValue(say("“{text}” is no id of a workspace.", text=text), field="id")
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


def remember(path: Path, workspace: Workspace, *, instead_of: Workspace | None = None) -> None:
    """Keep a choice for the next time.

    Parameters
    ----------
    instead_of:
        What would have been in use without it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = {
        "subscription_id": workspace.subscription_id,
        "resource_group": workspace.resource_group,
        "name": workspace.name,
        "instead_of": arm_id(instead_of) if instead_of else None,
    }
    fresh = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(kept))
    fresh.replace(path)


def _recall(path: Path) -> _Kept | None:
    """Give the choice kept earlier; an unreadable one counts as none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Kept)
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
