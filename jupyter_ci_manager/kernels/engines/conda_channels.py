"""Naming channels to a conda, and never a password or a token among its arguments.

Every user of a machine can read the argument lists of its programs. A channel whose address says
how to sign in gets a name in a file of configuration, for its owner alone and for as long
as the program runs; ``CONDARC`` leads to that file.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InvalidValue
from ...sentences import say
from .conda_config import CondaConfig
from .condarc_files import files
from .secrets import hide_credentials, strip_credentials

#: The server of a channel with what signs in to it, and the channel's own name behind it.
_SIGNED = re.compile(r"(?P<server>https?://(?:[^?#]*/t/[^/?#]+|[^/?#]+))/(?P<name>[^?#]+?)/?")


@dataclass(frozen=True)
class NamedChannels:
    """Channels as a program is told of them.

    Parameters
    ----------
    options:
        What stands in its argument list; nothing where it takes them from its own configuration.
    hidden:
        By a name that stands there, the server that it lies on, and what signs in to it.
    """

    options: tuple[str, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)


def named_channels(channels: tuple[str, ...], condarc: CondaConfig) -> NamedChannels:
    """Say how to name ``channels``, or where there are none the configured ones, to a conda.

    Raises
    ------
    InvalidValue
        A channel that is signed in to by its address has no name that would be its alone.
    """
    if not channels and condarc.channels:
        return NamedChannels()
    names = dict.fromkeys(condarc.names_in_force(channels))
    taken = {*names, *condarc.custom_multichannels, "defaults", "local"}
    told: list[str] = []
    hidden: dict[str, str] = {}
    for channel in names:
        name = channel
        if hide_credentials(channel) != channel:
            # conda signs in to what it fetches only if the name is the end of the address.
            parts = _SIGNED.fullmatch(channel)
            name = parts["name"] if parts else ""
            if parts is None or name in taken or hide_credentials(f"/{name}") != f"/{name}":
                raise InvalidValue(
                    say(
                        "conda cannot be told of the channel {channel} without showing to all "
                        "users of this machine what signs in to it.",
                        channel=strip_credentials(channel),
                    ),
                    hint=say(
                        "Sign in to the channel as conda does (conda token, .condarc or "
                        "rattler's store) and name the channel without them."
                    ),
                    code="credentials_in_url",
                    field="channels",
                )
            taken.add(name)
            hidden[name] = parts["server"]
        told += ["-c", name]
    if condarc.override_channels_enabled:
        told.append("--override-channels")
    return NamedChannels(tuple(told), hidden)


@contextmanager
def configured(channels: NamedChannels) -> Iterator[dict[str, str]]:
    """Give the variables by which a program knows the channels that have another name.

    What the user's own ``CONDARC`` leads to still counts.
    """
    if not channels.hidden:
        yield {}
        return
    # Nobody else can look into the folder, so the file is its owner's from the beginning.
    with tempfile.TemporaryDirectory(prefix="ci-manager-") as scratch:
        folder = Path(scratch)
        own = folder / "channels.yml"
        own.touch(mode=0o600)
        own.write_text(json.dumps({"custom_channels": dict(channels.hidden)}))
        given = os.environ.get("CONDARC")
        users = files([Path(given).expanduser()]) if given else []
        for position, file in enumerate(users):
            # They are read in the order of their names: the user's come first.
            (folder / f"{position:03}.yml").symlink_to(file.absolute())
        yield {"CONDARC": str(folder if users else own)}
