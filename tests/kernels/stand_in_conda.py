"""A program with conda's command line, for machines without a conda.

It understands what the conda engine says, no more, and does it with rattler: the engine's
argument lists, its reading of conda's JSON and its handling of failures are what it tests.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.kernels.engines.base import PackageAction, Plan, Silent, SolveRequest
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.rattler import RattlerEngine
from jupyter_ci_manager.kernels.installed import records

_NAMES = {
    "unsolvable": "UnsatisfiableError",
    "package_not_found": "PackagesNotFoundInChannelsError",
    "package_not_installed": "PackagesNotFoundError",
}


def write(folder: Path) -> Path:
    """Write the program into ``folder`` and give its path."""
    program = folder / "conda"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path[:0] = {[str(Path(__file__).parents[2])]!r}\n"
        "from tests.kernels.stand_in_conda import main\nsys.exit(main())\n"
    )
    program.chmod(0o755)
    return program


def main() -> int:
    if sys.argv[1:] == ["--version"]:
        print("conda 0.0.0")
        return 0
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("command", choices=["create", "install", "update", "remove", "search"])
    parser.add_argument("specs", nargs="*")
    parser.add_argument("--prefix", type=Path)
    parser.add_argument("-c", dest="channels", action="append", default=[])
    for flag in ("yes", "json", "dry-run", "override-channels", "all", "force-reinstall"):
        parser.add_argument(f"--{flag}", action="store_true")
    parser.add_argument("--file", type=Path)
    given = parser.parse_intermixed_args()
    engine = RattlerEngine(Settings(channels=given.channels, disk_floor_mb=0), read_condarc())
    if given.command == "search":
        return search(engine, given)
    try:
        plan = engine.solve(request(given), Silent())
    except CIManagerError as error:
        return fail(error, as_json=given.json)
    if given.dry_run:
        print(
            json.dumps({"success": True, "dry_run": True, "actions": actions(plan, given.prefix)})
        )
        return 0
    print("Downloading and Extracting Packages: ...working... done")
    print("Executing transaction: ...working... done", flush=True)
    # conda knows nothing of what this product protects.
    engine._apply(plan, given.prefix, Silent())
    return 0


def search(engine: RattlerEngine, given: argparse.Namespace) -> int:
    found = engine.search(given.specs[0], (), 100, Silent()).packages
    if not found:
        print(json.dumps({"exception_name": "PackagesNotFoundInChannelsError", "error": "none"}))
        return 1
    # conda gives the builds of a package from the oldest to the newest.
    records = {
        match.name: [
            {
                "name": match.name,
                "version": version,
                "build_number": 0,
                "channel": f"{match.channel.rstrip('/')}/noarch",
                "size": match.size_bytes,
            }
            for version in reversed(match.versions)
        ]
        for match in found
    }
    print(json.dumps(records))
    return 0


def request(given: argparse.Namespace) -> SolveRequest:
    specs = tuple(given.specs)
    common: dict[str, Any] = {"prefix": given.prefix, "channels": tuple(given.channels)}
    if given.file:
        lines = given.file.read_text().splitlines()
        return SolveRequest(explicit=tuple(u for u in lines if "://" in u), **common)
    if given.command == "remove":
        return SolveRequest(remove=specs, **common)
    if given.command == "update":
        return SolveRequest(update=("*",) if given.all else specs, **common)
    if given.force_reinstall:
        names = tuple(spec.partition("=")[0] for spec in specs)
        return SolveRequest(repair=names, **common)
    return SolveRequest(specs=specs, **common)


def actions(plan: Plan, prefix: Path) -> dict[str, Any]:
    there = {str(r["name"]): r for r in records(prefix)}

    def entry(action: PackageAction) -> dict[str, Any]:
        return {
            "name": action.name,
            "version": action.version,
            "build_string": action.build,
            "channel": action.channel,
        }

    linked = [a for a in plan.actions if a.action != "remove"]
    gone = [there[a.name] for a in plan.actions if a.name in there]
    return {
        "FETCH": [entry(a) | {"size": a.size_bytes} for a in linked if not a.cached],
        "LINK": [entry(a) for a in linked],
        "UNLINK": [
            {"name": r["name"], "version": r["version"], "build_string": r["build"]} for r in gone
        ],
    }


def fail(error: CIManagerError, *, as_json: bool) -> int:
    name = _NAMES.get(error.code, "CondaError")
    message = f"{name}: {error.message}"
    if name == "PackagesNotFoundError":
        message = f"{name}: The following packages are missing from the target environment"
    if as_json:
        print(json.dumps({"success": False, "exception_name": name, "message": message}))
    else:
        print(message, file=sys.stderr)
    return 1
