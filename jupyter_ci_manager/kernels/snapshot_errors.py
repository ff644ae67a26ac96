"""What the system refuses while snapshots are made and used, in words about snapshots."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import CIManagerError, DiskFull, NotPermitted, Refused
from ..sentences import say


@contextmanager
def told(outcome: str) -> Iterator[None]:
    """Turn the system's errors into ours.

    Parameters
    ----------
    outcome:
        How things stand then, as a clause: ``no snapshot of newenv was made``.

    Raises
    ------
    DiskFull, NotPermitted, Refused
        In place of an ``OSError``.
    """
    try:
        yield
    except CIManagerError:
        raise
    except OSError as error:
        raise in_words(error, outcome) from error


def in_words(error: OSError, outcome: str) -> CIManagerError:
    """Give the error of ours for one of the system's; for ``outcome`` see :func:`told`."""
    details = {"error": str(error)}
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(
            say("The disk is full, so {outcome}.", outcome=outcome),
            hint=say("Free some space and try again."),
            details=details,
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        where = error.filename2 or error.filename or say("A folder")
        return NotPermitted(
            say("{where} cannot be written, so {outcome}.", where=where, outcome=outcome),
            hint=say("Make it writable for you, or ask an administrator."),
            code="folder_not_writable",
            details=details,
        )
    return Refused(
        say(
            "The system says {strerror}, so {outcome}.",
            strerror=error.strerror or error,
            outcome=outcome,
        ),
        code="system_error",
        details=details,
    )
