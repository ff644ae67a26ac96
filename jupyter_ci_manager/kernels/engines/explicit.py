"""Packages named by their addresses: explicit lists and lock files, without a solve."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InvalidValue, Unavailable
from ...sentences import say
from .secrets import hide_credentials
from .specs import Spec, parse_spec

if TYPE_CHECKING:
    from rattler import Client, Gateway, RepoDataRecord

_HASH = re.compile(r"(?:sha256:)?(?P<sha256>[0-9a-f]{64})|(?P<md5>[0-9a-f]{32})")


def check_addresses(urls: Iterable[str]) -> list[Spec]:
    """Give the specs of packages that are named by their addresses.

    Raises
    ------
    InvalidValue
        One is not the address of a package.
    """
    specs = [parse_spec(text, field=f"lock[{i}]") for i, text in enumerate(urls)]
    for position, spec in enumerate(specs):
        if spec.url is None:
            raise InvalidValue(
                say(
                    "{text!r} is not the address of a package.",
                    text=hide_credentials(spec.text)[:100],
                ),
                hint=say("A lock names every package by its whole address."),
                code="invalid_lock",
                field=f"lock[{position}]",
            )
    return specs


async def explicit_records(
    urls: list[str], gateway: Gateway, client: Client
) -> list[RepoDataRecord]:
    """Give the records of the packages at these addresses.

    They come from the channels' own indexes where those have them, else out of the packages. A
    hash after ``#`` must agree.

    Raises
    ------
    InvalidValue
        An address is none of a package, or its hash is another than the channel's.
    Unavailable
        A package is not there.
    """
    wanted: dict[str, str] = {}
    channels: dict[str, set[str]] = {}
    for spec in check_addresses(urls):
        url, _, digest = (spec.url or "").partition("#")
        wanted[url] = digest.lower()
        channels.setdefault(url.rsplit("/", 2)[0], set()).add(spec.name)
    found: dict[str, RepoDataRecord] = {}
    for channel, names in channels.items():
        found |= await _from_index(channel, names, wanted, gateway)
    for url in wanted:
        if url not in found:
            found[url] = await _from_package(url, client)
        _check(found[url], url, wanted[url])
    return list(found.values())


async def _from_index(
    channel: str, names: set[str], wanted: dict[str, str], gateway: Gateway
) -> dict[str, RepoDataRecord]:
    from rattler import Subdir
    from rattler.exceptions import FetchRepoDataError, GatewayError

    subdirs = {url.rsplit("/", 2)[1] for url in wanted if url.rsplit("/", 2)[0] == channel}
    try:
        tables = await gateway.query(
            [channel],
            [Subdir(name) for name in sorted(subdirs)],
            sorted(names),
            recursive=False,
            channel_relations="disabled",
        )
    except (FetchRepoDataError, GatewayError):
        return {}
    return {r.url: r for table in tables for r in table if r.url in wanted}


async def _from_package(url: str, client: Client) -> RepoDataRecord:
    from rattler import PackageRecord, RepoDataRecord
    from rattler.package_streaming import fetch_raw_package_file_from_url

    try:
        raw = await fetch_raw_package_file_from_url(client, url, "info/index.json")
    except Exception as error:
        raise Unavailable(
            say("The package {url} cannot be fetched.", url=hide_credentials(url)),
            hint=say(
                "Look at the address and the network; a lock may name a package that is gone."
            ),
            code="package_unavailable",
            details={"error": hide_credentials(str(error))[:500]},
        ) from error
    with tempfile.TemporaryDirectory() as scratch:
        index = Path(scratch) / "index.json"
        index.write_text(json.dumps(json.loads(raw)))
        record = PackageRecord.from_index_json(index)
    channel, _, name = url.rsplit("/", 2)
    return RepoDataRecord(record, name, url, channel)


def _check(record: RepoDataRecord, url: str, digest: str) -> None:
    if not digest:
        return
    found = _HASH.fullmatch(digest)
    if found is None:
        raise InvalidValue(
            say("What stands after # in {url} is no hash.", url=hide_credentials(url)),
            hint=say(
                "It must be an MD5 (32 digits) or a SHA-256 (64 digits, with or without sha256:)."
            ),
            code="invalid_lock",
            field="lock",
        )
    kind = "sha256" if found["sha256"] else "md5"
    known = getattr(record, kind)
    if known is None:
        setattr(record, kind, bytes.fromhex(found[kind]))
    elif known.hex() != found[kind]:
        raise InvalidValue(
            say(
                "{url} is not the package that the lock was made with: its {kind} is another.",
                url=hide_credentials(url),
                kind=kind,
            ),
            hint=say("Make the lock anew, if the channel is to be trusted."),
            code="lock_mismatch",
            field="lock",
        )
