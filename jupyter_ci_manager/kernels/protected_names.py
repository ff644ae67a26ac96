"""What is protected by its name, and the words that say why."""

from __future__ import annotations

import re

from ..sentences import say

#: Environments that Azure's images ship, by their exact names.
AZURE_ENVIRONMENTS = frozenset(
    {
        "azureml_py36",
        "azureml_py36_automl",
        "azureml_py36_pytorch",
        "azureml_py36_tensorflow",
        "azureml_py38",
        "azureml_py38_PT_TF",
        "azureml_py38_PT_and_TF",
        "azureml_py310_sdkv2",
        "jupyter_env",
        "py38_default",
    }
)
#: Kernel specs that Azure's images ship, by their exact names.
AZURE_KERNELS = re.compile(
    r"python3-azureml|python38-azureml(?:-[a-z0-9-]+)?|python310-sdkv2|ir", re.IGNORECASE
)

SHIPPED_REASON = say("Azure's image ships it, and Jupyter and Azure's own kernels need it.")
BASE_REASON = say("It is conda's base environment: conda and all other environments depend on it.")
JUPYTER_REASON = say("Jupyter itself runs in it.")
SETTINGS_REASON = say("The settings of this machine protect it.")
CHOSEN_REASON = say("You have protected it.")

#: What is refused unless it is said otherwise, as it fits after "cannot be".
REMOVED = say("removed")
CLONE_HINT = say("Clone it and work in the clone: the copy is yours to change and to remove.")
