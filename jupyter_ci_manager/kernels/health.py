"""Whether an environment still is what it was made to be: quick looks and a thorough one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

from ..sentences import say
from .identity import is_folder, is_plain_file
from .package_records import file_records, installed_names, pip_records

#: Modules that must be importable where their packages are installed, by conda or by pip.
#: ``ipykernel_launcher`` would import nothing and pass with a broken ipykernel.
_IMPORTS = {
    "ipykernel": "ipykernel.kernelapp",
    "azureml-core": "azureml.core",
    "conda": "conda.cli.main",
}
#: Seconds that an import may take on a cold disk.
_PATIENCE = 120
#: Problems that are listed one by one; more are counted.
_LISTED = 20


def quick_problem(prefix: Path) -> str:
    """Say what is plainly wrong (a few stats); empty when nothing is."""
    if not is_folder(prefix):
        return say("It is gone.")
    if not is_plain_file(prefix / "conda-meta" / "history"):
        return say("It is no environment any more: conda's records are gone.")
    has_python = any((prefix / "conda-meta").glob("python-[0-9]*.json"))
    if has_python and not _python(prefix).exists():
        return say("Its Python is gone.")
    return ""


def missing_files(prefix: Path, paths: Collection[str] = ()) -> dict[str, list[str]]:
    """Give the files that packages should have in ``prefix`` and have not, by package.

    conda's and pip's packages alike; compiled modules do not count, for they come and go.

    Parameters
    ----------
    paths:
        Paths that are known to be there and need no look.
    """
    missing: dict[str, list[str]] = {}
    for record in (*file_records(prefix), *pip_records(prefix)):
        gone = [
            name for name in record.files or [] if name not in paths and not _is_there(prefix, name)
        ]
        if gone:
            missing.setdefault(record.name, gone)
    return missing


def missing_problems(missing: Mapping[str, list[str]], accepted: Collection[str]) -> list[str]:
    """Say which files are missing, without those that are ``accepted`` to be."""
    found: list[str] = []
    for name, files in sorted(missing.items()):
        new = [file for file in files if file not in accepted]
        if new:
            found.append(
                say(
                    "Files of {name} are missing: {file} and {more} more.",
                    name=name,
                    file=new[0],
                    more=len(new) - 1,
                )
                if len(new) > 1
                else say("Files of {name} are missing: {file}.", name=name, file=new[0])
            )
    if len(found) > _LISTED:
        found[_LISTED:] = [
            say("Files of {more} more packages are missing.", more=len(found) - _LISTED)
        ]
    return found


def problems(prefix: Path) -> list[str]:
    """Look thoroughly: records, files and the imports that a kernel needs; empty: it is well.

    Takes about half a second, for it starts the environment's own Python.
    """
    plain = quick_problem(prefix)
    if plain:
        return [plain]
    return [*missing_problems(missing_files(prefix), ()), *import_problems(prefix)]


def _is_there(prefix: Path, name: str) -> bool:
    # Compiled modules come and go with their sources.
    return name.endswith(".pyc") or os.path.lexists(f"{prefix}{os.sep}{name}")


def _python(prefix: Path) -> Path:
    return prefix / ("python.exe" if sys.platform == "win32" else "bin/python")


def import_problems(prefix: Path) -> list[str]:
    """Start the environment's Python and import what a kernel needs; empty: it works."""
    python = _python(prefix)
    installed = set(installed_names(prefix).values())
    if "python" not in installed and not python.exists():
        return []
    modules = [module for package, module in _IMPORTS.items() if package in installed]
    code = (
        "import importlib, json, sys\nfailed = {}\n"
        f"for name in {modules!r}:\n"
        "    try: importlib.import_module(name)\n"
        "    except BaseException as error: failed[name] = repr(error)[:300]\n"
        "print(json.dumps(failed))\n"
    )
    try:
        done = subprocess.run(
            [str(python), "-I", "-B", "-c", code],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
            env={"PATH": str(python.parent), "HOME": os.environ.get("HOME", "")},
        )
        failed = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return [say("Its Python does not answer.")]
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError) as error:
        return [say("Its Python does not start: {error}.", error=_last_words(error))]
    return [
        say("{name} cannot be imported: {why}.", name=name, why=why) for name, why in failed.items()
    ]


def _last_words(error: Exception) -> str:
    said = str(getattr(error, "stderr", "") or "").strip().splitlines()
    return (said[-1] if said else str(error))[:200].rstrip(".")
