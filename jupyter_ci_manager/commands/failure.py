"""The one exception of the commands: an error of the product, wherever it came from."""

from typing import Any, Dict, Optional

#: Codes of what a new sign-in with a code puts right.
_SIGN_IN = ("signed_out", "sign_in_again", "sign_in_expired", "sign_in_declined")


class Failure(Exception):
    """What went wrong, in the words of ``errors.py``: code, message, hint, field, details.

    Parameters
    ----------
    message:
        What happened.
    code:
        Stable identifier, such as ``quota_exceeded``.
    hint:
        What to do next; may be empty.
    field:
        Name of the request's field that is wrong, if one is.
    status:
        The HTTP status that belongs to the error.
    """

    def __init__(
        self,
        message: str,
        code: str = "internal_error",
        hint: str = "",
        field: Optional[str] = None,
        details: Optional[Dict[str, Any]] = None,
        status: int = 500,
        retry_after: Optional[float] = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.field = field
        self.details = dict(details or {})
        self.status = status
        self.retry_after = retry_after

    @classmethod
    def from_dict(cls, error: Dict[str, Any], status: int = 500) -> "Failure":
        """Make one from the JSON form that REST and job journals share."""
        return cls(
            str(error.get("message") or "The request failed."),
            code=str(error.get("code") or "internal_error"),
            hint=str(error.get("hint") or ""),
            field=error.get("field"),
            details=error.get("details"),
            status=status,
            retry_after=error.get("retry_after"),
        )

    def to_dict(self) -> Dict[str, Any]:
        """Give the JSON form, as ``--json`` prints it."""
        out: Dict[str, Any] = {"code": self.code, "message": self.message, "hint": self.hint}
        if self.field is not None:
            out["field"] = self.field
        if self.details:
            out["details"] = self.details
        if self.retry_after is not None:
            out["retry_after"] = self.retry_after
        return out

    def line_in(self, prefix: str) -> str:
        """Give the line for people, with the command of their face that helps.

        Parameters
        ----------
        prefix:
            What commands begin with there, such as ``jupyter ci``.
        """
        if self.code not in _SIGN_IN:
            return self.line
        return f"{self.line} Here: `{prefix} login`."

    @property
    def line(self) -> str:
        """One line for people: the message, then the hint."""
        text = " ".join(self.message.split())
        hint = " ".join(self.hint.split())
        return text + (" " + hint if hint and hint not in text else "")


class UsageFailure(Failure):
    """The command line itself is wrong: an unknown word, something missing or too much."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, code="usage", hint=hint, status=400)
