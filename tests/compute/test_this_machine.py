"""Where we run: a compute instance is recognised, and what that changes."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest

from jupyter_ci_manager.compute import activity, this_machine
from jupyter_ci_manager.compute.models import Disk, ThisMachine
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.errors import ConfirmationNeeded


def test_off_azure_nothing_is_claimed(tmp_path: Path) -> None:
    machine = this_machine.this_machine(nbvm=tmp_path / "none")
    assert not machine.is_compute_instance
    assert machine.name is None
    assert [d.warning for d in machine.disks] == [""]
    assert machine.disks[0].free > 0


@pytest.mark.parametrize(
    "line", ["instance=ds-anna", "instance='ds-anna'", 'x=y=z\ninstance = "ds-anna"\n']
)
def test_an_instance_is_known_by_what_azure_leaves_there(tmp_path: Path, line: str) -> None:
    nbvm = tmp_path / ".nbvm"
    nbvm.write_text(f"{line}\ndomainsuffix=westeurope.instances.azureml.ms\nrubbish\n")
    assert this_machine.facts(nbvm)["instance"] == "ds-anna"
    assert this_machine.this_machine(nbvm=nbvm).is_compute_instance


def test_a_nearly_full_disk_is_told_before_a_stop() -> None:
    full = Disk(path="/", total=10, free=1, warning="Only 0.1 GB are free on the system disk.")
    assert "0.1 GB" in this_machine.stop_warning(ThisMachine(disks=[full]))


@pytest.fixture
def on_ds_anna(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI_NAME", "ds-anna")


def test_stopping_the_machine_we_run_on_wants_its_name(
    on_ds_anna: None, service: ComputeService
) -> None:
    here = service.get("ds-anna")
    assert here.is_this_machine
    assert here.actions["stop"].needs_confirmation
    assert not here.actions["start"].needs_confirmation
    for act in (service.stop, service.restart, service.delete):
        with pytest.raises(ConfirmationNeeded) as caught:
            act("ds-anna")
        assert caught.value.field == "confirm"
        assert caught.value.details["confirm"] == "ds-anna"
        assert caught.value.details["lost"]
    with pytest.raises(ConfirmationNeeded):
        service.stop("ds-anna", confirm="ds-boris")
    assert service.get("ds-anna").state == "Running"


def test_deleting_what_is_somebody_elses_wants_its_name_and_names_the_owner(
    service: ComputeService,
) -> None:
    with pytest.raises(ConfirmationNeeded) as caught:
        service.delete("ds-boris")
    assert "boris" in caught.value.message.lower()
    assert "disk" in caught.value.details["lost"]


def test_the_idle_stop_of_this_machine_is_an_estimate(
    on_ds_anna: None, service: ComputeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.set_schedules("ds-anna", [])
    service.set_idle_shutdown("ds-anna", 480)
    seen = activity.Activity(datetime.now(timezone.utc))
    monkeypatch.setattr("jupyter_ci_manager.compute.planned_stop.activity_here", lambda: seen)
    here = service.get("ds-anna")
    assert here.next_stop is not None
    assert "estimated" in (here.next_stop_reason or "")
    assert "SSH" in (here.next_stop_reason or "")

    awake = activity.Activity(datetime.now(timezone.utc), ("kernel python3", "terminal 1"))
    monkeypatch.setattr("jupyter_ci_manager.compute.planned_stop.activity_here", lambda: awake)
    here = service.get("ds-anna")
    assert here.next_stop is None
    assert here.next_stop_reason == "Kept awake by kernel python3, terminal 1."


def test_of_another_machine_nothing_is_guessed(service: ComputeService) -> None:
    service.set_schedules("ds-anna", [])
    there = service.get("ds-anna")
    assert there.next_stop is None
    assert "cannot be seen from here" in (there.next_stop_reason or "")


async def test_kernels_and_terminals_of_a_real_server_are_seen(
    jp_serverapp, jp_fetch, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setattr(activity, "_last", (float("-inf"), None))
    runtime = home / "runtime"
    runtime.mkdir()
    info = jp_serverapp.server_info()
    (runtime / "jpserver-1.json").write_text(json.dumps(info))
    seen = await asyncio.to_thread(activity.activity_here)
    assert seen is not None
    assert seen.awake == ()
    await jp_fetch("api", "terminals", method="POST", body="{}")
    monkeypatch.setattr(activity, "_last", (float("-inf"), None))
    seen = await asyncio.to_thread(activity.activity_here)
    assert seen is not None
    assert seen.awake == ("terminal 1",)


def test_under_a_managed_identity_mine_is_what_this_machine_s_owner_has(
    on_ds_anna: None, service: ComputeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    import msgspec

    service.list()
    identity = service.status().identity
    acting = msgspec.structs.replace(identity, kind="managed_identity", object_id="msi")
    monkeypatch.setattr(service._session.sign_in, "identity", lambda ask=True: acting)
    assert service.get("for-anna").is_mine
    assert service.get("ds-boris").is_mine is False


def test_a_stop_that_azure_would_refuse_is_warned_of(
    on_ds_anna: None, service: ComputeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    gb = 1024**3
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(120 * gb, 117 * gb, 3 * gb))
    assert "3.0 GB" in service.status().this_machine.disks[0].warning
    with pytest.raises(ConfirmationNeeded) as caught:
        service.stop("ds-anna")
    assert "Azure refuses to stop" in caught.value.message
    assert "3.0 GB" in caught.value.details["warning"]
    with pytest.raises(ConfirmationNeeded) as caught:
        service.restart("ds-anna")
    assert "warning" not in caught.value.details


def test_a_training_job_is_not_ended_by_the_way(service: ComputeService) -> None:
    training = service.get("nightly-train")
    assert training.is_mine
    assert training.actions["stop"].needs_confirmation
    with pytest.raises(ConfirmationNeeded) as caught:
        service.stop("nightly-train")
    assert caught.value.details["jobs"] == ["vision-evaluation", "vision-nightly"]
    assert "vision-nightly" in caught.value.message
