"""The user's conda configuration, read as conda reads it.

Files come from conda's search path (``conda.base.constants.SEARCH_PATH``), later ones win over
earlier ones, ``CONDA_*`` variables win over files; lists are joined with the winner's items
first, maps are joined key by key. See
https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InvalidValue
from .secrets import hide_credentials

_LISTS = {
    "channels",
    "default_channels",
    "pkgs_dirs",
    "envs_dirs",
    "pinned_packages",
    "create_default_packages",
    "allowlist_channels",
    "whitelist_channels",
    "denylist_channels",
    "disallowed_packages",
    "track_features",
    "repodata_fns",
    "migrated_channel_aliases",
    "channel_settings",
}
_MAPS = {"custom_channels", "custom_multichannels", "mirrored_channels", "proxy_servers"}
_SCALARS = {
    "channel_alias",
    "channel_priority",
    "ssl_verify",
    "client_ssl_cert",
    "client_ssl_cert_key",
    "offline",
    "use_only_tar_bz2",
    "restore_free_channel",
    "add_pip_as_python_dependency",
    "always_copy",
    "subdir",
    "safety_checks",
}
_PATH_LISTS = {"pkgs_dirs", "envs_dirs"}
_OTHER_NAMES = {"envs_path": "envs_dirs", "verify_ssl": "ssl_verify", "channel": "channels"}
_DEFAULT_ALIAS = "https://conda.anaconda.org"
_DEFAULT_CHANNELS = [
    "https://repo.anaconda.com/pkgs/main",
    "https://repo.anaconda.com/pkgs/r",
]
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)|%(\w+)%")


@dataclass(frozen=True, kw_only=True)
class CondaConfig:
    """What conda would use. ``sources`` are the files it was read from, weakest first.

    ``ssl_verify`` is ``True``, ``False``, ``"truststore"`` or the path of a certificate bundle.
    ``other`` holds keys that an engine may have to say that it cannot honour.
    """

    channels: tuple[str, ...] = ()
    channel_alias: str = _DEFAULT_ALIAS
    channel_priority: str = "flexible"
    default_channels: tuple[str, ...] = tuple(_DEFAULT_CHANNELS)
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

    def resolve_all(self, channels: tuple[str, ...] | list[str] = ()) -> list[str]:
        """Give the base URLs of ``channels``, or of the configured ones when there are none."""
        names = list(channels) or list(self.channels) or ["conda-forge"]
        return list(dict.fromkeys(url for name in names for url in self.resolve(name)))

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
                f"The conda configuration of this machine does not allow the channel "
                f"{hide_credentials(channel)!r}.",
                hint="Use an allowed channel, or ask whoever keeps the configuration.",
                code="channel_not_allowed",
                field="channels",
            )


def _no_channel(channel: str) -> InvalidValue:
    return InvalidValue(
        f"{hide_credentials(channel)[:100]!r} is no channel: it must be a name, an http(s) or file "
        "address, or a folder.",
        hint="Write for example conda-forge, or the address of a channel.",
        code="invalid_channel",
        field="channels",
    )


def _without_subdir(url: str) -> str:
    return re.sub(r"/(noarch|(?:linux|osx|win)-[a-z0-9]+)$", "", url.rstrip("/"))


def search_path(environ: Mapping[str, str], root_prefix: Path | None) -> list[Path]:
    """Give the places of conda's configuration, weakest first, whether they exist or not."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path.home())
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    if sys.platform == "win32":
        bases = [Path("C:/ProgramData/conda")]
    else:
        bases = [Path("/etc/conda"), Path("/var/lib/conda")]
    if root_prefix is not None:
        bases.append(root_prefix)
    bases += [config / "conda", home / ".config" / "conda", home / ".conda"]
    places: list[Path] = []
    for base in dict.fromkeys(bases):
        places += [base / ".condarc", base / "condarc", base / "condarc.d"]
    places.append(home / ".condarc")
    if environ.get("CONDA_PREFIX"):
        active = Path(environ["CONDA_PREFIX"])
        places += [active / ".condarc", active / "condarc", active / "condarc.d"]
    if environ.get("CONDARC"):
        places.append(Path(environ["CONDARC"]).expanduser())
    return list(dict.fromkeys(places))


def _files(places: list[Path]) -> list[Path]:
    found: list[Path] = []
    for place in places:
        try:
            if place.is_dir():
                found += sorted(p for p in place.iterdir() if p.suffix in (".yml", ".yaml"))
            elif place.is_file():
                found.append(place)
        except OSError:
            continue
    return found


def _load(path: Path) -> tuple[dict[str, Any], set[str]]:
    """Read one file: its keys, and those marked ``#!final``."""
    import yaml

    try:
        text = path.read_text("utf-8")
    except PermissionError:
        return {}, set()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, str(error)) from error
    try:
        if re.search(r"^\s*[^#\s].*:\s*&|^\s*-\s*&", text, re.MULTILINE):
            # Anchors are what "billion laughs" are made of; conda's files have no use for them.
            raise _unreadable(path, "anchors are not supported")
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _unreadable(path, str(error).splitlines()[0]) from error
    if data is None:
        return {}, set()
    if not isinstance(data, dict):
        raise _unreadable(path, "it is not a map of settings")
    final = set(re.findall(r"^(\w+):.*#!\s*final", text, re.MULTILINE))
    return {_OTHER_NAMES.get(str(key), str(key)): value for key, value in data.items()}, final


