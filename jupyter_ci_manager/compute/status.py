"""The compute wing's state in one answer, without a wait for Azure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import CIManagerError
from .models import ComputeStatus, ErrorInfo
from .this_machine import this_machine

if TYPE_CHECKING:
    from .session import Session


def compute_status(
    session: Session, last_error: Callable[[], CIManagerError | None]
) -> ComputeStatus:
    """Say what is talked to, which workspace and why, who acts and where we run; never raises.

    Parameters
    ----------
    last_error:
        Gives why the last list failed.
    """
    error: ErrorInfo | None = None
    workspace, source, note = None, "", ""
    try:
        if session.is_emulator:
            session.client()
        choice = session.known_choice()
        if choice is None and last_error() is None:
            choice = session.choice()
        if choice is not None:
            workspace, source = session.known_workspace(), choice.source
            note = choice.note
    except CIManagerError as failure:
        error = ErrorInfo.of(failure)
    identity = session.sign_in.identity()
    last = last_error()
    if error is None and last is not None:
        error = ErrorInfo.of(last)
    return ComputeStatus(
        backend="emulator" if session.is_emulator else "azure",
        endpoint=session.endpoint,
        workspace=workspace,
        workspace_source=source,
        workspace_note=note,
        identity=identity,
        this_machine=this_machine(),
        links=session.links() if workspace else {},
        error=error,
    )
