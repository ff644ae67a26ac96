"""The files of conda's configuration: where they lie, what one of them says, how it is marked.

See https://docs.conda.io/projects/conda/en/stable/user-guide/configuration/; the places are
those of ``conda.base.constants.SEARCH_PATH``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...errors import InvalidValue
from ...sentences import say
from .. import plain_yaml

LISTS = {
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
MAPS = {"custom_channels", "custom_multichannels", "mirrored_channels", "proxy_servers"}
SCALARS = {
    "channel_alias",
    "channel_priority",
    "ssl_verify",
    "client_ssl_cert",
    "client_ssl_cert_key",
    "offline",
    "use_only_tar_bz2",
    "restore_free_channel",
    "add_anaconda_token",
    "add_pip_as_python_dependency",
    "always_copy",
    "subdir",
    "safety_checks",
    "override_channels_enabled",
}
_MAPS_OF_LISTS = {"custom_multichannels", "mirrored_channels"}
_OTHER_NAMES = {
    "envs_path": "envs_dirs",
    "verify_ssl": "ssl_verify",
    "channel": "channels",
    "add_binstar_token": "add_anaconda_token",
}
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


def files(places: list[Path]) -> list[Path]:
    """Give the files that are there; a folder stands for those in it, by name."""
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
class Layer:
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


def plain(key: object) -> str:
    """Give the name of a setting that conda knows by several."""
    return _OTHER_NAMES.get(str(key), str(key))


def load(path: Path) -> Layer:
    """Read one file; one that may not be read says nothing.

    Raises
    ------
    InvalidValue
        It is not plain YAML, or a setting is of another kind than conda's; the message names both.
    """
    try:
        text = path.read_text("utf-8")
        data = plain_yaml.load(text)
    except PermissionError:
        return Layer({})
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, str(error)) from error
    except plain_yaml.NotPlain as error:
        why = str(error).rstrip(".")
        raise _unusable(path, why[:1].lower() + why[1:]) from error
    if data is None:
        return Layer({})
    if not isinstance(data, dict):
        raise _unusable(path, say("it is not a map of settings"))
    values = {plain(key): value for key, value in data.items()}
    for key, value in values.items():
        wanted = _misfit(key, value)
        if wanted:
            raise _unusable(path, say("{key} must be {wanted}", key=key, wanted=wanted))
    final, marks = _marks(text)
    return Layer(values, final, marks)


def _misfit(key: str, value: Any) -> str:
    """Say what a setting must be, where it is something else; nothing is always right."""
    if value is None:
        return ""
    if key in _MAPS_OF_LISTS:
        fits = isinstance(value, dict) and all(_is_list(item) for item in value.values())
        return "" if fits else say("names with lists of channels")
    if key in MAPS:
        fits = isinstance(value, dict) and all(_is_scalar(item) for item in value.values())
        return "" if fits else say("names with a text each")
    if key in SCALARS:
        return "" if _is_scalar(value) else say("a single value")
    if key in LISTS and key != "channel_settings":
        return "" if _is_list(value) else say("a list of texts")
    return ""


def _is_list(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(item is not None and _is_scalar(item) for item in items)


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, (dict, list))


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
        name = plain(key.value)
        if mark_at(key) == "final":
            final.add(name)
        if isinstance(value, yaml.SequenceNode) and not value.flow_style:
            marks[name] = {str(n.value): mark for n in value.value if (mark := mark_at(n))}
    return final, marks


def _unusable(path: Path, why: str) -> InvalidValue:
    return InvalidValue(
        say("The conda configuration file {path} cannot be used: {why}.", path=path, why=why),
        hint=say("Correct the file, or move it away."),
        code="invalid_condarc",
    )
