"""What the kernels wing gives away: plain structs, the REST API's wire form too."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from ..jobs.models import Job


class Environment(msgspec.Struct, kw_only=True):
    """A conda environment on this machine; ``size_bytes`` is ``None`` until it was counted.

    ``problems`` says one by one what is wrong with one that is looked after, ``snapshot_taken``
    is when it was last kept (seconds since the epoch), and ``outlook`` says what its loss would
    mean; it is empty where nobody looks after it. ``is_frozen``: no package of it may change.
    """

    name: str
    prefix: str
    language: str | None = None
    version: str | None = None
    size_bytes: int | None = None
    package_count: int | None = None
    kernels: list[str] = []
    is_base: bool = False
    is_protected: bool = False
    protection_reason: str = ""
    can_unprotect: bool = False
    is_frozen: bool = False
    is_broken: bool = False
    broken_reason: str = ""
    problems: list[str] = []
    can_restore: bool = False
    snapshot_taken: float | None = None
    outlook: str = ""
    created_by_us: bool = False
    job_id: str | None = None


class Snapshot(msgspec.Struct, kw_only=True):
    """A snapshot of an environment; ``taken`` is in seconds since the epoch."""

    number: int
    taken: float
    files: int
    package_count: int
    kernels: list[str] = []


class SnapshotList(msgspec.Struct, kw_only=True):
    """An environment's snapshots, newest first, and how it stands to the newest.

    ``current`` and ``outdated`` are well; ``impossible`` cannot be kept, and ``outlook`` says why.
    """

    state: Literal["none", "current", "outdated", "lost", "replaced", "damaged", "impossible"]
    outlook: str
    can_restore: bool = False
    problems: list[str] = []
    lost_kernels: list[str] = []
    snapshots: list[Snapshot] = []


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package in an environment; ``source`` is ``conda`` or ``pypi``."""

    name: str
    version: str
    build: str = ""
    channel: str = ""
    source: Literal["conda", "pypi"] = "conda"
    size_bytes: int | None = None
    requested: bool = False


class Kernel(msgspec.Struct, kw_only=True):
    """A Jupyter kernel spec on this machine, and whether it can work."""

    name: str
    display_name: str
    language: str = ""
    resource_dir: str = ""
    environment: str | None = None
    prefix: str | None = None
    is_ours: bool = False
    is_protected: bool = False
    protection_reason: str = ""
    is_broken: bool = False
    broken_code: str = ""
    broken_reason: str = ""
    can_repair: bool = False


class PipSource(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Packages that pip installs after conda is done."""

    packages: list[str] = []


class KernelRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a new kernel shall be. Only ``name`` has no default.

    Exactly one source: ``packages`` (the default: the language's own, newest version), an
    ``environment_yml`` text, a ``lock`` text (explicit or conda lock file), ``existing`` (name or
    prefix of an environment), or ``clone`` (likewise). ``scope="machine"`` registers the kernel
    for all users. ``dry_run`` only tells what would be done.
    """

    name: str
    display_name: str | None = None
    language: str = "python"
    version: str | None = None
    packages: list[str] = []
    pip: list[str] = []
    channels: list[str] = []
    environment_yml: str | None = None
    lock: str | None = None
    existing: str | None = None
    clone: str | None = None
    scope: Literal["user", "machine"] = "user"
    engine: Literal["auto", "rattler", "conda"] | None = None
    dry_run: bool = False


class PackageRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A change of an environment's packages."""

    action: Literal["install", "update", "remove"]
    packages: list[str]
    source: Literal["conda", "pypi"] = "conda"
    channels: list[str] = []
    dry_run: bool = False


class EnvironmentRename(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The new name of an environment; ``confirm`` is its old one where something runs in it."""

    name: str
    confirm: str | None = None


class Use(msgspec.Struct, kw_only=True, frozen=True):
    """A process that uses an environment.

    ``name`` is the notebook's path of a kernel that belongs to one, the command line of a
    program, and the terminal's name with that in a terminal. ``is_ours``: whether the process
    that answers has started it, such as a kernel of this Jupyter server.
    """

    pid: int
    kind: Literal["notebook", "kernel", "terminal", "program"]
    name: str
    is_ours: bool = False


class NotRebuilt(msgspec.Struct, kw_only=True):
    """What was written down and cannot be made here: its name, and the refusal."""

    name: str
    error: dict[str, Any]


class Rebuilt(msgspec.Struct, kw_only=True):
    """The jobs that make anew what was written down, and what was refused."""

    jobs: list[Job] = []
    refused: list[NotRebuilt] = []


class LanguageChoice(msgspec.Struct, kw_only=True):
    """A language that kernels can be made for.

    A kernel in the environment ``x`` is shown as ``title (x)`` unless asked otherwise.
    ``versions`` are those that the channels have, newest first; empty while nobody has asked the
    channels, and where no version can be chosen (``has_version`` is false).
    """

    name: str
    title: str
    packages: list[str]
    has_version: bool = False
    versions: list[str] = []


class PackageMatch(msgspec.Struct, kw_only=True):
    """A package that a channel has: ``version`` is its newest, ``versions`` newest first.

    ``size_bytes`` is that of the newest version's archive; ``summary`` is empty where the channel
    does not tell it quickly.
    """

    name: str
    version: str
    versions: list[str]
    channel: str
    size_bytes: int | None = None
    summary: str = ""


class PackageMatches(msgspec.Struct, kw_only=True):
    """The best matches of a search, best first, and how many there are in all."""

    packages: list[PackageMatch]
    total: int


class MissingKernel(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a notebook says of a kernel that is not there; each may be empty.

    ``packages`` are packages or modules that it needs.
    """

    name: str = ""
    display_name: str = ""
    language: str = ""
    packages: list[str] = []


#: Why a kernel is near to one that is missing.
NearReason = Literal[
    "same_name", "former_name", "alike_name", "same_language", "same_version", "packages"
]


class NearKernel(msgspec.Struct, kw_only=True):
    """A kernel that may stand in for a missing one; the higher the score, the nearer.

    ``has`` and ``missing`` divide the packages that were asked about.
    """

    kernel: Kernel
    score: float
    reasons: list[NearReason] = []
    has: list[str] = []
    missing: list[str] = []


class PackageChange(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a preview: ``before`` or ``after`` is ``None`` where there is none."""

    name: str
    before: str | None = None
    after: str | None = None
    size_bytes: int | None = None


class Preview(msgspec.Struct, kw_only=True):
    """What a request would change, what it would download, and what the disk has."""

    prefix: str
    engine: str
    engine_reason: str = ""
    changes: list[PackageChange] = []
    download_bytes: int = 0
    disk_bytes: int = 0
    free_bytes: int = 0
    display_name: str | None = None
    problems: list[dict[str, Any]] = []


class KernelsStatus(msgspec.Struct, kw_only=True):
    """The kernels wing's state: engine and why, conda, folders, protection at a glance."""

    engine: str
    engine_reason: str = ""
    conda: str | None = None
    conda_version: str | None = None
    envs_dir: str = ""
    channels: list[str] = []
    kernels_dir: str = ""
    hostname: str = ""
    free_bytes: int | None = None
    protected: list[str] = []
    warnings: list[str] = []
