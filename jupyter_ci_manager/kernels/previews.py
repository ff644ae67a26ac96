"""What making a kernel would do: found out without doing it."""

from __future__ import annotations

from typing import Any

from ..config import Settings
from ..errors import CIManagerError
from . import planning
from .disk import check_room, free_bytes
from .engines.base import Silent
from .models import KernelRequest, PackageChange, Preview
from .protection import Policy


def preview_kernel(request: KernelRequest, settings: Settings) -> Preview:
    """Say what making this kernel would do.

    Raises
    ------
    CIManagerError
        What making it would raise before anything is changed.
    """
    order = planning.check(request, settings)
    plan = order.plan(Silent())
    problems: list[dict[str, Any]] = [*order.problems()]
    changes = plan.changes() if plan is not None else []
    if plan is not None:
        if not order.is_new:
            Policy(settings).check_changes(order.prefix, plan.changes())
        try:
            check_room(order.prefix, plan.link_bytes, settings.disk_floor_mb)
        except CIManagerError as error:
            problems.append(error.to_dict())
    if order.solve is not None and order.solve.clone is not None:
        more = order.plan_lacking(order.solve.clone, Silent())
        changes += more.changes() if more is not None else []
    by_pip = order.pip_changes(settings, Silent())
    if by_pip:
        Policy(settings).check_changes(order.prefix, by_pip)
        changes += by_pip
    else:
        changes += [PackageChange(name=text, after="pip") for text in order.pip]
    return Preview(
        prefix=str(order.prefix),
        engine=order.engine.name,
        engine_reason=order.engine_reason,
        changes=changes,
        download_bytes=plan.download_bytes if plan else 0,
        disk_bytes=plan.link_bytes if plan else 0,
        free_bytes=free_bytes(order.prefix) or 0,
        display_name=order.display_name,
        problems=problems,
    )
