"""Where a new environment's packages come from: an ``environment.yml`` or a lock file.

Both are files that somebody else wrote. They are read within limits, and nothing in them is
looked up, included or run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidValue
from ..sentences import say
from . import plain_yaml
from .engines.secrets import check_plain, hide_credentials
from .engines.specs import check_pip_requirement

_SIZE_LIMIT = 2_000_000
_ENTRY_LIMIT = 5000
_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a file asks for: specs to solve, or packages given exactly by their addresses."""

    specs: tuple[str, ...] = ()
    explicit: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    name: str | None = None


def read_environment_yml(text: str) -> Source:
    """Read conda's ``environment.yml``: channels, dependencies, a pip section, variables.

    Source of the format: conda's documentation on managing environments.

    Raises
    ------
    InvalidValue
        It is not such a file, or goes beyond the limits; ``field`` is ``environment_yml``.
    """
    where = "environment_yml"
    data = _load_yaml(text, where)
    if not isinstance(data, dict) or "dependencies" not in data:
        raise _wrong(where, say("An environment file must have a list of dependencies."))
    specs: list[str] = []
    pip: list[str] = []
    for entry in _list(data["dependencies"], where, "dependencies"):
        if isinstance(entry, dict) and set(entry) == {"pip"}:
            for requirement in _list(entry["pip"], where, "pip"):
                pip.append(check_pip_requirement(_text(requirement, where), field=where))
        else:
            specs.append(_text(entry, where))
    channels = [_text(c, where) for c in _list(data.get("channels") or [], where, "channels")]
    raw_variables = data.get("variables") or {}
    if not isinstance(raw_variables, dict):
        raise _wrong(where, say("Its variables must be names with values."))
    variables = {str(key): str(value) for key, value in raw_variables.items()}
    for key in variables:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", key):
            raise _wrong(where, say("{key!r} cannot be the name of a variable.", key=key[:40]))
    name = data.get("name")
    return Source(
        specs=tuple(specs),
        pip=tuple(pip),
        # "nodefaults" is a word to conda, not a channel.
        channels=tuple(channel for channel in channels if channel != "nodefaults"),
        variables=variables,
        name=name if isinstance(name, str) else None,
    )


def read_lock(text: str, platform: str) -> Source:
    """Read an explicit list of addresses (``@EXPLICIT``) or conda-lock's YAML.

    Parameters
    ----------
    text:
        The file.
    platform:
        conda subdir such as ``linux-64`` that the packages must be for.

    Raises
    ------
    InvalidValue
        It is neither, holds nothing for this platform, or goes beyond the limits; ``field`` is
        ``lock``.
    """
    if len(text) > _SIZE_LIMIT:
        raise _wrong("lock", say("The file is too large to be a lock file."))
    lines = [line.strip() for line in text.splitlines()]
    if "@EXPLICIT" in lines:
        return _explicit([line for line in lines if line and line[0] not in "#@"], platform)
    return _conda_lock(_load_yaml(text, "lock"), platform)


def _explicit(urls: list[str], platform: str) -> Source:
    if not urls or len(urls) > _ENTRY_LIMIT:
        raise _wrong("lock", say("An explicit list names at least one package."))
    for url in urls:
        if not re.match(r"(?:https?|file)://", url):
            shown = hide_credentials(url)[:60]
            raise _wrong("lock", say("{url!r} is not the address of a package.", url=shown))
        check_plain(url, "lock")
        subdir = url.partition("#")[0].rsplit("/", 2)[-2]
        if subdir not in (platform, "noarch"):
            raise _wrong(
                "lock",
                say(
                    "It is for {subdir}, and this machine is {platform}.",
                    subdir=subdir[:20],
                    platform=platform,
                ),
            )
    return Source(explicit=tuple(urls))


def _conda_lock(data: Any, platform: str) -> Source:
    packages = data.get("package") if isinstance(data, dict) else None
    if not isinstance(packages, list):
        raise _wrong("lock", say("This is neither an explicit list nor a file of conda-lock."))
    urls: list[str] = []
    pip: list[str] = []
    for entry in packages:
        if not isinstance(entry, dict):
            raise _wrong("lock", say("One of its packages is not described as conda-lock does."))
        if entry.get("platform") != platform or entry.get("category", "main") != "main":
            continue
        if entry.get("manager") == "pip":
            requirement = f"{entry.get('name')}=={entry.get('version')}"
            pip.append(check_pip_requirement(requirement, field="lock"))
            continue
        url = _text(entry.get("url"), "lock")
        check_plain(url, "lock")
        hashes = entry.get("hash")
        hashes = hashes if isinstance(hashes, dict) else {}
        sha256, md5 = str(hashes.get("sha256", "")), str(hashes.get("md5", ""))
        if _HASH.fullmatch(sha256):
            url += f"#sha256:{sha256}"
        elif _HASH.fullmatch(md5):
            url += f"#{md5}"
        urls.append(url)
    if not urls:
        raise _wrong("lock", say("It holds no packages for {platform}.", platform=platform))
    return Source(explicit=tuple(urls), pip=tuple(pip))


def _load_yaml(text: str, where: str) -> Any:
    try:
        return plain_yaml.load(text)
    except plain_yaml.NotPlain as error:
        raise _wrong(where, error.words) from error


def _list(value: Any, where: str, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, say("Its {what} must be a list.", what=what))
    if len(value) > _ENTRY_LIMIT:
        raise _wrong(where, say("Its {what} are too many.", what=what))
    return value


def _text(value: Any, where: str) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(where, say("One of its entries is not a text."))
    return value.strip()


def _wrong(where: str, message: str) -> InvalidValue:
    return InvalidValue(
        message,
        hint=say("Export one with `conda env export` or `conda list --explicit` and compare."),
        code="invalid_file",
        field=where,
    )
