"""What a new instance shall be, as ``provisioning_configuration()`` gives it."""

from __future__ import annotations

from typing import Any

from .exceptions import ComputeTargetException

_DEFAULT_SIZE = "Standard_DS3_V2"


class ComputeInstanceProvisioningConfiguration:
    """The parameters of a new instance; see ``ComputeInstance.provisioning_configuration``.

    Raises
    ------
    ComputeTargetException
        They contradict each other.
    """

    def __init__(
        self,
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
    ) -> None:
        self.location: str | None = None
        self.vm_size = vm_size or _DEFAULT_SIZE
        self.ssh_public_access = ssh_public_access
        self.admin_user_ssh_public_key = admin_user_ssh_public_key
        self.vnet_resourcegroup_name = vnet_resourcegroup_name
        self.vnet_name = vnet_name
        self.subnet_name = subnet_name
        self.tags = tags
        self.description = description
        self.assigned_user_object_id = assigned_user_object_id
        self.assigned_user_tenant_id = assigned_user_tenant_id
        self.validate_configuration()

    def validate_configuration(self) -> None:
        """Check that the parameters fit together.

        Raises
        ------
        ComputeTargetException
            They do not.
        """
        network = (self.vnet_resourcegroup_name, self.vnet_name, self.subnet_name)
        if any(network) and not all(network):
            raise ComputeTargetException(
                "Invalid configuration, not all virtual net information provided. "
                "To use a custom virtual net with ComputeInstance, provide vnet name, "
                "vnet resource group and subnet name"
            )
        if self.ssh_public_access and not self.admin_user_ssh_public_key:
            raise ComputeTargetException(
                "Invalid configuration, ssh_public_access needs admin_user_ssh_public_key."
            )

    def request(self, name: str) -> dict[str, Any]:
        """Give the request that creates an instance of this name."""
        wanted: dict[str, Any] = {
            "name": name,
            "vm_size": self.vm_size,
            "ssh_public_key": self.admin_user_ssh_public_key if self.ssh_public_access else None,
            "vnet_resource_group": self.vnet_resourcegroup_name,
            "vnet_name": self.vnet_name,
            "subnet_name": self.subnet_name,
            "tags": self.tags,
            "description": self.description,
            "assigned_user_object_id": self.assigned_user_object_id,
            "assigned_user_tenant_id": self.assigned_user_tenant_id,
        }
        return {key: value for key, value in wanted.items() if value is not None}
