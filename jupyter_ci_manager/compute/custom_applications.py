"""Custom applications (containers that Azure runs on an instance), and RStudio as one of them.

RStudio is not on the images any more: it comes only this way, as Azure's own guide tells.
"""

from __future__ import annotations

import re
from typing import Any

from ..errors import InvalidValue
from ..sentences import say

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,62}\Z")
#: Ports that Azure forwards (source: the published description of custom applications).
_PORTS = (1025, 65535)
_HOME = "/home/azureuser/cloudfiles"
_RSTUDIO_PORT = 8787


def rstudio() -> dict[str, Any]:
    """Give the open-source RStudio as a custom application, in Azure's JSON."""
    return {
        "name": "rstudio",
        "image": {"type": "docker", "reference": "ghcr.io/azure/rocker-rstudio-ml-verse:latest"},
        "endpoints": [
            {
                "protocol": "http",
                "name": "connect",
                "target": _RSTUDIO_PORT,
                "published": _RSTUDIO_PORT,
            }
        ],
        "volumes": [
            {
                "type": "bind",
                "readOnly": False,
                "source": _HOME,
                "target": _HOME,
            }
        ],
        "environmentVariables": {},
    }


def checked_application(application: dict[str, Any], position: int = 0) -> None:
    """Refuse a custom application that Azure would refuse.

    Parameters
    ----------
    application:
        In Azure's own JSON: ``name``, ``image`` and ``endpoints`` at least.
    position:
        Its place in the list, for the field named in the refusal.

    Raises
    ------
    InvalidValue
        A part is missing or out of bounds; ``field`` names it.
    """
    here = f"custom_applications[{position}]"
    name = application.get("name")
    if not isinstance(name, str) or not _NAME.match(name):
        raise InvalidValue(
            say("A custom application needs a name."),
            hint=say("A letter, then letters, digits, dashes and underscores."),
            field=f"{here}.name",
        )
    image = application.get("image")
    if not isinstance(image, dict) or not isinstance(image.get("reference"), str):
        raise InvalidValue(
            say("The application “{name}” names no image.", name=name),
            hint=say('Such as {"type": "docker", "reference": "registry/name:tag"}.'),
            field=f"{here}.image",
        )
    endpoints = application.get("endpoints")
    if not isinstance(endpoints, list) or not endpoints:
        raise InvalidValue(
            say("The application “{name}” has no endpoint, so nobody could reach it.", name=name),
            field=f"{here}.endpoints",
        )
    for endpoint in endpoints:
        for port in ("target", "published"):
            value = endpoint.get(port) if isinstance(endpoint, dict) else None
            if not isinstance(value, int) or not _PORTS[0] <= value <= _PORTS[1]:
                raise InvalidValue(
                    say(
                        "The {port} port of “{name}” must be {least} to {most}.",
                        port=port,
                        name=name,
                        least=_PORTS[0],
                        most=_PORTS[1],
                    ),
                    field=f"{here}.endpoints.{port}",
                )
