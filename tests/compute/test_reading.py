"""Azure's JSON, whole and broken: nothing hides an instance, and nothing is made up."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_ci_manager.compute.actions import check_all
from jupyter_ci_manager.compute.advice import advise
from jupyter_ci_manager.compute.arm_errors import error_from_response, unwrap
from jupyter_ci_manager.compute.models import ComputeInstance
from jupyter_ci_manager.compute.planned_stop import plan_stop
from jupyter_ci_manager.compute.reading import (
    Reader,
    is_unreadable,
    read_instance,
)
from jupyter_ci_manager.compute.times import minutes_of, parse_time

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
ME = "aaaaaaaa-0000-0000-0000-000000000001"
READER = Reader(me=frozenset({ME}), prices={"standard_ds3_v2": 0.27})

RAW: dict[str, Any] = {
    "id": "/subscriptions/s/resourceGroups/g/providers/x/workspaces/w/computes/one",
    "name": "one",
    "location": "westeurope",
    "tags": None,
    "properties": {
        "computeType": "ComputeInstance",
        "provisioningState": "Succeeded",
        "createdOn": "2026-03-01T05:56:08.1617498+00:00",
        "provisioningErrors": None,
        "properties": {
            "vmSize": "STANDARD_DS3_V2",
            "state": "Running",
            "sshSettings": {
                "sshPublicAccess": "Enabled",
                "sshPort": 50000,
                "adminUserName": "azureuser",
            },
            "connectivityEndpoints": {
                "publicIpAddress": "20.1.2.3",
                "privateIpAddress": "10.0.0.4",
            },
            "applications": [
                {
                    "displayName": "Jupyter Lab",
                    "endpointUri": "https://one.westeurope.instances.azureml.ms/lab",
                },
                {"displayName": "Evil", "endpointUri": "javascript:alert(1)"},
            ],
            "createdBy": {"userName": "Me", "userId": ME, "userOrgId": "t"},
            "idleTimeBeforeShutdown": "PT1H30M",
            "lastOperation": {
                "operationName": "Start",
                "operationStatus": "Succeeded",
                "operationTrigger": "User",
                "operationTime": "2026-03-02T10:00:00.1234567Z",
            },
            "errors": None,
            "propertyBag": {"unknown": 1},
        },
    },
}


def read(raw: Any = None, **inner: Any) -> ComputeInstance:
    made = copy.deepcopy(RAW if raw is None else raw)
    made["properties"]["properties"].update(inner)
    return read_instance(made, READER, NOW)


def test_a_whole_instance() -> None:
    one = read()
    assert one.is_complete
    assert (one.state, one.is_mine, one.idle_shutdown_minutes) == ("Running", True, 90)
    assert one.ssh.command == "ssh -p 50000 azureuser@20.1.2.3"
    assert [a.name for a in one.applications] == ["Jupyter Lab"], "no address but http is passed on"
    assert one.created_on == "2026-03-01T05:56:08Z"
    assert one.running_since == "2026-03-02T10:00:00Z"
    assert one.cost_since_start == pytest.approx(0.54)


def test_running_since_is_unknown_unless_the_last_operation_tells() -> None:
    other = {
        "operationName": "Resize",
        "operationStatus": "Succeeded",
        "operationTime": "2026-03-02T10:00:00Z",
    }
    assert read(lastOperation=other).running_since is None
    assert read(lastOperation=None).cost_since_start is None


def test_one_that_does_not_say_what_it_is_is_shown_with_its_name() -> None:
    broken = {"name": "broken", "properties": None}
    assert is_unreadable(broken)
    assert not is_unreadable({"name": "c", "properties": {"computeType": "AmlCompute"}})
    one = read_instance(broken, READER, NOW)
    assert (one.name, one.state) == ("broken", "Unknown")


def test_the_answer_to_a_create_is_all_nulls() -> None:
    raw = copy.deepcopy(RAW)
    raw["properties"]["provisioningState"] = "Creating"
    raw["properties"]["properties"] = dict.fromkeys(RAW["properties"]["properties"])
    one = read_instance(raw, READER, NOW)
    assert (one.state, one.is_complete) == ("Creating", True)


def test_a_state_from_the_future_is_shown_and_disables_nothing_for_sure() -> None:
    one = read(state="Hibernating")
    assert one.state == "Hibernating"
    verdicts = check_all(one, None)
    assert verdicts["delete"].allowed == "yes"
    assert verdicts["start"].allowed == "unknown"


def test_somebody_elses_applications_are_not_offered() -> None:
    one = read(createdBy={"userId": "other", "userName": "Boris"})
    assert one.is_mine is False
    assert one.applications == []
    opening = check_all(one, None)["open"]
    assert opening.allowed == "no"
    assert "Boris" in opening.reason


def test_the_assigned_user_owns_it_not_its_creator() -> None:
    assigned = {"assignedUser": {"objectId": ME, "tenantId": "t"}}
    assert read(createdBy={"userId": "other"}, personalComputeInstanceSettings=assigned).is_mine


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("idleTimeBeforeShutdown", "soon"),
        ("schedules", 5),
        ("applications", "x"),
        ("sshSettings", []),
    ],
)
def test_a_part_that_cannot_be_read_leaves_the_others(field: str, value: Any) -> None:
    one = read(**{field: value})
    assert not one.is_complete
    assert (one.name, one.state, one.vm_size) == ("one", "Running", "STANDARD_DS3_V2")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [here] if here else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += paths(inner, (*here, key))
    return found


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(paths(RAW)), json_values)
def test_whatever_azure_puts_anywhere_an_instance_stays_an_instance(
    path: tuple[Any, ...], value: Any
) -> None:
    raw = copy.deepcopy(RAW)
    target = raw
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    one = read_instance(raw, READER, NOW)
    plan_stop(one, NOW)
    advise(one, NOW)
    assert set(check_all(one, None)) >= {"start", "stop", "delete"}


@settings(max_examples=200, deadline=None)
@given(json_values)
def test_any_error_body_becomes_an_error_with_words(body: Any) -> None:
    error = error_from_response(400, {}, body)
    assert error.message
    assert error.code


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"error": {"code": "A", "message": "b"}}, "A", "b"),
        (
            {"error": {"code": "OK", "message": '{"error": {"code": "B", "message": "c"}}'}},
            "B",
            "c",
        ),
        ('{"error": {"code": "A", "message": "b"}}', "A", "b"),
        (
            {
                "error": {
                    "code": "DeploymentFailed",
                    "message": "x",
                    "details": [{"code": "C", "message": "d"}],
                }
            },
            "C",
            "d",
        ),
        ({"error": {"message": "no code"}}, None, "no code"),
        ("<html>", None, "<html>"),
        (None, None, ""),
    ],
)
def test_unwrapping(body: Any, code: str | None, message: str) -> None:
    found = unwrap(body)
    assert (found.code, found.message) == (code, message)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "The specified subscription has a total vCPU quota of 0 and cannot accomodate for",
            "quota_exceeded",
        ),
        ("Operation results in exceeding quota limits of Core.", "quota_exceeded"),
        ("AllocationFailed: out of capacity", "no_capacity"),
        ("StopCompute is not allowed when ComputeInstance disk is full.", "instance_disk_full"),
        ("encountered an unusable node", "unusable_node"),
        ("StartComputeInstanceOnlyAllowedInStoppedState", "wrong_state"),
        ("Compute name 'X' is not available. Reason: AlreadyExists. Message: x", "name_taken"),
    ],
)
def test_known_sentences_get_plain_words_and_a_next_step(text: str, code: str) -> None:
    error = error_from_response(
        400,
        {"x-ms-correlation-request-id": "c"},
        {"error": {"code": "BadRequest", "message": text}},
    )
    assert error.code == code
    assert error.hint
    assert error.details["azure_message"] == text
    assert error.details["correlation_id"] == "c"


def test_a_403_names_the_missing_action() -> None:
    said = "The client 'a' with object id 'b' does not have authorization to perform action 'M/computes/start/action' over scope 'x'"
    error = error_from_response(
        403, {}, {"error": {"code": "AuthorizationFailed", "message": said}}
    )
    assert "M/computes/start/action" in error.message
    assert error.details["azure_action"] == "M/computes/start/action"


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [("PT15M", 15), ("P3D", 4320), ("PT1H30M", 90), ("P1W", 10080), (None, None)],
)
def test_durations(duration: str | None, minutes: int | None) -> None:
    assert minutes_of(duration) == minutes


@pytest.mark.parametrize(
    "text", ["2022-10-04T05:56:08.1617498+00:00", "2022-10-04T05:56:08.16Z", "2022-10-04T05:56:08"]
)
def test_times(text: str) -> None:
    found = parse_time(text)
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert found.second == 8


def test_what_lasts_too_long_has_an_age_and_a_next_step() -> None:
    one = read(
        state="Starting",
        lastOperation={
            "operationName": "Start",
            "operationStatus": "InProgress",
            "operationTime": "2026-03-02T11:00:00Z",
        },
    )
    advise(one, NOW)
    assert one.advice is not None
    assert "60 min" in one.advice
    assert "restart" in one.advice


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("SetupFailed", "script"),
        ("UserSetupFailed", "script"),
        ("Unusable", "Restart"),
        ("CreateFailed", "Delete"),
    ],
)
def test_failures_have_a_next_step(state: str, word: str) -> None:
    one = read(state=state)
    advise(one, NOW)
    assert word in (one.advice or "")


def test_no_idle_shutdown_is_said_in_words() -> None:
    one = read(idleTimeBeforeShutdown=None)
    advise(one, NOW)
    assert "costs money until somebody stops it" in (one.advice or "")


@pytest.mark.parametrize(
    ("raw", "age", "newer"),
    [
        (
            {
                "currentImageVersion": "26.02.20",
                "latestImageVersion": "26.03.01",
                "isLatestOsImageVersion": False,
            },
            10,
            True,
        ),
        ({"currentImageVersion": "2026.3.1", "isLatestOsImageVersion": True}, 1, False),
        ({"currentImageVersion": "build-7"}, None, False),
        ({"currentImageVersion": "26.13.45"}, None, False),
    ],
)
def test_an_image_has_an_age_and_a_word_about_the_newer_one(
    raw: dict[str, Any], age: int | None, newer: bool
) -> None:
    image = read(osImageMetadata=raw).image
    assert image is not None
    assert image.age_days == age
    assert ("environments" in image.advice.lower()) is newer


def test_what_a_new_image_took_away_is_said() -> None:
    last = {"operationName": "Reimage", "operationStatus": "Succeeded"}
    one = read(lastOperation=last)
    advise(one, NOW)
    assert "environments" in (one.advice or "")


@pytest.mark.parametrize(
    ("state", "errors", "expected", "word"),
    [
        ("Running", [], "succeeded", "without an error"),
        ("UserSettingUp", [], "running", "is running"),
        ("SettingUp", [], "waiting", "not run yet"),
        ("UserSetupFailed", [], "failed", "studio"),
        ("SetupFailed", [], "failed", "studio"),
        ("Stopped", [], "unknown", "not known"),
        (
            "Running",
            [{"error": {"code": "X", "message": "The creationScript ended with code 1."}}],
            "failed",
            "studio",
        ),
    ],
)
def test_a_setup_script_has_a_line_of_its_own(
    state: str, errors: list[Any], expected: str, word: str
) -> None:
    """Azure calls a creation a success whose script failed."""
    scripts = {"scripts": {"creationScript": {"scriptSource": "inline"}, "startupScript": None}}
    one = read(state=state, errors=errors, setupScripts=scripts)
    assert one.setup is not None
    assert (one.setup.creation, one.setup.startup) == (True, False)
    assert one.setup.state == expected
    assert word in one.setup.message


def test_without_a_script_there_is_no_line_about_one() -> None:
    assert read().setup is None


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("Running", "$0.27 per hour"),
        ("Stopped", "not billed"),
        ("SetupFailed", "until it is"),
        ("Unusable", "until it is"),
        ("CreateFailed", "not billed"),
        ("Starting", "from when it runs"),
    ],
)
def test_what_a_state_costs_is_said_in_words(state: str, word: str) -> None:
    one = read(state=state)
    assert word in (one.billing or "")
    assert one.is_billed is {"until": True, "$0.27": True, "not": False}.get(word.split()[0])


def test_of_an_unknown_size_no_price_is_made_up() -> None:
    one = read(vmSize="Standard_New_v9")
    assert (one.price_per_hour, one.cost_since_start) == (None, None)
    assert "not known" in (one.billing or "")
