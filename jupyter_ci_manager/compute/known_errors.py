"""Azure's errors that have plain words and a next step here: one table, read from above."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..errors import (
    CIManagerError,
    Conflict,
    InvalidValue,
    NameTaken,
    NotPermitted,
    QuotaExceeded,
    Refused,
    Unavailable,
    WrongState,
)


class KnownError(NamedTuple):
    """Words by which one of Azure's errors is known, and what it is here."""

    pattern: str
    error: type[CIManagerError]
    code: str
    message: str
    hint: str

    def fits(self, text: str) -> bool:
        """Tell whether it is what Azure says with these words, "code message"."""
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL) is not None


#: Matched in order against "code message". ``{message}`` stands for Azure's own words.
KNOWN = (
    KnownError(
        r"RequestDisallowedByPolicy",
        NotPermitted,
        "policy_denied",
        "An Azure Policy of your organisation refuses this: {message}",
        "Change what the policy names (often a tag, a size or a network), or ask its owner.",
    ),
    KnownError(
        r"ScopeLocked|ReadOnlyDisabledSubscription",
        NotPermitted,
        "locked",
        "A lock on the resource forbids this: {message}",
        "Somebody with Owner rights can remove the lock in the Azure portal.",
    ),
    KnownError(
        r"vCPU quota of|exceeding quota limits|QuotaExceeded|QuotaNotAvailable|is less than the requested",
        QuotaExceeded,
        "quota_exceeded",
        "Not enough cores are left in the quota: {message}",
        "Take a size of another family, delete an instance that holds cores (a stopped one holds "
        "them too), or ask for more quota.",
    ),
    KnownError(
        r"AllocationFailed|SkuNotAvailable|out of capacity|insufficient capacity|OverconstrainedAllocation",
        Unavailable,
        "no_capacity",
        "Azure has no machine of this size free in the region right now: {message}",
        "This is not your quota. Try again later, or take another size.",
    ),
    KnownError(
        r"is not available\. Reason: AlreadyExists|already in use and is therefore unavailable",
        NameTaken,
        "name_taken",
        "The name is already used in this region.",
        "Names of instances are unique in the whole region, across all workspaces: take another.",
    ),
    KnownError(
        r"Compute name .* Reason: Invalid",
        InvalidValue,
        "invalid_name",
        "Azure does not accept the name: {message}",
        "3 to 24 letters, digits or dashes, a letter first, no digits alone after the last dash.",
    ),
    KnownError(
        r"OnlyAllowedInStoppedState|only allowed when the instance .* 'stopped' state",
        WrongState,
        "wrong_state",
        "The instance can be started only when it is stopped.",
        "Its state has moved on meanwhile; look at it again.",
    ),
    KnownError(
        r"ComputeInstance disk is full",
        Conflict,
        "instance_disk_full",
        "Azure does not stop an instance whose disk is full.",
        "Free at least 5 GB on it first (old environments, conda and docker caches), then stop it.",
    ),
    KnownError(
        r"unusable node",
        Unavailable,
        "unusable_node",
        "The instance's machine is broken: {message}",
        "Restart it; if that does not help, delete it and create it again.",
    ),
    KnownError(
        r"NoRegisteredProviderFound|InvalidApiVersionParameter|InvalidResourceType",
        Refused,
        "not_offered",
        "This Azure endpoint does not offer the call: {message}",
        "The setting preview_api_version (or api_version) names the version that is asked for.",
    ),
    KnownError(
        r"subnet.*managed (virtual )?network|managed network.*subnet",
        Refused,
        "managed_network",
        "The workspace has a managed network, so an instance cannot have a subnet of its own.",
        "Leave the subnet away.",
    ),
)
