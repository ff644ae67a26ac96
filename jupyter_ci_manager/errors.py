"""One small tree of errors. Every face prints the same words.

Each error carries a stable ``code`` (the front end translates by it), a message saying what
happened, a ``hint`` saying what to do next, the ``field`` of the request that is wrong (if one
is), and ``details``: Azure's own code, text and correlation id, or the last lines of a log.
"""

from __future__ import annotations

from typing import Any


class CIManagerError(Exception):
    """Base of every error that a user is meant to read.

    Parameters
    ----------
    message:
        What happened, in one or two sentences.
    hint:
        What to do next; empty when the message says it all.
    code:
        Stable identifier; the class's own unless a finer one is known.
    field:
        Name of the request's field that is wrong, as the client wrote it.
    details:
        JSON-able facts for the curious; never a secret.
    """

    code = "internal_error"
    status = 500

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        code: str | None = None,
        field: str | None = None,
        details: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code
        self.field = field
        self.details: dict[str, Any] = dict(details or {})
        self.retry_after = retry_after

    def to_dict(self) -> dict[str, Any]:
        """Give the JSON form that REST, the CLI's ``--json`` and job journals share."""
        out: dict[str, Any] = {"code": self.code, "message": self.message, "hint": self.hint}
        if self.field is not None:
            out["field"] = self.field
        if self.details:
            out["details"] = self.details
        if self.retry_after is not None:
            out["retry_after"] = self.retry_after
        return out


class BadRequest(CIManagerError):
    """The request is not of the right form: not JSON, an unknown field, a wrong type."""

    code = "bad_request"
    status = 400


class InvalidValue(CIManagerError):
    """The request is well formed, but a value breaks a rule; ``field`` names it."""

    code = "invalid_value"
    status = 422


class SignedOut(CIManagerError):
    """Nobody is signed in to Azure, or the sign-in has expired."""

    code = "signed_out"
    status = 401


class NotPermitted(CIManagerError):
    """Azure RBAC, a policy, a lock or an administrator's setting forbids it."""

    code = "not_permitted"
    status = 403


class NotFound(CIManagerError):
    """What was asked for does not exist."""

    code = "not_found"
    status = 404


class Conflict(CIManagerError):
    """It cannot be done in the present state: wrong state, busy, already taken."""

    code = "conflict"
    status = 409


class WrongState(Conflict):
    """The action is not possible in the state that the instance is in."""

    code = "wrong_state"


class NameTaken(Conflict):
    """The name is already in use."""

    code = "name_taken"


class EnvironmentBusy(Conflict):
    """Another job works on this environment; ``details["job_id"]`` names it."""

    code = "environment_busy"


class ConfirmationNeeded(Conflict):
    """What would be lost must be confirmed by its name first."""

    code = "confirmation_needed"


class Refused(CIManagerError):
    """Well formed and possible, but a rule of ours or of Azure refuses it."""

    code = "refused"
    status = 422


class ProtectedEnvironment(Refused):
    """The environment or kernel must never be lost, so it is not touched."""

    code = "protected_environment"


class QuotaExceeded(Refused):
    """The cores of a VM family or of the region are used up."""

    code = "quota_exceeded"


class Unsolvable(Refused):
    """No set of packages satisfies what was asked for."""

    code = "unsolvable"


class KernelTestFailed(Refused):
    """The new kernel did not start or did not run in its own environment."""

    code = "kernel_test_failed"


class CondaNotFound(Refused):
    """The chosen engine needs a conda, and none was found."""

    code = "conda_not_found"


class DiskFull(CIManagerError):
    """Not enough room on the disk."""

    code = "disk_full"
    status = 507


class Throttled(CIManagerError):
    """Azure asks to wait; ``retry_after`` says how many seconds."""

    code = "throttled"
    status = 429


class Unavailable(CIManagerError):
    """Azure, a channel or the network cannot be reached right now."""

    code = "unavailable"
    status = 503


class TimedOut(CIManagerError):
    """It took longer than it may; what was started may still go on."""

    code = "timed_out"
    status = 504
