"""The drop-in face: Azure's retired ``ComputeInstance`` class, alive.

A notebook written for azureml-core runs after its import line names this package::

    from jupyter_ci_manager.v1 import ComputeInstance, ComputeTarget, Workspace
    from jupyter_ci_manager.v1 import ComputeTargetException

or, unchanged, after ``jupyter_ci_manager.v1.install()``. Signatures, printed output and messages
are those of the retired class; a failed creation raises, and no wait is endless.
"""

from __future__ import annotations

from .compute_instance import ComputeInstance
from .compute_target import ComputeTarget
from .configuration import ComputeInstanceProvisioningConfiguration
from .exceptions import AzureMLException, ComputeTargetException, UserErrorException
from .names import install
from .status import ComputeInstanceStatus
from .workspace import Workspace

__all__ = [
    "AzureMLException",
    "ComputeInstance",
    "ComputeInstanceProvisioningConfiguration",
    "ComputeInstanceStatus",
    "ComputeTarget",
    "ComputeTargetException",
    "UserErrorException",
    "Workspace",
    "install",
]
