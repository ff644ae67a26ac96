"""``ComputeInstance`` with the signatures, output and exceptions that notebooks were written for."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from ..compute.models import CreateInstance
from ..errors import CIManagerError
from . import operations, shapes, waiting
from .compute_target import ComputeTarget
from .configuration import ComputeInstanceProvisioningConfiguration
from .exceptions import ComputeTargetException, UserErrorException, from_refusal
from .shapes import MISSING
from .status import ComputeInstanceStatus, parse_time

if TYPE_CHECKING:
    from .workspace import Workspace

logger = logging.getLogger(__name__)

_RESERVED = ("amlcompute", "local", "containerinstance")
_DOCS_URL = "https://learn.microsoft.com/azure/machine-learning/how-to-create-compute-instance"
_UP = operations.UP


class ComputeInstance(ComputeTarget):
    """A compute instance of a workspace, read when the object is made.

    Raises
    ------
    ComputeTargetException
        There is no instance of this name (``ComputeTargetNotFound``), or it cannot be read.
    """

    type = "ComputeInstance"

    id: str
    location: str
    tags: dict[str, str] | None
    description: str | None
    provisioning_state: str | None
    provisioning_errors: Any
    vm_size: str | None
    ssh_public_access: bool
    applications: list[dict[str, str]] | None
    errors: Any
    status: ComputeInstanceStatus

    def _take(self, workspace: Any, payload: dict[str, Any]) -> None:
        """Take over what Azure answered.

        Raises
        ------
        ComputeTargetException
            The answer is not of a compute instance.
        """
        shapes.check(payload)
        self.workspace = workspace
        self._payload = payload
        properties = payload["properties"]
        inner = properties["properties"]
        ssh = inner.get("sshSettings") or {}
        ends = inner.get("connectivityEndpoints") or {}
        person = (inner.get("personalComputeInstanceSettings") or {}).get("assignedUser") or {}
        subnet = (inner.get("subnet") or {}).get("id")
        self.id, self.name = payload.get("id") or "", payload["name"]
        self.location, self.tags = payload.get("location") or "", payload.get("tags")
        self.description = properties.get("description")
        self.created_on = parse_time(properties.get("createdOn"))
        self.modified_on = parse_time(properties.get("modifiedOn"))
        self.provisioning_state = properties.get("provisioningState")
        self.provisioning_errors = properties.get("provisioningErrors")
        self.cluster_resource_id = properties.get("resourceId")
        self.cluster_location = properties.get("computeLocation") or self.location
        self.is_attached = bool(properties.get("isAttachedCompute"))
        self.vm_size = inner.get("vmSize")
        self.ssh_public_access = str(ssh.get("sshPublicAccess")).lower() == "enabled"
        self.admin_username = ssh.get("adminUserName")
        self.admin_user_ssh_public_key = ssh.get("adminPublicKey")
        self.ssh_port = ssh.get("sshPort")
        self.subnet_id = subnet
        (
            self.vnet_resourcegroup_name,
            self.vnet_name,
            self.subnet_name,
        ) = shapes.network_of(subnet)
        self.public_ip_address = ends.get("publicIpAddress")
        self.private_ip_address = ends.get("privateIpAddress")
        self.applications = inner.get("applications")
        self.errors = inner.get("errors")
        self.assigned_user_object_id = person.get("objectId")
        self.assigned_user_tenant_id = person.get("tenantId")
        self.status = ComputeInstanceStatus.deserialize(properties)

    @staticmethod
    def create(
        workspace: Workspace,
        name: str,
        provisioning_configuration: ComputeInstanceProvisioningConfiguration,
    ) -> ComputeInstance:
        """Begin to create an instance; gives it in state Creating and does not wait.

        Raises
        ------
        UserErrorException
            The name is reserved.
        ComputeTargetException
            The name or the size is not available, or Azure refused.
        """
        if name in _RESERVED:
            raise UserErrorException(
                f"Please specify a different target name. {name} is a reserved name."
            )
        wanted = provisioning_configuration
        wanted.validate_configuration()
        service = workspace.service
        try:
            sizes = {size.name.lower() for size in service.sizes()}
            if sizes and wanted.vm_size.lower() not in sizes:
                raise ComputeTargetException(
                    f"VmSize '{wanted.vm_size}' is not available in the specified region. "
                    "Call ComputeInstance.supported_vmsizes for those that are.",
                    code="size_not_available",
                )
            check = service.check_name(name)
            if not check.valid or check.available == "no":
                reason = "Invalid" if not check.valid else "AlreadyExists"
                raise ComputeTargetException(
                    f"Compute name '{name}' is not available. Reason: {reason}. "
                    f"Message: {check.reason}",
                    code=check.code or "name_taken",
                )
            service.create(msgspec.convert(wanted.request(name), CreateInstance))
            payload = service.payload(name)
        except CIManagerError as error:
            raise from_refusal(error) from error
        except msgspec.ValidationError as error:
            raise ComputeTargetException(f"Invalid configuration: {error}.", error) from error
        made: ComputeInstance = object.__new__(ComputeInstance)
        made._take(workspace, payload)
        return made

    @staticmethod
    def provisioning_configuration(
        vm_size: str = "",
        ssh_public_access: bool = False,
        admin_user_ssh_public_key: str | None = None,
        vnet_resourcegroup_name: str | None = None,
        vnet_name: str | None = None,
        subnet_name: str | None = None,
        tags: dict[str, str] | None = None,
        description: str | None = None,
        assigned_user_object_id: str | None = None,
        assigned_user_tenant_id: str | None = None,
    ) -> ComputeInstanceProvisioningConfiguration:
        """Give the parameters for :meth:`create`; an empty size means ``Standard_DS3_V2``."""
        return ComputeInstanceProvisioningConfiguration(
            vm_size,
            ssh_public_access,
            admin_user_ssh_public_key,
            vnet_resourcegroup_name,
            vnet_name,
            subnet_name,
            tags,
            description,
            assigned_user_object_id,
            assigned_user_tenant_id,
        )

    def wait_for_completion(
        self,
        show_output: bool = False,
        is_delete_operation: bool = False,
        *,
        raise_on_error: bool = True,
        timeout: float | None = None,
    ) -> None:
        """Wait until the instance is created (or deleted).

        Parameters
        ----------
        show_output:
            Print the states on the way.
        is_delete_operation:
            Wait for the deletion that :meth:`delete` began.
        raise_on_error:
            ``False`` only logs that the creation failed, as the retired class did.
        timeout:
            Seconds to wait at most.

        Raises
        ------
        ComputeTargetException
            The creation failed (with ``code`` and Azure's message), or it took too long.
        """
        limit = waiting.TIMEOUT_SECONDS if timeout is None else timeout
        if is_delete_operation:
            if self.provisioning_state != "Deleting":
                raise ComputeTargetException(
                    "Long running operation information not known, unable to poll. "
                    f"Current state is {self.status.state}"
                )
            operations.wait_until_gone(self, show_output, limit)
            sys.stdout.write('Provisioning operation finished, operation "Succeeded"\n')
            return
        output = waiting.Output(show_output, leading_newline=True)
        waiting.wait_for_state(
            self.workspace.service,
            self.name,
            wanted=_UP,
            operation="Create",
            output=output,
            timeout=limit,
        )
        self.refresh_state()
        if self.status.state in _UP:
            return
        errors = shapes.error_texts(self.errors, self.provisioning_errors)
        logger.error("There were errors reported from ComputeInstance:\n%s", errors)
        if raise_on_error:
            told = "; ".join(errors) or f"the instance is in state {self.status.state}"
            raise ComputeTargetException(
                f"Create operation failed. Errors: {told}",
                code=shapes.error_code(self.errors, self.provisioning_errors) or "create_failed",
            )

    def start(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Start the instance.

        Raises
        ------
        ComputeTargetException
            Its state does not allow it, Azure refused, or (when waiting) it failed.
        """
        operations.change_power(self, "start", "Start", _UP, wait_for_completion, show_output)

    def stop(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Stop the instance: the billing meter stops, the disk is kept, quota is not freed.

        Raises
        ------
        ComputeTargetException
            As for :meth:`start`.
        """
        wanted = frozenset({"Stopped"})
        operations.change_power(self, "stop", "Stop", wanted, wait_for_completion, show_output)

    def restart(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Restart the instance.

        Raises
        ------
        ComputeTargetException
            As for :meth:`start`.
        """
        operations.change_power(self, "restart", "Restart", _UP, wait_for_completion, show_output)

    def delete(self, wait_for_completion: bool = False, show_output: bool = False) -> None:
        """Delete the instance and its disk.

        Raises
        ------
        ComputeTargetException
            Azure refused, or (when waiting) it failed.
        """
        try:
            self.workspace.service.delete(self.name, confirm=self.name)
        except CIManagerError as error:
            raise from_refusal(error) from error
        self.provisioning_state = "Deleting"
        if wait_for_completion:
            operations.wait_until_gone(self, show_output, waiting.TIMEOUT_SECONDS)
            logger.info("Compute instance has successfully deleted.")

    def detach(self) -> NoReturn:
        """Refuse: instances are deleted, never detached."""
        raise ComputeTargetException(
            "Detach is not supported for ComputeInstance object. Try to use delete instead."
        )

    def get_status(self) -> ComputeInstanceStatus:
        """Read the instance anew and give its status."""
        self.refresh_state()
        return self.status

    def refresh_state(self) -> None:
        """Read the instance anew, in place.

        Raises
        ------
        ComputeTargetException
            It is gone, or cannot be read.
        """
        fresh: ComputeTarget = ComputeTarget(self.workspace, self.name)
        self._take(self.workspace, fresh._payload)

    def get(self) -> dict[str, Any]:
        """Give Azure's own answer for the instance, read anew."""
        self.refresh_state()
        return dict(self._payload)

    def serialize(self) -> dict[str, Any]:
        """Give the instance as a dictionary."""
        return shapes.serialize(self)

    @staticmethod
    def deserialize(workspace: Any, object_dict: dict[str, Any]) -> ComputeInstance:
        """Make an instance of Azure's answer.

        Raises
        ------
        ComputeTargetException
            A key is missing, or it is another kind of compute.
        """
        made: ComputeInstance = object.__new__(ComputeInstance)
        made._take(workspace, object_dict)
        return made

    @staticmethod
    def supported_vmsizes(
        workspace: Workspace, location: str | None = None
    ) -> list[dict[str, Any]]:
        """Give the sizes for instances in the workspace's region.

        Raises
        ------
        ComputeTargetException
            They cannot be read, or another region is asked for.
        """
        if location and location.replace(" ", "").lower() != workspace.location.lower():
            raise ComputeTargetException(
                f"Only the sizes of {workspace.location} can be told, where the workspace lies."
            )
        try:
            sizes = workspace.service.sizes()
        except CIManagerError as error:
            raise from_refusal(error) from error
        return [
            {
                "name": size.name,
                "vCPUs": size.cores,
                "gpus": size.gpus,
                "memoryGB": size.memory_gb,
                "maxResourceVolumeMB": None if size.disk_gb is None else int(size.disk_gb * 1024),
            }
            for size in sizes
        ]

    def update_sso_settings(self, value: bool) -> bool:
        """Switch single sign-on of the instance on or off; ``True`` when Azure did so."""
        try:
            self.workspace.service.set_sso(self.name, bool(value))
        except CIManagerError as error:
            logger.warning("Single sign-on was not changed: %s", error.message)
            return False
        return True

    def get_active_runs(
        self, type: Any = None, tags: Any = None, properties: Any = None, status: Any = None
    ) -> Iterator[Any]:
        """Refuse: runs are told by Azure ML's run history, which this class does not reach."""
        raise NotImplementedError(
            "Runs are not listed here; look at the instance's jobs in Azure ML studio."
        )

    @classmethod
    def get_docs_url(cls) -> str:
        """Give the address of Azure's documentation."""
        return _DOCS_URL

    def __str__(self) -> str:
        return json.dumps(shapes.summary(self), indent=2)

    def __repr__(self) -> str:
        if getattr(self, "_payload", MISSING) is MISSING:
            return "ComputeInstance(None, None)"
        return json.dumps(self.serialize(), indent=2)

    def _repr_html_(self) -> str:
        return shapes.html(self, _DOCS_URL)
