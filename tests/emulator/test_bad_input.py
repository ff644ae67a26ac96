"""Bad input: Azure's envelope, the property that is wrong, and nothing changed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.emulator_process import PREVIEW, Emulator

KEY = b"\0\0\0\x0bssh-ed25519" + b"\0\0\0\x20" + bytes(32)
GOOD_KEY = f"ssh-ed25519 {base64.b64encode(KEY).decode()} me@here"
OTHER = {"objectId": "22222222-2222-3333-4444-555555555555", "tenantId": "99999999-8888-7777-6666-555555555555"}  # fmt: skip
CRON = {"action": "Stop", "triggerType": "Cron", "cron": {"expression": "0 18 * * *"}}
RECUR = {"action": "Stop", "triggerType": "Recurrence"}


def schedules(*entries: Any) -> dict[str, Any]:
    return {"schedules": {"computeStartStop": list(entries)}}


@pytest.mark.parametrize(
    "name", ["ab", "1abc", "cpu-1", "a_b_c", "a" * 25, "tail-", "with.dot", "a%20b"]
)
def test_names(emulator: Emulator, name: str) -> None:
    answer = emulator.create(name)
    assert answer.status == 400
    assert "Reason: Invalid. Message: A name for an Azure ML Compute" in answer.error["message"]


@pytest.mark.parametrize(
    ("inner", "word"),
    [
        ({"vmSize": None}, "vmSize"),
        ({"vmSize": "Standard_X1"}, "Standard_X1"),
        ({"vmSize": "Standard_HB120rs_v3"}, "not supported for compute type"),
        ({"vmSize": 7}, "vmSize"),
        ({"subnet": {"id": "/subscriptions/a/resourceGroups/b"}}, "virtual network"),
        ({"subnet": "x"}, "subnet"),
        ({"sshSettings": {"sshPublicAccess": "Enabled"}}, "adminPublicKey"),
        ({"sshSettings": {"sshPublicAccess": "Enabled", "adminPublicKey": "ssh-rsa nonsense"}}, "OpenSSH"),
        ({"sshSettings": {"sshPublicAccess": "Maybe"}}, "Maybe"),
        ({"sshSettings": {"adminPublicKey": GOOD_KEY}, "personalComputeInstanceSettings": {"assignedUser": OTHER}}, "another"),
        ({"personalComputeInstanceSettings": {"assignedUser": {"objectId": "bob"}}}, "GUID"),
        ({"idleTimeBeforeShutdown": "thirty"}, "ISO 8601"),
        ({"idleTimeBeforeShutdown": "PT5M"}, "15 minutes"),
        ({"idleTimeBeforeShutdown": "P4D"}, "3 days"),
        ({"idleTimeBeforeShutdown": 30}, "idleTimeBeforeShutdown"),
        (schedules(CRON, CRON, CRON, CRON, CRON), "at most 4"),
        (schedules({**CRON, "cron": {"expression": "0 25 * * *"}}), "hour"),
        (schedules({**CRON, "cron": {"expression": "0 18 * *"}}), "five fields"),
        (schedules({**CRON, "cron": {"expression": "0 0 31 2 *"}}), "no month"),
        (schedules({**CRON, "cron": {**CRON["cron"], "timeZone": "Mars"}}), "Mars"),  # type: ignore[dict-item]
        (schedules({**CRON, "triggerType": "Moon"}), "Moon"),
        (schedules({"triggerType": "Cron"}), "action"),
        (schedules({**RECUR, "recurrence": {"frequency": "Day", "interval": 0}}), "interval"),
        (schedules({**RECUR, "recurrence": {"frequency": "Day", "interval": 1, "schedule": {"hours": [24], "minutes": [0]}}}), "24"),
        (schedules({**RECUR, "recurrence": {"frequency": "Day", "interval": 1, "startTime": "soon"}}), "soon"),
        ({"customServices": [{"name": "x", "endpoints": [{"target": 80, "published": 80}]}]}, "1025"),
        ({"setupScripts": {"scripts": {"creationScript": {"scriptSource": "inline", "scriptData": "%%"}}}}, "base64"),
        ({"enableNodePublicIp": "yes"}, "boolean"),
    ],
)  # fmt: skip
def test_properties(emulator: Emulator, inner: dict[str, Any], word: str) -> None:
    body = {"vmSize": "Standard_DS3_v2", **inner}
    answer = emulator.create("refused", **{"vm_size": body.pop("vmSize"), **body})
    assert answer.status == 400
    assert answer.error["code"]
    assert word in answer.error["message"] + str(answer.error.get("target"))
    assert emulator.request("GET", emulator.compute_path("refused")).status == 404


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b"{not json", "application/json", 400, "InvalidRequestContent"),
        (b"", "application/json", 400, "InvalidRequestContent"),
        (b"[]", "application/json", 400, "InvalidRequestContent"),
        (b"{}", "application/json", 400, "InvalidRequestContent"),
        (b"\xff\xfe", "application/json", 400, "InvalidRequestContent"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "UnsupportedMediaType"),
    ],
)
def test_bodies(emulator: Emulator, raw: bytes, content_type: str, status: int, code: str) -> None:
    headers = {"Content-Type": content_type}
    path = emulator.compute_path("refused")
    answer = emulator.request("PUT", path, raw=raw, headers=headers)
    assert (answer.status, answer.error["code"]) == (status, code)


def test_location_type_and_tags(emulator: Emulator) -> None:
    inner = {"computeType": "ComputeInstance", "properties": {"vmSize": "Standard_DS3_v2"}}
    path = emulator.compute_path("refused")
    elsewhere = emulator.request("PUT", path, {"location": "eastus", "properties": inner})
    assert "must be that of the workspace" in elsewhere.error["message"]
    odd = {"location": "westeurope", "properties": {**inner, "computeType": "Abacus"}}
    assert "Abacus" in emulator.request("PUT", path, odd).error["message"]
    tags = {"location": "westeurope", "tags": {"a": 1}, "properties": inner}
    assert emulator.request("PUT", path, tags).error["code"] == "InvalidTags"


def test_actions(emulator: Emulator) -> None:
    emulator.created("patient")
    bodies: list[tuple[str, Any, str]] = [
        ("updateIdleShutdownSetting", {}, PREVIEW),
        ("updateIdleShutdownSetting", {"idleTimeBeforeShutdown": "PT14M"}, PREVIEW),
        (
            "updateSchedules",
            {"computeStartStop": [{**CRON, "action": "Dance"}]},
            "2021-03-01-preview",
        ),
        ("updateSchedules", {"computeStartStop": "x"}, "2021-03-01-preview"),
        ("resize", {}, PREVIEW),
        ("resize", {"targetVMSize": "STANDARD_DS3_V2"}, PREVIEW),
        ("customServices", {"name": "x"}, PREVIEW),
        ("updateDataMounts", [{}], PREVIEW),
        ("enableSso", {}, "2024-04-01-preview"),
    ]
    for action, body, version in bodies:
        answer = emulator.act("patient", action, body, version=version)
        assert answer.status == 400, action
        assert answer.error["code"]
    before = emulator.inner("patient")
    assert before["schedules"] == {"computeStartStop": []}
    path = emulator.compute_path("patient")
    assert emulator.request("DELETE", path).error["code"] == "MissingQueryParameter"
    detach = emulator.request("DELETE", f"{path}?underlyingResourceAction=Detach")
    assert "Detach is not supported" in detach.error["message"]
    assert emulator.request("PATCH", path, {"properties": {}}).status == 400
    assert emulator.inner("patient") == before
