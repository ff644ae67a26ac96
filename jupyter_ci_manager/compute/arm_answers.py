"""What Azure answers, taken apart: JSON, lists, and how a long-running operation stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from ..errors import CIManagerError, Unavailable
from ..sentences import say
from .arm_errors import TRY_AGAIN, error_from_response
from .retry_after import seconds_asked


class Reply(msgspec.Struct, frozen=True):
    """What Azure answered to one request; header names are in lower case."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def operation_url(self) -> str | None:
        """Give where a long-running operation's status can be read, if there is one."""
        return self.headers.get("azure-asyncoperation") or self.headers.get("location")


class Operation(msgspec.Struct, frozen=True):
    """How a long-running operation stands; ``state`` is in progress until it says otherwise.

    ``untold``: it cannot be asked, and never will be; the instance itself tells how it ended.
    """

    state: Literal["in_progress", "succeeded", "failed", "canceled", "untold"]
    error: CIManagerError | None = None
    retry_after: float | None = None


def operation_of(reply: Reply) -> Operation:
    """Tell from a status answer how its operation stands."""
    retry_after = seconds_asked(reply.headers)
    status = str(reply.body.get("status", "")) if isinstance(reply.body, dict) else ""
    if not status:
        return Operation("in_progress" if reply.status == 202 else "succeeded", None, retry_after)
    state = status.lower()
    if state == "succeeded":
        return Operation("succeeded")
    if state == "failed" or state.startswith("cancel"):
        failure = error_from_response(reply.status, reply.headers, reply.body)
        return Operation("failed" if state == "failed" else "canceled", failure)
    return Operation("in_progress", None, retry_after)


def decoded(text: str, headers: Mapping[str, str]) -> Any:
    """Give an answer's JSON; ``None`` for an empty one.

    Raises
    ------
    Unavailable
        It is no JSON.
    """
    if not text.strip():
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise unreadable(
            say("Azure's answer is no JSON."),
            text=text[:500],
            correlation_id=headers.get("x-ms-correlation-request-id"),
        ) from error


def json_object(reply: Reply) -> dict[str, Any]:
    """Give an answer that must be a JSON object.

    Raises
    ------
    Unavailable
        It is none.
    """
    if not isinstance(reply.body, dict):
        raise unreadable(say("Azure's answer is no JSON object."))
    return reply.body


def unreadable(message: str, **details: Any) -> Unavailable:
    """Make the error for an answer that is not what Azure gives."""
    return Unavailable(
        message,
        hint=say(
            "A proxy may have put a page of its own in between. {try_again}", try_again=TRY_AGAIN
        ),
        code="unreadable_answer",
        details={k: v for k, v in details.items() if v},
    )
