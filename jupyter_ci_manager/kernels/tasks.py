"""The job behind "New kernel": solve, download, link, activate, test, and only then register."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from ..errors import CIManagerError
from ..jobs.task import Report, Task
from . import beginning, kernelspecs, pip, planning
from .activated_spec import kernel_spec, logos
from .disk import DiskWatch, check_room
from .engines.bookkeeping import write_atomically
from .engines.selection import engine_by_name
from .guarded_change import guarded
from .models import KernelRequest
from .order import Order
from .package_changes import bring_back, remember
from .protection import Policy
from .repair import lay_down_anew, look_closely
from .testing import test_kernel
from .untracked import copy_untracked


def _create(request: dict[str, Any], report: Report) -> dict[str, Any]:
    report.phase("check")
    settings = report.settings
    begun = report.facts.get("absent")
    order = planning.check(
        msgspec.convert(request, KernelRequest),
        settings,
        begun=Path(begun) if begun else None,
        own_kernel=_is_own(report),
    )
    for problem in order.problems():
        report.log(f"{problem['message']} {problem['hint']}")
    watch = DiskWatch(report, order.prefix, settings.disk_floor_mb)
    plan = order.plan(report)
    if plan is not None:
        if order.is_new:
            beginning.begin(order.prefix, order.engine, report)
        else:
            Policy(settings).check_changes(order.prefix, plan.changes())
            if not plan.is_empty:
                remember(order.prefix, order.engine.name, report)
        check_room(order.prefix, plan.link_bytes, settings.disk_floor_mb)
        loading = threading.Thread(target=_load_client, name="load", daemon=True)
        loading.start()
        order.engine.apply(plan, order.prefix, watch)
        # Two threads importing one package at once may each find it half made.
        loading.join()
        if order.is_new:
            beginning.made(order.prefix, report)
    if order.solve is not None and order.solve.clone is not None:
        carried = copy_untracked(order.solve.clone, order.prefix, watch)
        report.log(f"{carried} files copied that belong to no package")
        more = order.plan_lacking(order.prefix, report)
        if more is not None:
            order.engine.apply(more, order.prefix, watch)
    if order.pip:
        with guarded(order.prefix, order.pip_changes(settings, report), settings, report):
            pip.install(order.prefix, order.pip, watch)
    report.phase("activate")
    if order.variables:
        _write_variables(order.prefix, order.variables)
    folder = _stage(order, report)
    report.phase("test")
    try:
        test_kernel(folder, order.prefix, order.language, report)
    except CIManagerError:
        if plan is None or not order.is_new or not _laid_down_anew(order, report, watch):
            raise
        report.phase("test")
        test_kernel(folder, order.prefix, order.language, report)
    report.phase("register")
    return _result(_register(order, folder, report))


def _laid_down_anew(order: Order, report: Report, watch: DiskWatch) -> bool:
    """Mend a new environment whose packages were damaged in the cache; say whether any was."""
    damage = look_closely(order.prefix, report)
    if not damage:
        return False
    if damage.words:
        report.log(f"Damaged in the package cache: {damage.words}. They are laid down anew.")
    lay_down_anew(order.prefix, damage, order.engine, report.settings, watch)
    return True


def _load_client() -> None:
    """Import what the test needs while the engine links, which leaves the interpreter free."""
    import jupyter_client.blocking
    import jupyter_client.kernelspec
    import jupyter_client.manager
    import jupyter_client.provisioning  # noqa: F401


def _stage(order: Order, report: Report) -> Path:
    """Write the spec where only the test finds it."""
    ours = {
        "engine": order.engine.name,
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "created_by": _user(),
        "job": report.job_id,
    }
    spec = kernel_spec(order.prefix, order.language, order.display_name, ours, report.settings)
    resources = logos(order.prefix, order.language)
    return kernelspecs.stage(report.folder / "spec" / order.kernel, spec, resources)


def _register(order: Order, folder: Path, report: Report) -> Path:
    scope = order.request.scope
    target = kernelspecs.kernels_folder(scope) / order.kernel
    report.record(spec=str(target), jobs=beginning.job_line(report))
    kernelspecs.publish(folder, order.kernel, scope, replace=_is_own(report))
    beginning.finish(order.prefix)
    return target


def _result(folder: Path) -> dict[str, Any]:
    """Give what the job has made, as its registered spec tells."""
    spec = kernelspecs.read(folder)
    ours = kernelspecs.our_part(spec)
    prefix = Path(ours["environment"])
    return {
        "kernel": folder.name,
        "display_name": spec["display_name"],
        "environment": prefix.name,
        "prefix": str(prefix),
        "engine": ours["engine"],
    }


def _is_own(report: Report) -> bool:
    """Say whether the recorded spec was written by this job, or by the one it goes on with."""
    recorded = report.facts.get("spec")
    if not recorded:
        return False
    return kernelspecs.our_part(kernelspecs.read(Path(recorded))).get("job") in report.facts["jobs"]


def _write_variables(prefix: Path, variables: dict[str, str]) -> None:
    """Keep an environment file's variables where conda keeps them, and activation finds them."""
    state = prefix / "conda-meta" / "state"
    try:
        known = json.loads(state.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    known["env_vars"] = {**known.get("env_vars", {}), **variables}
    write_atomically(state, json.dumps(known))


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _undo(request: dict[str, Any], report: Report) -> dict[str, Any] | None:
    """Take the spec and the environment back, if they are this job's and nobody else's.

    What was whole before anybody asked to stop stays, and is the job's result.
    """
    facts = report.facts
    absent = facts.get("absent")
    if _is_own(report):
        if absent and beginning.is_whole(report):
            return _result(Path(facts["spec"]))
        kernelspecs.remove(Path(facts["spec"]))
    if not absent:
        # The environment is somebody's: it stays, with the packages that it had.
        bring_back(report)
        return None
    beginning.take_back(report, lambda prefix: _remove(prefix, report))
    return None


def _remove(prefix: Path, report: Report) -> None:
    report.phase("undo")
    engine_by_name(report.facts["engine"], report.settings).remove(prefix, report)


def _settle(request: dict[str, Any], report: Report) -> None:
    if "absent" in report.facts:
        engine = engine_by_name(report.facts["engine"], report.settings)
        engine.settle(Path(report.facts["absent"]))


create_kernel = Task(run=_create, undo=_undo, after=_settle, resumable=True)
