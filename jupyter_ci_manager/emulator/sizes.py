"""The VM sizes of a region with their prices.

Families, cores, memory and GPUs are Azure's; the prices are close to the Linux list prices of
East US and the same in every region.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from .versions import before

_OS_DISK_MB = 1_047_552
_LOW_PRIORITY_SHARE = 0.2
_WINDOWS_PER_CORE = 0.046


class VmSize(msgspec.Struct, frozen=True):
    """One size as it stands in ``sizes.json``."""

    name: str
    family: str
    vCPUs: int
    gpus: int
    memoryGB: float
    maxResourceVolumeMB: int
    premiumIO: bool
    lowPriorityCapable: bool
    linuxPrice: float
    computeTypes: list[str]

    @property
    def for_instances(self) -> bool:
        """Whether a compute instance may have this size."""
        return "ComputeInstance" in self.computeTypes

    def on_wire(self) -> dict[str, Any]:
        """Give the size as ``vmSizes`` answers it."""
        prices = [(self.linuxPrice, "Linux", "Standard")]
        if self.lowPriorityCapable:
            prices.append((round(self.linuxPrice * _LOW_PRIORITY_SHARE, 4), "Linux", "LowPriority"))
        windows = self.linuxPrice + self.vCPUs * _WINDOWS_PER_CORE
        prices.append((round(windows, 4), "Windows", "Standard"))
        return {
            "name": self.name,
            "family": self.family,
            "vCPUs": self.vCPUs,
            "gpus": self.gpus,
            "osVhdSizeMB": _OS_DISK_MB,
            "maxResourceVolumeMB": self.maxResourceVolumeMB,
            "memoryGB": self.memoryGB,
            "lowPriorityCapable": self.lowPriorityCapable,
            "premiumIO": self.premiumIO,
            "estimatedVMPrices": {
                "billingCurrency": "USD",
                "unitOfMeasure": "OneHour",
                "values": [
                    {"retailPrice": price, "osType": system, "vmTier": tier}
                    for price, system, tier in prices
                ],
            },
            "supportedComputeTypes": self.computeTypes,
        }


@dataclass(frozen=True)
class Catalogue:
    """All sizes, found by name without case, and the display names of their families."""

    sizes: dict[str, VmSize]
    families: dict[str, str]

    def find(self, name: str) -> VmSize | None:
        """Give a size by its name in any case, or None."""
        return self.sizes.get(name.lower())


class _File(msgspec.Struct):
    families: dict[str, str]
    sizes: list[VmSize]


@cache
def catalogue() -> Catalogue:
    """Read the sizes that the package carries."""
    text = files(__package__).joinpath("sizes.json").read_bytes()
    data = msgspec.json.decode(text, type=_File)
    return Catalogue({size.name.lower(): size for size in data.sizes}, data.families)


@cache
def size_list(api_version: str) -> bytes:
    """Give the body of ``vmSizes``: versions up to 2020-08-01 read another key for the list."""
    values = [size.on_wire() for size in catalogue().sizes.values()]
    body: dict[str, Any] = {"value": values}
    if before(api_version, "2020-08-02"):
        body["amlCompute"] = values
    return msgspec.json.encode(body)
