"""Whatever a client sends, the emulator answers with Azure's envelope and stays up."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.emulator_process import PREVIEW, Emulator

WHOLE: dict[str, Any] = {
    "location": "westeurope",
    "tags": {"a": "b"},
    "identity": {"type": "SystemAssigned", "userAssignedIdentities": {}},
    "sku": {"name": "x"},
    "properties": {
        "computeType": "ComputeInstance",
        "description": "d",
        "disableLocalAuth": True,
        "properties": {
            "vmSize": "Standard_DS1_v2",
            "subnet": None,
            "applicationSharingPolicy": "Shared",
            "personalComputeInstanceSettings": {"assignedUser": {"objectId": "a", "tenantId": "b"}},
            "sshSettings": {"sshPublicAccess": "Disabled", "adminPublicKey": None},
            "idleTimeBeforeShutdown": "PT1H",
            "setupScripts": {
                "scripts": {
                    "creationScript": {"scriptSource": "inline", "scriptData": "", "timeout": "10m"}
                }
            },
            "schedules": {
                "computeStartStop": [
                    {
                        "action": "Stop",
                        "triggerType": "Cron",
                        "cron": {"expression": "0 1 * * *", "timeZone": "UTC", "startTime": None},
                    },
                    {
                        "action": "Stop",
                        "triggerType": "Recurrence",
                        "recurrence": {
                            "frequency": "Week",
                            "interval": 1,
                            "schedule": {"hours": [1], "minutes": [0], "weekDays": ["Monday"]},
                        },
                    },
                ]
            },
            "customServices": [{"name": "x", "endpoints": [{"target": 2000}]}],
        },
    },
}
ACTIONS = {
    "resize": PREVIEW,
    "updateIdleShutdownSetting": PREVIEW,
    "customServices": PREVIEW,
    "updateDataMounts": PREVIEW,
    "updateSchedules": "2021-03-01-preview",
    "enableSso": "2024-04-01-preview",
}
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS | st.sampled_from(["2026-02-30T00:00:00", "P99999999999D", "PT20M", "Cron", "* * * * *"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


def paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [before] if before else []
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, below in steps:
        here = (*before, step)
        found += paths(below, here) if isinstance(below, dict | list) else [here]
    return found


def replaced(path: tuple[Any, ...], value: Any) -> Any:
    body = copy.deepcopy(WHOLE)
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return body


def check(answer: Any) -> None:
    assert answer.status < 500, answer.body
    if answer.status >= 400:
        assert answer.error["message"]


QUICK = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUICK
@given(path=st.sampled_from(paths(WHOLE)), value=VALUES)
def test_bodies_of_a_put(emulator: Emulator, path: tuple[Any, ...], value: Any) -> None:
    answer = emulator.request("PUT", emulator.compute_path("fuzzed"), replaced(path, value))
    check(answer)
    if answer.status < 300:
        emulator.advance(200)
        emulator.delete("fuzzed")
        emulator.advance(60)
    check(emulator.request("GET", f"{emulator.workspace_path}/computes"))


@QUICK
@given(action=st.sampled_from(sorted(ACTIONS)), body=VALUES)
def test_bodies_of_actions(emulator: Emulator, action: str, body: Any) -> None:
    if emulator.request("GET", emulator.compute_path("acted")).status == 404:
        emulator.created("acted")
    check(emulator.act("acted", action, body, version=ACTIONS[action]))


@QUICK
@given(
    parts=st.lists(st.sampled_from(["subscriptions", "..", "%2e%2e", "computes", "x", "%00", "%ff", "providers", "rp", "workspaces", "emulator", "oauth2", ""]), max_size=7),
    query=st.text("abc$=&%?-:/", max_size=12),
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD"]),
)  # fmt: skip
def test_paths(emulator: Emulator, parts: list[str], query: str, method: str) -> None:
    answer = emulator.request(method, f"/{'/'.join(parts)}?{query}")
    assert answer.status < 500
