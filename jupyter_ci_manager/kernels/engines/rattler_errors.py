"""rattler's errors in this product's words."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

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

_FULL = re.compile(r"no space left|os error 28\b|disk quota exceeded|os error 122\b", re.IGNORECASE)
_DENIED = re.compile(
    r"permission denied|os error 13\b|read-only file system|os error 30\b|os error 1\b",
    re.IGNORECASE,
)
_CORRUPT = re.compile(
    r"hash mismatch|mismatch|failed to extract|unexpected (?:end|eof)|invalid (?:zip|archive|gzip)"
    r"|could not find (?:the )?(?:central|end)|corrupt|does not match",
    re.IGNORECASE,
)
_NETWORK = re.compile(
    r"error sending request|connect|timed? ?out|dns|status (?:client|server) error|http|"
    r"decoding response body|certificate|no cached|not cached|cache",
    re.IGNORECASE,
)


@contextmanager
def translated(step: str) -> Iterator[None]:
    """Turn what rattler or the system raises into one of our errors.

    ``step`` is what was being done: ``solve``, ``link`` or ``remove``.
    """
    try:
        yield
    except CIManagerError:
        raise
    except OSError as error:
        raise _from_system(error) from error
    except Exception as error:
        if not type(error).__module__.startswith(("rattler", "builtins", "exceptions")):
            raise
        known = _from_rattler(error, step)
        if known is None:
            raise
        raise known from error


def _from_system(error: OSError) -> CIManagerError:
    text = hide_credentials(str(error))
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _disk_full(text)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _not_permitted(text)
    return Refused(
        say("The system refused: {text}.", text=text), code="system_error", details={"error": text}
    )


def _disk_full(text: str) -> DiskFull:
    return DiskFull(
        say("The disk is full, so the environment could not be finished."),
        hint=say("Free some space and try again: what is already there will be used."),
        details={"error": text},
    )


def _not_permitted(text: str) -> NotPermitted:
    return NotPermitted(
        say("The environment or the package cache may not be written."),
        hint=say("Choose a folder of your own (envs_dir, package_cache), or ask an administrator."),
        code="prefix_not_writable",
        details={"error": text},
    )


def _from_rattler(error: Exception, step: str) -> CIManagerError | None:
    kind = type(error).__name__
    text = hide_credentials(_whole(error))
    details = {"error": text[-4000:]}
    if kind in ("InvalidMatchSpecError", "InvalidChannelError", "InvalidVersionSpecError"):
        return InvalidValue(
            text[:300], hint=say("Correct the package spec."), code="invalid_spec", field="packages"
        )
    if kind == "SolverError":
        return Unsolvable(
            say("No set of packages fits what was asked for:\n{text}", text=text),
            hint=say("Ask for fewer or other versions, or add a channel that has them."),
            details=details,
        )
    if _FULL.search(text):
        return _disk_full(text)
    if _DENIED.search(text):
        return _not_permitted(text)
    if step == "link" and _CORRUPT.search(text):
        return Refused(
            say(
                "A package is not what its channel says it is (damaged or exchanged); nothing of it "
                "was used."
            ),
            hint=say("Try again; if it stays so, tell whoever keeps the channel."),
            code="corrupt_package",
            details=details,
        )
    if kind in ("GatewayError", "FetchRepoDataError") or _NETWORK.search(text):
        return unavailable(text)
    if kind in ("InstallerError", "LinkError", "TransactionError", "IoError", "ExtractError"):
        return Refused(
            say("The packages could not be put in place."),
            hint=say("Try again: what is already there will be used."),
            code="link_failed",
            details=details,
        )
    return None


def _whole(error: BaseException) -> str:
    parts = [str(error)]
    cause = error.__cause__
    while cause is not None:
        parts.append(str(cause))
        cause = cause.__cause__
    return "\n".join(dict.fromkeys(parts))
