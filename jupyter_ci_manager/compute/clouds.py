"""The Azure clouds: one setting changes authority, Resource Manager, scope and studio together."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from ..errors import InvalidValue
from ..sentences import say


class Cloud(NamedTuple):
    """Where one Azure cloud is. ``arm`` and ``studio`` are addresses without a closing slash."""

    authority: str
    arm: str
    scope: str
    studio: str


#: Source: the clouds that azure-identity's ``AzureAuthorityHosts`` and the studio's hosts name.
CLOUDS = {
    "AzureCloud": Cloud(
        "login.microsoftonline.com",
        "https://management.azure.com",
        "https://management.azure.com/.default",
        "https://ml.azure.com",
    ),
    "AzureChinaCloud": Cloud(
        "login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "https://studio.ml.azure.cn",
    ),
    "AzureUSGovernment": Cloud(
        "login.microsoftonline.us",
        "https://management.usgovcloudapi.net",
        "https://management.usgovcloudapi.net/.default",
        "https://ml.azure.us",
    ),
}


def is_loopback(host: str | None) -> bool:
    """Tell whether ``host`` (a name or an address, without port) is this machine itself."""
    if not host:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_endpoint(url: str) -> str:
    """Give ``url`` without a closing slash, or refuse it.

    Plain http is only for loopback: anything else would carry a token in the clear.

    Raises
    ------
    InvalidValue
        Not an http(s) address, or plain http to another machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidValue(
            say("“{url}” is not an http or https address.", url=url),
            hint=say("Give it as http://127.0.0.1:PORT."),
            code="invalid_endpoint",
            field="endpoint",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise InvalidValue(
            say(
                "“{url}” is plain http to another machine: a sign-in token would travel in the clear.",
                url=url,
            ),
            hint=say("Use https, or an address of this machine such as http://127.0.0.1:PORT."),
            code="invalid_endpoint",
            field="endpoint",
        )
    return url.rstrip("/")


def studio_links(studio: str, workspace_id: str, tenant_id: str | None) -> dict[str, str]:
    """Give the studio's pages for a workspace: ``compute``, ``notebooks`` and ``submit_job``.

    Parameters
    ----------
    studio:
        The studio's address in this cloud.
    workspace_id:
        The workspace's full ARM id.
    tenant_id:
        The tenant to open it in, if known.
    """
    query = f"wsid={quote(workspace_id, safe='/')}"
    if tenant_id:
        query += f"&tid={quote(tenant_id)}"
    return {
        "workspace": f"{studio}/?{query}",
        "compute": f"{studio}/compute/list/instances?{query}",
        "notebooks": f"{studio}/fileexplorerAzNB?{query}",
        "submit_job": f"{studio}/jobs/create?{query}",
    }
