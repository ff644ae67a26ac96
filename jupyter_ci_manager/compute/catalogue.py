"""VM sizes with prices, and the use of the quota: what a region offers and who holds it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import CIManagerError
from ..sentences import say
from .models import Allowed, ComputeInstance, Usage, UsageHolder, VmSize

if TYPE_CHECKING:
    from .session import Session
    from .snapshot import Cluster

_SIZES_SECONDS = 3600.0
_USAGES_SECONDS = 20.0
_AFTER_FAILURE_SECONDS = 30.0

#: The regional total among the usages, by the end of its type or by its name.
_REGION = ""


class Catalogue:
    """Sizes and usages of the workspace's region, each kept for a while. Thread-safe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._sizes: list[VmSize] = []
        self._sizes_until = 0.0
        self._prices: dict[str, float] = {}
        self._usages: list[Usage] = []
        self._usages_until = 0.0
        self._generation = 0

    def sizes(self) -> list[VmSize]:
        """Give the sizes of the region as Azure lists them, without saying which can be had.

        Raises
        ------
        CIManagerError
            They cannot be read.
        """
        with self._lock:
            if time.monotonic() < self._sizes_until and self._sizes:
                return self._sizes
            generation = self._generation
        path = self._session.location_path("vmSizes")
        if path is None:
            return []
        raws = self._session.client().pages(path, api_version=self._session.settings.api_version)
        sizes = [size for raw in raws for size in _size(raw)]
        with self._lock:
            if generation != self._generation:
                # Of another region: read while another workspace was chosen.
                return sizes
            self._sizes, self._sizes_until = sizes, time.monotonic() + _SIZES_SECONDS
            self._prices = {
                s.name.lower(): s.price_per_hour for s in sizes if s.price_per_hour is not None
            }
        return sizes

    def prices(self) -> Mapping[str, float]:
        """Give the list prices in USD per hour by size in lower case; empty when unreadable."""
        with self._lock:
            if time.monotonic() < self._sizes_until:
                return self._prices
        try:
            self.sizes()
        except CIManagerError:
            with self._lock:
                self._sizes_until = time.monotonic() + _AFTER_FAILURE_SECONDS
        return self._prices

    def usages(self, *, refresh: bool = False) -> list[Usage]:
        """Give the use of the quota per family, and of the region with ``family == ""``.

        Raises
        ------
        CIManagerError
            They cannot be read.
        """
        with self._lock:
            if not refresh and time.monotonic() < self._usages_until:
                return self._usages
            generation = self._generation
        path = self._session.location_path("usages")
        if path is None:
            return []
        client, version = self._session.client(), self._session.settings.api_version
        families = {normal_family(s.family): s.family for s in self.sizes()}
        found: dict[str, Usage] = {}
        for raw in client.pages(path, api_version=version):
            usage = _usage(raw, families)
            if usage is not None and (usage.family not in found or not usage.limit):
                found.setdefault(usage.family, usage)
        usages = sorted(found.values(), key=lambda u: (u.family != _REGION, u.name))
        with self._lock:
            if generation == self._generation:
                self._usages, self._usages_until = usages, time.monotonic() + _USAGES_SECONDS
        return usages

    def forget_usages(self) -> None:
        """Let the next reader see what was just created, resized or deleted."""
        with self._lock:
            self._usages_until = 0.0

    def reset(self) -> None:
        """Forget everything: another workspace."""
        with self._lock:
            self._generation += 1
            self._sizes, self._prices, self._usages = [], {}, []
            self._sizes_until = self._usages_until = 0.0


def with_holders(
    usages: list[Usage],
    sizes: list[VmSize],
    instances: Iterable[ComputeInstance],
    clusters: Iterable[Cluster],
) -> list[Usage]:
    """Add to each usage which instances (stopped ones too) and clusters hold its cores."""
    by_size = {size.name.lower(): size for size in sizes}
    holders: dict[str, list[UsageHolder]] = {}

    def hold(name: str, kind: Any, vm_size: str | None, count: int, state: str | None) -> None:
        size = by_size.get((vm_size or "").lower())
        if size is None or count <= 0:
            return
        holder = UsageHolder(name=name, kind=kind, cores=size.cores * count, state=state)
        for family in (normal_family(size.family), _REGION):
            holders.setdefault(family, []).append(holder)

    for instance in instances:
        # A failed creation holds nothing.
        if instance.state != "CreateFailed":
            hold(instance.name, "instance", instance.vm_size, 1, instance.state)
    for cluster in clusters:
        hold(cluster.name, "cluster", cluster.vm_size, cluster.nodes, cluster.state)
    return [
        msgspec.structs.replace(
            usage,
            holders=sorted(
                holders.get(normal_family(usage.family), []), key=lambda h: (-h.cores, h.name)
            ),
        )
        for usage in usages
    ]


