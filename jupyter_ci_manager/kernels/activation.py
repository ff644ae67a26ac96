"""What activating an environment changes, and how a kernel gets it without a conda call.

The rules are those of ``conda/activate.py``: PATH, a handful of ``CONDA_`` variables, the
variables of ``conda-meta/state`` and ``etc/conda/env_vars.d``, then the scripts in
``etc/conda/activate.d``. Variables alone stand in the kernel spec's ``env``, which the Jupyter
server expands. Where there are scripts (or variables to take away), the kernel starts through a
small wrapper that undoes what another environment has set, sources the scripts and becomes the
kernel: one process, no conda, a few milliseconds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

#: conda's mark for a variable that activation takes away.
_UNSET = "***unset***"
_PATH = "${PATH}"
_WRAPPER_NAME = "activated"
#: Arguments: settings (``NAME=value``) and names to unset (``-NAME``), ``--``, the command.
#: Braces with a plain name in them would be replaced by the Jupyter server: there are none.
_WRAPPER = """\
new=$1; shift
old=$CONDA_PREFIX
if [ -n "$old" ] && [ "$old" != "$new" ]; then
  for s in $(ls -r "$old"/etc/conda/deactivate.d/*.sh 2>/dev/null); do . "$s"; done
  PATH=:$PATH:; PATH=${PATH//:"$old"\\/bin:/:}; PATH=${PATH#:}; PATH=${PATH%:}
fi
unset ${!CONDA_PREFIX_@} ${!CONDA_STACKED_@} ${!CONDA_BACKUP_@}
while [ "$1" != -- ]; do
  case $1 in -*) unset "${1#-}";; *) export "$1";; esac; shift
done; shift
export PATH=$new/bin:$PATH
for s in "$new"/etc/conda/activate.d/*.sh; do [ -r "$s" ] && . "$s"; done
exec "$@"
"""


@dataclass(frozen=True, kw_only=True)
class Activation:
    """What activating an environment changes.

    ``env`` are plain values, ``PATH`` excepted: it holds ``${PATH}`` where the present one goes.
    ``key`` changes whenever the delta might have changed; keep it with what was made from it.
    """

    prefix: Path
    env: dict[str, str] = field(default_factory=dict)
    unset: list[str] = field(default_factory=list)
    has_scripts: bool = False
    key: str = ""

    @property
    def needs_wrapper(self) -> bool:
        """Whether variables alone do not give what activation gives."""
        return self.has_scripts or bool(self.unset)


def activation_delta(
    prefix: Path, *, name: str | None = None, conda: Path | None = None
) -> Activation:
    """Compute what activating ``prefix`` changes, without a shell and without conda.

    Parameters
    ----------
    name:
        The environment's name where it is known by one; its prefix otherwise, as conda does.
    conda:
        The conda executable, for the variables by which ``%conda`` and scripts find it.
    """
    prefix = prefix.absolute()
    shown = name or str(prefix)
    env = {
        "CONDA_PREFIX": str(prefix),
        "CONDA_DEFAULT_ENV": shown,
        "CONDA_SHLVL": "1",
        "CONDA_PROMPT_MODIFIER": f"({shown}) ",
    }
    if conda is not None:
        env["CONDA_EXE"] = str(conda)
        python = conda.parent.parent / "bin" / "python"
        if python.exists():
            env["CONDA_PYTHON_EXE"] = str(python)
    env["PATH"] = os.pathsep.join([*map(str, _path_entries(prefix)), _PATH])
    unset: list[str] = []
    for variable, value in _own_variables(prefix).items():
        if value == _UNSET:
            unset.append(variable)
        elif variable != "PATH":
            env[variable] = value
    return Activation(
        prefix=prefix,
        env=env,
        unset=sorted(unset),
        has_scripts=bool(_scripts(prefix)) and sys.platform != "win32",
        key=activation_key(prefix),
    )


def activation_key(prefix: Path) -> str:
    """Give a text that changes when what activation does might have changed (a few stats)."""
    parts = []
    folder = prefix / "etc" / "conda"
    for place in (folder / "activate.d", folder / "env_vars.d"):
        try:
            entries = sorted(place.iterdir())
        except OSError:
            continue
        parts += [f"{e.name}:{e.stat().st_mtime_ns}" for e in entries if e.is_file()]
    with suppress(OSError):
        parts.append(f"state:{(prefix / 'conda-meta' / 'state').stat().st_mtime_ns}")
    return ",".join(parts)


def kernel_command(argv: Sequence[str], activation: Activation) -> tuple[list[str], dict[str, str]]:
    """Give ``argv`` and ``env`` for a kernel spec whose kernel shall start activated.

    A program in ``argv[0]`` without a folder is looked for in the environment. Every ``$`` in
    the values is doubled, for the Jupyter server expands variables there; our own ``${PATH}`` is
    what it shall expand.
    """
    command = [_program(argv[0], activation.prefix), *argv[1:]]
    env = {name: value.replace("$", "$$") for name, value in activation.env.items()}
    env["PATH"] = env["PATH"].replace("$${PATH}", _PATH)
    if not activation.needs_wrapper:
        return command, env
    moved = [name for name in activation.env if name.startswith("CONDA_")]
    settings = [f"{name}={activation.env[name]}" for name in moved]
    kept = {name: value for name, value in env.items() if name not in (*moved, "PATH")}
    shell = shutil.which("bash") or "/bin/bash"
    taken = [f"-{name}" for name in activation.unset]
    head = [shell, "-c", _WRAPPER, _WRAPPER_NAME, str(activation.prefix)]
    return [*head, *settings, *taken, "--", *command], kept


def inner_command(argv: Sequence[str]) -> list[str]:
    """Give the kernel's own command of an ``argv`` that :func:`kernel_command` has made."""
    command = list(argv)
    if len(command) > 5 and command[1] == "-c" and command[3] == _WRAPPER_NAME:
        return command[command.index("--", 5) + 1 :]
    return command


def activated_command(
    argv: Sequence[str], activation: Activation, environ: Mapping[str, str] | None = None
) -> tuple[list[str], dict[str, str]]:
    """Give command and environment variables for running a program activated, right now."""
    current = dict(os.environ if environ is None else environ)
    command, env = kernel_command(argv, activation)
    path = current.get("PATH", os.defpath)
    for name, value in env.items():
        current[name] = re.sub(
            r"\$\$|\$\{PATH\}", lambda m: "$" if m.group() == "$$" else path, value
        )
    return command, current


def _program(name: str, prefix: Path) -> str:
    if Path(name).name != name:
        return name
    for folder in _path_entries(prefix):
        for ending in ("", ".exe", ".bat") if sys.platform == "win32" else ("",):
            if (folder / f"{name}{ending}").is_file():
                return str(folder / f"{name}{ending}")
    return name


def _path_entries(prefix: Path) -> list[Path]:
    if sys.platform == "win32":
        inner = ("", "Library/mingw-w64/bin", "Library/usr/bin", "Library/bin", "Scripts", "bin")
        return [prefix / part for part in inner]
    return [prefix / "bin"]


def _scripts(prefix: Path) -> list[Path]:
    return sorted((prefix / "etc" / "conda" / "activate.d").glob("*.sh"))


def _own_variables(prefix: Path) -> dict[str, str]:
    """Give the environment's own variables: packages' first, then the user's, which win."""
    found: dict[str, str] = {}
    for path in sorted((prefix / "etc" / "conda" / "env_vars.d").glob("*.json")):
        found.update(_texts(_json(path)))
    state = _json(prefix / "conda-meta" / "state")
    found.update(_texts(state.get("env_vars")))
    return found


def _json(path: Path) -> dict[str, object]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _texts(data: object) -> dict[str, str]:
    if not isinstance(data, dict):
        return {}
    return {str(k): v for k, v in data.items() if isinstance(v, str) and "=" not in str(k)}
