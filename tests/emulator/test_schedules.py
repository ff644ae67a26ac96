"""Schedules and idle shutdown fire on the emulated clock."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jupyter_ci_manager.emulator.schedules import next_firing, parse_cron, zone
from tests.emulator.conftest import StartEmulator
from tests.emulator_process import PREVIEW, Emulator


def moment(text: str, zone_name: str = "UTC") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone_name)).timestamp()


def cron(expression: str, time_zone: str = "UTC", start: str | None = None) -> dict[str, Any]:
    trigger = {"expression": expression, "timeZone": time_zone, "startTime": start}
    return {"action": "Stop", "triggerType": "Cron", "cron": trigger}


def recurrence(frequency: str, interval: int, start: str, **parts: Any) -> dict[str, Any]:
    trigger = {"frequency": frequency, "interval": interval, "startTime": start, "schedule": parts}
    return {"action": "Stop", "triggerType": "Recurrence", "recurrence": trigger}


@pytest.mark.parametrize(
    ("entry", "after", "expected"),
    [
        (cron("0 18 * * *"), "2026-03-01T17:59:00", "2026-03-01T18:00:00"),
        (cron("0 18 * * *"), "2026-03-01T18:00:00", "2026-03-02T18:00:00"),
        (cron("*/15 8-17 * * 1-5"), "2026-03-06T17:46:00", "2026-03-09T08:00:00"),
        (cron("0 9 * * MON,wed"), "2026-03-03T00:00:00", "2026-03-04T09:00:00"),
        (cron("30 6 1 JAN,JUL *"), "2026-02-01T00:00:00", "2026-07-01T06:30:00"),
        (cron("0 0 29 2 *"), "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        (cron("0 0 * * 7"), "2026-03-02T00:00:00", "2026-03-08T00:00:00"),
        # 18:00 in Berlin is 17:00 UTC in winter and 16:00 UTC in summer.
        (cron("0 18 * * *", "W. Europe Standard Time"), "2026-01-10T00:00:00", "2026-01-10T17:00:00"),
        (cron("0 18 * * *", "w. europe standard time"), "2026-07-10T00:00:00", "2026-07-10T16:00:00"),
        (cron("0 18 * * *", "Korea Standard Time"), "2026-07-10T00:00:00", "2026-07-10T09:00:00"),
        # The hour that the clocks skip: half past two does not exist, and fires an hour later.
        (cron("30 2 * * *", "W. Europe Standard Time"), "2026-03-29T00:00:00", "2026-03-29T01:30:00"),
        (cron("0 18 * * *", start="2026-05-01T00:00:00"), "2026-03-01T00:00:00", "2026-05-01T18:00:00"),
        (recurrence("Day", 3, "2026-01-01T08:00:00"), "2026-01-01T08:00:00", "2026-01-04T08:00:00"),
        (recurrence("Minute", 90, "2021-01-01T00:00:00"), "2026-01-01T00:10:00", "2026-01-01T01:30:00"),
        (recurrence("Week", 2, "2026-01-05T00:00:00", weekDays=["Monday", "Friday"], hours=[19], minutes=[30]),
         "2026-01-09T20:00:00", "2026-01-19T19:30:00"),
        (recurrence("Month", 1, "2026-01-01T00:00:00", monthDays=[31], hours=[0], minutes=[0]),
         "2026-01-31T00:00:00", "2026-03-31T00:00:00"),
    ],
)  # fmt: skip
def test_the_next_firing(entry: dict[str, Any], after: str, expected: str) -> None:
    found = next_firing(entry, moment(after), moment("2026-01-01T00:00:00"))
    assert found is not None
    assert datetime.fromtimestamp(found, timezone.utc).isoformat()[:19] == expected


def test_disabled_schedules_never_fire() -> None:
    assert next_firing({**cron("* * * * *"), "status": "Disabled"}, 0.0, 0.0) is None


@pytest.mark.parametrize("text", ["", "* * * *", "60 * * * *", "* * 0 * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "* * 30 FEB *"])  # fmt: skip
def test_expressions_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"field|month"):
        parse_cron(text)


def test_windows_and_iana_names_are_known_and_others_are_not() -> None:
    assert zone("Pacific Standard Time").key == "America/Los_Angeles"
    assert zone("Asia/Seoul").key == "Asia/Seoul"
    for name in ("Atlantis Standard Time", "../../etc/passwd", "/etc/localtime"):
        with pytest.raises(KeyError):
            zone(name)


def emulated_now(emulator: Emulator) -> datetime:
    return datetime.fromtimestamp(emulator.control("GET", "clock").json["seconds"], timezone.utc)


def test_schedules_stop_and_start_an_instance(emulator: Emulator) -> None:
    emulator.created("scheduled")
    now = emulated_now(emulator)
    stop_at = int(now.timestamp() // 60 + 30) * 60
    start_at = stop_at + 3600
    entries = [
        {
            "action": action,
            "triggerType": "cron",
            "cron": {"expression": f"{at.minute} {at.hour} * * *", "timeZone": "UTC"},
        }
        for action, at in (
            ("stop", datetime.fromtimestamp(stop_at, timezone.utc)),
            ("start", datetime.fromtimestamp(start_at, timezone.utc)),
        )
    ]
    version = "2021-03-01-preview"
    answer = emulator.act(
        "scheduled", "updateSchedules", {"computeStartStop": entries}, version=version
    )
    assert answer.status == 200
    stored = emulator.inner("scheduled")["schedules"]["computeStartStop"]
    assert [entry["provisioningStatus"] for entry in stored] == ["Completed", "Completed"]
    emulator.advance(stop_at - now.timestamp() + 5)
    inner = emulator.inner("scheduled")
    assert inner["state"] == "Stopping"
    assert inner["lastOperation"]["operationTrigger"] == "Schedule"
    emulator.advance(61)
    assert emulator.inner("scheduled")["state"] == "Stopped"
    emulator.advance(3600 + 121)
    inner = emulator.inner("scheduled")
    assert (inner["state"], inner["lastOperation"]["operationName"]) == ("Running", "Start")
    emulator.advance(86400 * 2)
    assert emulator.inner("scheduled")["state"] in ("Running", "Stopped")


def test_an_idle_instance_is_stopped_and_a_used_one_is_not(emulator: Emulator) -> None:
    emulator.created("idle-one", idleTimeBeforeShutdown="PT30M")
    emulator.advance(25 * 60)
    emulator.control("PATCH", "computes/idle-one", {"active": True})
    emulator.advance(25 * 60)
    assert emulator.inner("idle-one")["state"] == "Running"
    emulator.advance(6 * 60)
    inner = emulator.inner("idle-one")
    assert inner["state"] == "Stopped"
    assert inner["lastOperation"]["operationTrigger"] == "IdleShutdown"
    emulator.act("idle-one", "start")
    emulator.advance(130)
    off = {"idleTimeBeforeShutdown": None}
    assert emulator.act("idle-one", "updateIdleShutdownSetting", off, version=PREVIEW).status == 200
    emulator.advance(10 * 3600)
    assert emulator.inner("idle-one")["state"] == "Running"
    emulator.control("PATCH", "computes/idle-one", {"state": "JobRunning"})


def test_they_fire_without_anybody_asking(start_emulator: StartEmulator) -> None:
    emulator = start_emulator("--speed", "2000")
    emulator.create("lonely", idleTimeBeforeShutdown="PT15M")
    inner = emulator.wait_for_state("lonely", "Stopped")
    assert inner["lastOperation"]["operationTrigger"] == "IdleShutdown"
