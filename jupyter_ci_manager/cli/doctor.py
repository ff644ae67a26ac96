"""``jupyter ci doctor``: everything that must be right, each ok or what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from ..commands.answer import Answer, Cell, Raw, Table
from ..commands.context import Context
from ..commands.direct import plain
from ..commands.failure import Failure
from ..commands.wording import bytes_in_words

_TONES = {"ok": "good", "look": "busy", "wrong": "bad"}


class Finding(NamedTuple):
    """One check: ``ok``, ``look`` (it works, but read this) or ``wrong``, and what to do."""

    check: str
    result: str
    found: str
    what_to_do: str = ""


def examine(context: Context) -> Answer:
    """Check sign-in, workspace, permissions, engine, kernels, protection and disk.

    Nothing is changed. The exit code is 1 when a check found something wrong.
    """
    engine: Any = context.engine
    findings: list[Finding] = []
    findings += _tried("status", lambda: _compute(engine.status()))
    findings += _tried("instances", lambda: _instances(engine.instances(refresh=True)))
    findings += _tried("permissions", lambda: _permissions(engine.permissions()))
    findings += _tried("engine", lambda: _kernels_status(engine.status()["kernels"]))
    findings += _tried("kernels", lambda: _broken("kernel", engine.kernels()))
    findings += _tried("environments", lambda: _broken("environment", engine.environments()))
    value: Any = [finding._asdict() for finding in findings]
    rows: list[list[str | Cell]] = [
        [f.check, Cell(f.result, _TONES[f.result]), f.found, f.what_to_do] for f in findings
    ]
    parts: list[Any] = [Table(["Check", "Result", "Found", "What to do"], rows)]
    if context["report"]:
        checks = [{"check": f.check.split()[0], "result": f.result} for f in findings]
        value = {"checks": checks, "azure": plain(engine.compute.report)}
        parts = [Raw(json.dumps(value, indent=2, ensure_ascii=False))]
    wrong = any(finding.result == "wrong" for finding in findings)
    return Answer(value, *parts, exit_code=1 if wrong else 0)


def _tried(check: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except Failure as failure:
        return [Finding(check, "wrong", failure.message, failure.hint)]


def _compute(status: dict[str, Any]) -> list[Finding]:
    compute = status["compute"]
    identity = compute.get("identity") or {}
    error = compute.get("error") or identity.get("error")
    findings = [Finding("backend", "ok", f"{compute['backend']} at {compute['endpoint']}")]
    state = identity.get("state", "unknown")
    if state == "signed_in":
        who = identity.get("name") or identity.get("object_id") or identity.get("kind")
        findings.append(Finding("sign-in", "ok", f"{who} by {identity.get('credential') or '?'}"))
    else:
        known = identity.get("error") or {}
        findings.append(
            Finding(
                "sign-in",
                "look" if state == "unknown" else "wrong",
                known.get("message") or state.replace("_", " "),
                known.get("hint") or "jupyter ci login",
            )
        )
    workspace = compute.get("workspace")
    if workspace:
        source = compute.get("workspace_source") or "unknown"
        findings.append(Finding("workspace", "ok", f"{workspace['name']}, from {source}"))
    else:
        message = (error or {}).get("message") or "none is chosen"
        findings.append(
            Finding("workspace", "wrong", message, "jupyter ci workspace list, then use NAME")
        )
    machine = compute.get("this_machine") or {}
    for disk in machine.get("disks") or []:
        free = f"{disk['path']}: {bytes_in_words(disk['free'])} free"
        warning = disk.get("warning") or ""
        findings.append(Finding("disk", "look" if warning else "ok", free, warning))
    return findings


def _instances(answer: dict[str, Any]) -> list[Finding]:
    error = answer.get("error")
    if error:
        return [Finding("instances", "wrong", error["message"], error.get("hint") or "")]
    return [Finding("instances", "ok", f"{len(answer['instances'])} can be read")]


def _permissions(permissions: list[dict[str, Any]]) -> list[Finding]:
    missing = [p["action"] for p in permissions if p["allowed"] == "no"]
    unknown = [p["action"] for p in permissions if p["allowed"] == "unknown"]
    if missing:
        advice = "Ask the workspace's owner for the role AzureML Compute Operator or Contributor."
        return [Finding("permissions", "look", "not allowed: " + ", ".join(missing), advice)]
    if unknown:
        return [Finding("permissions", "look", "cannot be known: " + ", ".join(unknown))]
    return [Finding("permissions", "ok", "everything is allowed")]


def _kernels_status(status: dict[str, Any]) -> list[Finding]:
    reason = status.get("engine_reason") or ""
    findings = [Finding("engine", "ok", f"{status['engine']}. {reason}".strip())]
    conda = status.get("conda")
    version = status.get("conda_version") or "version unknown"
    findings.append(
        Finding("conda", "ok", f"{conda} ({version})" if conda else "none, and none is needed")
    )
    protected = ", ".join(status.get("protected") or []) or "nothing here needs it"
    findings.append(Finding("protection", "ok", protected))
    findings += [Finding("kernels wing", "look", warning) for warning in status["warnings"]]
    return findings


def _broken(what: str, things: list[dict[str, Any]]) -> list[Finding]:
    findings = [
        Finding(
            f"{what} {thing['name']}",
            "look",
            thing.get("broken_reason") or "broken",
            f"jupyter ci kernel repair {thing['name']}" if thing.get("can_repair") else "",
        )
        for thing in things
        if thing.get("is_broken")
    ]
    return findings or [Finding(f"{what}s", "ok", f"{len(things)}, all in order")]
