"""Everything that Azure can do wrong: what the user sees, and that it heals by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any

import pytest

from jupyter_ci_manager.compute import changes, patience
from jupyter_ci_manager.compute.models import CreateInstance
from jupyter_ci_manager.compute.retry_after import LONGEST_SECONDS, seconds_asked
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.errors import (
    CIManagerError,
    Conflict,
    NotFound,
    NotPermitted,
    Throttled,
)
from tests.emulator_process import Emulator

from .conftest import MakeService, until

LIST = r"/computes$"


@pytest.fixture(autouse=True)
def healed(sample: Emulator) -> Iterator[None]:
    yield
    sample.control("DELETE", "faults")
    sample.control("PATCH", "settings", {"page_size": 1000, "throttle": {"reads": None}})


def fault(emulator: Emulator, kind: str, **more: Any) -> None:
    answer = emulator.control("POST", "faults/requests", {"kind": kind, "method": "GET", **more})
    assert answer.status == 201, answer.body


def asked(emulator: Emulator) -> list[str]:
    """The paths of Azure that were asked since the log was cleared."""
    log = emulator.control("GET", "log").json["value"]
    return [e["path"] for e in log if not e["path"].startswith("/emulator")]


LISTING = [
    pytest.param({"kind": "reset", "count": 3}, "unavailable", id="reset"),
    pytest.param({"kind": "status", "status": 500, "count": 3}, "unavailable", id="500"),
    pytest.param({"kind": "status", "status": 503, "count": 3}, "unavailable", id="503"),
    pytest.param(
        {"kind": "status", "status": 403, "code": "AuthorizationFailed"}, "not_permitted", id="403"
    ),
    pytest.param(
        {"kind": "status", "status": 404, "code": "ResourceNotFound"}, "not_found", id="404"
    ),
    pytest.param(
        {"kind": "status", "status": 409, "code": "Conflict"}, "operation_running", id="409"
    ),
    pytest.param({"kind": "status", "status": 401, "count": 2}, "signed_out", id="401"),
    pytest.param({"kind": "not-json"}, "unreadable_answer", id="not-json"),
    pytest.param({"kind": "truncate", "count": 3}, "un", id="truncated"),
    pytest.param({"kind": "empty"}, "unreadable_answer", id="empty"),
    pytest.param({"kind": "foreign-next-link"}, "foreign_link", id="foreign-link"),
]


@pytest.mark.parametrize(("wrong", "code"), LISTING)
def test_the_last_good_list_stays_with_its_age_and_heals_by_itself(
    sample: Emulator,
    service_for: MakeService,
    monkeypatch: pytest.MonkeyPatch,
    wrong: dict[str, Any],
    code: str,
) -> None:
    monkeypatch.setattr("jupyter_ci_manager.compute.watch._SIGNED_OUT_PAUSE", 0.1)
    heard: list[str] = []
    service = service_for(sample, on_change=heard.append, poll_interval=0.1)
    good = service.list()
    assert good.error is None
    fault(sample, path=LIST, **{**wrong, "count": 1000})
    until(lambda: service.list().error)

    shown = service.list()
    assert shown.error is not None
    assert shown.error.code.startswith(code)
    assert shown.error.message
    assert shown.error.hint
    assert [i.name for i in shown.instances] == [i.name for i in good.instances]
    assert (shown.age_seconds or 0) > 0

    # Nobody does anything: the poll finds out, and says so.
    heard.clear()
    sample.control("DELETE", "faults")
    until(lambda: "" in heard)
    assert service.list().error is None


def test_a_silent_service_keeps_nobody_waiting(sample: Emulator, service: ComputeService) -> None:
    """Ten seconds are the most; here it is less, so that nobody waits for a test either."""
    good = service.list()
    assert service._session.client().deadline < 10
    service._session.client().deadline = 1.0
    fault(sample, "hang", path=LIST, count=1, seconds=60)
    began = time.monotonic()
    service._inventory.refresh()
    shown = service.list()
    assert time.monotonic() - began < 3
    assert shown.error is not None
    assert shown.error.code == "timed_out"
    assert len(shown.instances) == len(good.instances)


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("(vmSizes|usages|permissions|checkComputeNameAvailability)$", "create"),
        ("permissions$", "start"),
        ("computes/late-one$", "create"),
        ("computes/report-box$", "start"),
        ("/workspaces$", "workspaces"),
    ],
)
def test_however_many_calls_hang_nobody_waits_longer_than_ten_seconds(
    sample: Emulator,
    service_for: MakeService,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    what: str,
) -> None:
    """A tenth of the real times, so that nobody waits for a test either."""
    assert patience.PATIENCE_SECONDS < 10
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 1.0)
    monkeypatch.setattr(patience, "_FOR_THE_WRITE", 0.4)
    service = service_for(sample)
    service.status()
    sample.control("PATCH", "computes/report-box", {"state": "Stopped"})
    hang = {"kind": "hang", "path": path, "seconds": 60, "count": 100}
    sample.control("POST", "faults/requests", hang)
    began = time.monotonic()
    code = "done"
    try:
        if what == "create":
            service.create(CreateInstance(name="late-one", vm_size="Standard_D2s_v3"))
        elif what == "workspaces":
            service.workspaces()
        else:
            service.start("report-box")
    except CIManagerError as error:
        code = error.code
    assert code in ("done", "timed_out", "unknown_outcome")
    # One call alone may take nine seconds.
    assert time.monotonic() - began < 6
    sample.control("DELETE", "faults")
    sample.delete("late-one")


def test_a_list_that_takes_long_is_not_waited_for_but_comes(
    sample: Emulator, service_for: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    service = service_for(sample, on_change=heard.append, poll_interval=60)
    monkeypatch.setattr("jupyter_ci_manager.compute.asking.PATIENCE_SECONDS", 0.2)
    fault(sample, "hang", path=r"permissions$", seconds=60)
    service._session.client().deadline = 1.5
    listed = service.list()
    assert listed.error is not None
    assert (listed.error.code, listed.instances) == ("timed_out", [])
    assert listed.error.message == "Azure is still listing."
    until(lambda: service.list().error is None)
    assert service.list().instances


def test_a_wait_that_azure_asks_for_is_shown_and_kept(
    sample: Emulator, service: ComputeService
) -> None:
    service.list()
    fault(
        sample,
        "status",
        status=429,
        code="SubscriptionRequestsThrottled",
        retry_after=30,
        path=LIST,
    )
    service._inventory.refresh()
    shown = service.list()
    assert shown.error is not None
    assert shown.error.code == "throttled"
    assert 0 < (shown.error.retry_after or 0) <= 30
    sample.control("DELETE", "log")
    with pytest.raises(Throttled) as caught:
        service.get("ds-anna")
    # Who asks once, in a terminal, is promised nothing that nobody does.
    assert caught.value.hint == "Nothing was changed. Try again when the time is over."
    assert asked(sample) == []
    assert service.watch().pause() > 20


def test_nulls_everywhere_hide_no_instance(sample: Emulator, service: ComputeService) -> None:
    names = {i.name for i in service.list().instances}
    fault(sample, "nulls", path=LIST)
    service._inventory.refresh()
    shown = service.list()
    assert shown.error is None
    assert {i.name for i in shown.instances} == names
    assert {i.state for i in shown.instances} <= {"Unknown", "Creating", "CreateFailed", "Deleting"}


def test_one_malformed_instance_hides_no_other(sample: Emulator, service: ComputeService) -> None:
    names = [i.name for i in service.list().instances]
    fault(sample, "malformed", path=r"/computes(/old-vm)?$", name="old-vm", count=2)
    service._inventory.refresh()
    shown = service.list()
    assert shown.error is None
    assert [i.name for i in shown.instances] == names
    strange = next(i for i in shown.instances if i.name == "old-vm")
    assert (strange.is_complete, strange.state) == (False, "Unknown")
    assert all(i.is_complete for i in shown.instances if i.name != "old-vm")
    assert service.get("old-vm").is_complete is False
    assert service.get("old-vm").is_complete is True


def test_an_operation_s_status_on_another_host_is_not_asked_for(
    quick: Emulator, service_for: MakeService
) -> None:
    """Azure's own state tells the end all the same."""
    service = service_for(quick)
    service.create(CreateInstance(name="led-astray", idle_shutdown_minutes=0))
    service.wait("led-astray", until="Running", timeout=30)
    quick.control(
        "POST",
        "faults/requests",
        {"kind": "foreign-operation", "path": "led-astray/stop", "method": "POST"},
    )
    assert service.stop("led-astray").state == "Stopping"
    assert service.wait("led-astray", until="Stopped", timeout=30).state == "Stopped"
    # What cannot be asked keeps the poll no longer quick than what is going on.
    assert not service._inventory.pending


