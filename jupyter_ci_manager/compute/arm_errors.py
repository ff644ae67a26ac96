"""From Azure's failures to errors that a person can act on.

Azure nests its errors: JSON inside strings, the real cause in ``details``, a failure inside an
answer with status 200. Here they are unwrapped once, known codes get plain words and a next step,
and Azure's own code, text and correlation id always stay in ``details``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from ..errors import (
    CIManagerError,
    Conflict,
    NotFound,
    NotPermitted,
    Refused,
    SignedOut,
    Throttled,
    TimedOut,
    Unavailable,
)
from ..sentences import Sentence, joined, say
from .known_errors import KNOWN
from .retry_after import seconds_asked

#: What to do after a read that failed; :func:`of_a_write` says it of a write. That a list is read
#: again by itself is for the face to tell that does so.
TRY_AGAIN = say("Try again in a moment.")
WAIT_FIRST = say("Nothing was changed. Try again when the time is over.")
_LOOK_FIRST = say("Look at the instance's state, then try again.")
#: Seconds to wait where Azure asks for it and does not say how long.
_UNSAID_WAIT = 10.0


class ArmError(NamedTuple):
    """The innermost useful part of one of Azure's errors."""

    code: str | None
    message: str
    target: str | None
    raw: Any


_ACTION = re.compile(r"perform action '([^']+)'")
_NAMED = re.compile(r"The (Resource group|subscription|Resource) '([^']+)'", re.IGNORECASE)


def unwrap(body: Any) -> ArmError:
    """Find the error in what Azure answered: bytes, text, or decoded JSON.

    Goes into ``error``, into JSON that is a string, and into ``details`` where the outer error
    says nothing by itself.
    """
    value: Any = body
    for _ in range(6):
        if isinstance(value, str):
            decoded = _json(value)
            if not isinstance(decoded, dict | list):
                return ArmError(None, value.strip(), None, body)
            value = decoded
        if isinstance(value, list):
            value = value[0] if value else {}
        elif isinstance(value, dict) and isinstance(value.get("error"), dict | str):
            value = value["error"]
        elif isinstance(value, dict):
            message = value.get("message")
            if isinstance(_json(message), dict):
                value = message
            elif _says_nothing(value) and value.get("details"):
                value = value["details"]
            else:
                break
        else:
            break
    if not isinstance(value, dict):
        return ArmError(None, "" if value is None else str(value), None, body)
    return ArmError(
        _text(value.get("code")),
        _text(value.get("message")) or "",
        _text(value.get("target")),
        body,
    )


def error_from_response(status: int, headers: Mapping[str, str], body: Any) -> CIManagerError:
    """Make one of our errors from a failed answer, or from an operation that ended badly.

    Parameters
    ----------
    status:
        HTTP status; 200 for an operation whose body says that it failed.
    headers:
        With names in lower case.
    body:
        The answer's text or decoded JSON.
    """
    arm = unwrap(body)
    details: dict[str, Any] = {
        "status": status,
        "azure_code": arm.code,
        "azure_message": arm.message[:4000],
        "correlation_id": headers.get("x-ms-correlation-request-id"),
        "request_id": headers.get("x-ms-request-id"),
        "time": headers.get("date"),
    }
    details = {k: v for k, v in details.items() if v not in (None, "")}
    error = _classified(status, headers, arm)
    error.details = {**details, **error.details}
    return error


def explain(code: str | None, message: str) -> str:
    """Give plain words and a next step for an error Azure recorded; empty where none are known."""
    text = f"{code or ''} {message}"
    for known in KNOWN:
        if known.fits(text):
            return joined([known.told(), known.hint])
    return ""


def of_a_write(error: CIManagerError) -> CIManagerError:
    """Say of a write that failed what is true of it: it may have been carried out."""
    hint = error.hint
    if hint == TRY_AGAIN:
        error.hint = _LOOK_FIRST
    elif isinstance(hint, Sentence) and "try_again" in hint.values:
        error.hint = Sentence(hint.template, {**hint.values, "try_again": _LOOK_FIRST})
    return error


