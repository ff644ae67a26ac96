"""Reading the user's conda configuration as conda reads it.

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
from .conda_config import DEFAULT_ALIAS, DEFAULT_CHANNELS, CondaConfig

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
    "override_channels_enabled",
}
_PATH_LISTS = {"pkgs_dirs", "envs_dirs"}
_OTHER_NAMES = {"envs_path": "envs_dirs", "verify_ssl": "ssl_verify", "channel": "channels"}
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)|%(\w+)%")
_MARK = re.compile(r"\s#\s*!\s*(final|top|bottom)\b")


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


@dataclass
class _Layer:
    """One file, or the environment: its values, and how they are marked.

    A key marked ``#!final`` is changed by nothing stronger; items of a list marked ``#!top`` or
    ``#!bottom`` come first or last, however strong the file is.
    """

    values: dict[str, Any]
    final: set[str] = field(default_factory=set)
    marks: dict[str, dict[str, str]] = field(default_factory=dict)

    def marked(self, key: str, mark: str) -> list[Any]:
        """Give the items of a list that carry a mark."""
        return [item for item, own in self.marks.get(key, {}).items() if own == mark]


def _load(path: Path) -> _Layer:
    import yaml

    try:
        text = path.read_text("utf-8")
    except PermissionError:
        return _Layer({})
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
        return _Layer({})
    if not isinstance(data, dict):
        raise _unreadable(path, "it is not a map of settings")
    values = {_plain(key): value for key, value in data.items()}
    final, marks = _marks(text)
    return _Layer(values, final, marks)


def _plain(key: object) -> str:
    return _OTHER_NAMES.get(str(key), str(key))


def _marks(text: str) -> tuple[set[str], dict[str, dict[str, str]]]:
    """Read the marks that stand as comments behind keys and behind items of lists."""
    import yaml

    lines = text.splitlines()

    def mark_at(node: Any) -> str:
        found = _MARK.search(lines[node.start_mark.line])
        return found[1] if found else ""

    final: set[str] = set()
    marks: dict[str, dict[str, str]] = {}
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in getattr(root, "value", []):
        name = _plain(key.value)
        if mark_at(key) == "final":
            final.add(name)
        if isinstance(value, yaml.SequenceNode) and not value.flow_style:
            marks[name] = {str(n.value): mark for n in value.value if (mark := mark_at(n))}
    return final, marks


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
    sources = _files(search_path(environ, root_prefix))
    layers = [_load(path) for path in sources]
    layers.append(_Layer(_from_environment(environ)))
    for layer in layers:
        layer.values = _expand(layer.values, environ)
    return _config(_merged(layers), environ, root_prefix, tuple(sources))


def _merged(layers: list[_Layer]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for key in dict.fromkeys(key for layer in layers for key in layer.values):
        heard = []
        for layer in layers:
            if layer.values.get(key) is not None:
                heard.append(layer)
                if key in layer.final:
                    break
        if not heard:
            continue
        if key in _LISTS:
            merged[key] = _joined(key, heard)
        elif key in _MAPS and all(isinstance(layer.values[key], dict) for layer in heard):
            merged[key] = {k: v for layer in heard for k, v in layer.values[key].items()}
        else:
            merged[key] = heard[-1].values[key]
    return merged


def _joined(key: str, layers: list[_Layer]) -> list[Any]:
    """Join a list over its layers, weakest first: the strongest one's items come first."""
    top = [item for layer in layers for item in layer.marked(key, "top")]
    bottom = [item for layer in reversed(layers) for item in layer.marked(key, "bottom")]
    values = [layer.values[key] for layer in reversed(layers)]
    items = [i for value in values for i in (value if isinstance(value, list) else [value])]
    return [*(i for i in _once([*top, *items]) if i not in bottom), *_once(bottom)]


def _once(items: list[Any]) -> list[Any]:
    # Not a set: items of channel_settings are maps.
    return [item for at, item in enumerate(items) if item not in items[:at]]


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

    def folders(key: str) -> tuple[Path, ...]:
        """Give the configured folders."""
        given = (str(path) for path in merged.get(key, []))
        return tuple(
            Path(path.replace("~", str(home), 1) if path.startswith("~") else path)
            for path in given
        )

    def usual(name: str) -> tuple[Path, ...]:
        """Give conda's own folders, those in its base first where they can be written."""
        own = home / ".conda" / name
        if root_prefix is None:
            return (own,)
        places = (root_prefix / name, own)
        return places if os.access(root_prefix, os.W_OK) else places[::-1]

    priority = str(_flag(merged.get("channel_priority", "flexible"))).lower()
    allow = merged.get("allowlist_channels") or merged.get("whitelist_channels")
    verify = _flag(merged.get("ssl_verify", True))
    known = {"channels", "channel_alias", "default_channels", "pkgs_dirs", "envs_dirs", *_MAPS}
    return CondaConfig(
        channels=_texts(merged.get("channels")),
        channel_alias=str(merged.get("channel_alias") or DEFAULT_ALIAS),
        channel_priority={"true": "flexible", "false": "disabled"}.get(priority, priority),
        default_channels=_texts(merged.get("default_channels")) or tuple(DEFAULT_CHANNELS),
        custom_channels={k: str(v) for k, v in merged.get("custom_channels", {}).items()},
        custom_multichannels={
            k: _texts(v) for k, v in merged.get("custom_multichannels", {}).items()
        },
        mirrored_channels={k: _texts(v) for k, v in merged.get("mirrored_channels", {}).items()},
        allowlist_channels=_texts(allow),
        denylist_channels=_texts(merged.get("denylist_channels")),
        pkgs_dirs=folders("pkgs_dirs") or usual("pkgs"),
        configured_pkgs_dirs=folders("pkgs_dirs"),
        envs_dirs=tuple(dict.fromkeys([*folders("envs_dirs"), *usual("envs")])),
        proxy_servers={k: str(v) for k, v in merged.get("proxy_servers", {}).items() if v},
        ssl_verify=verify if isinstance(verify, (bool, str)) else True,
        offline=_flag(merged.get("offline", False)) is True,
        pinned_packages=_texts(merged.get("pinned_packages")),
        create_default_packages=_texts(merged.get("create_default_packages")),
        override_channels_enabled=_flag(merged.get("override_channels_enabled", True)) is not False,
        add_pip_as_python_dependency=_flag(merged.get("add_pip_as_python_dependency", True))
        is not False,
        root_prefix=root_prefix,
        sources=sources,
        other={k: _flag(v) for k, v in merged.items() if k not in known},
    )
