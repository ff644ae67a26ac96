"""The states of an instance, and what each operation tells while it runs."""

from __future__ import annotations

import base64
from email.utils import parsedate_to_datetime

import pytest

from tests.emulator_process import API, PREVIEW, Emulator


def status_of(emulator: Emulator, operation: str) -> dict[str, object]:
    body: dict[str, object] = emulator.request("GET", operation).json
    return body


def test_create_passes_from_creating_to_running(emulator: Emulator) -> None:
    answer = emulator.create("life-a")
    assert answer.status == 201
    inner = answer.json["properties"]["properties"]
    assert (inner["state"], inner["lastOperation"], inner["applications"]) == (None, None, None)
    assert answer.json["properties"]["provisioningState"] == "Creating"
    operation = answer.headers["Azure-AsyncOperation"]
    assert "Location" not in answer.headers
    assert "Retry-After" not in answer.headers
    assert status_of(emulator, operation) == {"status": "InProgress"}
    now = emulator.inner("life-a")
    assert now["state"] == "Creating"
    assert now["lastOperation"]["operationStatus"] == "InProgress"
    emulator.advance(170)
    ended = status_of(emulator, operation)
    assert (ended["status"], ended["percentComplete"]) == ("Succeeded", 100.0)
    whole = emulator.request("GET", emulator.compute_path("life-a")).json
    assert whole["properties"]["provisioningState"] == "Succeeded"
    now = whole["properties"]["properties"]
    assert now["state"] == "Running"
    assert now["vmSize"] == "STANDARD_DS3_V2"
    assert now["lastOperation"]["operationName"] == "Create"
    assert now["lastOperation"]["operationTrigger"] == "User"
    assert now["sshSettings"]["adminUserName"] == "azureuser"
    assert now["createdBy"]["userId"] == "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("action", "before", "passing", "after", "length"),
    [
        ("stop", "Running", "Stopping", "Stopped", 61),
        ("start", "Stopped", "Starting", "Running", 121),
        ("restart", "Running", "Restarting", "Running", 91),
    ],
)
def test_power(
    emulator: Emulator, action: str, before: str, passing: str, after: str, length: int
) -> None:
    name = f"power-{action}"
    emulator.created(name)
    emulator.control("PATCH", f"computes/{name}", {"state": before})
    answer = emulator.act(name, action)
    assert (answer.status, answer.body) == (202, b"")
    assert emulator.inner(name)["state"] == passing
    busy = emulator.act(name, action)
    assert (busy.status, busy.error["code"]) == (409, "Conflict")
    emulator.advance(length)
    now = emulator.inner(name)
    assert now["state"] == after
    assert now["lastOperation"]["operationStatus"] == "Succeeded"
    assert now["lastOperation"]["operationName"] == action.capitalize()
    assert now["applications"]


def test_start_of_a_running_instance_is_refused_at_once_or_by_its_operation(
    emulator: Emulator,
) -> None:
    emulator.created("running-one")
    refused = emulator.act("running-one", "start")
    code = "StartComputeInstanceOnlyAllowedInStoppedState"
    assert (refused.status, refused.error["code"]) == (400, code)
    emulator.control("PATCH", "settings", {"start_refusal": "operation"})
    accepted = emulator.act("running-one", "start")
    assert accepted.status == 202
    ended = status_of(emulator, accepted.headers["Azure-AsyncOperation"])
    assert ended["status"] == "Failed"
    assert ended["error"]["code"] == code  # type: ignore[index]
    emulator.control("PATCH", "settings", {"start_refusal": "sync"})
    assert emulator.inner("running-one")["state"] == "Running"


def test_delete_frees_the_name_and_an_absent_one_is_deleted_already(emulator: Emulator) -> None:
    emulator.created("short-lived")
    answer = emulator.delete("short-lived")
    assert answer.status == 202
    assert emulator.inner("short-lived")["state"] == "Deleting"
    emulator.advance(60)
    gone = emulator.request("GET", emulator.compute_path("short-lived"))
    assert (gone.status, gone.error["code"]) == (404, "ResourceNotFound")
    assert status_of(emulator, answer.headers["Azure-AsyncOperation"])["status"] == "Succeeded"
    assert emulator.delete("short-lived").status == 204
    old = emulator.delete("short-lived", version="2020-08-01")
    assert old.status == 200
    assert (
        emulator.request("GET", old.headers["Azure-AsyncOperation"]).json["status"] == "Succeeded"
    )
    assert emulator.create("short-lived").status == 201