def test_a_status_that_may_not_be_read_is_no_failure(
    quick: Emulator, service_for: MakeService
) -> None:
    """It lies in the subscription, where a role in the workspace alone reaches nothing."""
    service = service_for(quick)
    service.create(CreateInstance(name="half-blind", idle_shutdown_minutes=0))
    service.wait("half-blind", until="Running", timeout=30)
    fault(
        quick,
        "status",
        status=403,
        code="AuthorizationFailed",
        path="computeOperationsStatus",
        count=100,
    )
    service.stop("half-blind")
    stopped = service.wait("half-blind", until="Stopped", timeout=30)
    assert (stopped.state, stopped.errors) == ("Stopped", [])
    quick.control("DELETE", "faults")


def test_a_creation_that_cannot_be_read_back_is_no_refusal(
    sample: Emulator, service: ComputeService
) -> None:
    """The first look finds nothing, then Azure takes the creation, then it has a problem."""
    service.list()
    broken = {"status": 503, "path": "computes/unseen$", "skip": 1, "count": 3}
    fault(sample, "status", **broken)
    created = service.create(CreateInstance(name="unseen", vm_size="Standard_D2s_v3"))
    assert (created.name, created.state) == ("unseen", "Creating")
    assert created.actions["start"].allowed == "no"
    sample.control("DELETE", "faults")
    assert service.get("unseen").state == "Creating"
    sample.delete("unseen")


