"""What keeps this machine awake: the kernels and terminals of the Jupyter servers that run here.

Azure counts kernels, terminals, jobs and editor connections as activity, but no SSH. What we can
see are kernels and terminals, so a stop computed from them is the earliest one, an estimate.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import msgspec

from ..sentences import say
from .times import parse_time

_SECONDS = 30.0
_TIMEOUT = 1.5
_MOST_NAMED = 3

_lock = threading.Lock()
_last: tuple[float, Activity | None] = (float("-inf"), None)


class Activity(msgspec.Struct, frozen=True):
    """When something last happened here, and in words what keeps the machine awake now."""

    last: datetime | None
    awake: tuple[str, ...] = ()


def activity_here() -> Activity | None:
    """Ask the Jupyter servers of this user, at most twice a minute; ``None``: none answers."""
    global _last
    with _lock:
        asked, known = _last
        if time.monotonic() - asked < _SECONDS:
            return known
        found = _ask()
        _last = (time.monotonic(), found)
        return found


def _ask() -> Activity | None:
    moments: list[datetime] = []
    awake: list[str] = []
    answered = False
    for server in _servers():
        kernels, terminals = _get(server, "api/kernels"), _get(server, "api/terminals")
        if kernels is None:
            continue
        answered = True
        for kernel in kernels:
            moments += _moment(kernel)
            if kernel.get("execution_state") == "busy":
                awake.append(say("kernel {name}", name=kernel.get("name") or "?"))
        for terminal in terminals or []:
            moments += _moment(terminal)
            awake.append(say("terminal {name}", name=terminal.get("name") or "?"))
    if not answered:
        return None
    more = len(awake) - _MOST_NAMED
    named = awake[:_MOST_NAMED] + ([say("{more} more", more=more)] if more > 0 else [])
    return Activity(max(moments, default=None), tuple(named))


def _servers() -> Iterator[dict[str, Any]]:
    from jupyter_core.paths import jupyter_runtime_dir

    for file in Path(jupyter_runtime_dir()).glob("jpserver-*.json"):
        try:
            info = msgspec.json.decode(file.read_bytes())
        except (OSError, msgspec.DecodeError):
            continue
        if isinstance(info, dict) and str(info.get("url") or "").startswith("http"):
            yield info


def _get(server: dict[str, Any], path: str) -> list[dict[str, Any]] | None:
    import urllib.error
    import urllib.request

    url = urljoin(str(server["url"]).replace("0.0.0.0", "127.0.0.1"), path)  # noqa: S104
    # Our own server is never behind a proxy.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(url)  # noqa: S310 - the scheme was checked
    if server.get("token"):
        asked.add_header("Authorization", f"token {server['token']}")
    try:
        with opener.open(asked, timeout=_TIMEOUT) as answer:
            found = msgspec.json.decode(answer.read())
    except (OSError, urllib.error.URLError, ValueError, msgspec.DecodeError):
        return None
    return (
        [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else None
    )


def _moment(entry: dict[str, Any]) -> list[datetime]:
    try:
        moment = parse_time(entry.get("last_activity"))
    except ValueError:
        return []
    return [] if moment is None else [moment]