def with_availability(sizes: list[VmSize], usages: list[Usage] | None) -> list[VmSize]:
    """Say for each size whether an instance of it can be created now, and if not why.

    Parameters
    ----------
    usages:
        ``None`` when they could not be read: then nothing is claimed.
    """
    if usages is None:
        return sizes
    left = {normal_family(u.family): u for u in usages}
    return [_judged(size, left) for size in sizes]


def without(usages: list[Usage], size: VmSize | None) -> list[Usage]:
    """Give the use of the quota as it is when one instance of ``size`` holds no cores any more."""
    if size is None:
        return usages
    freed = (normal_family(size.family), _REGION)
    return [
        msgspec.structs.replace(u, used=max(0, u.used - size.cores))
        if normal_family(u.family) in freed
        else u
        for u in usages
    ]


def normal_family(name: str) -> str:
    """Bring a family's two spellings together.

    ``standardDSv2Family`` of a size and "Standard DSv2 Family Cluster Dedicated vCPUs" of a usage
    both become ``standarddsv2family``.
    """
    text = re.sub(r"cluster|dedicated|vcpus?|cores?", "", name, flags=re.IGNORECASE)
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _short_family(name: str) -> str:
    """Give a family's name as people say it: ``DSv2`` for ``standardDSv2Family``."""
    return re.sub(r"^standard\s*|\s*family.*$", "", name, flags=re.IGNORECASE) or name


def _judged(size: VmSize, left: Mapping[str, Usage]) -> VmSize:
    if size.code == "not_offered":
        return size
    allowed: Allowed = "unknown"
    for family, what in ((normal_family(size.family), "family"), (_REGION, "region")):
        usage = left.get(family)
        if usage is None:
            continue
        if usage.limit is not None and usage.limit - usage.used < size.cores:
            name = (
                say("the {family} family", family=_short_family(size.family))
                if what == "family"
                else say("the whole region")
            )
            return msgspec.structs.replace(
                size,
                available="no",
                code=f"{what}_quota",
                reason=_why_not(size.cores, usage.limit, usage.used, name),
            )
        allowed = "yes"
    return msgspec.structs.replace(size, available=allowed)


def _why_not(cores: int, limit: int, used: int, name: str) -> str:
    """Say why a quota has no room, and what would make some: deleting does only where it would do."""
    if limit == 0:
        return say(
            "Your subscription has no quota for {name}: ask for some.",
            name=name,
        )
    if cores > limit:
        return say(
            "It needs {cores} cores: more than the whole quota of {limit} for {name}. Ask for more.",
            cores=cores,
            limit=limit,
            name=name,
        )
    return say(
        "It needs {cores} cores, but {left} of "
        "{limit} are left in the quota of {name}. Stopped instances hold theirs: "
        "delete one, or ask for more quota.",
        cores=cores,
        left=max(0, limit - used),
        limit=limit,
        name=name,
    )


def _size(raw: Any) -> Iterable[VmSize]:
    try:
        offered = [str(t).lower() for t in raw.get("supportedComputeTypes") or []]
        is_offered = not offered or "computeinstance" in offered
        disk = raw.get("maxResourceVolumeMB")
        yield VmSize(
            name=str(raw["name"]),
            family=str(raw.get("family") or ""),
            cores=int(raw.get("vCPUs") or 0),
            memory_gb=float(raw.get("memoryGB") or 0),
            gpus=int(raw.get("gpus") or 0),
            disk_gb=None if disk is None else round(float(disk) / 1024, 1),
            price_per_hour=_price(raw.get("estimatedVMPrices")),
            available="unknown" if is_offered else "no",
            code="" if is_offered else "not_offered",
            reason="" if is_offered else say("Azure does not offer it for compute instances."),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return


def _price(raw: Any) -> float | None:
    if not isinstance(raw, dict) or str(raw.get("billingCurrency") or "USD") != "USD":
        return None
    for value in raw.get("values") or []:
        kind = (str(value.get("osType")).lower(), str(value.get("vmTier")).lower())
        if kind == ("linux", "standard"):
            return float(value["retailPrice"])
    return None


def _usage(raw: Any, families: Mapping[str, str]) -> Usage | None:
    try:
        kind = str(raw.get("type") or "").rsplit("/", 1)[-1].lower()
        words = raw.get("name") or {}
        value = str(words.get("value") or "")
        name = str(words.get("localizedValue") or value)
        used, limit = int(raw.get("currentValue") or 0), raw.get("limit")
    except (TypeError, ValueError, AttributeError):
        return None
    whole = None if limit is None or int(limit) < 0 else int(limit)
    text = f"{value} {name}".lower()
    if "low" in text and "priority" in text:
        return None
    if kind in ("totalcores", "dedicatedcores") or "regional" in text:
        return Usage(family=_REGION, name=name, used=used, limit=whole)
    family = families.get(normal_family(value)) or families.get(normal_family(name))
    if family is None and kind != "vmfamily":
        return None
    return Usage(family=family or value or name, name=name, used=used, limit=whole)
