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
    InvalidValue,
    NameTaken,
    NotFound,
    NotPermitted,
    QuotaExceeded,
    Refused,
    SignedOut,
    Throttled,
    TimedOut,
    Unavailable,
    WrongState,
)


class ArmError(NamedTuple):
    """The innermost useful part of one of Azure's errors."""

    code: str | None
    message: str
    target: str | None
    raw: Any


class _Known(NamedTuple):
    pattern: str
    error: type[CIManagerError]
    code: str
    message: str
    hint: str

    def fits(self, text: str) -> bool:
        return re.search(self.pattern, text, re.IGNORECASE | re.DOTALL) is not None


#: Matched in order against "code message". ``{message}`` stands for Azure's own words.
_KNOWN = (
    _Known(
        r"RequestDisallowedByPolicy",
        NotPermitted,
        "policy_denied",
        "An Azure Policy of your organisation refuses this: {message}",
        "Change what the policy names (often a tag, a size or a network), or ask its owner.",
    ),
    _Known(
        r"ScopeLocked|ReadOnlyDisabledSubscription",
        NotPermitted,
        "locked",
        "A lock on the resource forbids this: {message}",
        "Somebody with Owner rights can remove the lock in the Azure portal.",
    ),
    _Known(
        r"vCPU quota of|exceeding quota limits|QuotaExceeded|QuotaNotAvailable|is less than the requested",
        QuotaExceeded,
        "quota_exceeded",
        "Not enough cores are left in the quota: {message}",
        "Take a size of another family, delete an instance that holds cores (a stopped one holds "
        "them too), or ask for more quota.",
    ),
    _Known(
        r"AllocationFailed|SkuNotAvailable|out of capacity|insufficient capacity|OverconstrainedAllocation",
        Unavailable,
        "no_capacity",
        "Azure has no machine of this size free in the region right now: {message}",
        "This is not your quota. Try again later, or take another size.",
    ),
    _Known(
        r"is not available\. Reason: AlreadyExists|already in use and is therefore unavailable",
        NameTaken,
        "name_taken",
        "The name is already used in this region.",
        "Names of instances are unique in the whole region, across all workspaces: take another.",
    ),
    _Known(
        r"Compute name .* Reason: Invalid",
        InvalidValue,
        "invalid_name",
        "Azure does not accept the name: {message}",
        "3 to 24 letters, digits or dashes, a letter first, no digits alone after the last dash.",
    ),
    _Known(
        r"OnlyAllowedInStoppedState|only allowed when the instance .* 'stopped' state",
        WrongState,
        "wrong_state",
        "The instance can be started only when it is stopped.",
        "Its state has moved on meanwhile; look at it again.",
    ),
    _Known(
        r"ComputeInstance disk is full",
        Conflict,
        "instance_disk_full",
        "Azure does not stop an instance whose disk is full.",
        "Free at least 5 GB on it first (old environments, conda and docker caches), then stop it.",
    ),
    _Known(
        r"unusable node",
        Unavailable,
        "unusable_node",
        "The instance's machine is broken: {message}",
        "Restart it; if that does not help, delete it and create it again.",
    ),
    _Known(
        r"NoRegisteredProviderFound|InvalidApiVersionParameter|InvalidResourceType",
        Refused,
        "not_offered",
        "This Azure endpoint does not offer the call: {message}",
        "The setting preview_api_version (or api_version) names the version that is asked for.",
    ),
    _Known(
        r"subnet.*managed (virtual )?network|managed network.*subnet",
        Refused,
        "managed_network",
        "The workspace has a managed network, so an instance cannot have a subnet of its own.",
        "Leave the subnet away.",
    ),
)

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
    for known in _KNOWN:
        if known.fits(text):
            return f"{known.message.format(message='').rstrip(': ')}. {known.hint}".replace(
                "..", "."
            )
    return ""


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
            "Azure did not answer, so it is not known whether it did what was asked.",
            hint="Look at the instance's state in a moment before trying again.",
            code="unknown_outcome",
            details=details,
        )
    if isinstance(error, ServiceResponseTimeoutError):
        return TimedOut(
            f"{endpoint} did not answer in time.",
            hint="It is tried again by itself.",
            details=details,
        )
    if "CERTIFICATE_VERIFY_FAILED" in details["cause"]:
        return Unavailable(
            f"The certificate of {endpoint} is signed by an authority that is not known here.",
            hint="Where your organisation reads along, put its authority's certificate into a file "
            "and name that in REQUESTS_CA_BUNDLE, then start Jupyter again.",
            code="certificate_unknown",
            details=details,
        )
    return Unavailable(
        f"{endpoint} cannot be reached.",
        hint="Look at the network, the proxy settings and, for the emulator, whether it runs. "
        "It is tried again by itself.",
        details=details,
    )


def _classified(status: int, headers: Mapping[str, str], arm: ArmError) -> CIManagerError:
    text = f"{arm.code or ''} {arm.message}"
    said = arm.message or f"Azure answered {status} and gave no reason."
    for known in _KNOWN:
        if known.fits(text):
            return known.error(known.message.format(message=said), hint=known.hint, code=known.code)
    if status == 401:
        return SignedOut(f"Azure does not accept the sign-in: {said}", hint="Sign in again.")
    if status == 403:
        return _forbidden(said)
    if status == 404:
        named = _NAMED.search(said)
        what = named.group(2) if named else ""
        return NotFound(
            said,
            hint="Look at the workspace's name, group and subscription."
            if not what or "/computes/" not in what
            else "It may have been deleted.",
        )
    if status == 409:
        return Conflict(
            f"Another operation is running: {said}",
            hint="Wait until it has ended; the state is shown as soon as it changes.",
            code="operation_running",
        )
    if status == 429 or (arm.code or "") in ("TooManyRequests", "SubscriptionRequestsThrottled"):
        wait = _retry_after(headers)
        return Throttled(
            f"Azure asks to wait {wait:.0f} s: {said}",
            hint="Nothing is lost: it goes on by itself when the time is over.",
            retry_after=wait,
        )
    if status >= 500 or status == 408:
        return Unavailable(
            f"Azure has a problem of its own ({status}): {said}",
            hint="It is tried again by itself.",
            retry_after=_retry_after(headers) if "retry-after" in headers else None,
        )
    if status < 400:
        return Refused(
            said if arm.message else "Azure ended the operation and gave no reason.",
            hint="Azure's own code and ids are in the details.",
            code="operation_failed",
        )
    return Refused(said, hint="Azure's own code and ids are in the details.", code="azure_refused")


def _forbidden(said: str) -> NotPermitted:
    action = _ACTION.search(said)
    if action is None:
        return NotPermitted(said, hint="Ask an owner of the workspace for the right to do this.")
    return NotPermitted(
        f"You lack the permission {action.group(1)}.",
        hint=f"Ask an owner of the workspace for a role that contains {action.group(1)}. If it was "
        "granted a moment ago, sign in again.",
        details={"azure_action": action.group(1)},
    )


def _retry_after(headers: Mapping[str, str]) -> float:
    try:
        return max(1.0, float(headers.get("retry-after", "")))
    except ValueError:
        return 10.0


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