def test_setup_scripts_are_passed_through_and_may_fail(emulator: Emulator) -> None:
    def script(text: str) -> dict[str, object]:
        data = base64.b64encode(text.encode()).decode()
        return {"scripts": {"creationScript": {"scriptSource": "inline", "scriptData": data}}}

    emulator.create("scripted", setupScripts=script("echo hello\n"))
    emulator.advance(100)
    assert emulator.inner("scripted")["state"] == "SettingUp"
    emulator.advance(40)
    assert emulator.inner("scripted")["state"] == "UserSettingUp"
    emulator.advance(40)
    assert emulator.inner("scripted")["state"] == "Running"
    answer = emulator.create("badscript", setupScripts=script("apt install x\nexit 3\n"))
    emulator.advance(200)
    inner = emulator.inner("badscript")
    assert inner["state"] == "SetupFailed"
    assert inner["errors"][0]["error"]["code"] == "ComputeInstanceSetupScriptFailed"
    assert inner["lastOperation"]["operationStatus"] == "CreateFailed"
    ended = status_of(emulator, answer.headers["Azure-AsyncOperation"])
    assert ended["status"] == "Failed"


def test_resize_changes_size_and_reservation(emulator: Emulator) -> None:
    emulator.created("growing", "Standard_DS3_v2")
    sizes = emulator.act("growing", "getAllowedVmSizesForResize", version=PREVIEW).json["value"]
    assert "Standard_DS11_v2" in [size["name"] for size in sizes]
    assert "Standard_NC6s_v3" not in [size["name"] for size in sizes]
    answer = emulator.act("growing", "resize", {"targetVMSize": "standard_e8s_v3"}, version=PREVIEW)
    assert answer.status == 202
    assert emulator.inner("growing")["state"] == "Resizing"
    emulator.advance(200)
    inner = emulator.inner("growing")
    assert (inner["state"], inner["vmSize"]) == ("Running", "STANDARD_E8S_V3")
    assert (
        emulator.act("growing", "resize", {"targetVMSize": "Nope"}, version=PREVIEW).status == 400
    )


def test_a_put_over_an_instance_changes_what_may_change_only(emulator: Emulator) -> None:
    emulator.created("replaced", tags={})
    body = emulator.request("GET", emulator.compute_path("replaced")).json
    body["tags"] = {"team": "b"}
    body["properties"]["properties"]["idleTimeBeforeShutdown"] = "PT1H"
    answer = emulator.request("PUT", emulator.compute_path("replaced"), body)
    assert answer.status == 200
    assert answer.json["tags"] == {"team": "b"}
    assert emulator.inner("replaced")["idleTimeBeforeShutdown"] == "PT1H"
    body["properties"]["properties"]["vmSize"] = "Standard_DS4_v2"
    refused = emulator.request("PUT", emulator.compute_path("replaced"), body)
    assert (refused.status, refused.error["code"]) == (400, "PropertyChangeNotAllowed")
    body["properties"]["properties"]["vmSize"] = "Standard_DS3_v2"
    cron = {"expression": "0 8 * * *"}
    schedule = {"action": "Start", "triggerType": "Cron", "cron": cron}
    body["properties"]["properties"]["schedules"] = {"computeStartStop": [schedule]}
    refused = emulator.request("PUT", emulator.compute_path("replaced"), body)
    assert refused.status == 400
    assert "UpdateSchedules" in refused.error["message"]


def test_unknown_fields_are_kept_and_case_does_not_matter(emulator: Emulator) -> None:
    path = emulator.compute_path("Kept").replace("resourceGroups", "resourcegroups")
    body = {
        "location": "West Europe",
        "Properties": {
            "computeType": "computeinstance",
            "properties": {
                "VMSize": "STANDARD_ds3_V2",
                "applicationSharingPolicy": "personal",
                "somethingNew": {"a": [1, None]},
            },
        },
    }
    answer = emulator.request("PUT", f"/{path}", body)
    assert answer.status == 201
    inner = emulator.inner("KEPT")
    assert inner["applicationSharingPolicy"] == "Personal"
    assert inner["somethingNew"] == {"a": [1, None]}
    assert emulator.request("GET", emulator.compute_path("kept")).json["name"] == "Kept"


