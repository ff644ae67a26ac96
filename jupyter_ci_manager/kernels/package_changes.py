"""Changing the packages of an environment: checked, previewed, done, and taken back on failure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..config import Settings
from ..errors import CIManagerError, InvalidValue, Refused
from ..jobs.task import Report, Task
from ..sentences import say
from . import environments, installed, kernelspecs, pip
from .activated_spec import refresh
from .core_packages import Removal
from .disk import DiskWatch, check_room, free_bytes
from .engines import base as engines
from .engines.secrets import check_channels
from .engines.selection import choose_engine, engine_by_name
from .engines.specs import parse_specs
from .exports import export_explicit
from .guarded_change import guarded
from .models import PackageChange, PackageRequest, Preview
from .protection import Policy

#: What the job goes through, in order.
PHASES = ("check", "solve", "download", "link", "register")
_LIMIT = 500


def check(prefix: Path, request: PackageRequest, settings: Settings) -> None:
    """Check a request against the rules, and against what is in the environment.

    Raises
    ------
    InvalidValue
        A value breaks a rule; ``field`` names it.
    ProtectedEnvironment
        It names a package for removal that must stay.
    """
    packages = request.packages
    if len(packages) > _LIMIT or (not packages and request.action != "update"):
        raise InvalidValue(
            say("Name at least one package.")
            if not packages
            else say("Name at most {limit} packages.", limit=_LIMIT),
            code="invalid_spec",
            field="packages",
        )
    check_channels(tuple(request.channels))
    if request.source == "pypi":
        if request.channels:
            raise InvalidValue(
                say("pip knows no channels."), code="invalid_channel", field="channels"
            )
        pip.check_requirements(packages, field="packages")
    else:
        condarc = environments.current_condarc(settings)
        channels = tuple(request.channels)
        allowed = condarc.resolve_all(channels or tuple(settings.channels))
        parse_specs(_named(request), [*allowed, *channels, *condarc.channels], field="packages")
    # What is named plainly needs no solve to be refused, and where nothing may change nothing does.
    goes = [Removal(name) for name in _named(request)] if request.action == "remove" else None
    Policy(settings).check_changes(prefix, goes)
    if request.action == "install":
        return
    there = {
        package.name.lower().replace("_", "-")
        for package in installed.list_packages(prefix)
        if package.source == request.source
    }
    for position, name in enumerate(_named(request)):
        if name.lower().replace("_", "-") not in there:
            raise InvalidValue(
                say(
                    "{name!r} is not among the packages that {tool} has installed.",
                    name=name[:80],
                    tool="pip" if request.source == "pypi" else "conda",
                ),
                hint=say("List the environment's packages to see what is there."),
                code="package_not_installed",
                field=f"packages[{position}]",
            )


def _named(request: PackageRequest) -> list[str]:
    return [name for name in request.packages if name != "*"]


def preview_change(prefix: Path, request: PackageRequest, settings: Settings) -> Preview:
    """Say what a change would do.

    Raises
    ------
    CIManagerError
        What the change itself would raise before anything is changed.
    """
    check(prefix, request, settings)
    if request.source == "pypi":
        changes = _pip_changes(prefix, request, engines.Silent())
        _check_policy(prefix, changes, settings)
        return Preview(
            prefix=str(prefix), engine="pip", changes=changes, free_bytes=free_bytes(prefix) or 0
        )
    engine, reason = choose_engine(settings)
    plan = engine.solve(_solve_request(prefix, request), engines.Silent())
    _check_policy(prefix, plan.changes(), settings)
    problems: list[dict[str, Any]] = []
    try:
        check_room(prefix, plan.link_bytes, settings.disk_floor_mb)
    except CIManagerError as error:
        problems.append(error.to_dict())
    return Preview(
        prefix=str(prefix),
        engine=engine.name,
        engine_reason=reason,
        changes=plan.changes(),
        download_bytes=plan.download_bytes,
        disk_bytes=plan.link_bytes,
        free_bytes=free_bytes(prefix) or 0,
        problems=problems,
    )


def _by_pip(
    prefix: Path,
    request: PackageRequest,
    settings: Settings,
    report: engines.Report,
    watch: engines.Report,
) -> list[PackageChange]:
    """Have pip make the change, exactly as it was previewed where this pip can preview."""
    planned: list[PackageChange] | None
    try:
        planned = _pip_changes(prefix, request, report)
    except Refused as error:
        if error.code != "no_preview":
            raise
        report.log("this pip cannot tell beforehand what it will do")
        planned = None
    with guarded(prefix, planned, settings, report):
        report.phase("link")
        if request.action == "remove":
            pip.uninstall(prefix, request.packages, watch)
        elif planned is None:
            pip.install(prefix, request.packages, watch, upgrade=request.action == "update")
        elif planned:
            pip.install(prefix, [f"{change.name}=={change.after}" for change in planned], watch)
    return planned or []


def _pip_changes(
    prefix: Path, request: PackageRequest, report: engines.Report
) -> list[PackageChange]:
    known = {
        package.name.lower().replace("_", "-"): package.version
        for package in installed.list_packages(prefix)
    }
    if request.action == "remove":
        return [
            PackageChange(name=name, before=known.get(name.lower().replace("_", "-")))
            for name in request.packages
        ]
    wanted = request.packages or [
        package.name for package in installed.list_packages(prefix) if package.source == "pypi"
    ]
    upgrade = request.action == "update"
    return pip.preview(prefix, wanted, known, report, upgrade=upgrade)


def _solve_request(prefix: Path, request: PackageRequest) -> engines.SolveRequest:
    channels = tuple(request.channels)
    packages = tuple(request.packages)
    if request.action == "install":
        return engines.SolveRequest(specs=packages, prefix=prefix, channels=channels)
    if request.action == "remove":
        return engines.SolveRequest(remove=packages, prefix=prefix, channels=channels)
    return engines.SolveRequest(update=packages or ("*",), prefix=prefix, channels=channels)


def _check_policy(prefix: Path, changes: Sequence[PackageChange], settings: Settings) -> None:
    Policy(settings).check_changes(prefix, changes)


def _change(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    report.phase("check")
    settings = report.settings
    prefix = Path(asked["prefix"])
    request = msgspec.convert(asked["request"], PackageRequest)
    check(prefix, request, settings)
    watch = DiskWatch(report, prefix, settings.disk_floor_mb)
    if request.source == "pypi":
        report.phase("solve")
        changes = _by_pip(prefix, request, settings, report, watch)
    else:
        engine, _ = choose_engine(settings)
        plan = engine.solve(_solve_request(prefix, request), report)
        changes = plan.changes()
        _check_policy(prefix, changes, settings)
        check_room(prefix, plan.link_bytes, settings.disk_floor_mb)
        if not plan.is_empty:
            remember(prefix, engine.name, report)
            engine.apply(plan, prefix, watch)
    report.phase("register")
    specs = kernelspecs.spec_folders()
    for name in kernelspecs.kernels_of(prefix):
        if refresh(specs[name], settings):
            report.log(f"kernel {name}: its start follows the environment's new activation")
    return {"prefix": str(prefix), "changes": msgspec.to_builtins(list(changes))}


def remember(prefix: Path, engine: str, report: Report) -> None:
    """Record the packages of an environment that is about to change; the first record counts."""
    if "before" not in report.facts:
        text = export_explicit(prefix)
        addresses = [line for line in text.splitlines() if line and line[0] not in "#@"]
        report.record(before=addresses, engine=engine, prefix=str(prefix))


def bring_back(report: Report) -> None:
    """Bring back the recorded packages, out of the cache where they are."""
    before = report.facts.get("before")
    if not before:
        return
    report.phase("undo")
    prefix = Path(report.facts["prefix"])
    engine = engine_by_name(report.facts["engine"], report.settings)
    request = engines.SolveRequest(explicit=tuple(before), prefix=prefix)
    engine.apply(engine.solve(request, report), prefix, report)


def _restore(asked: dict[str, Any], report: Report) -> None:
    bring_back(report)


change_packages = Task(run=_change, undo=_restore, resumable=True)
