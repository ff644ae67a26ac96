"""The quota ledger: cores per VM family and region, shared by instances and clusters.

The service counts what exists, not what runs: a stopped instance keeps its cores, a deleted one
gives them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from .errors import ArmError
from .sizes import Catalogue, VmSize
from .store import Store

Shares = Mapping[str, Mapping[str, int]]
TOTAL = "total"
_REGION = "Total Cluster Dedicated Regional vCPUs"
_LOW_PRIORITY = "Total Cluster LowPriority Regional vCPUs"
_KIND = "quota"


class Ledger:
    """Limits and reservations per subscription and region."""

    def __init__(self, store: Store, catalogue: Catalogue) -> None:
        """Read the limits; reservations are booked by whoever reads the computes."""
        self._store = store
        self._catalogue = catalogue
        self._limits: dict[tuple[str, str], dict[str, int]] = {}
        for key, limits in store.load(_KIND):
            subscription, location = key.split("/")
            self._limits[subscription, location] = limits
        self._used: Counter[tuple[str, str, str]] = Counter()

    def open_region(self, subscription: str, location: str, limits: dict[str, int]) -> None:
        """Give a region its limits: cores per family, and the ``total`` of the region."""
        self._limits[subscription, location] = dict(limits)
        self._store.put(_KIND, f"{subscription}/{location}", self._limits[subscription, location])

    def set_limit(self, subscription: str, location: str, family: str, limit: int) -> None:
        """Change one limit; ``-1`` means unlimited.

        Raises:
            KeyError: The region or the family is unknown.
        """
        limits = self._limits[subscription, location]
        if family not in limits:
            raise KeyError(family)
        limits[family] = limit
        self._store.put(_KIND, f"{subscription}/{location}", limits)

    def limit(self, subscription: str, location: str, family: str) -> int:
        """Give the limit of a family or of the ``total`` in cores; ``-1`` means unlimited."""
        return self._limits.get((subscription, location), {}).get(family, 0)

    def used(self, subscription: str, location: str, family: str) -> int:
        """Give the cores booked in a family or in the ``total``."""
        return self._used[subscription, location, family]

    def regions(self) -> list[tuple[str, str]]:
        """Give every subscription and location that has limits."""
        return list(self._limits)

    def check_location(self, subscription: str, location: str) -> str:
        """Give a region's short name; ``West Europe`` is the same as ``westeurope``.

        Raises:
            ArmError: The subscription has no quota in this region.
        """
        wanted = location.replace(" ", "").lower()
        known = sorted(place for owner, place in self._limits if owner == subscription)
        if wanted in known:
            return wanted
        raise ArmError(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for location '{location}'. The supported "
            f"locations are '{', '.join(known)}'.",
        )

    def check(self, subscription: str, location: str, size: VmSize, cores: int) -> None:
        """Refuse when so many more cores do not fit.

        Args:
            subscription: Subscription id.
            location: Region.
            size: The size asked for.
            cores: Cores to be booked.

        Raises:
            ArmError: A limit would be exceeded, in the service's words.
        """
        family = self._catalogue.families[size.family]
        for name, words in ((size.family, family), (TOTAL, "total")):
            limit = self.limit(subscription, location, name)
            if 0 <= limit < self.used(subscription, location, name) + cores:
                raise ArmError(
                    400,
                    "BadRequest",
                    f"The specified subscription has a {words} vCPU quota of {limit} and cannot "
                    "accomodate for at least 1 requested managed compute node which maps to "
                    f"{size.vCPUs} vCPUs. Talk to your Subscription Admin or refer to "
                    "https://docs.microsoft.com/azure/machine-learning/how-to-manage-quotas.",
                )

    def book(self, subscription: str, location: str, family: str, cores: int) -> None:
        """Add cores to what is used; a negative number gives them back."""
        self._used[subscription, location, family] += cores
        self._used[subscription, location, TOTAL] += cores

    def usages(
        self, subscription: str, location: str, computes: int, shares: Shares
    ) -> list[dict[str, Any]]:
        """Give the body of ``usages``: the region, then each family and the workspaces that use it.

        Args:
            subscription: Subscription id.
            location: Region.
            computes: How many clusters the region holds.
            shares: Cores by family and workspace id.
        """
        root = f"/subscriptions/{subscription}"
        used, limit = (
            self.used(subscription, location, TOTAL),
            self.limit(subscription, location, TOTAL),
        )
        rows = [
            _row(root, "usages", "totalCores", "Clusters", -1, computes),
            _row(root, "usages", "dedicatedCores", _REGION, limit, used),
        ]
        for family, words in self._catalogue.families.items():
            name = f"{words} Cluster Dedicated vCPUs"
            limit = self.limit(subscription, location, family)
            used = self.used(subscription, location, family)
            rows.append(_row(root, "usages", "vmFamily", name, limit, used))
            rows += [
                _row(workspace, "usages", "workspaces", name, limit, cores)
                for workspace, cores in sorted(shares.get(family, {}).items())
            ]
        rows.append(_row(root, "usages", "lowPriorityCores", _LOW_PRIORITY, -1, 0))
        return rows

    def quotas(self, subscription: str, location: str) -> list[dict[str, Any]]:
        """Give the body of ``quotas``."""
        root = f"/subscriptions/{subscription}"
        return [
            _row(
                root,
                "quotas",
                "vmFamily",
                f"{words} Cluster Dedicated vCPUs",
                self.limit(subscription, location, family),
            )
            for family, words in self._catalogue.families.items()
        ]


def _row(
    root: str, noun: str, kind: str, name: str, limit: int, used: int | None = None
) -> dict[str, Any]:
    path = f"{root}/{noun}"
    if kind in ("vmFamily", "workspaces"):
        path += "/" + name.replace(" ", "_")
    row: dict[str, Any] = {
        "id": path,
        "type": f"Microsoft.MachineLearningServices/{kind}/{noun}",
        "limit": limit,
        "name": {"value": name, "localizedValue": name},
        "unit": "Count",
    }
    if used is not None:
        row["currentValue"] = used
    return row
