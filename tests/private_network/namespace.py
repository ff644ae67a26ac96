"""A network namespace with one cable, whose other end is an address of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class NotHere(Exception):
    """No namespaces can be made here; the message says why."""


@dataclass(frozen=True)
class Namespace:
    """A network of its own: its loopback, and ``gateway`` as the one address that it reaches."""

    name: str
    gateway: str

    def command(self, *arguments: str) -> list[str]:
        """Give the argument list that runs ``arguments`` inside."""
        return ["ip", "netns", "exec", self.name, *arguments]


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotHere(f"ip {' '.join(arguments)}: {done.stderr.strip()}")


@contextmanager
def namespace() -> Iterator[Namespace]:
    """Make a namespace without any route but its cable.

    Raises
    ------
    NotHere
        Not root, no ``ip``, or the system does not allow it.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise NotHere("network namespaces want root")
    if shutil.which("ip") is None:
        raise NotHere("the command “ip” is missing")
    number = os.getpid() % 16384
    name, outside, inside = f"company-{number}", f"co{number}o", f"co{number}i"
    # RFC 2544 keeps 198.18.0.0/15 for tests between networks; four addresses per process.
    net = f"198.18.{number // 64}."
    gateway, own = (f"{net}{number % 64 * 4 + n}" for n in (1, 2))
    _ip("netns", "add", name)
    try:
        _ip("link", "add", outside, "type", "veth", "peer", "name", inside)
        _ip("link", "set", inside, "netns", name)
        _ip("addr", "add", f"{gateway}/30", "dev", outside)
        _ip("link", "set", outside, "up")
        _ip("-n", name, "addr", "add", f"{own}/30", "dev", inside)
        _ip("-n", name, "link", "set", inside, "up")
        _ip("-n", name, "link", "set", "lo", "up")
        yield Namespace(name, gateway)
    finally:
        # Its end of the cable goes with it, and with that the other one.
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
        subprocess.run(["ip", "link", "del", outside], capture_output=True, check=False)