def test_a_setting_that_cannot_be_read_back_says_so(
    sample: Emulator, service: ComputeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_READ_BACK_SECONDS", 0.3)
    path = r"computes/for-anna$"
    fault(sample, "status", status=503, path=path, skip=1, count=100)
    with pytest.raises(CIManagerError) as caught:
        service.set_idle_shutdown("for-anna", 75)
    assert caught.value.code == "not_confirmed"
    sample.control("DELETE", "faults")
    assert sample.inner("for-anna")["idleTimeBeforeShutdown"] == "PT75M"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "99999999"}, LONGEST_SECONDS),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan", "retry-after-ms": "20"}, 0.02),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_every_form_of_a_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert seconds_asked(headers) == seconds


def test_a_wait_until_a_moment() -> None:
    moment = formatdate(time.time() + 40, usegmt=True)
    assert 30 < (seconds_asked({"retry-after": moment}) or 0) <= 40


def test_what_was_begun_is_shown_to_whoever_comes_later(
    sample: Emulator, service_for: MakeService
) -> None:
    """Nothing of it is kept on disk: after a restart Azure's own state says it all."""
    first = service_for(sample)
    sample.control("PATCH", "computes/report-box", {"state": "Stopped"})
    first.start("report-box")
    first.close()
    later = service_for(sample)
    found = later.get("report-box")
    assert (found.state, found.operation) == ("Starting", "Start")
    assert found.state_since is not None
    assert later.list().instances
    assert later._inventory.in_transition()
    sample.advance(130)
    assert later.wait("report-box", until="Running", timeout=30).state == "Running"


def test_tiny_pages_give_the_whole_list(sample: Emulator, service: ComputeService) -> None:
    names = {i.name for i in service.list().instances}
    sample.control("PATCH", "settings", {"page_size": 1})
    service._inventory.refresh()
    assert {i.name for i in service.list().instances} == names


