"""Putting off a coming stop, and the old plan that comes back by itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.compute.models import Schedule
from jupyter_ci_manager.compute.postponed import Records
from jupyter_ci_manager.compute.schedules import next_fire
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, InvalidValue, WrongState
from tests.emulator_process import Emulator

from .conftest import until


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = datetime.now(timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(sample: Emulator, clock: Clock) -> Any:
    made = ComputeService(Settings(backend="emulator", endpoint=sample.url), clock=clock)
    yield made
    made.close()


def stopping_in(clock: Clock, minutes: int) -> Schedule:
    at = clock.now + timedelta(minutes=minutes)
    return Schedule(action="stop", expression=f"{at.minute} {at.hour} * * *")


def in_azure(sample: Emulator) -> tuple[str | None, list[str]]:
    """Give what Azure has of it: the idle time, and the expressions of its schedules."""
    inner = sample.inner("for-anna")
    planned = (inner.get("schedules") or {}).get("computeStartStop") or []
    return inner.get("idleTimeBeforeShutdown"), [each["cron"]["expression"] for each in planned]


def moment(text: str | None) -> datetime:
    assert text is not None
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_it_is_not_stopped_before_a_moment_and_shows_the_user_s_own_settings(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    """One sentence says it, whatever is set in Azure; once more moves the moment, no setting."""
    service.set_idle_shutdown("for-anna", 30)
    before = service.set_schedules("for-anna", [stopping_in(clock, 120)])
    own = [s.expression for s in before.schedules]
    for hours, put_off in ((1, 60), (3, 120)):
        shown = service.postpone("for-anna", put_off)
        assert shown.postponed is not None
        until = moment(before.next_stop) + timedelta(hours=hours)
        assert moment(shown.postponed.until) == until
        assert shown.next_stop == shown.postponed.until
        assert shown.idle_shutdown_minutes == 30
        assert [s.expression for s in shown.schedules] == own
        idle, planned = in_azure(sample)
        assert planned == [f"{until.minute} {until.hour} {until.day} {until.month} *"]
        left = (until - clock.now).total_seconds() / 60
        assert idle is not None
        assert left + 30 <= int(idle[2:-1]) < left + 32, "though it was idle for half an hour"
    listed = next(i for i in service.list(refresh=True).instances if i.name == "for-anna")
    assert (listed.idle_shutdown_minutes, listed.postponed) == (30, shown.postponed)
    assert [s.expression for s in listed.schedules] == own

    clock.now = until + timedelta(minutes=3)
    service.list(refresh=True)
    assert in_azure(sample) == ("PT30M", own)
    assert service.get("for-anna").postponed is None


def test_an_undone_postponement_leaves_all_as_it_was(
    sample: Emulator, service: ComputeService, clock: Clock, home: Path
) -> None:
    service.set_idle_shutdown("for-anna", 60)
    before = service.set_schedules("for-anna", [stopping_in(clock, 50)])
    was = in_azure(sample)
    service.postpone("for-anna", 60)
    assert in_azure(sample) != was
    undone = service.undo_postpone("for-anna")
    assert (undone.postponed, undone.next_stop) == (None, before.next_stop)
    assert in_azure(sample) == was
    assert not (home / "data" / "ci-manager" / "postponed.json").exists()
    assert service.undo_postpone("for-anna").postponed is None, "twice does no harm"


def test_a_longer_idle_time_comes_back(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 60)
    put_off = service.postpone("for-anna", 90)
    assert in_azure(sample)[0] in ("PT150M", "PT151M")
    assert put_off.idle_shutdown_minutes == 60
    assert put_off.postponed is not None
    assert "60 min" in put_off.postponed.restores
    shown = next(i for i in service.list(refresh=True).instances if i.name == "for-anna")
    assert shown.postponed == put_off.postponed

    clock.now += timedelta(minutes=92)
    service.list(refresh=True)
    back = service.get("for-anna")
    assert back.idle_shutdown_minutes == 60
    assert back.postponed is None


def test_a_moved_schedule_comes_back(service: ComputeService, clock: Clock) -> None:
    service.set_idle_shutdown("for-anna", None)
    before = service.set_schedules("for-anna", [stopping_in(clock, 120)])
    put_off = service.postpone("for-anna", 60)
    assert before.next_stop is not None
    assert put_off.next_stop is not None
    moved = datetime.fromisoformat(put_off.next_stop.replace("Z", "+00:00"))
    old = datetime.fromisoformat(before.next_stop.replace("Z", "+00:00"))
    assert moved - old == timedelta(minutes=60)

    clock.now = moved + timedelta(minutes=3)
    service.list(refresh=True)
    back = service.get("for-anna")
    assert [s.expression for s in back.schedules] == [before.schedules[0].expression]
    assert back.postponed is None


def test_no_other_schedule_stops_it_meanwhile(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    service.set_idle_shutdown("for-anna", None)
    plan = [stopping_in(clock, 60), stopping_in(clock, 90), stopping_in(clock, 300)]
    before = service.set_schedules("for-anna", plan)
    put_off = service.postpone("for-anna", 60)
    assert put_off.next_stop is not None
    assert before.next_stop is not None
    moved = datetime.fromisoformat(put_off.next_stop.replace("Z", "+00:00"))
    old = datetime.fromisoformat(before.next_stop.replace("Z", "+00:00"))
    assert moved - old == timedelta(minutes=60)
    assert len(in_azure(sample)[1]) == 2
    clock.now = moved + timedelta(minutes=3)
    service.list(refresh=True)
    back = service.get("for-anna").schedules
    assert [s.expression for s in back] == [s.expression for s in before.schedules]


def test_an_hour_that_comes_twice_is_not_mistaken_for_its_first(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    """When summer time ends the stop comes after the hours asked for, not an hour too soon."""
    clock.now = datetime(2027, 10, 30, 20, 0, tzinfo=timezone.utc)
    service.set_idle_shutdown("for-anna", None)
    nightly = Schedule(action="stop", expression="30 23 * * *", time_zone="W. Europe Standard Time")
    service.set_schedules("for-anna", [nightly])
    service.postpone("for-anna", 240)
    [planned] = sample.inner("for-anna")["schedules"]["computeStartStop"]
    moved = Schedule(
        action="stop",
        expression=planned["cron"]["expression"],
        time_zone=planned["cron"]["timeZone"],
    )
    assert next_fire(moved, clock.now) == datetime(2027, 10, 31, 1, 30, tzinfo=timezone.utc)
    service.set_schedules("for-anna", [])


def test_another_process_brings_it_back(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 45)
    service.postpone("for-anna", 30)
    service.close()
    clock.now += timedelta(hours=1)
    other = ComputeService(Settings(backend="emulator", endpoint=sample.url), clock=clock)
    other.list()
    other.list(refresh=True)
    assert other.get("for-anna").idle_shutdown_minutes == 45
    other.close()


def test_twice_put_off_still_comes_back_to_the_first(service: ComputeService, clock: Clock) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 30)
    service.postpone("for-anna", 30)
    service.postpone("for-anna", 30)
    clock.now += timedelta(hours=3)
    service.list(refresh=True)
    assert service.get("for-anna").idle_shutdown_minutes == 30


def test_what_the_user_sets_meanwhile_counts_afterwards(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    """It is still not stopped before: what is set is the user's own, as what is shown."""
    service.set_idle_shutdown("for-anna", 60)
    service.set_schedules("for-anna", [stopping_in(clock, 50)])
    put_off = service.postpone("for-anna", 60)
    there = in_azure(sample)
    changed = service.set_idle_shutdown("for-anna", 120)
    assert (changed.idle_shutdown_minutes, changed.postponed is not None) == (120, True)
    changed = service.set_schedules("for-anna", [stopping_in(clock, 300)])
    own = [s.expression for s in changed.schedules]
    assert own == [stopping_in(clock, 300).expression]
    assert changed.next_stop == put_off.next_stop
    assert in_azure(sample) == there
    clock.now += timedelta(hours=2)
    service.list(refresh=True)
    assert in_azure(sample) == ("PT120M", own)
    service.set_schedules("for-anna", [])


