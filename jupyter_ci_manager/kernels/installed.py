"""Reading which packages are in an environment: conda's, pip's, and what notebooks import.

Nothing here starts a program: records and folders tell everything, in milliseconds.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import NotFound
from ..sentences import say
from .engines import bookkeeping
from .engines.secrets import strip_credentials
from .models import Package
from .package_records import site_packages

#: Name of a record's file, without its ending.
RECORD = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)-(?P<build>[^-]+)")


def is_environment(prefix: Path) -> bool:
    """Whether ``prefix`` is a conda environment, whole or not."""
    return (prefix / "conda-meta").is_dir()


def list_packages(prefix: Path) -> list[Package]:
    """List the packages in an environment, conda's and pip's, by name.

    Raises
    ------
    NotFound
        ``prefix`` is no environment.
    """
    if not is_environment(prefix):
        raise NotFound(
            say("{prefix} is no environment.", prefix=prefix),
            hint=say("List the environments to see which there are."),
            code="environment_not_found",
        )
    asked = bookkeeping.requested_specs(prefix)
    packages = []
    for record in records(prefix):
        name = str(record.get("name", ""))
        packages.append(
            Package(
                name=name,
                version=str(record.get("version", "")),
                build=str(record.get("build", "")),
                channel=strip_credentials(str(record.get("channel") or "")),
                size_bytes=record.get("size") if isinstance(record.get("size"), int) else None,
                requested=name in asked,
            )
        )
    packages += pip_packages(prefix)
    return sorted(packages, key=lambda p: (p.name.lower(), p.source))


def records(prefix: Path) -> Iterator[dict[str, Any]]:
    """Give conda's record of every package in ``prefix``; an unreadable one is passed over."""
    for path in sorted((prefix / "conda-meta").glob("*.json")):
        try:
            data = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            continue
        if isinstance(data, dict):
            yield data


def package_names(prefix: Path) -> set[str]:
    """Give the names of packages and modules in an environment, in lower case and with dashes.

    Only folders are listed; nothing is read. Modules count because notebooks name them: the
    package ``scikit-learn`` is imported as ``sklearn``.
    """
    found = set()
    with suppress(OSError), os.scandir(prefix / "conda-meta") as entries:
        for entry in entries:
            record = RECORD.fullmatch(entry.name.removesuffix(".json"))
            if record is not None and entry.name.endswith(".json"):
                found.add(record["name"])
    for site in site_packages(prefix):
        with suppress(OSError), os.scandir(site) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith((".dist-info", ".egg-info")):
                    name = name.partition("-")[0]
                found.add(name.partition(".")[0])
    return {name.lower().replace("_", "-") for name in found if name and name != "__pycache__"}


def pip_packages(prefix: Path) -> list[Package]:
    """List the packages that something else than conda has installed, pip as a rule."""
    from email.parser import HeaderParser

    packages = []
    for site in site_packages(prefix):
        for info in site.glob("*.dist-info"):
            try:
                installer = (info / "INSTALLER").read_text("utf-8").strip()
                if installer == "conda":
                    continue
                with (info / "METADATA").open(encoding="utf-8", errors="replace") as file:
                    headers = HeaderParser().parse(file, headersonly=True)
            except OSError:
                continue
            name, version = headers.get("Name"), headers.get("Version")
            if name and version:
                packages.append(Package(name=name, version=version, channel="pypi", source="pypi"))
    return packages
