"""What starts a kernel inside its activated environment, kept in step with the environment."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import InvalidValue
from . import kernelspecs
from .activation import activation_delta, activation_key, inner_command, kernel_command
from .engines.conda_programs import find_conda
from .environments import current_condarc, environment_name
from .languages import Language, find_language


def activated_spec(prefix: Path, argv: Sequence[str], settings: Settings) -> dict[str, Any]:
    """Give a spec's ``argv`` and ``env`` for a kernel that starts with its environment active.

    Parameters
    ----------
    prefix:
        The environment.
    argv:
        The kernel's own command; a program without a folder is looked for in the environment.
    """
    conda = find_conda(settings)
    condarc = current_condarc(settings)
    in_folder = any(prefix.parent == folder for folder in condarc.envs_dirs)
    name = environment_name(prefix, condarc)
    delta = activation_delta(
        prefix,
        name=name if in_folder or name == "base" else None,
        conda=conda.path if conda else None,
    )
    command, env = kernel_command(argv, delta)
    return {"argv": command, "env": env}


def kernel_spec(
    prefix: Path, language: Language, display_name: str, ours: dict[str, Any], settings: Settings
) -> dict[str, Any]:
    """Give the whole ``kernel.json`` of a kernel in the environment at ``prefix``.

    Parameters
    ----------
    ours:
        What else our part of the metadata shall say: engine, when, by whom, which job.
    """
    spec = activated_spec(prefix, language.argv, settings)
    spec["env"] |= {name: value.replace("$", "$$") for name, value in language.env.items()}
    mine = {
        "environment": str(prefix),
        "language": language.name,
        "activation": activation_key(prefix),
        **ours,
    }
    return {
        **spec,
        "display_name": display_name,
        "language": language.kernel_language,
        "interrupt_mode": language.interrupt_mode,
        "metadata": {
            **language.metadata,
            # The key by which other tools know the environment of a kernel.
            "conda_env_path": str(prefix),
            kernelspecs.OURS: mine,
        },
    }


def logos(prefix: Path, language: Language) -> Path | None:
    """Give the folder of the spec that a language's own package brings, for its logos."""
    for folder in sorted((prefix / "share" / "jupyter" / "kernels").glob("*")):
        if kernelspecs.read(folder).get("language") == language.kernel_language:
            return folder
    return None


def refresh(folder: Path, settings: Settings) -> bool:
    """Rewrite a spec of ours whose environment activates otherwise now; says whether it was."""
    spec = kernelspecs.read(folder)
    ours = kernelspecs.our_part(spec)
    prefix = ours.get("environment")
    if not prefix or not Path(prefix, "conda-meta").is_dir():
        return False
    key = activation_key(Path(prefix))
    if ours.get("activation", key) == key:
        return False
    started = activated_spec(Path(prefix), inner_command(spec["argv"]), settings)
    started["env"] = {**_own_variables(spec, settings), **started["env"]}
    metadata = {**spec["metadata"], kernelspecs.OURS: {**ours, "activation": key}}
    kernelspecs.change(folder, **started, metadata=metadata)
    return True


def _own_variables(spec: dict[str, Any], settings: Settings) -> dict[str, str]:
    """Give the variables that the kernel's language needs, which activation knows nothing of."""
    name = kernelspecs.our_part(spec).get("language")
    if not isinstance(name, str):
        return {}
    with suppress(InvalidValue):
        return find_language(name, settings).env
    return {}
