"""An environment as text: ``environment.yml``, explicit list, or conda-lock's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import InvalidValue
from ..sentences import say
from .engines.bookkeeping import requested_specs
from .engines.secrets import strip_credentials
from .engines.subdirs import own_subdir
from .installed import list_packages, pip_packages, records


def export(prefix: Path, name: str, format: str) -> str:
    """Give an environment as text, without credentials.

    Parameters
    ----------
    prefix, name:
        The environment.
    format:
        ``yaml`` (an environment.yml of what was asked for), ``explicit`` (addresses of packages) or ``lock``
        (conda-lock's file, for this platform).

    Raises
    ------
    InvalidValue
        There is no such format.
    """
    if format == "yaml":
        return export_yaml(prefix, name)
    if format == "explicit":
        return export_explicit(prefix)
    if format == "lock":
        return export_lock(prefix)
    raise InvalidValue(
        say("{format!r} is no format; choose yaml, explicit or lock.", format=format[:40]),
        field="format",
    )


def export_explicit(prefix: Path) -> str:
    """Give the exact packages as conda's explicit list, without credentials."""
    lines = ["# This file may be used to create an environment:", "@EXPLICIT"]
    for record in records(prefix):
        url = strip_credentials(str(record.get("url") or ""))
        if url:
            digest = record.get("md5") or ""
            lines.append(f"{url}#{digest}" if digest else url)
    return "\n".join(lines) + "\n"


def export_yaml(prefix: Path, name: str) -> str:
    """Give what was asked for as an ``environment.yml``: versions without builds, and pip's section.

    As ``conda env export --from-history``, with the versions that are there now. An environment
    whose history names nothing, such as one made from an explicit list, has all its packages in it.
    """
    asked = requested_specs(prefix)
    there = list(records(prefix))
    chosen = [record for record in there if str(record.get("name")) in asked] or there
    words = [f"{record.get('name')}={record.get('version')}" for record in chosen]
    return _as_yaml(prefix, name, there, words)


def export_exact_yaml(prefix: Path, name: str) -> str:
    """Give every package with its build as an ``environment.yml``, pip's section included."""
    there = list(records(prefix))
    words = [f"{one.get('name')}={one.get('version')}={one.get('build')}" for one in there]
    return _as_yaml(prefix, name, there, words)


def _as_yaml(prefix: Path, name: str, there: list[dict[str, Any]], words: list[str]) -> str:
    import yaml

    channels: list[str] = []
    for record in there:
        channel = strip_credentials(str(record.get("channel") or "")).rstrip("/")
        if channel and channel not in channels:
            channels.append(channel)
    dependencies: list[Any] = list(words)
    pip = [f"{p.name}=={p.version}" for p in pip_packages(prefix)]
    if pip:
        dependencies.append({"pip": pip})
    document = {"name": name, "channels": channels, "dependencies": dependencies}
    return str(yaml.safe_dump(document, sort_keys=False))


def export_lock(prefix: Path) -> str:
    """Give every conda package of an environment with its address and hashes.

    The format is version 1 of conda-lock's. Packages that pip has installed are named with
    their versions; pip itself does not record where it took them from.
    """
    import yaml

    here = own_subdir()
    channels: list[str] = []
    packages: list[dict[str, Any]] = []
    for record in records(prefix):
        url = strip_credentials(str(record.get("url") or ""))
        if not url:
            continue
        channel = url.rsplit("/", 2)[0]
        if channel not in channels:
            channels.append(channel)
        hashes = {kind: record[kind] for kind in ("md5", "sha256") if record.get(kind)}
        packages.append(_entry(str(record["name"]), str(record["version"]), "conda", here)
                        | {"url": url, "hash": hashes})  # fmt: skip
    for package in list_packages(prefix):
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
