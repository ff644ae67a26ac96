"""What a region offers, how much of it is used, and what the signed-in user may do there."""

from __future__ import annotations

from typing import Literal

import msgspec

from .instances import Allowed


class VmSize(msgspec.Struct, frozen=True, kw_only=True):
    """A VM size, and whether an instance of it can be created now."""

    name: str
    family: str
    cores: int
    memory_gb: float
    gpus: int = 0
    disk_gb: float | None = None
    price_per_hour: float | None = None
    available: Allowed = "unknown"
    reason: str = ""
    code: str = ""


class UsageHolder(msgspec.Struct, frozen=True, kw_only=True):
    """An instance or cluster that holds cores of a family."""

    name: str
    kind: Literal["instance", "cluster"]
    cores: int
    state: str | None = None


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Cores of one VM family (or of the region, ``family == ""``): used, limit, who holds them.

    ``limit`` is ``None`` where there is none.
    """

    family: str
    name: str
    used: int
    limit: int | None = None
    holders: list[UsageHolder] = []


class Permission(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the signed-in user may do one Azure action in the workspace."""

    action: str
    azure_action: str
    allowed: Allowed
    reason: str = ""


class NameCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a name may be given to a new instance; ``available`` needs Azure's word."""

    name: str
    valid: bool
    available: Allowed = "unknown"
    reason: str = ""
    code: str = ""
    suggestion: str | None = None
