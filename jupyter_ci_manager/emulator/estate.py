"""Subscriptions, resource groups and workspaces."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from .clock import timestamp
from .errors import ArmError, not_found
from .rbac import PROVIDER
from .store import Store

_KIND = "workspaces"


class Workspace(msgspec.Struct):
    """A workspace; group and subscription exist because a workspace lies in them."""

    subscription: str
    group: str
    name: str
    location: str
    guid: str
    made: float
    tags: dict[str, str] = {}
    managed_network: bool = False
    friendly_name: str = ""

    @property
    def arm_id(self) -> str:
        """The full ARM id."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/{PROVIDER}/workspaces/{self.name}"
        )

    def on_wire(self, base_url: str, tenant: str) -> dict[str, Any]:
        """Give the resource as the service answers it."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers"
        short = self.guid.split("-")[0]
        return {
            "id": self.arm_id,
            "name": self.name,
            "type": f"{PROVIDER}/workspaces",
            "location": self.location,
            "tags": self.tags,
            "etag": None,
            "kind": "Default",
            "sku": {"name": "Basic", "tier": "Basic"},
            "identity": {
                "type": "SystemAssigned",
                "principalId": str(uuid.uuid5(uuid.UUID(self.guid), "principal")),
                "tenantId": tenant,
            },
            "systemData": {
                "createdAt": timestamp(self.made),
                "createdByType": "User",
                "lastModifiedAt": timestamp(self.made),
            },
            "properties": {
                "friendlyName": self.friendly_name or self.name,
                "description": "",
                "workspaceId": self.guid,
                "discoveryUrl": f"{base_url}/discovery",
                "provisioningState": "Succeeded",
                "tenantId": tenant,
                "creationTime": timestamp(self.made),
                "hbiWorkspace": False,
                "publicNetworkAccess": "Enabled",
                "v1LegacyMode": False,
                "managedNetwork": {
                    "isolationMode": "AllowInternetOutbound" if self.managed_network else "Disabled"
                },
                "notebookInfo": {"resourceId": short, "fqdn": f"{short}.notebooks.azure.net"},
                "mlFlowTrackingUri": (
                    f"azureml://{self.location}.api.azureml.ms/mlflow/v1.0{self.arm_id}"
                ),
                "storageAccount": f"{group}/Microsoft.Storage/storageAccounts/st{short}",
                "keyVault": f"{group}/Microsoft.KeyVault/vaults/kv{short}",
                "applicationInsights": f"{group}/Microsoft.insights/components/ai{short}",
                "containerRegistry": None,
            },
        }


class Estate:
    """All workspaces."""

    def __init__(self, store: Store) -> None:
        """Read what was made before."""
        self._store = store
        self._all: dict[str, Workspace] = {
            key: msgspec.convert(found, Workspace) for key, found in store.load(_KIND)
        }

    @property
    def workspaces(self) -> list[Workspace]:
        """All workspaces in the order of their names."""
        return sorted(self._all.values(), key=lambda entry: entry.arm_id.lower())

    @property
    def subscriptions(self) -> list[str]:
        """All subscription ids."""
        return sorted({entry.subscription for entry in self._all.values()})

    def add(self, workspace: Workspace) -> Workspace:
        """Take in a workspace."""
        self._all[workspace.arm_id.lower()] = workspace
        self._store.put(_KIND, workspace.arm_id.lower(), workspace)
        return workspace

    def check_subscription(self, subscription: str) -> str:
        """Give a subscription id in its own spelling.

        Raises:
            ArmError: There is no such subscription.
        """
        for known in self.subscriptions:
            if known.lower() == subscription.lower():
                return known
        raise ArmError(
            404,
            "SubscriptionNotFound",
            f"The subscription '{subscription}' could not be found.",
        )

    def groups(self, subscription: str) -> list[tuple[str, str]]:
        """Give the resource groups of a subscription with their locations."""
        found: dict[str, str] = {}
        for entry in self.workspaces:
            if entry.subscription == subscription:
                found.setdefault(entry.group, entry.location)
        return list(found.items())

    def check_group(self, subscription: str, group: str) -> str:
        """Give a group's name in its own spelling.

        Raises:
            ArmError: There is no such group.
        """
        for known, _ in self.groups(subscription):
            if known.lower() == group.lower():
                return known
        raise ArmError(
            404, "ResourceGroupNotFound", f"Resource group '{group}' could not be found."
        )

    def find(self, subscription: str, group: str, name: str) -> Workspace:
        """Give a workspace.

        Raises:
            ArmError: The subscription, the group or the workspace does not exist.
        """
        subscription = self.check_subscription(subscription)
        group = self.check_group(subscription, group)
        for entry in self._all.values():
            if (entry.subscription, entry.group) != (subscription, group):
                continue
            if entry.name.lower() == name.lower():
                return entry
        raise not_found("workspaces", name, group)
