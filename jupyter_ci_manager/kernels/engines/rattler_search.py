"""Searching channels with rattler: names from the index, builds from the matches' shards only."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..models import PackageMatch, PackageMatches
from .search import NamePattern, match_of
from .secrets import strip_credentials

if TYPE_CHECKING:
    from rattler import Client, Gateway

#: Seconds that summaries may take together: they are read out of the packages themselves.
_PATIENCE = 1.5
#: Matches whose summary is read, and how long it may be.
_DESCRIBED, _LINE = 10, 300


async def search(
    pattern: NamePattern, urls: list[str], gateway: Gateway, client: Client, limit: int
) -> PackageMatches:
    """Give the packages of these channels whose names match.

    Parameters
    ----------
    urls:
        Base URLs of the channels, most important first: a package is told of the first that
        has it.
    limit:
        How many matches to look up at most.
    """
    from rattler import Subdir

    platforms = [Subdir.current(), Subdir("noarch")]
    names = pattern.best(await names_of(urls, gateway))
    shown = names[:limit]
    if not shown:
        return PackageMatches(packages=[], total=0)
    tables = await gateway.query(
        urls, platforms, shown, recursive=False, channel_relations="disabled"
    )
    records: dict[str, list[Any]] = {}
    for table in tables:
        mine: dict[str, list[Any]] = {}
        for record in table:
            mine.setdefault(record.name.normalized, []).append(record)
        for name, found in mine.items():
            records.setdefault(name, found)
    for found in records.values():
        found.sort(key=lambda record: (record.version, record.build_number), reverse=True)
    newest = [records[name][0] for name in shown if name in records]
    summaries = await _summaries(newest[:_DESCRIBED], client)
    return PackageMatches(
        packages=[_match(name, records[name], summaries) for name in shown if name in records],
        total=len(names),
    )


async def names_of(urls: list[str], gateway: Gateway) -> set[str]:
    """Give the names of all packages that these channels have for this machine."""
    from rattler import Subdir

    platforms = [Subdir.current(), Subdir("noarch")]
    known = await gateway.names(urls, platforms, channel_relations="disabled")
    return {name.normalized for name in known}


def _match(name: str, found: list[Any], summaries: dict[str, str]) -> PackageMatch:
    builds = [(str(r.version), strip_credentials(str(r.channel or "")), r.size) for r in found]
    return match_of(name, builds, summaries.get(name, ""))


async def _summaries(records: list[Any], client: Client) -> dict[str, str]:
    """Read what packages say of themselves; what is not there in time is left out."""
    told: dict[str, str] = {}

    async def read(record: Any) -> None:
        with suppress(Exception):
            archive = await _open(record.url, client)
            raw = await archive.read_file("info/about.json")
            told[record.name.normalized] = _one_line(json.loads(raw or b"{}").get("summary"))

    tasks = [asyncio.create_task(read(record)) for record in records]
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=_PATIENCE)
        for task in late:
            task.cancel()
    return told


async def _open(url: str, client: Client) -> Any:
    """Open a package without fetching it whole: a server that cannot give parts is left alone."""
    from rattler.package_streaming import PackageArchive

    if url.startswith("file://"):
        # Making an environment needs no part of what this brings along.
        from urllib.request import url2pathname

        return await PackageArchive.from_path(url2pathname(urlsplit(url).path))
    return await PackageArchive.from_url(client, url, sparse="require")


def _one_line(text: object) -> str:
    return " ".join(text.split())[:_LINE] if isinstance(text, str) else ""
