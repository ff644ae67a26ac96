"""Where we look, as whom, from which machine, and what was found there."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ...errors import CIManagerError
from .instances import ComputeInstance


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """An Azure Machine Learning workspace."""

    subscription_id: str
    resource_group: str
    name: str
    location: str | None = None
    tenant_id: str | None = None
    friendly_name: str | None = None
    managed_network: bool | None = None


class ErrorInfo(msgspec.Struct, frozen=True, kw_only=True):
    """An error as every face receives it (see ``errors.CIManagerError.to_dict``)."""

    code: str
    message: str
    hint: str = ""
    field: str | None = None
    details: dict[str, Any] = {}
    retry_after: float | None = None

    @classmethod
    def of(cls, error: CIManagerError) -> ErrorInfo:
        """Give an error as a struct."""
        return msgspec.convert(error.to_dict(), cls)


class InstanceList(msgspec.Struct, kw_only=True):
    """The instances of a workspace as last read.

    When Azure cannot be read now, ``error`` says why and ``instances`` is the last good list,
    ``age_seconds`` old. ``now`` is the present moment by Azure's clock, against which all times of
    instances are to be read.
    """

    instances: list[ComputeInstance] = []
    workspace: Workspace | None = None
    revision: int = 0
    age_seconds: float | None = None
    error: ErrorInfo | None = None
    cost_per_hour: float | None = None
    now: str | None = None


class SignInPrompt(msgspec.Struct, frozen=True, kw_only=True):
    """A device-code sign-in that waits for the user."""

    code: str
    url: str
    expires_on: str
    message: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts in Azure: a user or a managed identity, never its token.

    ``is_kept``: the sign-in itself outlives this process, for tokens are kept on disk. ``prompt`` is
    of a sign-in that waits for its code: beside ``signed_in`` another person's, say, and who is
    signed in stays so until it has succeeded. ``error`` is why the last sign-in came to nothing.
    """

    state: Literal["signed_in", "signed_out", "signing_in", "unknown"] = "unknown"
    kind: Literal["user", "managed_identity", "service_principal", "emulator", "unknown"] = (
        "unknown"
    )
    name: str | None = None
    object_id: str | None = None
    tenant_id: str | None = None
    credential: str | None = None
    is_kept: bool = False
    prompt: SignInPrompt | None = None
    error: ErrorInfo | None = None


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """Use of one disk of this machine, in bytes."""

    path: str
    total: int
    free: int
    warning: str = ""


class ThisMachine(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the machine we run on."""

    is_compute_instance: bool = False
    name: str | None = None
    hostname: str = ""
    disks: list[Disk] = []


class ComputeStatus(msgspec.Struct, kw_only=True):
    """The compute wing's state in one answer: backend, workspace and why, who acts, where.

    ``workspace_note`` says when a choice does not outlive this process.
    """

    backend: Literal["azure", "emulator"]
    endpoint: str
    workspace: Workspace | None = None
    workspace_source: str = ""
    workspace_note: str = ""
    identity: Identity = Identity()
    this_machine: ThisMachine = ThisMachine()
    links: dict[str, str] = {}
    error: ErrorInfo | None = None