def test_a_write_is_never_sent_twice(sample: Emulator, service: ComputeService) -> None:
    sample.control("PATCH", "computes/report-box", {"state": "Stopped"})
    sample.control("DELETE", "log")
    sample.control(
        "POST",
        "faults/requests",
        {"kind": "status", "status": 503, "method": "POST", "path": "report-box/start", "count": 5},
    )
    with pytest.raises(CIManagerError) as caught:
        service.start("report-box")
    assert caught.value.status == 503
    # Nobody sends it again, so that must not be promised; what it did is not known.
    assert "by itself" not in caught.value.hint
    assert "Look at the instance's state" in caught.value.hint
    assert len([path for path in asked(sample) if path.endswith("/report-box/start")]) == 1


def test_a_connection_that_breaks_on_a_write_says_that_the_outcome_is_unknown(
    sample: Emulator, service: ComputeService
) -> None:
    sample.control(
        "POST",
        "faults/requests",
        {"kind": "reset", "method": "POST", "path": "old-vm/start", "count": 1},
    )
    with pytest.raises(CIManagerError) as caught:
        service.start("old-vm")
    assert caught.value.code == "unknown_outcome"
    assert "state" in caught.value.hint


def test_a_full_disk_is_told_with_the_way_out(service: ComputeService) -> None:
    with pytest.raises(Conflict) as caught:
        service.stop("disk-full")
    assert caught.value.code == "instance_disk_full"
    assert "5 GB" in caught.value.hint


def test_a_policy_s_refusal_says_what_it_wants(sample: Emulator, service: ComputeService) -> None:
    policy = {"name": "tags", "required_tags": ["cost-centre"]}
    sample.control("PATCH", "settings", {"policies": [policy]})
    try:
        with pytest.raises(NotPermitted) as caught:
            service.create(CreateInstance(name="no-tag", vm_size="Standard_D2s_v3"))
        assert caught.value.code == "policy_denied"
    finally:
        sample.control("PATCH", "settings", {"policies": []})


def test_a_lock_s_refusal_says_that_it_is_a_lock(sample: Emulator, service: ComputeService) -> None:
    scope = sample.compute_path("etl-setup")
    sample.control("POST", "locks", {"name": "keep", "scope": scope})
    try:
        with pytest.raises(NotPermitted) as caught:
            service.delete("etl-setup")
        assert caught.value.code == "locked"
    finally:
        sample.control("DELETE", "locks/keep")


@pytest.mark.parametrize("result", ["Failed", "Canceled"])
def test_an_operation_that_ends_badly_is_told_on_its_instance(
    quick: Emulator, service_for: MakeService, result: str
) -> None:
    service = service_for(quick)
    name = f"bad-{result.lower()}"
    service.create(CreateInstance(name=name, idle_shutdown_minutes=0))
    service.wait(name, until="Running", timeout=30)
    service.stop(name)
    service.wait(name, until="Stopped", timeout=30)
    quick.control(
        "POST",
        "faults/operations",
        {"result": result, "operation": "Start", "name": name, "message": "No luck today."},
    )
    service.start(name)
    with pytest.raises(CIManagerError) as caught:
        service.wait(name, until="Running", timeout=30)
    assert caught.value.code == "operation_failed"
    instance = service.get(name)
    assert instance.errors
    assert instance.errors[0].message == "No luck today."
    quick.control("DELETE", "faults")
    service.start(name)
    assert service.wait(name, until="Running", timeout=30).state == "Running"


def test_missing_capacity_is_not_called_quota(quick: Emulator, service_for: MakeService) -> None:
    service = service_for(quick)
    service.create(CreateInstance(name="crowded", idle_shutdown_minutes=0))
    service.wait("crowded", until="Running", timeout=30)
    service.stop("crowded")
    service.wait("crowded", until="Stopped", timeout=30)
    quick.control("POST", "faults/capacity", {"name": "crowded"})
    service.start("crowded")
    with pytest.raises(CIManagerError) as caught:
        service.wait("crowded", until="Running", timeout=30)
    assert "not your quota" in str(caught.value.message)


