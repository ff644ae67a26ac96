"""How kernel specs are: shown with what keeps them from working, if anything does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from ..sentences import say
from .kernelspecs import argv_of, our_part, prefix_of, read
from .models import Kernel


def describe(name: str, folder: Path) -> Kernel:
    """Give one kernel spec with its health."""
    spec = read(folder)
    prefix = prefix_of(spec)
    code, reason = health(spec)
    return Kernel(
        name=name,
        display_name=str(spec.get("display_name") or name),
        language=str(spec.get("language") or ""),
        resource_dir=str(folder),
        environment=prefix.name if prefix and (prefix / "conda-meta").is_dir() else None,
        prefix=str(prefix) if prefix else None,
        is_ours=bool(our_part(spec)),
        is_broken=bool(code),
        broken_code=code,
        broken_reason=reason,
        can_repair=bool(code)
        and code != "environment_gone"
        and prefix is not None
        and (prefix / "conda-meta").is_dir(),
    )


def health(spec: dict[str, Any]) -> tuple[str, str]:
    """Say what keeps a spec from working: a code and a sentence, both empty when nothing does.

    Only a few files are looked at; nothing is started.
    """
    argv = argv_of(spec)
    if not argv:
        return "unreadable", say("Its kernel.json cannot be read or names no program.")
    prefix = prefix_of(spec)
    recorded = our_part(spec).get("environment")
    if recorded and not Path(recorded, "conda-meta").is_dir():
        return "environment_gone", say("Its environment {recorded} is gone.", recorded=recorded)
    if not Path(argv[0]).is_absolute():
        if shutil.which(argv[0]) is None:
            return "interpreter_gone", say("Its program {program} is not found.", program=argv[0])
        return "", ""
    if not os.access(argv[0], os.X_OK):
        return "interpreter_gone", say("Its interpreter {program} is gone.", program=argv[0])
    if (
        recorded
        and not _inside(Path(argv[0]), Path(recorded))
        and not our_part(spec).get("wrapper")
    ):
        return "wrong_prefix", say(
            "It starts {program}, which is not part of {recorded}.",
            program=argv[0],
            recorded=recorded,
        )
    module = argv[argv.index("-m") + 1] if "-m" in argv[:-1] else ""
    if (
        module.startswith("ipykernel")
        and prefix is not None
        and not _has_module(prefix, "ipykernel")
    ):
        return "ipykernel_missing", say(
            "The package ipykernel is missing in {prefix}.", prefix=prefix
        )
    return "", ""


def _inside(path: Path, prefix: Path) -> bool:
    # The interpreter itself may be a link; what counts is where its folder lies.
    return Path(os.path.realpath(path.parent)).is_relative_to(os.path.realpath(prefix))


def _has_module(prefix: Path, name: str) -> bool:
    places = [*prefix.glob("lib/python3*/site-packages"), prefix / "Lib" / "site-packages"]
    return not places or any((place / name).is_dir() for place in places)
