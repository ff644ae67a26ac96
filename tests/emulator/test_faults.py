"""Every fault that can be asked for."""

from __future__ import annotations

import http.client
import json
import urllib.error

import pytest

from tests.emulator_process import Emulator

LIST = r"/computes$"


def fault(emulator: Emulator, **fields: object) -> None:
    answer = emulator.control("POST", "faults/requests", fields)
    assert answer.status == 201, answer.body


def test_the_control_api_wants_its_key_and_known_fields(emulator: Emulator) -> None:
    bare = emulator.request("GET", "/emulator/faults", version=None)
    assert (bare.status, bare.error["code"]) == (401, "ControlKeyRequired")
    odd = emulator.control("POST", "faults/requests", {"kind": "status", "colour": "red"})
    assert (odd.status, odd.error["code"]) == (400, "InvalidControlRequest")
    assert "colour" in odd.error["message"]
    assert emulator.control("POST", "faults/requests", {"kind": "melt"}).status == 400
    assert emulator.control("POST", "faults/requests", {"kind": "reset", "path": "("}).status == 400
    assert emulator.control("PATCH", "settings", {"page_size": 0}).status == 400
    assert emulator.control("POST", "clock", {"advance": -5}).status == 400
    assert emulator.control("GET", "faults").json == {"requests": [], "operations": []}


def test_a_status_with_retry_after_hits_the_requests_it_matches(emulator: Emulator) -> None:
    path = f"{emulator.workspace_path}/computes"
    fault(emulator, kind="status", status=429, code="TooManyRequests", retry_after=3, count=2,
          path=LIST, method="GET", skip=1)  # fmt: skip
    answers = [emulator.request("GET", path) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 429, 429, 200]
    assert answers[1].error["code"] == "TooManyRequests"
    assert answers[1].headers["Retry-After"] == "3"


@pytest.mark.parametrize("kind", ["reset", "truncate"])
def test_connections_that_break(emulator: Emulator, kind: str) -> None:
    fault(emulator, kind=kind, path=LIST)
    broken = (ConnectionError, http.client.HTTPException, urllib.error.URLError)
    with pytest.raises(broken):
        emulator.request("GET", f"{emulator.workspace_path}/computes")
    assert emulator.request("GET", f"{emulator.workspace_path}/computes").status == 200


def test_a_hang_holds_only_the_request_it_hits(emulator: Emulator) -> None:
    fault(emulator, kind="hang", path=LIST, seconds=60)
    with pytest.raises(OSError, match="timed out"):
        emulator.request("GET", f"{emulator.workspace_path}/computes", timeout=0.3)
    assert emulator.request("GET", emulator.workspace_path).status == 200


def test_bodies_that_are_not_what_they_should_be(emulator: Emulator) -> None:
    emulator.create("faulty")
    path = f"{emulator.workspace_path}/computes"
    fault(emulator, kind="not-json", path=LIST)
    page = emulator.request("GET", path)
    assert page.status == 200
    with pytest.raises(json.JSONDecodeError):
        _ = page.json
    fault(emulator, kind="empty", path=LIST)
    assert emulator.request("GET", path).body == b""
    fault(emulator, kind="nulls", path=LIST)
    first = emulator.request("GET", path).json["value"][0]
    assert first["name"]
    assert first["location"] is None
    assert first["properties"]["properties"]["state"] is None
    fault(emulator, kind="foreign-next-link", path=LIST)
    assert emulator.request("GET", path).json["nextLink"].startswith("https://elsewhere.example/")


