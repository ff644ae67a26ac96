"""Searching channels for packages by name: what a pattern may be, and which match is best."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...errors import InvalidValue
from ...sentences import say
from ..models import PackageMatch

_PATTERN = re.compile(r"[A-Za-z0-9_.*?][A-Za-z0-9_.*?-]{0,99}")
#: Versions that one match tells at most, newest first.
VERSIONS = 60


class NamePattern:
    """What a package's name must be like: a part of it, or the whole with ``*`` and ``?``.

    Raises
    ------
    InvalidValue
        It holds what no package's name holds, or no letter and no digit; ``field`` is ``name``.
    """

    def __init__(self, text: str) -> None:
        plain = text.strip().lower()
        if not _PATTERN.fullmatch(plain) or not re.search(r"[a-z0-9]", plain):
            raise InvalidValue(
                say("{text!r} cannot be looked for among the names of packages.", text=text[:80]),
                hint=say("Write a part of a name, or a pattern such as numpy* or *-gpu."),
                code="invalid_pattern",
                field="name",
            )
        self.text = plain
        self.has_wildcards = "*" in plain or "?" in plain
        signs = {"*": ".*", "?": "."}
        self._whole = re.compile("".join(signs.get(c) or re.escape(c) for c in plain))

    @property
    def core(self) -> str:
        """The longest run of the pattern's plain characters: what a match surely holds."""
        return max(re.split(r"[*?]+", self.text), key=len)

    def best(self, names: Iterable[str]) -> list[str]:
        """Give the names that match, best first: the name itself, then what begins so."""
        if self.has_wildcards:
            found = [name for name in names if self._whole.fullmatch(name)]
        else:
            found = [name for name in names if self.text in name]
        return sorted(set(found), key=self._rank)

    def _rank(self, name: str) -> tuple[bool, bool, int, str]:
        core = self.core
        return name != core, not name.startswith(core), len(name), name


def match_of(
    name: str, found: list[tuple[str, str, int | None]], summary: str = ""
) -> PackageMatch:
    """Give a match from a package's builds, newest first: version, channel, size in bytes."""
    version, channel, size = found[0]
    versions = list(dict.fromkeys(entry[0] for entry in found))[:VERSIONS]
    return PackageMatch(
        name=name,
        version=version,
        versions=versions,
        channel=channel,
        size_bytes=size,
        summary=summary,
    )
