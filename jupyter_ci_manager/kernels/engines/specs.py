"""What a package spec may look like, checked before anything else sees it.

A spec reaches solvers and, with the conda engine, the argument list of a program, where
``--dry-run`` would be an option. So it is parsed here, by the grammar of conda's match specs
(https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html), and what is
not surely a spec is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ...errors import InvalidValue
from ...sentences import say
from .secrets import check_plain, hide_credentials, strip_credentials

_NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_BUILD = r"[A-Za-z0-9_.*+]+"
_BOUND = r"(?:(?:[<>]=?|==?|!=|~=)\s*)?(?:\*|[A-Za-z0-9][A-Za-z0-9_.+!*]*)"
_VERSION = rf"(?:\s*(?=[<>=!~])|\s+){_BOUND}(?:\s*[,|]\s*{_BOUND})*(?:(?:=|\s+){_BUILD})?"
_SPEC = re.compile(
    rf"(?:(?P<channel>[^\s:\[\];'\"]+(?::[^\s\[\];'\"]*?)?)::)?(?P<name>{_NAME})"
    rf"(?P<version>{_VERSION})?\s*(?P<brackets>\[[^\[\]]*\])?"
)
_BRACKET = re.compile(
    r"\s*(version|build|build_number|channel|subdir|md5|sha256)\s*=\s*"
    r"('[^'\"]*'|\"[^'\"]*\"|[^\s,'\"\]]+)\s*(?:,|$)"
)
_URL = re.compile(
    r"(?:https?|file)://[^\s;'\"<>|\\`$(){}]+\.(?:conda|tar\.bz2)(?:#[0-9a-fA-F:sha]+)?"
)
_PIP = re.compile(
    rf"{_NAME}\s*(?:\[\s*{_NAME}(?:\s*,\s*{_NAME})*\s*\])?\s*"
    r"(?:(?:~=|===?|!=|<=?|>=?)\s*[A-Za-z0-9_.*+!-]+"
    r"(?:\s*,\s*(?:~=|===?|!=|<=?|>=?)\s*[A-Za-z0-9_.*+!-]+)*)?"
    r"(?:\s*;\s*[A-Za-z0-9_.'\"\s<>=!()~-]+)?"
)
#: A platform at the end of a channel.
_SUBDIR = re.compile(r"/(?:noarch|(?:linux|osx|win|emscripten|wasi|freebsd|zos)-[a-z0-9]+)$")
#: Longest spec that is looked at; real ones are far shorter.
_MAX_LENGTH = 500


@dataclass(frozen=True)
class Spec:
    """A well-formed spec. ``url`` is set for a package named by its address."""

    text: str
    name: str
    channel: str | None = None
    url: str | None = None

    @property
    def has_version(self) -> bool:
        """Whether more than the name is asked for."""
        return self.text.partition("::")[2 if self.channel else 0] != self.name

    @property
    def place(self) -> str | None:
        """The channel without a platform behind it."""
        return None if self.channel is None else _SUBDIR.sub("", self.channel.rstrip("/"))


def _refuse(text: str, field: str, why: str) -> InvalidValue:
    return InvalidValue(
        say(
            "{text!r} is not a package that can be asked for: {why}.",
            text=hide_credentials(text)[:80],
            why=why,
        ),
        hint=say(
            "Write a name with an optional version, such as numpy, numpy=1.26 or 'pandas >=2,<3'."
        ),
        code="invalid_spec",
        field=field,
    )


def parse_spec(text: str, *, field: str = "packages") -> Spec:
    """Give the parts of one conda match spec.

    Parameters
    ----------
    text:
        What the user wrote.
    field:
        Name of the request's field that it stands in.

    Raises
    ------
    InvalidValue
        It is no spec; the message says why, ``field`` names where.
    """
    if not isinstance(text, str):
        raise _refuse(repr(text), field, say("it is no text"))
    spec = text.strip()
    if not spec or len(spec) > _MAX_LENGTH:
        raise _refuse(spec, field, say("it is empty") if not spec else say("it is too long"))
    if spec.startswith("-"):
        raise _refuse(spec, field, say("it begins with a dash, as an option does"))
    if any(ord(char) < 32 or ord(char) > 126 for char in spec):
        raise _refuse(spec, field, say("it holds characters that package names never hold"))
    if _URL.fullmatch(spec):
        parts = spec.partition("#")[0].rpartition("/")[2].rsplit("-", 2)
        if len(parts) != 3 or not re.fullmatch(_NAME, parts[0]):
            raise _refuse(spec, field, say("the address names no package"))
        return Spec(spec, parts[0].lower(), url=spec)
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise _refuse(spec, field, say("it holds characters that package specs never hold"))
    channel, inner = found["channel"], (found["brackets"] or "[]")[1:-1]
    position = 0
    while position < len(inner):
        entry = _BRACKET.match(inner, position)
        if entry is None:
            raise _refuse(spec, field, say("what stands in the brackets is not understood"))
        if entry[1] == "channel":
            channel = entry[2].strip("'\"")
        position = entry.end()
    return Spec(spec, found["name"].lower(), channel=channel)


def with_channel(spec: Spec, url: str) -> str:
    """Give a spec's text with another address for its channel; a platform behind it stays."""
    head, mark, rest = spec.text.partition("::")
    text = rest if mark else head
    outside, opening, inner = text.partition("[")
    if opening:
        kept = [
            entry[0].strip().rstrip(",").rstrip()
            for entry in _BRACKET.finditer(inner.removesuffix("]"))
            if entry[1] != "channel"
        ]
        text = f"{outside}[{', '.join(kept)}]" if kept else outside
    platform = _SUBDIR.search((spec.channel or "").rstrip("/"))
    return f"{url.rstrip('/')}{platform[0] if platform else ''}::{text}"


def parse_specs(
    texts: Iterable[str], allowed_urls: Iterable[str], *, field: str = "packages"
) -> list[Spec]:
    """Parse specs, and refuse addresses and channels that were not listed.

    Parameters
    ----------
    allowed_urls:
        Base URLs of the channels in force (and their names, for ``name::package``).

    Raises
    ------
    InvalidValue
        One is no spec, names a place that is not listed, or holds credentials: what is asked for
        is kept, and shown to others.
    """
    allowed = [strip_credentials(url).rstrip("/") for url in allowed_urls]
    specs = [parse_spec(text, field=f"{field}[{i}]") for i, text in enumerate(texts)]
    for index, spec in enumerate(specs):
        check_plain(spec.text, f"{field}[{index}]")
        if spec.url is not None:
            listed = ".." not in spec.url and any(spec.url.startswith(f"{u}/") for u in allowed)
        elif spec.place is not None:
            listed = any(url == spec.place or url.endswith(f"/{spec.place}") for url in allowed)
        else:
            listed = True
        if not listed:
            raise InvalidValue(
                say(
                    "{name!r} is asked for from a place that is not among the channels.",
                    name=spec.name,
                ),
                hint=say("Add that channel to the request's channels first."),
                code="channel_not_listed",
                field=f"{field}[{index}]",
            )
    return specs


def check_pip_requirement(text: str, *, field: str = "pip") -> str:
    """Give a pip requirement that is surely one: no option, no path, no address.

    Raises
    ------
    InvalidValue
        It is something else.
    """
    requirement = text.strip() if isinstance(text, str) else ""
    if len(requirement) > _MAX_LENGTH or not _PIP.fullmatch(requirement):
        raise _refuse(str(text), field, say("pip would not take it for a package of an index"))
    return requirement