def test_a_stuck_operation_has_a_limit_and_a_next_step(
    quick: Emulator, service_for: MakeService
) -> None:
    service = service_for(quick)
    service.create(CreateInstance(name="sticky", idle_shutdown_minutes=0))
    service.wait("sticky", until="Running", timeout=30)
    quick.control(
        "POST", "faults/operations", {"result": "Never", "operation": "Stop", "name": "sticky"}
    )
    service.stop("sticky")
    with pytest.raises(CIManagerError) as caught:
        service.wait("sticky", until="Stopped", timeout=0.5)
    assert caught.value.code == "timed_out"
    assert "stopping" in caught.value.message
    assert caught.value.hint


def test_an_expired_sign_in_is_a_state_and_no_storm(
    sample: Emulator, service_for: MakeService
) -> None:
    service = service_for(sample)
    service.list()
    service.sign_out()
    sample.control("DELETE", "log")
    for _ in range(5):
        assert service.list(refresh=True).error.code == "signed_out"  # type: ignore[union-attr]
    assert service.status().identity.state == "signed_out"
    assert asked(sample) == []
    service.sign_in("auto")
    assert service.list(refresh=True).error is None


def test_one_that_somebody_deletes_during_a_wait_is_told(
    sample: Emulator, service: ComputeService
) -> None:
    sample.control("PATCH", "computes/report-box", {"state": "Stopped"})
    service.start("report-box")
    gone = {"status": 404, "code": "ResourceNotFound", "path": "computes/report-box$"}
    fault(sample, "status", skip=2, count=100, **gone)
    with pytest.raises(NotFound) as caught:
        service.wait("report-box", until="Running", timeout=30)
    assert "“report-box”" in caught.value.message
    assert "deleted" in caught.value.hint
    fault(sample, "status", count=100, **gone)
    assert service.wait("report-box", until="Deleted", timeout=30).state == "Deleted"


def test_errors_wrapped_in_strings_are_unwrapped(sample: Emulator, service: ComputeService) -> None:
    inner = '{"error": {"code": "QuotaExceeded", "message": "The specified subscription has a total vCPU quota of 0 and cannot accomodate"}}'
    sample.control(
        "POST",
        "faults/requests",
        {
            "kind": "status",
            "status": 400,
            "code": "BadRequest",
            "message": inner,
            "method": "POST",
            "path": "old-vm/start",
        },
    )
    with pytest.raises(CIManagerError) as caught:
        service.start("old-vm")
    assert caught.value.code == "quota_exceeded"
    assert caught.value.details["azure_code"] == "QuotaExceeded"
    assert caught.value.details["correlation_id"]


def test_azure_s_conflict_is_told_with_what_is_going_on(
    sample: Emulator, service: ComputeService
) -> None:
    """Somebody else began a stop between our look and our call."""
    sample.control("PATCH", "computes/etl-setup", {"state": "Running"})
    conflict = {"kind": "status", "status": 409, "code": "Conflict", "method": "POST"}
    sample.control("POST", "faults/requests", {**conflict, "path": "etl-setup/restart"})
    with pytest.raises(Conflict) as caught:
        service.restart("etl-setup")
    assert caught.value.code == "operation_running"
    assert caught.value.details["operation"]
    assert caught.value.message.startswith("“etl-setup” is ")


def test_an_error_that_comes_with_success_is_an_error(
    sample: Emulator, service: ComputeService
) -> None:
    """Azure has said "OK" and meant that the quota is used up."""
    said = '{"error": {"code": "QuotaExceeded", "message": "exceeding quota limits of Core"}}'
    fault = {"kind": "status", "status": 200, "code": "OK", "message": said, "method": "PUT"}
    sample.control("POST", "faults/requests", {**fault, "path": "computes/said-ok$"})
    with pytest.raises(CIManagerError) as caught:
        service.create(CreateInstance(name="said-ok", vm_size="Standard_D2s_v3"))
    assert caught.value.code == "quota_exceeded"
    assert caught.value.details["azure_code"] == "QuotaExceeded"
