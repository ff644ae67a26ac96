"""The workspace, as notebooks name it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError
from .exceptions import UserErrorException, from_refusal

if TYPE_CHECKING:
    from ..compute.service import ComputeService
    from ..config import Settings

_CONFIG = "config.json"


class Workspace:
    """An Azure Machine Learning workspace.

    Parameters
    ----------
    subscription_id, resource_group, workspace_name:
        Which one.
    auth:
        Accepted and not used: who signs in is a setting (``CIManager.credential``).

    Raises
    ------
    UserErrorException
        A name is missing.
    """

    def __init__(
        self,
        subscription_id: str,
        resource_group: str,
        workspace_name: str,
        auth: Any = None,
        _location: str | None = None,
        _disable_service_check: bool = False,
        _workspace_id: str | None = None,
        sku: str = "basic",
        **kwargs: Any,
    ) -> None:
        for name, value in (
            ("subscription_id", subscription_id),
            ("resource_group", resource_group),
            ("workspace_name", workspace_name),
        ):
            if not value or not isinstance(value, str):
                raise UserErrorException(f"{name} must be given to name a workspace.")
        self._subscription_id = subscription_id
        self._resource_group = resource_group
        self._name = workspace_name
        self._given_location = _location
        self._given_id = _workspace_id
        if not _disable_service_check:
            _ = self._payload

    @classmethod
    def from_config(
        cls,
        path: str | None = None,
        auth: Any = None,
        _logger: Any = None,
        _file_name: str | None = None,
    ) -> Workspace:
        """Give the workspace that ``config.json`` names.

        Parameters
        ----------
        path:
            The file, or a folder to look from upwards; the working directory unless given.

        Raises
        ------
        UserErrorException
            There is no such file, or it names no workspace.
        """
        from ..compute.workspace import find_config, read_config

        start = Path(path) if path else Path.cwd()
        found: Path | None
        if start.is_file():
            found = start
        elif _file_name:
            found = next((p / _file_name for p in (start, *start.absolute().parents)
                          if (p / _file_name).is_file()), None)  # fmt: skip
        else:
            found = find_config(start)
        if found is None:
            if path is None:
                return cls._from_settings()
            raise UserErrorException(
                f"The workspace configuration file {_file_name or _CONFIG}, could not be found in "
                f"{start} or its parent directories. Please check whether the workspace "
                "configuration file exists, or provide the full path to the configuration file "
                "as an argument."
            )
        try:
            named = read_config(found)
        except CIManagerError as error:
            raise UserErrorException(f"{error.message} {error.hint}", error) from error
        return cls(named.subscription_id, named.resource_group, named.name, auth)

    @classmethod
    def _from_settings(cls) -> Workspace:
        """Give the workspace that the product uses: its settings, or the instance we run on."""
        from ..compute.service import ComputeService

        service = ComputeService(_settings())
        try:
            named = service.status().workspace
        finally:
            service.close()
        if named is None:
            raise UserErrorException(
                f"The workspace configuration file {_CONFIG}, could not be found in {Path.cwd()} "
                "or its parent directories, and no setting names a workspace."
            )
        return cls(named.subscription_id, named.resource_group, named.name)

    @classmethod
    def get(
        cls,
        name: str,
        auth: Any = None,
        subscription_id: str | None = None,
        resource_group: str | None = None,
        **kwargs: Any,
    ) -> Workspace:
        """Give a workspace by its name.

        Raises
        ------
        UserErrorException
            There is none of that name, or several.
        """
        if subscription_id and resource_group:
            return cls(subscription_id, resource_group, name, auth)
        found = [
            workspace
            for workspace in cls._visible(subscription_id, resource_group)
            if workspace.name.lower() == name.lower()
        ]
        if len(found) != 1:
            which = "several workspaces" if found else "no workspace"
            raise UserErrorException(f"There are {which} of the name {name} that you can see.")
        return found[0]

    @classmethod
    def list(
        cls, subscription_id: str, auth: Any = None, resource_group: str | None = None
    ) -> dict[str, list[Workspace]]:
        """Give the workspaces of a subscription: name to those of that name."""
        out: dict[str, list[Workspace]] = {}
        for workspace in cls._visible(subscription_id, resource_group):
            out.setdefault(workspace.name, []).append(workspace)
        return out

    @classmethod
    def _visible(
        cls, subscription_id: str | None, resource_group: str | None
    ) -> Iterator[Workspace]:
        from ..compute.service import ComputeService

        service = ComputeService(_settings())
        try:
            found = service.workspaces()
        except CIManagerError as error:
            raise from_refusal(error) from error
        finally:
            service.close()
        for named in found:
            if subscription_id and named.subscription_id.lower() != subscription_id.lower():
                continue
            if resource_group and named.resource_group.lower() != resource_group.lower():
                continue
            yield cls(
                named.subscription_id,
                named.resource_group,
                named.name,
                _location=named.location,
                _disable_service_check=True,
            )

    @property
    def name(self) -> str:
        """The workspace's name."""
        return self._name

    @property
    def subscription_id(self) -> str:
        """The id of its subscription."""
        return self._subscription_id

    @property
    def resource_group(self) -> str:
        """The name of its resource group."""
        return self._resource_group

    @property
    def location(self) -> str:
        """The region it lies in."""
        return str(self._given_location or self._payload.get("location") or "")

    @property
    def _workspace_id(self) -> str:
        properties = self._payload.get("properties") or {}
        return str(self._given_id or properties.get("workspaceId") or "")

    @property
    def _workspace_scope(self) -> str:
        return (
            f"/subscriptions/{self._subscription_id}/resourceGroups/{self._resource_group}"
            f"/providers/Microsoft.MachineLearningServices/workspaces/{self._name}"
        )

    @property
    def compute_targets(self) -> dict[str, Any]:
        """The compute instances: name to object."""
        from .compute_target import ComputeTarget

        return {target.name: target for target in ComputeTarget.list(self)}

    def get_details(self) -> dict[str, Any]:
        """Give the workspace as Azure describes it."""
        return dict(self._payload)

    def write_config(self, path: str | None = None, file_name: str | None = None) -> None:
        """Write ``.azureml/config.json`` below ``path`` (the working directory unless given)."""
        folder = Path(path or ".") / ".azureml"
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "subscription_id": self._subscription_id,
            "resource_group": self._resource_group,
            "workspace_name": self._name,
        }
        target = folder / (file_name or _CONFIG)
        target.write_text(json.dumps(content, indent=4), encoding="utf-8")

    @cached_property
    def service(self) -> ComputeService:
        """The compute wing's door for this workspace."""
        from ..compute.service import ComputeService

        settings = _settings()
        settings.subscription_id = self._subscription_id
        settings.resource_group = self._resource_group
        settings.workspace = self._name
        return ComputeService(settings)

    @cached_property
    def _payload(self) -> dict[str, Any]:
        try:
            return self.service.workspace_payload()
        except CIManagerError as error:
            raise from_refusal(error) from error

    def __repr__(self) -> str:
        return (
            f"Workspace.create(name={self._name!r}, subscription_id={self._subscription_id!r}, "
            f"resource_group={self._resource_group!r})"
        )


def _settings() -> Settings:
    from ..config import load_settings

    return load_settings()
