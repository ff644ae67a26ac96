"""The user's conda configuration: what conda would use, and what a channel's name stands for.

:mod:`.condarc` reads it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InvalidValue
from ...sentences import say
from .secrets import hide_credentials

DEFAULT_ALIAS = "https://conda.anaconda.org"
DEFAULT_CHANNELS = [
    "https://repo.anaconda.com/pkgs/main",
    "https://repo.anaconda.com/pkgs/r",
]


@dataclass(frozen=True, kw_only=True)
class CondaConfig:
    """What conda would use. ``sources`` are the files it was read from, weakest first.

    ``ssl_verify`` is ``True``, ``False``, ``"truststore"`` or the path of a certificate bundle.
    ``other`` holds keys that an engine may have to say that it cannot honour.
    """

    channels: tuple[str, ...] = ()
    channel_alias: str = DEFAULT_ALIAS
    channel_priority: str = "flexible"
    default_channels: tuple[str, ...] = tuple(DEFAULT_CHANNELS)
    custom_channels: Mapping[str, str] = field(default_factory=dict)
    custom_multichannels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mirrored_channels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allowlist_channels: tuple[str, ...] = ()
    denylist_channels: tuple[str, ...] = ()
    pkgs_dirs: tuple[Path, ...] = ()
    envs_dirs: tuple[Path, ...] = ()
    configured_pkgs_dirs: tuple[Path, ...] = ()
    proxy_servers: Mapping[str, str] = field(default_factory=dict)
    ssl_verify: bool | str = True
    offline: bool = False
    pinned_packages: tuple[str, ...] = ()
    create_default_packages: tuple[str, ...] = ()
    override_channels_enabled: bool = True
    add_pip_as_python_dependency: bool = True
    root_prefix: Path | None = None
    sources: tuple[Path, ...] = ()
    other: Mapping[str, Any] = field(default_factory=dict)

    def resolve(self, channel: str) -> list[str]:
        """Give the base URLs that a channel's name or URL stands for, most important first.

        Raises
        ------
        InvalidValue
            It can be no channel, or the configuration does not allow it.
        """
        urls = list(dict.fromkeys(self._urls(channel.strip(), depth=0)))
        for url in urls:
            self._check_allowed(channel, url)
        return urls

    def resolve_all(self, channels: Sequence[str] = ()) -> list[str]:
        """Give the base URLs of ``channels``, or of the configured ones when there are none."""
        names = self.names_in_force(channels)
        return list(dict.fromkeys(url for name in names for url in self.resolve(name)))

    def names_in_force(self, channels: Sequence[str] = ()) -> tuple[str, ...]:
        """Give the channels to use as they are called: ``channels``, or the configured ones.

        Where nobody has configured any it is conda-forge: conda's own default asks companies for
        a licence. Where the configuration forbids to override its channels, they are added.
        """
        configured = self.channels or ("conda-forge",)
        if not channels:
            return configured
        if self.override_channels_enabled:
            return tuple(channels)
        return tuple(dict.fromkeys([*channels, *configured]))

    def mirrors(self) -> dict[str, list[str]]:
        """Give the mirrors of each channel by the channel's own URL."""
        return {
            self.resolve(name)[0]: [url.rstrip("/") for url in urls]
            for name, urls in self.mirrored_channels.items()
            if urls
        }

    def _urls(self, channel: str, depth: int) -> list[str]:
        if not channel or len(channel) > 2000 or channel.startswith("-") or depth > 5:
            raise _no_channel(channel)
        if any(ord(c) <= 32 or c in "\"'<>\\|`;$" for c in channel):
            raise _no_channel(channel)
        if "://" in channel:
            if not re.match(r"(https?|file|s3|gcs|oci)://", channel):
                raise _no_channel(channel)
            return [_without_subdir(channel)]
        if channel.startswith(("/", "./", "../", "~")):
            return [Path(channel).expanduser().absolute().as_uri()]
        if channel in self.custom_multichannels:
            parts = self.custom_multichannels[channel]
            return [url for part in parts for url in self._urls(part, depth + 1)]
        if channel == "defaults":
            return [url for part in self.default_channels for url in self._urls(part, depth + 1)]
        name = channel
        while name:
            if name in self.custom_channels:
                return [f"{self.custom_channels[name].rstrip('/')}/{channel}"]
            name = name.rpartition("/")[0]
        if ".." in channel.split("/"):
            raise _no_channel(channel)
        return [f"{self.channel_alias.rstrip('/')}/{channel.strip('/')}"]

    def _check_allowed(self, channel: str, url: str) -> None:
        def urls_of(names: tuple[str, ...]) -> set[str]:
            return {u.rstrip("/") for name in names for u in self._urls(name, 0)}

        plain = url.rstrip("/")
        denied = plain in urls_of(self.denylist_channels)
        if denied or (self.allowlist_channels and plain not in urls_of(self.allowlist_channels)):
            raise InvalidValue(
                say(
                    "The conda configuration of this machine does not allow the channel "
                    "{channel!r}.",
                    channel=hide_credentials(channel),
                ),
                hint=say("Use an allowed channel, or ask whoever keeps the configuration."),
                code="channel_not_allowed",
                field="channels",
            )


def _no_channel(channel: str) -> InvalidValue:
    return InvalidValue(
        say(
            "{channel!r} is no channel: it must be a name, an http(s) or file "
            "address, or a folder.",
            channel=hide_credentials(channel)[:100],
        ),
        hint=say("Write for example conda-forge, or the address of a channel."),
        code="invalid_channel",
        field="channels",
    )


def _without_subdir(url: str) -> str:
    return re.sub(r"/(noarch|(?:linux|osx|win)-[a-z0-9]+)$", "", url.rstrip("/"))
