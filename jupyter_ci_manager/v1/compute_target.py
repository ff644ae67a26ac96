"""``ComputeTarget``: the base class that notebooks use to find and list instances."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import CIManagerError, NotFound
from .exceptions import ComputeTargetException, from_refusal

if TYPE_CHECKING:
    from .workspace import Workspace

logger = logging.getLogger(__name__)


class ComputeTarget:
    """A compute target of a workspace; here always a compute instance.

    ``ComputeTarget(workspace, name)`` reads it at once and gives a :class:`ComputeInstance`;
    ``(None, None)`` gives an empty shell.

    Raises
    ------
    ComputeTargetException
        There is no such target, or it cannot be read.
    """

    name: str
    workspace: Any
    _payload: dict[str, Any]

    def __new__(cls, workspace: Workspace | None, name: str | None) -> Any:
        """Read the target and give an object of the class that fits it."""
        if workspace is None or name is None:
            return super().__new__(cls)
        from .compute_instance import ComputeInstance

        try:
            payload = workspace.service.payload(name)
        except NotFound as error:
            raise ComputeTargetException(
                f"ComputeTargetNotFound: Compute Target with name {name} not found in provided "
                "workspace",
                error,
                code=error.code,
                status_code=404,
                request_id=error.details.get("request_id"),
            ) from error
        except CIManagerError as error:
            raise from_refusal(error) from error
        target = super().__new__(ComputeInstance)
        target._take(workspace, payload)
        return target

    def __init__(self, workspace: Workspace | None, name: str | None) -> None:
        """Everything was done by ``__new__``."""

    @staticmethod
    def create(workspace: Workspace, name: str, provisioning_configuration: Any) -> Any:
        """Create a compute instance; see :meth:`ComputeInstance.create`."""
        from .compute_instance import ComputeInstance

        return ComputeInstance.create(workspace, name, provisioning_configuration)

    @staticmethod
    def list(workspace: Workspace) -> list[Any]:
        """Give the compute instances; one that cannot be read is left out and logged."""
        from .compute_instance import ComputeInstance

        try:
            payloads = workspace.service.payloads()
        except CIManagerError as error:
            raise from_refusal(error) from error
        out = []
        for payload in payloads:
            try:
                out.append(ComputeInstance.deserialize(workspace, payload))
            except ComputeTargetException as error:
                logger.warning("A compute instance cannot be read: %s", error.message)
        return out

    @staticmethod
    def attach(workspace: Workspace, name: str, attach_configuration: Any) -> NoReturn:
        """Refuse: instances are created, never attached."""
        raise ComputeTargetException("Attach is not supported for ComputeInstance object.")
