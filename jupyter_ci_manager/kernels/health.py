"""Whether an environment still is what it was made to be: quick looks and a thorough one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from .environments import records

#: Modules that must be importable where their packages are installed. ``ipykernel_launcher``
#: would import nothing and pass with a broken ipykernel.
_IMPORTS = {"ipykernel": "ipykernel.kernelapp", "azureml-core": "azureml.core"}
#: Seconds that an import may take on a cold disk.
_PATIENCE = 120
#: Problems that are listed one by one; more are counted.
_LISTED = 20


def quick_problem(prefix: Path) -> str:
    """Say what is plainly wrong (a few stats); empty when nothing is."""
    if not prefix.is_dir():
        return "It is gone."
    if not (prefix / "conda-meta" / "history").is_file():
        return "It is no environment any more: conda's records are gone."
    program = "python.exe" if sys.platform == "win32" else "bin/python"
    has_python = any((prefix / "conda-meta").glob("python-[0-9]*.json"))
    if has_python and not (prefix / program).exists():
        return "Its Python is gone."
    return ""


def missing_files(prefix: Path) -> dict[str, list[str]]:
    """Give the files that packages should have in ``prefix`` and have not, by package."""
    missing: dict[str, list[str]] = {}
    for record in records(prefix):
        files = record.get("files") or []
        gone = [name for name in files if not _is_there(prefix, str(name))]
        if gone:
            missing[str(record.get("name"))] = gone
    return missing


def problems(prefix: Path) -> list[str]:
    """Look thoroughly: records, files and the imports that a kernel needs; empty: it is well.

    Takes about half a second, for it starts the environment's own Python.
    """
    plain = quick_problem(prefix)
    if plain:
        return [plain]
    found = []
    for name, files in sorted(missing_files(prefix).items()):
        more = f" and {len(files) - 1} more" if len(files) > 1 else ""
        found.append(f"Files of {name} are missing: {files[0]}{more}.")
    if len(found) > _LISTED:
        found[_LISTED:] = [f"Files of {len(found) - _LISTED} more packages are missing."]
    return found + _import_problems(prefix)


def _is_there(prefix: Path, name: str) -> bool:
    # Compiled modules come and go with their sources.
    return name.endswith(".pyc") or os.path.lexists(f"{prefix}{os.sep}{name}")


def _import_problems(prefix: Path) -> list[str]:
    python = prefix / ("python.exe" if sys.platform == "win32" else "bin/python")
    installed = {str(record.get("name")) for record in records(prefix)}
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
        return ["Its Python does not answer."]
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError) as error:
        return [f"Its Python does not start: {str(error)[:200]}."]
    return [f"{name} cannot be imported: {why}." for name, why in failed.items()]
