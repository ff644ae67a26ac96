"""What the compute wing gives away: plain structs, in snake_case, close to Azure's names.

These are the REST API's wire form too: OpenAPI and the front end's types are generated from them.
What cannot be known is ``None``, and faces show it as unknown.
"""

from .creating import CreateInstance, CreatePreview, SetupScripts, SshKeyPair
from .instances import (
    ActionName,
    Allowed,
    Application,
    ComputeInstance,
    ImageInfo,
    InstanceError,
    InstanceJob,
    InstanceJobs,
    LastOperation,
    Person,
    Postponement,
    Schedule,
    Setup,
    Ssh,
    Verdict,
)
from .region import NameCheck, Permission, Usage, UsageHolder, VmSize
from .workspaces import (
    ComputeStatus,
    Disk,
    ErrorInfo,
    Identity,
    InstanceList,
    SignInPrompt,
    ThisMachine,
    Workspace,
)

__all__ = [
    "ActionName",
    "Allowed",
    "Application",
    "ComputeInstance",
    "ComputeStatus",
    "CreateInstance",
    "CreatePreview",
    "Disk",
    "ErrorInfo",
    "Identity",
    "ImageInfo",
    "InstanceError",
    "InstanceJob",
    "InstanceJobs",
    "InstanceList",
    "LastOperation",
    "NameCheck",
    "Permission",
    "Person",
    "Postponement",
    "Schedule",
    "Setup",
    "SetupScripts",
    "SignInPrompt",
    "Ssh",
    "SshKeyPair",
    "ThisMachine",
    "Usage",
    "UsageHolder",
    "Verdict",
    "VmSize",
    "Workspace",
]
