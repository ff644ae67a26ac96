"""Starting, stopping, restarting and deleting, with the refusals that notebooks know."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import CIManagerError
from . import shapes, waiting
from .exceptions import ComputeTargetException, from_refusal

if TYPE_CHECKING:
    from .compute_instance import ComputeInstance

logger = logging.getLogger(__name__)

#: States in which an instance runs.
UP = frozenset({"Running", "JobRunning"})


def change_power(
    instance: ComputeInstance,
    action: str,
    title: str,
    wanted: frozenset[str],
    wait: bool,
    show_output: bool,
) -> None:
    """Start, stop or restart, as the retired class did: refused here where the state forbids it.

    Raises
    ------
    ComputeTargetException
        The state does not allow it, Azure refused, or (when waiting) it failed.
    """
    instance.refresh_state()
    state = instance.status.state or "Unknown"
    if (
        state == "CreateFailed"
        or (state == "Stopped" and action != "start")
        or (state.lower().endswith("running") and action == "start")
    ):
        raise ComputeTargetException(
            f"ComputeInstance current state ({state}) does not support {title} operation.\n",
            code="wrong_state",
        )
    service = instance.workspace.service
    try:
        if action == "start":
            service.start(instance.name)
        else:
            getattr(service, action)(instance.name, confirm=instance.name)
    except CIManagerError as error:
        raise from_refusal(error) from error
    if not wait:
        return
    waiting.wait_for_state(
        service,
        instance.name,
        wanted=wanted,
        operation=title,
        output=waiting.Output(show_output),
        timeout=waiting.TIMEOUT_SECONDS,
    )
    instance.refresh_state()
    if instance.status.state not in wanted:
        errors = shapes.error_texts(instance.errors, instance.provisioning_errors)
        told = "; ".join(errors) or f"the instance is in state {instance.status.state}"
        raise ComputeTargetException(
            f"{title} operation failed. Errors: {told}",
            code=shapes.error_code(instance.errors, instance.provisioning_errors)
            or f"{action}_failed",
        )
    logger.info("%s operation completed successfully.", title)


def wait_until_gone(instance: ComputeInstance, show_output: bool, timeout: float) -> None:
    """Wait until an instance is deleted.

    Raises
    ------
    ComputeTargetException
        It came to rest in another state, or it took too long.
    """
    last = waiting.wait_for_state(
        instance.workspace.service,
        instance.name,
        wanted=frozenset({"Deleted"}),
        operation="Delete",
        output=waiting.Output(show_output),
        timeout=timeout,
    )
    if last is not None:
        instance.refresh_state()
        errors = shapes.error_texts(instance.errors, instance.provisioning_errors)
        raise ComputeTargetException(
            "Delete operation failed. Errors: {}".format("; ".join(errors) or last.state),
            code="delete_failed",
        )