def test_what_somebody_sets_elsewhere_meanwhile_stands(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    """In the studio, say: nothing of ours hears of it."""
    service.set_schedules("for-anna", [stopping_in(clock, 50)])
    service.set_idle_shutdown("for-anna", 60)
    service.postpone("for-anna", 60)
    answer = sample.act(
        "for-anna",
        "updateIdleShutdownSetting",
        {"idleTimeBeforeShutdown": "PT200M"},
        version=Settings().preview_api_version,
    )
    assert answer.status == 200
    clock.now += timedelta(hours=3)
    service.list(refresh=True)
    later = service.get("for-anna")
    assert later.idle_shutdown_minutes == 200
    assert later.postponed is None
    assert later.schedules[0].expression.endswith("* * *"), "only what was set stands"  # type: ignore[union-attr]
    service.set_schedules("for-anna", [])


def test_when_azure_refuses_a_part_the_other_is_put_back(
    sample: Emulator, service: ComputeService, clock: Clock, home: Path
) -> None:
    service.set_idle_shutdown("for-anna", 60)
    service.set_schedules("for-anna", [stopping_in(clock, 70)])
    sample.control(
        "POST",
        "faults/requests",
        {"kind": "status", "status": 400, "method": "POST", "path": "updateSchedules"},
    )
    with pytest.raises(CIManagerError):
        service.postpone("for-anna", 30)
    assert service.get("for-anna").idle_shutdown_minutes == 60
    assert not (home / "data" / "ci-manager" / "postponed.json").exists()


@pytest.mark.parametrize("minutes", [0, -5, 481])
def test_eight_hours_at_most(service: ComputeService, minutes: int) -> None:
    with pytest.raises(InvalidValue) as caught:
        service.postpone("ds-anna", minutes)
    assert caught.value.field == "minutes"


def test_without_a_coming_stop_there_is_nothing_to_put_off(service: ComputeService) -> None:
    with pytest.raises(WrongState):
        service.postpone("old-vm", 30)


def test_where_only_idle_time_stops_it_within_a_day_an_hour_is_counted_from_now(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    service.set_idle_shutdown("for-anna", 30)
    later = (clock.now + timedelta(days=3)).strftime("%w")
    weekly = Schedule(action="stop", expression=f"0 12 * * {later}")
    service.set_schedules("for-anna", [weekly])
    put_off = service.postpone("for-anna", 60)
    assert put_off.postponed is not None
    assert not put_off.postponed.stops
    until = moment(put_off.postponed.until)
    assert timedelta(0) <= until - clock.now - timedelta(hours=1) < timedelta(minutes=1)
    assert in_azure(sample)[1] == [weekly.expression]
    service.set_schedules("for-anna", [])


def test_two_days_in_all(service: ComputeService, clock: Clock) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 30)
    for _ in range(5):
        service.postpone("for-anna", 480)
    service.postpone("for-anna", 479)
    with pytest.raises(WrongState):
        service.postpone("for-anna", 2)
    service.undo_postpone("for-anna")


def test_it_comes_back_though_another_workspace_is_looked_at(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 60)
    service.postpone("for-anna", 60)
    there = next(w for w in service.workspaces() if w.name == "contoso-us")
    service.select_workspace(there)
    clock.now += timedelta(minutes=61)
    service.list(refresh=True)
    assert sample.inner("for-anna")["idleTimeBeforeShutdown"] == "PT60M"


def test_what_azure_refuses_to_take_back_is_tried_again_later(
    sample: Emulator, service: ComputeService, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 60)
    service.postpone("for-anna", 60)
    refusal = {"kind": "status", "status": 403, "path": "updateIdleShutdownSetting", "count": 100}
    sample.control("POST", "faults/requests", refusal)
    clock.now += timedelta(minutes=61)
    sample.control("DELETE", "log")
    for _ in range(5):
        service.list(refresh=True)
    log = sample.control("GET", "log").json["value"]
    tries = [e for e in log if e["path"].endswith("/updateIdleShutdownSetting")]
    assert len(tries) == 1, "not with every list"
    sample.control("DELETE", "faults")
    monkeypatch.setattr(service._postponing.restoring, "_not_before", 0.0)
    service.list(refresh=True)
    assert service.get("for-anna").postponed is None


def test_it_comes_back_though_nobody_looks(sample: Emulator, home: Path) -> None:
    offset = timedelta(0)
    service = ComputeService(
        Settings(backend="emulator", endpoint=sample.url),
        clock=lambda: datetime.now(timezone.utc) + offset,
        on_change=lambda name: None,
    )
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 60)
    service.postpone("for-anna", 1)
    service.watch().stop()
    assert sample.inner("for-anna")["idleTimeBeforeShutdown"] == "PT62M"
    offset = timedelta(seconds=120)
    service.changed_elsewhere()
    until(lambda: sample.inner("for-anna")["idleTimeBeforeShutdown"] == "PT60M")
    until(lambda: not (home / "data" / "ci-manager" / "postponed.json").exists())
    service.close()


def test_while_another_process_brings_it_back_nobody_asks_without_a_pause(
    service: ComputeService, clock: Clock
) -> None:
    service.set_schedules("for-anna", [])
    service.set_idle_shutdown("for-anna", 60)
    service.postpone("for-anna", 30)
    clock.now += timedelta(hours=1)
    with Records().bringing_back() as is_ours:
        assert is_ours
        service.list(refresh=True)
        assert (service._postponing.restoring.seconds_to_next() or 0) > 1
    service._postponing.restoring._not_before = 0.0
    service.list(refresh=True)
    assert service.get("for-anna").idle_shutdown_minutes == 60


def test_after_a_stop_and_a_start_all_is_as_before(
    sample: Emulator, service: ComputeService, clock: Clock
) -> None:
    service.set_idle_shutdown("for-anna", 60)
    service.set_schedules("for-anna", [stopping_in(clock, 50)])
    was = in_azure(sample)
    service.postpone("for-anna", 60)
    service.stop("for-anna", confirm="for-anna")
    assert in_azure(sample) == was, "before it was stopped"
    sample.control("PATCH", "computes/for-anna", {"state": "Running"})
    assert service.get("for-anna").postponed is None
    assert in_azure(sample) == was
