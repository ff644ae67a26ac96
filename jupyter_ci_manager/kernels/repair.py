"""Repairing a kernel: what its environment lacks is laid down anew, and its spec written again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import CIManagerError, Refused
from ..jobs.task import Report, Task
from ..sentences import say
from . import installed, kernelspecs, pip, spec_health
from .activated_spec import kernel_spec
from .damage import Damage, find_damage
from .disk import DiskWatch
from .engines.base import Engine, SolveRequest
from .engines.base import Report as EngineReport
from .engines.selection import choose_engine
from .guarded_change import guarded
from .identity import identity
from .languages import find_language
from .models import Kernel, PackageChange
from .protection import Policy
from .testing import test_kernel

#: What the job goes through, in order.
PHASES = ("check", "solve", "download", "link", "activate", "test", "register")


#: Altered files that are named in the log; more are counted.
_NAMED = 5


def check(kernel: Kernel) -> None:
    """See that a kernel is one that can be repaired.

    Raises
    ------
    Refused
        Its environment is gone, or it never was one of conda's.
    """
    if kernel.broken_code == "environment_gone" or kernel.prefix is None:
        raise Refused(
            kernel.broken_reason or say("Its environment is not known."),
            hint=say("Make the environment anew, or remove the kernel."),
            code="environment_gone",
        )
    if not installed.is_environment(Path(kernel.prefix)):
        raise Refused(
            say(
                "{broken_reason} {prefix} is no conda environment.",
                broken_reason=kernel.broken_reason,
                prefix=kernel.prefix,
            ),
            hint=say("Repair it with the tool that made it, or remove the kernel."),
            code="cannot_repair",
        )


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
            folder.name, prefix=own, resource_dir=folder, verb=say("given another environment")
        )
    wanted = kernelspecs.our_part(spec).get("language") or spec.get("language") or "python"
    language = find_language(str(wanted), settings)
    engine, _ = choose_engine(settings)
    there = {package.name for package in installed.list_packages(prefix)}
    missing = tuple(name for name in language.kernel_packages() if name not in there)
    watch = DiskWatch(report, prefix, settings.disk_floor_mb)
    damage = look_closely(prefix, report)
    report.log(f"missing: {', '.join(missing) or '-'}; damaged: {damage.words or '-'}")
    lay_down_anew(prefix, damage, engine, settings, watch, missing=missing)
    report.phase("activate")
    # Another's spec that works again stays as its maker wrote it.
    is_rewritten = bool(kernelspecs.our_part(spec)) or bool(spec_health.health(spec)[0])
    if is_rewritten:
        Policy(settings).check_kernel(
            asked["kernel"], prefix=prefix, resource_dir=folder, verb=say("rewritten")
        )
        shown = str(spec.get("display_name") or asked["kernel"])
        ours = {"engine": engine.name, **kernelspecs.our_part(spec)}
        for name in ("environment", "language", "activation"):
            ours.pop(name, None)
        spec = {**spec, **kernel_spec(prefix, language, shown, ours, settings)}
    staged = kernelspecs.stage(report.folder / "spec" / asked["kernel"], spec)
    report.phase("test")
    test_kernel(staged, prefix, language, report)
    report.phase("register")
    if spec != kernelspecs.read(folder):
        kernelspecs.change(folder, **spec)
    return {
        "kernel": asked["kernel"],
        "prefix": str(prefix),
        "laid_down_anew": sorted([*missing, *damage.conda, *damage.pip]),
    }


def look_closely(prefix: Path, report: Report) -> Damage:
    """Find what is missing or altered in an environment, and say in the log which files are."""

    def look(done: int, total: int) -> None:
        report.check_cancelled()
        report.progress(done, total, "files")

    damage = find_damage(prefix, look)
    for file in damage.altered[:_NAMED]:
        report.log(f"not as it was packed: {prefix / file}")
    if len(damage.altered) > _NAMED:
        report.log(f"and {len(damage.altered) - _NAMED} more")
    return damage


def lay_down_anew(
    prefix: Path,
    damage: Damage,
    engine: Engine,
    settings: Settings,
    report: EngineReport,
    *,
    missing: tuple[str, ...] = (),
) -> None:
    """Bring damaged packages back, not from a cache that is damaged too, and add ``missing`` ones.

    Raises
    ------
    Unsolvable, Unavailable, DiskFull, ProtectedEnvironment
        conda's packages cannot be had. One of pip's that cannot is told in the log: nobody says
        that the kernel needs it.
    """
    for file in damage.compiled:
        # Python compiles anew what it does not find.
        with suppress(OSError):
            (prefix / file).unlink()
    if damage.compiled:
        report.log(f"compiled modules that were damaged: {len(damage.compiled)}")
        engine.forget_compiled(prefix, set(damage.compiled))
    if missing or damage.conda:
        plan = engine.solve(
            SolveRequest(specs=missing, repair=tuple(damage.conda), prefix=prefix), report
        )
        Policy(settings).check_changes(prefix, plan.changes())
        engine.apply(plan, prefix, report)
    if damage.pip:
        pairs = [requirement.split("==") for requirement in damage.pip]
        changes = [PackageChange(name=name, before=was, after=was) for name, was in pairs]
        try:
            with guarded(prefix, changes, settings, report):
                pip.reinstall(prefix, damage.pip, report)
        except CIManagerError as error:
            report.log(f"pip could not lay down {', '.join(damage.pip)} anew: {error.message}")


repair_kernel = Task(run=_repair, resumable=True)
