"""The exceptions that notebooks catch, with what they lacked: code, status and request id."""

from __future__ import annotations

import json
import traceback
from typing import Any

from ..errors import CIManagerError


class AzureMLException(Exception):
    """Base of the drop-in's exceptions.

    Parameters
    ----------
    exception_message:
        What happened.
    inner_exception:
        The exception behind it, if there is one.
    code:
        Stable identifier of the product's own error, such as ``quota_exceeded``.
    status_code:
        The HTTP status that Azure answered with, when it did.
    request_id:
        Azure's id of the request, for its support.
    """

    def __init__(
        self,
        exception_message: str,
        inner_exception: BaseException | None = None,
        *,
        code: str | None = None,
        status_code: int | None = None,
        request_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(exception_message)
        self._message = exception_message
        self._inner_exception = inner_exception
        self.code = code
        self.status_code = status_code
        self.request_id = request_id

    @property
    def message(self) -> str:
        """What happened."""
        return self._message

    @message.setter
    def message(self, value: str) -> None:
        self._message = value

    @property
    def inner_exception(self) -> BaseException | None:
        """The exception behind it."""
        return self._inner_exception

    def print_stacktrace(self) -> None:
        """Print the traceback of the exception being handled."""
        traceback.print_exc()

    def _error(self) -> dict[str, Any]:
        return {"message": self._message}

    def __str__(self) -> str:
        body = json.dumps({"error": self._error()}, indent=4)
        return (
            f"{type(self).__name__}:\n\tMessage: {self._message}\n"
            f"\tInnerException {self._inner_exception}\n\tErrorResponse \n{body}"
        )

    def __repr__(self) -> str:
        return str(self)


class UserErrorException(AzureMLException):
    """What the caller asked for cannot be."""

    def _error(self) -> dict[str, Any]:
        return {"code": "UserError", "message": self._message}


class ComputeTargetException(AzureMLException):
    """Something about a compute target went wrong; the class that notebooks catch."""


def from_refusal(error: CIManagerError) -> ComputeTargetException:
    """Make the exception of an error of ours, with the text that notebooks look for in it.

    An answer of Azure's is shown as notebooks know it ("Received bad response from Resource
    Provider"); a refusal of our own, before anything was sent, is its message and hint.
    """
    details = error.details
    status = details.get("status") or error.status
    request_id = details.get("request_id") or details.get("correlation_id")
    text = " ".join(part for part in (error.message, error.hint) if part)
    if details.get("azure_code") or details.get("azure_message"):
        content = json.dumps(
            {
                "error": {
                    "code": details.get("azure_code"),
                    "message": details.get("azure_message") or error.message,
                }
            }
        ).encode()
        headers = {"x-ms-request-id": request_id} if request_id else {}
        text = (
            "Received bad response from Resource Provider:\n"
            f"Response Code: {status}\nHeaders: {headers}\nContent: {content!r}"
        )
    return ComputeTargetException(
        text, error, code=error.code, status_code=status, request_id=request_id
    )
