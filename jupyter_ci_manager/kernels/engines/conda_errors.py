"""What conda, mamba and micromamba say when they fail, in this product's words."""

from __future__ import annotations

import re
from typing import Any

from ...errors import (
    CIManagerError,
    DiskFull,
    InvalidValue,
    NotPermitted,
    Refused,
    Unsolvable,
)
from ...sentences import say
from .secrets import hide_credentials
from .unavailable import unavailable

_UNSOLVABLE = re.compile(
    r"Unsatisfiable|PackagesNotFound|ResolvePackageNotFound|SpecsConfigurationConflict"
    r"|could not solve|nothing provides|not available from current channels|cannot be installed",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"PackagesNotFound\w*Error.*missing from the target", re.IGNORECASE | re.DOTALL
)
_FULL = re.compile(r"NoSpaceLeft|no space left on device|disk quota exceeded", re.IGNORECASE)
_DENIED = re.compile(
    r"NotWritable|permission denied|PermissionError|read-only file system", re.IGNORECASE
)
_CORRUPT = re.compile(
    r"ChecksumMismatch|CondaVerification|SafetyError|InvalidArchive", re.IGNORECASE
)
_FROZEN = re.compile(r"EnvironmentIsFrozen", re.IGNORECASE)
_NETWORK = re.compile(
    r"HTTPError|ConnectionFailed|ConnectTimeout|SSLError|ProxyError|OfflineError|could not connect"
    r"|download error|UnavailableInvalidChannel|could not resolve|curl|status code [45]\d\d",
    re.IGNORECASE,
)


def failure(answer: dict[str, Any], output: str) -> CIManagerError:
    """Give the error for a command that has failed.

    Parameters
    ----------
    answer:
        What it printed as JSON, if it did.
    output:
        All that it printed.
    """
    name = str(answer.get("exception_name") or "")
    message = hide_credentials(str(answer.get("message") or answer.get("error") or "")).strip()
    text = hide_credentials(f"{name}\n{message}\n{output}")
    tail = "\n".join(line for line in text.splitlines() if line.strip())[-4000:]
    details = {"error": tail}
    said = message or tail[-1500:]
    if _ABSENT.search(text):
        return InvalidValue(
            say("What shall be removed is not installed.\n{said}", said=said),
            hint=say("List the environment's packages to see what is there."),
            code="package_not_installed",
            field="packages",
            details=details,
        )
    if _FULL.search(text):
        return DiskFull(
            say("The disk is full, so the environment could not be finished."),
            hint=say("Free some space and try again."),
            details=details,
        )
    if _FROZEN.search(text):
        return Refused(
            say("The environment is frozen: its owner allows no changes."),
            hint=say("Clone it and work in the clone."),
            code="environment_frozen",
            details=details,
        )
    if _CORRUPT.search(text):
        return Refused(
            say("A package is not what its channel says it is (damaged or exchanged)."),
            hint=say("Try again; if it stays so, tell whoever keeps the channel."),
            code="corrupt_package",
            details=details,
        )
    if _UNSOLVABLE.search(text):
        return Unsolvable(
            say("No set of packages fits what was asked for:\n{said}", said=said),
            hint=say("Ask for fewer or other versions, or add a channel that has them."),
            details=details,
        )
    if _DENIED.search(text):
        return NotPermitted(
            say("The environment or the package cache may not be written."),
            hint=say("Choose a folder of your own (envs_dir), or ask an administrator."),
            code="prefix_not_writable",
            details=details,
        )
    if _NETWORK.search(text):
        return unavailable(text)
    return Refused(
        say("conda has failed:\n{said}", said=said),
        hint=say("The log tells more."),
        code="conda_failed",
        details=details,
    )
