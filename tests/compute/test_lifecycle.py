"""The whole life of an instance, as a user lives it, against a real emulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_ci_manager.compute.models import ComputeInstance, CreateInstance, Schedule
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.errors import NotFound, QuotaExceeded, WrongState
from tests.emulator_process import Emulator, emulator_process

from .conftest import MakeService

WAIT = 90.0


@pytest.fixture
def thirtyfold(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An empty workspace at the speed of a demonstration: a quarter of an hour is half a minute."""
    with emulator_process(tmp_path_factory.mktemp("life") / "state", "--speed", "30") as running:
        yield running


def test_an_instance_lives_from_its_creation_to_its_deletion(
    thirtyfold: Emulator, service_for: MakeService
) -> None:
    service = service_for(thirtyfold)
    name = "life-of-one"

    def becomes(state: str, minutes: float) -> ComputeInstance:
        """Let the minutes pass in which nothing is to be seen, and live through the end of it."""
        assert service.get(name).state != state, "it takes its time"
        thirtyfold.advance(minutes * 60)
        return service.wait(name, until=state, timeout=WAIT)

    created = service.create(CreateInstance(name=name, vm_size="Standard_DS3_v2"))
    assert created.state == "Creating"
    running = becomes("Running", 2.4)
    assert running.is_mine
    assert running.idle_shutdown_minutes == 60
    assert running.actions["stop"].allowed == "yes"

    assert service.stop(name).state == "Stopping"
    stopped = becomes("Stopped", 0.8)
    assert stopped.actions["start"].allowed == "yes"
    assert service.stop(name).state == "Stopped"

    assert service.start(name).state == "Starting"
    becomes("Running", 1.8)
    assert service.start(name).state == "Running"

    assert service.restart(name).state == "Restarting"
    becomes("Running", 1.2)

    assert service.resize(name, "Standard_DS11_v2").state == "Resizing"
    resized = becomes("Running", 2.2)
    assert (resized.vm_size or "").lower() == "standard_ds11_v2"

    evening = Schedule(action="stop", expression="0 19 * * *", time_zone="Pacific Standard Time")
    assert service.set_schedules(name, [evening]).schedules[0].expression == "0 19 * * *"
    assert service.set_schedules(name, []).schedules == []

    # Nobody uses it, so Azure stops it by itself.
    assert service.set_idle_shutdown(name, 15).idle_shutdown_minutes == 15
    idle = becomes("Stopped", 15.5)
    assert idle.last_operation is not None
    assert idle.last_operation.trigger == "IdleShutdown"

    deleting = service.delete(name)
    assert deleting is not None
    assert deleting.state == "Deleting"
    thirtyfold.advance(35)
    assert service.wait(name, until="Deleted", timeout=WAIT).state == "Deleted"
    assert service.delete(name) is None
    with pytest.raises(NotFound):
        service.get(name)


def test_what_the_state_forbids_is_refused_with_its_reason(
    sample: Emulator, service_for: MakeService
) -> None:
    service = service_for(sample)
    with pytest.raises(WrongState, match="start it instead"):
        service.restart("old-vm")


def test_an_operation_that_runs_is_named(sample: Emulator, service_for: MakeService) -> None:
    service = service_for(sample)
    with pytest.raises(Exception, match="wait until that has ended") as caught:
        service.restart("winding-down")
    assert caught.value.code == "operation_running"  # type: ignore[attr-defined]
    assert caught.value.details["operation"] == "Stop"  # type: ignore[attr-defined]


def test_a_resize_may_use_the_cores_that_the_instance_holds_already(
    sample: Emulator, service: ComputeService
) -> None:
    """old-vm holds 2 of its family's cores and wants 4."""
    used = next(u.used for u in service.usages() if u.family == "standardDSv2Family")
    limit = {"family": "standardDSv2Family", "location": "westeurope"}
    sample.control("PUT", "quota", {**limit, "limit": used + 1})
    with pytest.raises(QuotaExceeded):
        service.resize("old-vm", "Standard_DS12_v2")
    sample.control("PUT", "quota", {**limit, "limit": used + 2})
    assert service.resize("old-vm", "Standard_DS12_v2").state == "Resizing"