def test_settings_of_an_existing_instance(emulator: Emulator) -> None:
    emulator.created("settings-one")
    idle = {"idleTimeBeforeShutdown": "PT45M"}
    refused = emulator.act("settings-one", "updateIdleShutdownSetting", idle, version=API)
    assert (refused.status, refused.error["code"]) == (400, "NoRegisteredProviderFound")
    assert "2026-05-15-preview" in refused.error["message"]
    accepted = emulator.act("settings-one", "updateIdleShutdownSetting", idle, version=PREVIEW)
    assert (accepted.status, accepted.body) == (200, b"")
    sso = emulator.act(
        "settings-one", "enableSso", {"EnableSSO": False}, version="2024-04-01-preview"
    )
    services = [
        {
            "name": "rstudio",
            "image": {"type": "Docker", "reference": "x"},
            "endpoints": [{"protocol": "HTTP", "target": 8787, "published": 8787}],
        }
    ]
    custom = emulator.act("settings-one", "customServices", services, version=PREVIEW)
    mount = [{"mountName": "data", "source": "azureml://x", "mountAction": "Mount"}]
    mounts = emulator.act("settings-one", "updateDataMounts", mount, version=PREVIEW)
    assert (sso.status, custom.status, mounts.status) == (200, 200, 200)
    inner = emulator.inner("settings-one")
    assert inner["idleTimeBeforeShutdown"] == "PT45M"
    assert inner["enableSSO"] is False
    assert inner["customServices"][0]["image"]["type"] == "docker"
    assert inner["dataMounts"][0]["mountState"] == "Mounted"
    nodes = emulator.act("settings-one", "listNodes")
    assert (nodes.status, nodes.error["code"]) == (400, "UserError")


def test_the_guides_version_for_the_idle_time_is_a_switch(emulator: Emulator) -> None:
    emulator.created("guided")
    body = {"idleTimeBeforeShutdown": "PT30M"}
    version = "2021-07-01"
    path = "updateIdleShutdownSetting"
    assert emulator.act("guided", path, body, version=version).status == 200
    emulator.control("PATCH", "settings", {"idle_shutdown_at_2021_07_01": False})
    assert emulator.act("guided", path, body, version=version).status == 400
    emulator.control("PATCH", "settings", {"idle_shutdown_at_2021_07_01": True})


def test_operation_headers_follow_the_switch(emulator: Emulator) -> None:
    emulator.created("headers")
    emulator.control("PATCH", "settings", {"operation_headers": "location", "retry_after": 2})
    answer = emulator.act("headers", "stop")
    assert "Azure-AsyncOperation" not in answer.headers
    assert answer.headers["Retry-After"] == "2"
    assert emulator.request("GET", answer.headers["Location"]).status == 202
    emulator.advance(61)
    done = emulator.request("GET", answer.headers["Location"])
    assert (done.status, done.json["name"]) == (200, "headers")
    emulator.control("PATCH", "settings", {"operation_headers": "recorded", "retry_after": "auto"})


def test_a_faster_clock_says_so_in_milliseconds(emulator: Emulator) -> None:
    emulator.created("quick")
    emulator.control("POST", "clock", {"speed": 60})
    answer = emulator.act("quick", "stop")
    emulator.control("POST", "clock", {"speed": 1})
    assert answer.headers["retry-after-ms"] == "500"
    assert "Retry-After" not in answer.headers


def test_answers_are_dated_by_the_clock_that_all_times_are_from(emulator: Emulator) -> None:
    emulator.advance(3600)
    now = emulator.control("GET", "clock").json["seconds"]
    dated = parsedate_to_datetime(emulator.request("GET", emulator.workspace_path).headers["Date"])
    assert dated.timestamp() == pytest.approx(now, abs=60)