def _unreadable(path: Path, why: str) -> InvalidValue:
    return InvalidValue(
        f"The conda configuration file {path} cannot be used: {why}.",
        hint="Correct the file, or move it away.",
        code="invalid_condarc",
    )


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in environ.items():
        if not name.startswith("CONDA_") or not raw:
            continue
        key = name[6:].lower()
        key = _OTHER_NAMES.get(key, key)
        if key in _PATH_LISTS:
            found[key] = [part for part in raw.split(os.pathsep) if part]
        elif key in _LISTS and key != "channel_settings":
            found[key] = [part.strip() for part in re.split(r"[,&]", raw) if part.strip()]
        elif key in _SCALARS:
            found[key] = raw
    return found


def _expand(value: Any, environ: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _VARIABLE.sub(
            lambda m: environ.get(next(g for g in m.groups() if g), m.group(0)), value
        )
    if isinstance(value, list):
        return [_expand(item, environ) for item in value]
    if isinstance(value, dict):
        return {str(key): _expand(item, environ) for key, item in value.items()}
    return value


def _flag(value: Any) -> Any:
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False}
    return words.get(value.strip().lower(), value) if isinstance(value, str) else value


def read_condarc(
    environ: Mapping[str, str] | None = None, root_prefix: Path | None = None
) -> CondaConfig:
    """Read the configuration of the user whose environment variables these are.

    Parameters
    ----------
    environ:
        Environment variables; this process's own when left out.
    root_prefix:
        conda's base environment, if there is one: its files and folders count too.

    Raises
    ------
    InvalidValue
        A file is not valid YAML; the message names it.
    """
    environ = os.environ if environ is None else environ
    merged: dict[str, Any] = {}
    final: set[str] = set()
    sources = _files(search_path(environ, root_prefix))
    layers = []
    for path in sources:
        data, marked = _load(path)
        layers.append((data, marked))
    layers.append((_from_environment(environ), set()))
    for data, marked in layers:
        for key, value in _expand(data, environ).items():
            if key in final or value is None:
                continue
            if key in _LISTS:
                items = value if isinstance(value, list) else [value]
                merged[key] = _joined(items, merged.get(key, []))
            elif key in _MAPS and isinstance(value, dict):
                merged[key] = {**merged.get(key, {}), **value}
            else:
                merged[key] = value
        final |= marked
    return _config(merged, environ, root_prefix, tuple(sources))


def _joined(stronger: list[Any], weaker: list[Any]) -> list[Any]:
    return stronger + [item for item in weaker if item not in stronger]


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(
        str(item) for item in (value if isinstance(value, list) else [value] if value else [])
    )


def _config(
    merged: dict[str, Any],
    environ: Mapping[str, str],
    root_prefix: Path | None,
    sources: tuple[Path, ...],
) -> CondaConfig:
    home = Path(environ.get("HOME") or Path.home())

    def folders(key: str, name: str) -> tuple[Path, ...]:
        given = [Path(str(p).replace("~", str(home), 1) if str(p).startswith("~") else p)
                 for p in merged.get(key, [])]  # fmt: skip
        defaults = [home / ".conda" / name]
        if root_prefix is not None:
            at = 0 if os.access(root_prefix, os.W_OK) else 1
            defaults.insert(at, root_prefix / name)
        return tuple(dict.fromkeys([*given, *defaults]))

    priority = str(_flag(merged.get("channel_priority", "flexible"))).lower()
    allow = merged.get("allowlist_channels") or merged.get("whitelist_channels")
    verify = _flag(merged.get("ssl_verify", True))
    known = {"channels", "channel_alias", "default_channels", "pkgs_dirs", "envs_dirs", *_MAPS}
    return CondaConfig(
        channels=_texts(merged.get("channels")),
        channel_alias=str(merged.get("channel_alias") or _DEFAULT_ALIAS),
        channel_priority={"true": "flexible", "false": "disabled"}.get(priority, priority),
        default_channels=_texts(merged.get("default_channels")) or tuple(_DEFAULT_CHANNELS),
        custom_channels={k: str(v) for k, v in merged.get("custom_channels", {}).items()},
        custom_multichannels={
            k: _texts(v) for k, v in merged.get("custom_multichannels", {}).items()
        },
        mirrored_channels={k: _texts(v) for k, v in merged.get("mirrored_channels", {}).items()},
        allowlist_channels=_texts(allow),
        denylist_channels=_texts(merged.get("denylist_channels")),
        pkgs_dirs=folders("pkgs_dirs", "pkgs"),
        configured_pkgs_dirs=folders("pkgs_dirs", "pkgs")[: len(set(merged.get("pkgs_dirs", [])))],
        envs_dirs=folders("envs_dirs", "envs"),
        proxy_servers={k: str(v) for k, v in merged.get("proxy_servers", {}).items() if v},
        ssl_verify=verify if isinstance(verify, (bool, str)) else True,
        offline=_flag(merged.get("offline", False)) is True,
        pinned_packages=_texts(merged.get("pinned_packages")),
        create_default_packages=_texts(merged.get("create_default_packages")),
        add_pip_as_python_dependency=_flag(merged.get("add_pip_as_python_dependency", True))
        is not False,
        root_prefix=root_prefix,
        sources=sources,
        other={k: _flag(v) for k, v in merged.items() if k not in known},
    )
