"""What Azure really answers, read-only and redacted, for a user to attach to a report.

The published description of Azure leaves gaps; this captures every call where the product relies
on something that is not written down. Ids, names, addresses, people and keys are replaced, the same
one by the same word each time, so that the picture stays whole.
"""

from __future__ import annotations

import platform
import re
import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import CIManagerError
from .api_versions import (
    PERMISSIONS_VERSION,
    SUBSCRIPTIONS_VERSION,
    WORKSPACE_VERSION,
    action_version,
)
from .reading import is_instance
from .redaction import Redactor
from .times import rfc3339
from .workspace import arm_id

if TYPE_CHECKING:
    from datetime import datetime

    from .arm import Method
    from .session import Session

_KEPT_HEADERS = re.compile(
    r"content-type|retry-after|x-ms-ratelimit|x-ms-request-charge|azure-asyncoperation|location|"
    r"x-aml|www-authenticate|date",
)
#: Entries kept of each list.
_MOST_ENTRIES = 3
#: Seconds after which nothing more is asked: a service that hangs would be waited for a dozen times.
_LIMIT = 30.0


class ReportEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One call: what was asked and what came back, redacted."""

    title: str
    request: str
    status: int | None = None
    headers: dict[str, str] = {}
    body: Any = None
    error: str = ""
    milliseconds: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A read-only, redacted capture of what Azure answers."""

    created_on: str
    versions: dict[str, str] = {}
    identity: str = ""
    credential: str = ""
    entries: list[ReportEntry] = []


def make_report(session: Session, now: datetime, *, limit: float = _LIMIT) -> Report:
    """Ask everything once and give the redacted answers; nothing is changed.

    Parameters
    ----------
    now:
        The present moment, with a zone.
    limit:
        Seconds after which the remaining calls are named but no longer made.

    Raises
    ------
    CIManagerError
        Nobody is signed in, or there is no workspace: then there is nothing to capture.
    """
    end = time.monotonic() + limit
    redactor = Redactor()
    workspace = session.workspace()
    for kind, value in (
        ("workspace", workspace.name),
        ("group", workspace.resource_group),
        ("friendly", workspace.friendly_name),
    ):
        redactor.name(kind, value)
    entries = []
    for title, method, path, version, body in _calls(session, redactor):
        if time.monotonic() >= end:
            asked = redactor.text(f"{method} {path}?api-version={version}")
            error = f"Not asked: what was asked before took longer than {limit:.0f} seconds."
            entries.append(ReportEntry(title=title, request=asked, error=error))
        else:
            entries.append(_capture(session, redactor, title, method, path, version, body))
    identity = session.sign_in.identity(ask=False)
    return Report(
        created_on=rfc3339(now),
        versions=_versions(),
        identity=f"{identity.state}, {identity.kind}",
        credential=identity.credential or "",
        entries=entries,
    )


def _calls(session: Session, redactor: Redactor) -> list[tuple[str, Method, str, str, Any]]:
    settings = session.settings
    stable, preview = settings.api_version, settings.preview_api_version
    workspace = arm_id(session.choice().workspace)
    calls: list[tuple[str, Method, str, str, Any]] = [
        ("Subscriptions", "GET", "/subscriptions", SUBSCRIPTIONS_VERSION, None),
        ("Workspace", "GET", workspace, WORKSPACE_VERSION, None),
        ("Instances", "GET", session.path(), stable, None),
        ("Instances, preview version", "GET", session.path(), preview, None),
        (
            "Permissions",
            "GET",
            f"{workspace}/providers/Microsoft.Authorization/permissions",
            PERMISSIONS_VERSION,
            None,
        ),
        (
            "Name check, a name that cannot be",
            "POST",
            f"{workspace}/checkComputeNameAvailability",
            stable,
            {"Name": "not-valid-1", "Type": "Microsoft.BatchAI/DataScienceInstance"},
        ),
        ("A missing instance", "GET", session.path("no-such-instance-x"), stable, None),
        ("Jobs", "GET", f"{workspace}/jobs", stable, None),
    ]
    for what in ("vmSizes", "usages", "quotas"):
        path = session.location_path(what)
        if path:
            calls.append((what, "GET", path, stable, None))
    computes = _computes(session)
    for raw in computes:
        redactor.name("instance" if is_instance(raw) else "compute", raw.get("name"))
    first = next((raw for raw in computes if is_instance(raw)), None)
    if first is not None:
        name = str(first["name"])
        version = action_version("getAllowedVmSizesForResize", stable=stable, preview=preview)
        calls += [
            ("One instance", "GET", session.path(name), stable, None),
            (
                "Sizes for a resize",
                "POST",
                session.path(name, "getAllowedVmSizesForResize"),
                version,
                None,
            ),
        ]
    return calls


def _computes(session: Session) -> list[dict[str, Any]]:
    try:
        pages = session.client().pages(session.path(), api_version=session.settings.api_version)
        return [raw for raw in pages if isinstance(raw, dict)]
    except CIManagerError:
        return []


def _capture(
    session: Session,
    redactor: Redactor,
    title: str,
    method: Method,
    path: str,
    version: str,
    body: Any,
) -> ReportEntry:
    asked = redactor.text(f"{method} {path}?api-version={version}")
    began = time.monotonic()
    try:
        reply = session.client().request(
            method, path, api_version=version, body=body, is_question=True
        )
    except CIManagerError as error:
        return ReportEntry(
            title=title,
            request=asked,
            status=error.details.get("status"),
            body=redactor.value(error.details),
            error=redactor.text(error.message),
            milliseconds=int((time.monotonic() - began) * 1000),
        )
    answer = reply.body
    redactor.learn(answer)
    if isinstance(answer, dict) and isinstance(answer.get("value"), list):
        left = len(answer["value"]) - _MOST_ENTRIES
        answer = {**answer, "value": answer["value"][:_MOST_ENTRIES]}
        if left > 0:
            answer["(left out)"] = left
    return ReportEntry(
        title=title,
        request=asked,
        status=reply.status,
        headers={k: redactor.text(v) for k, v in reply.headers.items() if _KEPT_HEADERS.match(k)},
        body=redactor.value(answer),
        milliseconds=int((time.monotonic() - began) * 1000),
    )


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version(), "platform": sys.platform}
    for package in ("jupyter-ci-manager", "azure-core", "azure-identity", "jupyter-server"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
