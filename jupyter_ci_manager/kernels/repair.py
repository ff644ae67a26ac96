"""Repairing a kernel: what its environment lacks is laid down anew, and its spec written again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import Refused
from ..jobs.task import Report, Task
from . import installed, kernelspecs, spec_health
from .activated_spec import kernel_spec
from .disk import DiskWatch
from .engines.base import SolveRequest
from .engines.selection import choose_engine
from .identity import identity
from .languages import find_language
from .models import Kernel
from .package_records import path_records
from .protection import Policy
from .testing import test_kernel
from .tree_manifest import sha256

#: What the job goes through, in order.
PHASES = ("check", "solve", "download", "link", "activate", "test", "register")


def check(kernel: Kernel) -> None:
    """See that a broken kernel is one that can be repaired.

    Raises
    ------
    Refused
        Its environment is gone, or it never was one of conda's.
    """
    if kernel.broken_code == "environment_gone" or kernel.prefix is None:
        raise Refused(
            kernel.broken_reason or "Its environment is not known.",
            hint="Make the environment anew, or remove the kernel.",
            code="environment_gone",
        )
    if not installed.is_environment(Path(kernel.prefix)):
        raise Refused(
            f"{kernel.broken_reason} {kernel.prefix} is no conda environment.",
            hint="Repair it with the tool that made it, or remove the kernel.",
            code="cannot_repair",
        )


def damaged_packages(prefix: Path) -> list[str]:
    """Give the names of the packages of which a file is missing."""
    return [
        str(record["name"])
        for record in installed.records(prefix)
        if any(not (prefix / name).is_symlink() and not (prefix / name).exists()
               for name in record.get("files", ()))
    ]  # fmt: skip


def altered_packages(prefix: Path) -> list[str]:
    """Give the names of the packages of which a file is missing or not what their makers packed.

    Every file is read: this is for when something does not work and nobody knows why.
    """
    return [
        record.name
        for record in path_records(prefix)
        if record.paths_data is not None
        and any(
            _is_altered(prefix / path.path, path.sha256_in_prefix or path.sha256)
            for path in record.paths_data.paths or []
        )
    ]


def _is_altered(file: Path, packed: str | None) -> bool:
    if file.is_symlink() or file.is_dir():
        return False
    try:
        return bool(packed) and sha256(str(file)) != packed
    except OSError:
        return True


def _repair(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report.phase("check")
    settings = report.settings
    prefix, folder = Path(asked["prefix"]), Path(asked["folder"])
    spec = kernelspecs.read(folder)
    check(spec_health.describe(asked["kernel"], folder))
    own = kernelspecs.prefix_of(spec)
    if own is None or identity(own) != identity(prefix):
        # It would become the kernel of another environment.
        Policy(settings).check_kernel(
            folder.name, prefix=own, resource_dir=folder, verb="given another environment"
        )
    wanted = kernelspecs.our_part(spec).get("language") or spec.get("language") or "python"
    language = find_language(str(wanted), settings)
    engine, _ = choose_engine(settings)
    there = {package.name for package in installed.list_packages(prefix)}
    missing = tuple(name for name in language.kernel_packages() if name not in there)
    damaged = tuple(damaged_packages(prefix))
    report.log(f"missing: {', '.join(missing) or '-'}; damaged: {', '.join(damaged) or '-'}")
    if missing or damaged:
        plan = engine.solve(SolveRequest(specs=missing, repair=damaged, prefix=prefix), report)
        Policy(settings).check_changes(prefix, plan.changes())
        engine.apply(plan, prefix, DiskWatch(report, prefix, settings.disk_floor_mb))
    report.phase("activate")
    # Another's spec that works again stays as its maker wrote it.
    is_rewritten = bool(kernelspecs.our_part(spec)) or bool(spec_health.health(spec)[0])
    if is_rewritten:
        Policy(settings).check_kernel(
            asked["kernel"], prefix=prefix, resource_dir=folder, verb="rewritten"
        )
        shown = str(spec.get("display_name") or asked["kernel"])
        ours = {**kernelspecs.our_part(spec), "engine": engine.name}
        for name in ("environment", "language", "activation"):
            ours.pop(name, None)
        spec = {**spec, **kernel_spec(prefix, language, shown, ours, settings)}
    staged = kernelspecs.stage(report.folder / "spec" / asked["kernel"], spec)
    report.phase("test")
    test_kernel(staged, prefix, language, report)
    report.phase("register")
    if is_rewritten:
        kernelspecs.change(folder, **spec)
    return {"kernel": asked["kernel"], "prefix": str(prefix)}


repair_kernel = Task(run=_repair, resumable=True)
