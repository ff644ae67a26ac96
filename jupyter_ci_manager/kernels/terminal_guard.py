"""The terminal guard: a plugin in conda's base environment, put there on request only.

It refuses what conda can be made to refuse: removing a protected environment, creating over it,
renaming it or onto it, and any solution that drops Python or ipykernel. mamba, ``rm -rf`` and
``conda --no-plugins`` pass it by; for those there are snapshots.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..config import Settings
from ..errors import CondaNotFound, NotPermitted, Refused
from ..sentences import say
from . import frozen
from .core_packages import CORE_PACKAGES, KEPT_PACKAGES
from .engines import Silent
from .engines.bookkeeping import write_atomically
from .engines.conda_process import run_quietly
from .engines.conda_programs import CondaProgram, need_conda
from .protected_names import (
    AZURE_ENVIRONMENTS,
    CHOSEN_REASON,
    SETTINGS_REASON,
    SHIPPED_REASON,
)
from .protection import Policy

_MODULE = "jupyter_ci_manager_guard"
_VERSION = "1.0"
#: An environment of this name is what the guard is tried on.
_SAMPLE = "azureml_py36"


@dataclass(frozen=True, kw_only=True)
class GuardStatus:
    """Whether the guard is in conda's base environment, and whether it works."""

    installed: bool
    works: bool = False
    conda: str = ""
    problem: str = ""


def status(settings: Settings) -> GuardStatus:
    """Tell how things stand; tries the guard when it is there (about a second).

    Raises
    ------
    CondaNotFound
        There is no conda.
    """
    program, site = _places(settings)
    if not (site / f"{_MODULE}.py").is_file():
        return GuardStatus(installed=False, conda=str(program.path))
    problem = _try(program, site)
    return GuardStatus(installed=True, works=not problem, conda=str(program.path), problem=problem)


def install(settings: Settings) -> GuardStatus:
    """Put the guard into conda's base environment and prove that it works.

    A plugin that conda cannot import is passed over with a warning, so it is tried; one that
    does not work is taken out again.

    Raises
    ------
    CondaNotFound
        There is no conda (mamba and micromamba know no plugins).
    NotPermitted
        The base environment cannot be written.
    Refused
        This conda does not heed the guard (``guard_failed``).
    """
    program, site = _places(settings)
    info = site / f"{_MODULE}-{_VERSION}.dist-info"
    source = Path(__file__).with_name("conda_guard_plugin.py")
    try:
        write_atomically(site / f"{_MODULE}.json", _policy(settings))
        shutil.copyfile(source, site / f"{_MODULE}.py")
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {_MODULE.replace('_', '-')}\nVersion: {_VERSION}\n"
        )
        (info / "INSTALLER").write_text("jupyter-ci-manager\n")
        (info / "RECORD").write_text("")
        (info / "entry_points.txt").write_text(f"[conda]\n{_MODULE} = {_MODULE}\n")
    except OSError as error:
        raise NotPermitted(
            say("conda's base environment cannot be written: {error}.", error=error),
            hint=say("Have whoever owns conda run this."),
            code="base_not_writable",
        ) from error
    problem = _try(program, site)
    if problem:
        remove(settings)
        raise Refused(
            say(
                "This conda does not heed the guard, so it was taken out again: {problem}",
                problem=problem,
            ),
            hint=say("Snapshots protect all the same."),
            code="guard_failed",
        )
    return GuardStatus(installed=True, works=True, conda=str(program.path))


def remove(settings: Settings) -> GuardStatus:
    """Take the guard out of conda's base environment; not there is success.

    Raises
    ------
    CondaNotFound, NotPermitted
        There is no conda, or its base environment cannot be written.
    """
    program, site = _places(settings)
    try:
        # First what makes conda look for it: one that starts meanwhile misses nothing.
        for info in site.glob(f"{_MODULE}-*.dist-info"):
            shutil.rmtree(info)
        for ending in (".py", ".json"):
            (site / f"{_MODULE}{ending}").unlink(missing_ok=True)
        for cached in (site / "__pycache__").glob(f"{_MODULE}.*"):
            cached.unlink(missing_ok=True)
    except OSError as error:
        raise NotPermitted(
            say("conda's base environment cannot be written: {error}.", error=error),
            hint=say("Have whoever owns conda run this."),
            code="base_not_writable",
        ) from error
    return GuardStatus(installed=False, conda=str(program.path))


def _places(settings: Settings) -> tuple[CondaProgram, Path]:
    program = need_conda(settings)
    if program.kind != "conda" or program.root_prefix is None:
        raise CondaNotFound(
            say(
                "The guard is a plugin of conda; {path} is {kind} or has no base environment.",
                path=program.path,
                kind=program.kind,
            ),
            hint=say("Name a conda in the settings (conda_executable)."),
        )
    for site in sorted(program.root_prefix.glob("lib/python3*/site-packages")):
        if (site / "conda").is_dir():
            return program, site
    for site in (program.root_prefix / "Lib" / "site-packages",):
        if (site / "conda").is_dir():
            return program, site
    raise CondaNotFound(
        say("The site-packages of {root_prefix} hold no conda.", root_prefix=program.root_prefix),
        hint=say("Name another conda in the settings (conda_executable)."),
    )


def _policy(settings: Settings) -> str:
    # What users choose is read when conda is run; a frozen one conda refuses by itself.
    prefixes = {
        str(prefix): reason
        for prefix, reason in Policy(settings).protected()
        if reason != CHOSEN_REASON and frozen.reason(prefix) != reason
    }
    document = {
        "names": sorted(AZURE_ENVIRONMENTS),
        "entries": [str(Path(e).expanduser()) for e in settings.protected_environments],
        "prefixes": prefixes,
        "core": f"(?:{CORE_PACKAGES})$",
        "kept": f"(?:{KEPT_PACKAGES})$",
        "reason": SHIPPED_REASON,
        "listed": SETTINGS_REASON,
        "chosen": CHOSEN_REASON,
    }
    return json.dumps(document, indent=1)


def _try(program: CondaProgram, site: Path) -> str:
    """Have conda asked to remove a sample; give what is wrong, or nothing.

    conda passes a plugin over that it cannot import, with no more than a warning.
    """
    with tempfile.TemporaryDirectory() as scratch:
        sample = Path(scratch) / _SAMPLE
        (sample / "conda-meta").mkdir(parents=True)
        (sample / "conda-meta" / "history").touch()
        argv = [str(program.path), "remove", "--all", "--yes", "--dry-run", "-p", str(sample)]
        python = site.parents[2] / "bin" / "python"
        if not python.exists():
            python = site.parents[1] / "python.exe"
        try:
            done = run_quietly(argv, Silent())
            proof = run_quietly([str(python), str(site / f"{_MODULE}.py"), str(sample)], Silent())
        except (OSError, subprocess.SubprocessError) as error:
            return str(error)
    if done.code == 0 or SHIPPED_REASON not in done.out + done.err:
        return (done.err or done.out)[-500:] or say("conda would have removed a sample")
    return "" if proof.code == 0 and not proof.out.strip() else (proof.out + proof.err)[-500:]
