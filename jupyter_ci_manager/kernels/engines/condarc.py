"""Reading the user's conda configuration as conda reads it.

Later files win over earlier ones, ``CONDA_*`` variables win over files; lists are joined with the
winner's items first, maps are joined key by key. See
https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/; :mod:`.condarc_files`
finds the files and reads each.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .conda_config import DEFAULT_ALIAS, DEFAULT_CHANNELS, CondaConfig
from .condarc_files import LISTS, MAPS, SCALARS, Layer, files, load, plain, search_path

_PATH_LISTS = {"pkgs_dirs", "envs_dirs"}
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)|%(\w+)%")


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in environ.items():
        if not name.startswith("CONDA_") or not raw:
            continue
        key = plain(name[6:].lower())
        if key in _PATH_LISTS:
            found[key] = [part for part in raw.split(os.pathsep) if part]
        elif key in LISTS and key != "channel_settings":
            found[key] = [part.strip() for part in re.split(r"[,&]", raw) if part.strip()]
        elif key in SCALARS:
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
        A file cannot be used; the message names it and says why.
    """
    environ = os.environ if environ is None else environ
    sources = files(search_path(environ, root_prefix))
    layers = [load(path) for path in sources]
    layers.append(Layer(_from_environment(environ)))
    for layer in layers:
        layer.values = _expand(layer.values, environ)
    return _config(_merged(layers), environ, root_prefix, tuple(sources))


def _merged(layers: list[Layer]) -> dict[str, Any]:
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
        if key in LISTS:
            merged[key] = _joined(key, heard)
        elif key in MAPS:
            merged[key] = {k: v for layer in heard for k, v in layer.values[key].items()}
        else:
            merged[key] = heard[-1].values[key]
    return merged


def _joined(key: str, layers: list[Layer]) -> list[Any]:
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
    known = {"channels", "channel_alias", "default_channels", "pkgs_dirs", "envs_dirs", *MAPS}
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