@pytest.mark.parametrize(
    ("operation", "state", "status"),
    [("Create", "CreateFailed", "CreateFailed"), ("Start", "Stopped", "StartFailed"),
     ("Stop", "Running", "StopFailed"), ("Restart", "Running", "RestartFailed")],
)  # fmt: skip
def test_an_operation_fails_with_a_code(
    emulator: Emulator, operation: str, state: str, status: str
) -> None:
    name = f"fail-{operation.lower()}"
    planned = {"result": "Failed", "operation": operation, "name": name, "code": "Boom",
               "message": "It went boom."}  # fmt: skip
    if operation == "Create":
        emulator.control("POST", "faults/operations", planned)
        answer = emulator.create(name)
    else:
        emulator.created(name)
        if operation == "Start":
            emulator.control("PATCH", f"computes/{name}", {"state": "Stopped"})
        emulator.control("POST", "faults/operations", planned)
        answer = emulator.act(name, operation.lower())
    emulator.advance(200)
    ended = emulator.request("GET", answer.headers["Azure-AsyncOperation"])
    assert ended.status == 200
    assert ended.json["status"] == "Failed"
    assert ended.json["error"] == {"code": "Boom", "message": "It went boom."}
    inner = emulator.inner(name)
    assert inner["state"] == state
    assert inner["lastOperation"]["operationStatus"] == status
    assert inner["errors"] == [{"error": {"code": "Boom", "message": "It went boom."}}]
    if operation == "Create":
        outer = emulator.request("GET", emulator.compute_path(name)).json["properties"]
        assert outer["provisioningState"] == "Failed"
        assert outer["provisioningErrors"][0]["error"]["code"] == "Boom"


def test_an_operation_is_canceled_or_never_ends_or_leaves_a_state(emulator: Emulator) -> None:
    emulator.created("odd-end")
    emulator.control("POST", "faults/operations", {"result": "Canceled", "operation": "Stop"})
    answer = emulator.act("odd-end", "stop")
    emulator.advance(100)
    assert (
        emulator.request("GET", answer.headers["Azure-AsyncOperation"]).json["status"] == "Canceled"
    )
    unusable = {"result": "Failed", "operation": "Restart", "state": "Unusable"}
    emulator.control("POST", "faults/operations", unusable)
    emulator.act("odd-end", "restart")
    emulator.advance(100)
    assert emulator.inner("odd-end")["state"] == "Unusable"
    emulator.control("POST", "faults/operations", {"result": "Never"})
    answer = emulator.act("odd-end", "restart")
    emulator.advance(1_000_000)
    assert (
        emulator.request("GET", answer.headers["Azure-AsyncOperation"]).json["status"]
        == "InProgress"
    )
    assert emulator.inner("odd-end")["state"] == "Restarting"


def test_capacity_and_a_full_disk(emulator: Emulator) -> None:
    emulator.created("unlucky")
    emulator.control("PATCH", "computes/unlucky", {"disk_full": True})
    refused = emulator.act("unlucky", "stop")
    assert refused.status == 400
    assert refused.error["message"] == (
        "StopCompute is not allowed when ComputeInstance disk is full."
    )
    emulator.control("PATCH", "computes/unlucky", {"disk_full": False})
    emulator.act("unlucky", "stop")
    emulator.advance(61)
    emulator.control("POST", "faults/capacity", {"name": "unlucky"})
    emulator.act("unlucky", "start")
    emulator.advance(121)
    inner = emulator.inner("unlucky")
    assert (inner["state"], inner["errors"][0]["error"]["code"]) == ("Stopped", "AllocationFailed")


def test_throttling_counts_per_caller_and_says_when_to_come_back(emulator: Emulator) -> None:
    bucket = {"throttle": {"reads": {"limit": 3, "seconds": 30}}}
    emulator.control("PATCH", "settings", bucket)
    token = emulator.token_for("boris@contoso.example")
    answers = [emulator.request("GET", emulator.workspace_path, token=token) for _ in range(5)]
    other = emulator.request("GET", emulator.workspace_path)
    emulator.control("PATCH", "settings", {"throttle": {"reads": None}})
    assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[3].error["code"] == "SubscriptionRequestsThrottled"
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 30
    assert "Number of 'read' requests for subscription" in answers[3].error["message"]
    assert other.status == 200


def test_faults_are_cleared_and_requests_are_logged(emulator: Emulator) -> None:
    fault(emulator, kind="reset", path="/computes")
    assert emulator.control("DELETE", "faults").status == 204
    emulator.control("DELETE", "log")
    assert emulator.request("GET", f"{emulator.workspace_path}/computes").status == 200
    entries = emulator.control("GET", "log").json["value"]
    entry = next(one for one in entries if one["path"].endswith("/computes"))
    assert (entry["method"], entry["status"]) == ("GET", 200)
    assert entry["headers"]["Authorization"] == "<redacted>"
    after = emulator.control("GET", f"log?after={entry['number']}").json["value"]
    assert all(one["number"] > entry["number"] for one in after)
