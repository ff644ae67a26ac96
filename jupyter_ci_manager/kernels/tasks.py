"""The job behind "New kernel": solve, download, link, activate, test, and only then register."""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from ..errors import NameTaken
from ..jobs.task import Report, Task
from . import kernelspecs, pip, planning
from .activated_spec import kernel_spec, logos
from .disk import DiskWatch, check_room
from .engines.bookkeeping import write_atomically
from .engines.conda_cli import begun_mark
from .engines.selection import engine_by_name
from .guarded_change import guarded
from .models import KernelRequest
from .package_changes import bring_back, remember
from .planning import MARKER, Order
from .protection import Policy
from .testing import test_kernel


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
    watch = DiskWatch(report, order.prefix, settings.disk_floor_mb)
    plan = order.plan(report)
    if plan is not None:
        if order.is_new:
            _begin(order, report)
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
            _mark(order.prefix, report)
    if order.pip:
        with guarded(order.prefix, order.pip_changes(settings, report), settings, report):
            pip.install(order.prefix, order.pip, watch)
    report.phase("activate")
    if order.variables:
        _write_variables(order.prefix, order.variables)
    folder = _stage(order, report)
    report.phase("test")
    test_kernel(folder, order.prefix, order.language, report)
    report.phase("register")
    _register(order, folder, report)
    return {
        "kernel": order.kernel,
        "display_name": order.display_name,
        "environment": order.prefix.name,
        "prefix": str(order.prefix),
        "engine": order.engine.name,
    }


def _load_client() -> None:
    """Import what the test needs while the engine links, which leaves the interpreter free."""
    import jupyter_client.blocking
    import jupyter_client.kernelspec
    import jupyter_client.manager
    import jupyter_client.provisioning  # noqa: F401


def _begin(order: Order, report: Report) -> None:
    """Mark the prefix as begun by this job, so that an undo never takes another's."""
    if report.facts.get("absent") != str(order.prefix) and os.path.lexists(order.prefix):
        raise NameTaken(f"There is an environment {order.prefix.name!r} already.", field="name")
    report.record(absent=str(order.prefix), engine=order.engine.name, jobs=_jobs(report))
    order.prefix.parent.mkdir(parents=True, exist_ok=True)
    if order.engine.name != "conda":
        # conda refuses a folder that is not empty, and keeps a mark of its own beside it.
        _mark(order.prefix, report)


def _mark(prefix: Path, report: Report) -> None:
    marker = prefix / MARKER
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(report.job_id, encoding="ascii")


def _jobs(report: Report) -> list[str]:
    """Give the ids of this job and of those that it goes on with."""
    return [*(job for job in report.facts.get("jobs", []) if job != report.job_id), report.job_id]


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


def _register(order: Order, folder: Path, report: Report) -> None:
    scope = order.request.scope
    target = kernelspecs.kernels_folder(scope) / order.kernel
    report.record(spec=str(target), jobs=_jobs(report))
    kernelspecs.publish(folder, order.kernel, scope, replace=_is_own(report))
    # Only now is it whole; without the marker no undo touches it any more.
    with suppress(OSError):
        (order.prefix / MARKER).unlink()


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


def _undo(request: dict[str, Any], report: Report) -> None:
    """Take the spec and the environment back, if they are this job's and nobody else's."""
    facts = report.facts
    jobs = facts.get("jobs", [])
    absent = facts.get("absent")
    owner = planning.begun_by(Path(absent)) if absent else None
    if _is_own(report):
        if absent and not owner:
            return  # it was whole before anybody asked to stop
        kernelspecs.remove(Path(facts["spec"]))
    if not absent:
        # The environment is somebody's: it stays, with the packages that it had.
        bring_back(report)
        return
    prefix = Path(absent)
    making = begun_mark(prefix)
    if owner in jobs or (making.exists() and owner is None) or not _has_files(prefix):
        report.phase("undo")
        engine_by_name(facts["engine"], report.settings).remove(prefix, report)
        making.unlink(missing_ok=True)


def _has_files(prefix: Path) -> bool:
    return any(path.is_file() or path.is_symlink() for path in prefix.rglob("*"))


def _settle(request: dict[str, Any], report: Report) -> None:
    if "absent" in report.facts:
        engine = engine_by_name(report.facts["engine"], report.settings)
        engine.settle(Path(report.facts["absent"]))


create_kernel = Task(run=_create, undo=_undo, after=_settle, resumable=True)
