"""What a form for a new instance begins with: the settings' defaults, zones, a script's frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from .creation_rules import default_tags
from .schedules import MOST, windows_name

if TYPE_CHECKING:
    from ..config import Settings

#: A setup script runs as root, without a login: conda is not there until it is sourced, and what
#: root installs into the user's home does not belong to him.
_SETUP_SCRIPT = """\
#!/bin/bash
set -euo pipefail

# This runs as root. What follows runs as the user whose notebooks these are.
sudo -u azureuser -i bash -euo pipefail <<'END'
source /anaconda/etc/profile.d/conda.sh
conda activate base
# pip install ...
END
"""


class TimeZone(msgspec.Struct, frozen=True, kw_only=True):
    """A time zone by its Windows name, as Azure wants it, and a place in it."""

    name: str
    place: str


class InstanceDefaults(msgspec.Struct, kw_only=True):
    """What a form for a new instance begins with.

    ``idle_minutes`` 0 means never. ``tags`` are given to every new instance, ``required_tags``
    must have a value. ``time_zone`` is the Windows name of the zone that was asked about, else
    UTC. ``setup_script`` is a frame to write a setup script into.
    """

    vm_size: str
    idle_minutes: int
    tags: dict[str, str]
    required_tags: list[str]
    most_schedules: int
    time_zone: str
    time_zones: list[TimeZone]
    setup_script: str


def instance_defaults(settings: Settings, zone: str) -> InstanceDefaults:
    """Give the defaults.

    Parameters
    ----------
    zone:
        The user's time zone, as browsers name it (``Asia/Seoul``); empty when not known.
    """
    from tzlocal.windows_tz import win_tz

    places = dict(win_tz) | {"UTC": "UTC"}
    return InstanceDefaults(
        vm_size=settings.default_vm_size,
        idle_minutes=settings.default_idle_minutes,
        tags=default_tags(settings),
        required_tags=list(settings.required_tags),
        most_schedules=MOST,
        time_zone=windows_name(zone) if windows_name(zone) in places else "UTC",
        time_zones=[TimeZone(name=name, place=place) for name, place in sorted(places.items())],
        setup_script=_SETUP_SCRIPT,
    )
