"""Schedules: what Azure takes, and when the next one comes."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from jupyter_ci_manager.compute.models import Schedule
from jupyter_ci_manager.compute.reading import read_schedules
from jupyter_ci_manager.compute.schedules import (
    check_schedules,
    next_fire,
    next_stop,
    schedules_to_arm,
)
from jupyter_ci_manager.errors import InvalidValue
from tests.emulator_process import Emulator

from .conftest import MakeService

#: A Monday.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)


def recurring(
    frequency: str, interval: int = 1, start: str | None = None, **plan: list[object]
) -> Schedule:
    recurrence = {"frequency": frequency, "interval": interval}
    if plan:
        recurrence["schedule"] = plan
    return Schedule(action="stop", trigger="recurrence", recurrence=recurrence, start_time=start)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (Schedule(action="stop", expression="0 18 * * *"), "2026-03-02T18:00"),
        (
            Schedule(action="stop", expression="0 18 * * *", time_zone="Pacific Standard Time"),
            "2026-03-03T02:00",
        ),
        (
            Schedule(action="stop", expression="0 18 * * *", time_zone="Korea Standard Time"),
            "2026-03-03T09:00",
        ),
        (Schedule(action="stop", expression="30 8 * * 1-5"), "2026-03-03T08:30"),
        (
            Schedule(action="stop", expression="0 18 * * *", start_time="2026-04-01T00:00:00"),
            "2026-04-01T18:00",
        ),
        (recurring("Day", hours=[9], minutes=[15]), "2026-03-03T09:15"),
        (recurring("Week", weekDays=["Friday"], hours=[17], minutes=[0]), "2026-03-06T17:00"),
        (
            recurring(
                "Week", 2, "2026-03-02T17:00:00", weekDays=["Monday"], hours=[9], minutes=[0]
            ),
            "2026-03-16T09:00",
        ),
        (recurring("Month", monthDays=[15], hours=[1], minutes=[0]), "2026-03-15T01:00"),
        (recurring("Hour", 6, "2026-03-02T01:00:00"), "2026-03-02T13:00"),
        (Schedule(action="stop", expression="0 18 * * *", enabled=False), None),
        (Schedule(action="stop", expression="nonsense"), None),
    ],
)
def test_when_the_next_one_comes(schedule: Schedule, expected: str | None) -> None:
    found = next_fire(schedule, NOW)
    assert (found.strftime("%Y-%m-%dT%H:%M") if found else None) == expected


def test_summer_time_is_the_zone_s_own() -> None:
    schedule = Schedule(action="stop", expression="0 18 * * *", time_zone="W. Europe Standard Time")
    summer = next_fire(schedule, datetime(2026, 7, 1, tzinfo=timezone.utc))
    assert summer is not None
    assert summer.hour == 16


def test_the_soonest_stop_counts_and_starts_do_not() -> None:
    soon = Schedule(action="stop", expression="0 13 * * *")
    found = next_stop([Schedule(action="start", expression="30 12 * * *"), soon], NOW)
    assert found is not None
    assert found.hour == 13


def test_what_is_read_is_what_was_written() -> None:
    schedules = [
        Schedule(action="stop", expression="0 18 * * 1-5", time_zone="Pacific Standard Time"),
        recurring("Week", 1, "2026-03-02T17:00:00", weekDays=["Monday"], hours=[9], minutes=[0]),
        Schedule(action="start", expression="0 8 * * *", enabled=False),
    ]
    assert read_schedules(schedules_to_arm(schedules)) == schedules


def test_azure_gives_back_what_was_set_and_our_next_stop_with_it(
    quick: Emulator, service_for: MakeService
) -> None:
    from jupyter_ci_manager.compute.models import CreateInstance

    service = service_for(quick)
    service.create(CreateInstance(name="planned", idle_shutdown_minutes=0))
    service.wait("planned", until="Running", timeout=30)
    wanted = [
        Schedule(action="stop", expression="0 19 * * *", time_zone="Pacific Standard Time"),
        recurring("Week", 1, None, weekDays=["Friday"], hours=[17], minutes=[0]),
    ]
    read = service.set_schedules("planned", wanted)
    assert [s.trigger for s in read.schedules] == ["cron", "recurrence"]
    assert service.set_schedules("planned", read.schedules).schedules[0].expression == "0 19 * * *"
    assert read.next_stop is not None
    assert "schedule" in (read.next_stop_reason or "")
    assert service.set_schedules("planned", []).next_stop is None


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(action="stop", expression="0 18 * * * *"),
        Schedule(action="stop", expression=None),
        Schedule(action="stop", expression="0 18 * * *", time_zone="Nowhere"),
        Schedule(action="stop", expression="0 18 * * *", start_time="soon"),
        recurring("Fortnight"),
        recurring("Week", 0),
        recurring("Week", weekDays=["Someday"]),
        recurring("Day", hours=[25]),
    ],
)
def test_what_azure_would_refuse_is_refused_with_its_place(schedule: Schedule) -> None:
    with pytest.raises(InvalidValue) as caught:
        check_schedules([Schedule(action="stop", expression="0 1 * * *"), schedule])
    assert (caught.value.field or "").startswith("schedules[1].")


def test_azure_gets_the_name_of_a_zone_that_it_knows() -> None:
    zones = ["Europe/Berlin", "Korea Standard Time", "UTC"]
    plan = [Schedule(action="stop", expression="0 18 * * *", time_zone=zone) for zone in zones]
    sent = schedules_to_arm(plan)["computeStartStop"]
    assert [entry["cron"]["timeZone"] for entry in sent] == [
        "W. Europe Standard Time",
        "Korea Standard Time",
        "UTC",
    ]


def test_the_days_when_the_clocks_change() -> None:
    """In Berlin 2:00 to 3:00 comes twice on 25 October 2026, and not at all on 28 March 2027."""
    zone = "W. Europe Standard Time"
    daily = recurring("Day", hours=[2], minutes=[30])
    daily.time_zone = zone
    first = next_fire(daily, datetime(2026, 10, 25, 0, 0, tzinfo=timezone.utc))
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=timezone.utc)
    assert next_fire(daily, first) == datetime(2026, 10, 26, 1, 30, tzinfo=timezone.utc)
    between = datetime(2026, 10, 25, 1, 10, tzinfo=timezone.utc)
    assert next_fire(daily, between) == datetime(2026, 10, 26, 1, 30, tzinfo=timezone.utc)
    hourly = recurring("Hour", 1, "2026-10-24T23:15:00")
    hourly.time_zone = zone
    assert next_fire(hourly, between) == datetime(2026, 10, 25, 1, 15, tzinfo=timezone.utc)


def test_a_month_has_31_days_at_most() -> None:
    with pytest.raises(InvalidValue) as caught:
        check_schedules([recurring("Month", monthDays=[32], hours=[1], minutes=[0])])
    assert caught.value.field == "schedules[0].recurrence.schedule.monthDays"
