"""Searching channels with conda, mamba or micromamba, and reading what they answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ...errors import CIManagerError
from ..models import PackageMatches
from .base import Report
from .conda_errors import failure
from .conda_process import run_quietly
from .search import NamePattern, match_of
from .secrets import strip_credentials

_SUBDIR = re.compile(r"/(?:noarch|[a-z]+-[a-z0-9]+)$")


def search(
    argv: list[str],
    pattern: NamePattern,
    limit: int,
    report: Report,
    variables: Mapping[str, str],
) -> PackageMatches:
    """Give the packages whose names match.

    Parameters
    ----------
    argv:
        The program and the channels to search.
    variables:
        Environment variables that it gets besides this process's own.

    Raises
    ------
    CIManagerError
        The program has failed; finding nothing is no failure.
    """
    wanted = pattern.text if pattern.has_wildcards else f"*{pattern.text}*"
    done = run_quietly([argv[0], "search", "--json", *argv[1:], wanted], report, variables)
    try:
        answer = json.loads(done.out[done.out.index("{") :])
    except ValueError:
        answer = {}
    if not isinstance(answer, dict):
        answer = {}
    if done.code != 0 or "exception_name" in answer:
        if "PackagesNotFound" in str(answer.get("exception_name")):
            return PackageMatches(packages=[], total=0)
        error: CIManagerError = failure(answer, done.out + done.err)
        raise error
    builds = _builds(answer)
    names = pattern.best(builds)
    packages = [match_of(name, builds[name]) for name in names[:limit]]
    return PackageMatches(packages=packages, total=len(names))


def _builds(answer: dict[str, Any]) -> dict[str, list[tuple[str, str, int | None]]]:
    """Give each package's builds, newest first, as :func:`match_of` wants them."""
    records = answer.get("result", {}).get("pkgs") if "result" in answer else None
    if records is None:
        records = [entry for found in answer.values() if isinstance(found, list) for entry in found]
    by_name: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        if isinstance(record, dict) and record.get("name") and record.get("version"):
            by_name.setdefault(str(record["name"]), []).append(record)
    builds: dict[str, list[tuple[str, str, int | None]]] = {}
    for name, found in by_name.items():
        found.sort(key=_age, reverse=True)
        # A package is told of one channel only: the one that the newest build is in.
        builds[name] = [(str(r["version"]), _channel(r), _size(r)) for r in found]
    return builds


def _age(record: dict[str, Any]) -> tuple[Any, int]:
    from rattler import Version

    try:
        version: Any = Version(str(record["version"]))
    except Exception:
        version = Version("0")
    return version, int(record.get("build_number") or 0)


def _channel(record: dict[str, Any]) -> str:
    return _SUBDIR.sub("", strip_credentials(str(record.get("channel") or "")).rstrip("/"))


def _size(record: dict[str, Any]) -> int | None:
    size = record.get("size")
    return size if isinstance(size, int) else None
