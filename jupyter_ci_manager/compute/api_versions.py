"""Which api-version each call to Azure Resource Manager goes to."""

from __future__ import annotations

from collections.abc import Mapping

#: Versions of the calls beside computes (source: the services' published specifications).
WORKSPACE_VERSION = "2025-12-01"
SUBSCRIPTIONS_VERSION = "2022-12-01"
PERMISSIONS_VERSION = "2022-04-01"

#: Actions that live in other api-versions only than the one for computes. ``preview`` stands for
#: the configured preview version.
ACTION_VERSIONS: Mapping[str, str] = {
    "updateIdleShutdownSetting": "preview",
    "resize": "preview",
    "getAllowedVmSizesForResize": "preview",
    "customServices": "preview",
    "updateSchedules": "2021-03-01-preview",
    "enableSso": "2024-04-01-preview",
}


def action_version(action: str, *, stable: str, preview: str) -> str:
    """Give the api-version in which ``action`` exists; ``stable`` unless the table says otherwise."""
    version = ACTION_VERSIONS.get(action)
    if version is None:
        return stable
    return preview if version == "preview" else version
