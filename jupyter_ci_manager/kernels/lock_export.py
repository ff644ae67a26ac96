"""An environment as conda-lock's file, for the platform it is on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import environments
from .engines.secrets import strip_credentials
from .planning import platform


def export_lock(prefix: Path) -> str:
    """Give every conda package of an environment with its address and hashes.

    The format is version 1 of conda-lock's. Packages that pip has installed are named with
    their versions; pip itself does not record where it took them from.
    """
    import yaml

    here = platform()
    channels: list[str] = []
    packages: list[dict[str, Any]] = []
    for record in environments.records(prefix):
        url = strip_credentials(str(record.get("url") or ""))
        if not url:
            continue
        channel = url.rsplit("/", 2)[0]
        if channel not in channels:
            channels.append(channel)
        hashes = {kind: record[kind] for kind in ("md5", "sha256") if record.get(kind)}
        packages.append(_entry(str(record["name"]), str(record["version"]), "conda", here)
                        | {"url": url, "hash": hashes})  # fmt: skip
    for package in environments.list_packages(prefix):
        if package.source == "pypi":
            packages.append(_entry(package.name, package.version, "pip", here))
    document = {
        "version": 1,
        "metadata": {
            "channels": [{"url": channel, "used_env_vars": []} for channel in channels],
            "platforms": [here],
            "sources": [],
        },
        "package": packages,
    }
    return str(yaml.safe_dump(document, sort_keys=False))


def _entry(name: str, version: str, manager: str, platform: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "manager": manager,
        "platform": platform,
        "category": "main",
        "optional": False,
    }