def unreachable(error: Exception, endpoint: str, *, sent: bool) -> CIManagerError:
    """Make one of our errors from a connection that failed, broke off or stayed silent.

    Parameters
    ----------
    sent:
        It was a write: whether Azure carried it out is not known.
    """
    from azure.core.exceptions import ServiceRequestError, ServiceResponseTimeoutError

    details = {"cause": str(error)[:500], "endpoint": endpoint}
    if sent and not isinstance(error, ServiceRequestError):
        return Unavailable(
            say("Azure did not answer, so it is not known whether it did what was asked."),
            hint=say("Look at the instance's state in a moment before trying again."),
            code="unknown_outcome",
            details=details,
        )
    if isinstance(error, ServiceResponseTimeoutError):
        return TimedOut(
            say("{endpoint} did not answer in time.", endpoint=endpoint),
            hint=TRY_AGAIN,
            details=details,
        )
    if "CERTIFICATE_VERIFY_FAILED" in details["cause"]:
        return Unavailable(
            say(
                "The certificate of {endpoint} is signed by an authority that is not known here.",
                endpoint=endpoint,
            ),
            hint=say(
                "Where your organisation reads along, put its authority's certificate into a file "
                "and name that in REQUESTS_CA_BUNDLE, then start Jupyter again."
            ),
            code="certificate_unknown",
            details=details,
        )
    return Unavailable(
        say("{endpoint} cannot be reached.", endpoint=endpoint),
        hint=say(
            "Look at the network, the proxy settings and, for the emulator, whether it runs. "
            "{try_again}",
            try_again=TRY_AGAIN,
        ),
        details=details,
    )


def _classified(status: int, headers: Mapping[str, str], arm: ArmError) -> CIManagerError:
    text = f"{arm.code or ''} {arm.message}"
    said = arm.message or say("Azure answered {status} and gave no reason.", status=status)
    for known in KNOWN:
        if known.fits(text):
            return known.error(known.told(said), hint=known.hint, code=known.code)
    if status == 401:
        return SignedOut(
            say("Azure does not accept the sign-in: {said}", said=said), hint=say("Sign in again.")
        )
    if status == 403:
        return _forbidden(said)
    if status == 404:
        named = _NAMED.search(said)
        what = named.group(2) if named else ""
        return NotFound(
            said,
            hint=say("Look at the workspace's name, group and subscription.")
            if not what or "/computes/" not in what
            else say("It may have been deleted."),
        )
    if status == 409:
        return Conflict(
            say("Another operation is running: {said}", said=said),
            hint=say("Wait until it has ended; the state is shown as soon as it changes."),
            code="operation_running",
        )
    if status == 429 or (arm.code or "") in ("TooManyRequests", "SubscriptionRequestsThrottled"):
        asked = seconds_asked(headers)
        wait = _UNSAID_WAIT if asked is None else max(1.0, asked)
        return Throttled(
            say("Azure asks to wait {wait:.0f} s: {said}", wait=wait, said=said),
            hint=WAIT_FIRST,
            retry_after=wait,
        )
    if status >= 500 or status == 408:
        return Unavailable(
            say("Azure has a problem of its own ({status}): {said}", status=status, said=said),
            hint=TRY_AGAIN,
            retry_after=seconds_asked(headers),
        )
    if status < 400:
        return Refused(
            said if arm.message else say("Azure ended the operation and gave no reason."),
            hint=say("Azure's own code and ids are in the details."),
            code="operation_failed",
        )
    return Refused(
        said, hint=say("Azure's own code and ids are in the details."), code="azure_refused"
    )


def _forbidden(said: str) -> NotPermitted:
    action = _ACTION.search(said)
    if action is None:
        return NotPermitted(
            said, hint=say("Ask an owner of the workspace for the right to do this.")
        )
    return NotPermitted(
        say("You lack the permission {permission}.", permission=action.group(1)),
        hint=say(
            "Ask an owner of the workspace for a role that contains {permission}. If it was "
            "granted a moment ago, sign in again.",
            permission=action.group(1),
        ),
        details={"azure_action": action.group(1)},
    )


def _says_nothing(error: Mapping[str, Any]) -> bool:
    code = str(error.get("code") or "").lower()
    return not error.get("message") or code in ("ok", "internalservererror", "deploymentfailed")


def _json(text: Any) -> Any:
    if not isinstance(text, str) or not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None if value is None else str(value)
