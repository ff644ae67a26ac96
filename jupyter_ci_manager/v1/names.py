"""The names of ``azureml.core`` for notebooks that import them, where azureml-core is absent."""

from __future__ import annotations

import importlib.util
import sys
import types

from .compute_instance import ComputeInstance
from .compute_target import ComputeTarget
from .configuration import ComputeInstanceProvisioningConfiguration
from .exceptions import AzureMLException, ComputeTargetException, UserErrorException
from .status import ComputeInstanceStatus
from .workspace import Workspace

_INSTANCE = {
    "ComputeInstance": ComputeInstance,
    "ComputeInstanceProvisioningConfiguration": ComputeInstanceProvisioningConfiguration,
    "ComputeInstanceStatus": ComputeInstanceStatus,
}
_NAMES: dict[str, dict[str, object]] = {
    "azureml": {},
    "azureml.core": {
        "Workspace": Workspace,
        "ComputeTarget": ComputeTarget,
    },
    "azureml.core.workspace": {"Workspace": Workspace},
    "azureml.core.compute": {"ComputeTarget": ComputeTarget, **_INSTANCE},
    "azureml.core.compute.computeinstance": dict(_INSTANCE),
    "azureml.core.compute.compute": {
        "ComputeTarget": ComputeTarget,
        "ComputeTargetException": ComputeTargetException,
    },
    "azureml.core.compute_target": {"ComputeTargetException": ComputeTargetException},
    "azureml.exceptions": {
        "AzureMLException": AzureMLException,
        "ComputeTargetException": ComputeTargetException,
        "UserErrorException": UserErrorException,
    },
}


def install() -> bool:
    """Provide ``azureml.core`` and its names; ``False`` when azureml-core itself is installed.

    A notebook written for the retired package then runs as it is.
    """
    try:
        present = importlib.util.find_spec("azureml.core") is not None
    except (ImportError, ValueError):
        present = False
    if present:
        return getattr(sys.modules.get("azureml.core"), "provided_by", "") == __name__
    for name, content in _NAMES.items():
        module = sys.modules.get(name)
        if module is None:
            module = types.ModuleType(name, "Provided by jupyter_ci_manager.v1.")
            module.__path__ = []
            module.__spec__ = importlib.util.spec_from_loader(name, None, is_package=True)
            module.provided_by = __name__  # type: ignore[attr-defined]
            sys.modules[name] = module
        for key, value in content.items():
            setattr(module, key, value)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    return True
