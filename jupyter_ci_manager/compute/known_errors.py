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
from ..sentences import Sentence, say


class KnownError(NamedTuple):
    """Words by which one of Azure's errors is known, and what it is here."""

    pattern: str
    error: type[CIManagerError]
    code: str
    message: Sentence
    hint: Sentence
    quotes: bool = True

    def fits(self, text: str) -> bool:
        """Tell whether it is what Azure says with these words, "code message"."""
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL) is not None

    def told(self, said: str = "") -> Sentence:
        """Say what it is, with Azure's own words behind it where they tell more."""
        if said and self.quotes:
            return say("{meaning}: {said}", meaning=self.message, said=said)
        return say("{meaning}.", meaning=self.message)


#: Matched in order against "code message". ``quotes``: Azure's own words stand behind the meaning.
KNOWN = (
    KnownError(
        r"RequestDisallowedByPolicy",
        NotPermitted,
        "policy_denied",
        say("An Azure Policy of your organisation refuses this"),
        say("Change what the policy names (often a tag, a size or a network), or ask its owner."),
    ),
    KnownError(
        r"ScopeLocked|ReadOnlyDisabledSubscription",
        NotPermitted,
        "locked",
        say("A lock on the resource forbids this"),
        say("Somebody with Owner rights can remove the lock in the Azure portal."),
    ),
    KnownError(
        r"vCPU quota of|exceeding quota limits|QuotaExceeded|QuotaNotAvailable|is less than the requested",
        QuotaExceeded,
        "quota_exceeded",
        say("Not enough cores are left in the quota"),
        say(
            "Take a size of another family, delete an instance that holds cores (a stopped one holds them too), or ask for more quota."
        ),
    ),
    KnownError(
        r"AllocationFailed|SkuNotAvailable|out of capacity|insufficient capacity|OverconstrainedAllocation",
        Unavailable,
        "no_capacity",
        say("Azure has no machine of this size free in the region right now"),
        say("This is not your quota. Try again later, or take another size."),
    ),
    KnownError(
        r"is not available\. Reason: AlreadyExists|already in use and is therefore unavailable",
        NameTaken,
        "name_taken",
        say("The name is already used in this region"),
        say(
            "Names of instances are unique in the whole region, across all workspaces: take another."
        ),
        quotes=False,
    ),
    KnownError(
        r"Compute name .* Reason: Invalid",
        InvalidValue,
        "invalid_name",
        say("Azure does not accept the name"),
        say(
            "3 to 24 letters, digits or dashes, a letter first, no digits alone after the last dash."
        ),
    ),
    KnownError(
        r"OnlyAllowedInStoppedState|only allowed when the instance .* 'stopped' state",
        WrongState,
        "wrong_state",
        say("The instance can be started only when it is stopped"),
        say("Its state has moved on meanwhile; look at it again."),
        quotes=False,
    ),
    KnownError(
        r"ComputeInstance disk is full",
        Conflict,
        "instance_disk_full",
        say("Azure does not stop an instance whose disk is full"),
        say(
            "Free at least 5 GB on it first (old environments, conda and docker caches), then stop it."
        ),
        quotes=False,
    ),
    KnownError(
        r"unusable node",
        Unavailable,
        "unusable_node",
        say("The instance's machine is broken"),
        say("Restart it; if that does not help, delete it and create it again."),
    ),
    KnownError(
        r"NoRegisteredProviderFound|InvalidApiVersionParameter|InvalidResourceType",
        Refused,
        "not_offered",
        say("This Azure endpoint does not offer the call"),
        say(
            "The setting preview_api_version (or api_version) names the version that is asked for."
        ),
    ),
    KnownError(
        r"subnet.*managed (virtual )?network|managed network.*subnet",
        Refused,
        "managed_network",
        say("The workspace has a managed network, so an instance cannot have a subnet of its own"),
        say("Leave the subnet away."),
        quotes=False,
    ),
)
