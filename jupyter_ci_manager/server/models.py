"""What only the REST face says: answers around the wings' structs, small bodies, queries."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from ..compute.models import (
    ComputeStatus,
    Permission,
    Schedule,
    Usage,
    VmSize,
    Workspace,
)
from ..jobs.models import Job
from ..kernels.models import (
    Environment,
    Kernel,
    KernelsStatus,
    LanguageChoice,
    NearKernel,
    Package,
    Use,
)


class Status(msgspec.Struct, kw_only=True):
    """Everything a face asks first; ``server_id`` changes when the server was restarted.

    ``may_write`` says for ``instances``, ``workspaces``, ``sign_in``, ``environments``,
    ``kernels``, ``jobs`` and ``magics`` whether this Jupyter server lets the user change any.
    """

    version: str
    server_id: str
    may_write: dict[str, bool]
    compute: ComputeStatus
    kernels: KernelsStatus


class SizeList(msgspec.Struct, kw_only=True):
    """The VM sizes of the workspace's region."""

    sizes: list[VmSize]


class UsageList(msgspec.Struct, kw_only=True):
    """Cores used and allowed, by VM family and for the region."""

    usages: list[Usage]


class PermissionList(msgspec.Struct, kw_only=True):
    """What the signed-in user may do in the workspace."""

    permissions: list[Permission]


class WorkspaceList(msgspec.Struct, kw_only=True):
    """The workspaces that the signed-in user can see, and the one in use."""

    workspaces: list[Workspace]
    selected: Workspace | None = None


class EnvironmentList(msgspec.Struct, kw_only=True):
    """The conda environments of this machine."""

    environments: list[Environment]


class PackageList(msgspec.Struct, kw_only=True):
    """The packages of an environment."""

    packages: list[Package]


class UseList(msgspec.Struct, kw_only=True):
    """What runs in an environment."""

    uses: list[Use]


class KernelList(msgspec.Struct, kw_only=True):
    """The kernel specs of this machine."""

    kernels: list[Kernel]


class NearKernelList(msgspec.Struct, kw_only=True):
    """The kernels that may stand in for a missing one, nearest first."""

    kernels: list[NearKernel]


class LanguageList(msgspec.Struct, kw_only=True):
    """The languages that kernels can be made for, Python first."""

    languages: list[LanguageChoice]


class JobList(msgspec.Struct, kw_only=True):
    """The jobs of this user, newest first."""

    jobs: list[Job]


class ExportText(msgspec.Struct, kw_only=True):
    """An environment as text, ready for a file."""

    text: str


class Manifest(msgspec.Struct, kw_only=True):
    """Where the user's environments are written down."""

    path: str


class ErrorAnswer(msgspec.Struct, kw_only=True):
    """Every refusal: Jupyter's own ``message`` and ``reason``, and what to do next."""

    message: str
    reason: str
    code: str
    hint: str = ""
    field: str | None = None
    details: dict[str, Any] = {}
    retry_after: float | None = None


class Resize(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The VM size that an instance shall have."""

    vm_size: str


class IdleShutdown(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Minutes without activity after which Azure stops the instance; ``null`` or 0: never."""

    minutes: int | None


class Schedules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """All starts and stops that Azure shall do by itself; what is not listed goes."""

    schedules: list[Schedule]


class Postpone(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """By how many minutes the coming stop moves, at most eight hours."""

    minutes: int


class SingleSignOn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether users reach Azure from an instance with the sign-in they opened it with."""

    enabled: bool


class WorkspaceChoice(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The workspace to use from now on; the fields of ``Workspace``, of which three count."""

    subscription_id: str
    resource_group: str
    name: str
    location: str | None = None
    tenant_id: str | None = None
    friendly_name: str | None = None
    managed_network: bool | None = None


class SignIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How to sign in; ``device_code`` gives a code and a link, the others try at once."""

    method: Literal["auto", "managed_identity", "cli", "device_code", "environment"]


class KernelPatch(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The new name that Jupyter shows for a kernel."""

    display_name: str


class ListQuery(msgspec.Struct, kw_only=True):
    """``refresh``: ask Azure now; ``only_mine``: instances of the signed-in user."""

    refresh: bool = False
    only_mine: bool = False


class ZoneQuery(msgspec.Struct, kw_only=True):
    """``zone``: the user's time zone, as browsers name it (``Asia/Seoul``)."""

    zone: str = ""


class ProbeQuery(msgspec.Struct, kw_only=True):
    """``probe``: ask the instance's Jupyter, too, whether it answers yet."""

    probe: bool = False


class SignOutQuery(msgspec.Struct, kw_only=True):
    """``waiting``: only give up a sign-in that waits for its code; who is signed in stays so."""

    waiting: bool = False


class ConfirmQuery(msgspec.Struct, kw_only=True):
    """``confirm``: the name of what would be lost, where that must be confirmed."""

    confirm: str | None = None


class ProtectQuery(msgspec.Struct, kw_only=True):
    """``frozen``: whether no package of it may change either."""

    frozen: bool = False


class SnapshotQuery(msgspec.Struct, kw_only=True):
    """``accept``: keep it although it was made anew over the one that was kept."""

    accept: bool = False


class RestoreQuery(msgspec.Struct, kw_only=True):
    """``snapshot``: number of the one to go back to although the environment is well.

    ``confirm``: its name, where something runs in it.
    """

    snapshot: int | None = None
    confirm: str | None = None


class ExportQuery(msgspec.Struct, kw_only=True):
    """``format``: an ``environment.yml``, a list of exact package URLs, or a conda lock file."""

    format: Literal["yaml", "explicit", "lock"] = "yaml"


class SearchQuery(msgspec.Struct, kw_only=True):
    """``name``: a part of a package's name, or a whole one with ``*`` and ``?``.

    ``channels``: where to look, with commas between; else where new environments take packages
    from. ``limit``: how many matches to give at most.
    """

    name: str
    channels: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 20


class LanguagesQuery(msgspec.Struct, kw_only=True):
    """``versions``: ask the channels which versions they have, which may take a while."""

    versions: bool = False


class NearestQuery(msgspec.Struct, kw_only=True):
    """What a notebook says of its kernel, each where known.

    ``packages``: packages or modules that it needs, with commas between. ``limit``: how many
    kernels to give at most.
    """

    name: str = ""
    display_name: str = ""
    language: str = ""
    packages: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=100)] = 5


class OffsetQuery(msgspec.Struct, kw_only=True):
    """``offset``: where to read on, as the last answer's ``next_offset`` said."""

    offset: Annotated[int, msgspec.Meta(ge=0)] = 0


class ChangeEvent(msgspec.Struct, kw_only=True):
    """A hint on Jupyter's event bus that something changed; the data are read over REST.

    ``revision`` counts up with every event of one server, which ``server_id`` names.
    """

    kind: Literal["changed", "removed", "ended"]
    name: str
    revision: int
    server_id: str
    timestamp: str


class Magics(msgspec.Struct, frozen=True, kw_only=True):
    """Whether ``%ci`` is in all of the user's kernels, by which start-up file of IPython."""

    on: bool
    path: str


class SwitchMagics(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether ``%ci`` shall be in all of the user's kernels."""

    on: bool
