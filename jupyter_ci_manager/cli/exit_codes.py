"""What the process ends with, so that a script can tell one refusal from another."""

from __future__ import annotations

from ..commands.failure import Failure

OK = 0
FAILED = 1
USAGE = 2
NOT_FOUND = 3
CONFLICT = 4
NOT_PERMITTED = 5
SIGNED_OUT = 6
REFUSED = 7
UNAVAILABLE = 8
TIMED_OUT = 9
CONFIRMATION = 10
DISK_FULL = 11
INTERRUPTED = 130

MEANINGS = {
    OK: "what was asked for is so",
    FAILED: "it went wrong, or a check found something",
    USAGE: "the command line, or a value in it, is wrong; nothing was changed",
    NOT_FOUND: "there is no such instance, environment, kernel or job",
    CONFLICT: "not in the present state: busy, taken, or failed",
    NOT_PERMITTED: "Azure or an administrator does not permit it",
    SIGNED_OUT: "nobody is signed in to Azure",
    REFUSED: "refused: protected, no quota, no solution",
    UNAVAILABLE: "Azure, a channel or the network is out of reach, or asks to wait",
    TIMED_OUT: "it took longer than was allowed; it may still go on",
    CONFIRMATION: "it must be confirmed with --yes or --confirm NAME",
    DISK_FULL: "there is not enough room on the disk",
    INTERRUPTED: "you ended it with Ctrl-C; what runs by itself goes on",
}

_BY_CODE = {
    "usage": USAGE,
    "bad_request": USAGE,
    "invalid_value": USAGE,
    "confirmation_needed": CONFIRMATION,
    "disk_full": DISK_FULL,
    "cancelled": INTERRUPTED,
    "protected_environment": REFUSED,
    "quota_exceeded": REFUSED,
    "unsolvable": REFUSED,
    "kernel_test_failed": REFUSED,
    "conda_not_found": REFUSED,
    "refused": REFUSED,
}

_BY_STATUS = {
    400: USAGE,
    401: SIGNED_OUT,
    403: NOT_PERMITTED,
    404: NOT_FOUND,
    409: CONFLICT,
    422: REFUSED,
    429: UNAVAILABLE,
    502: UNAVAILABLE,
    503: UNAVAILABLE,
    504: TIMED_OUT,
    507: DISK_FULL,
}


def exit_code(failure: Failure) -> int:
    """Give the exit code of an error: by its code, else by its kind.

    A value that breaks a rule (422 that names a field) is the line's fault: 2.
    """
    if failure.code in _BY_CODE:
        return _BY_CODE[failure.code]
    if failure.status == 422 and failure.field is not None:
        return USAGE
    return _BY_STATUS.get(failure.status, FAILED)
