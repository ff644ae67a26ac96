"""The very first thing a session does: nobody has signed in yet, no workspace is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jupyter_ci_manager.compute.inventory import Inventory
from tests.emulator_process import Emulator

from .conftest import MakeAzure, MakeService


def test_the_first_list_is_whole(sample: Emulator, service_for: MakeService) -> None:
    listed = service_for(sample).list(refresh=True)
    assert listed.error is None
    assert {"ds-anna", "ds-boris"} <= {instance.name for instance in listed.instances}


def test_the_total_counts_all_that_is_billed(sample: Emulator, service_for: MakeService) -> None:
    """Also what is up though its setup failed, and what is broken: just what says so itself."""
    listed = service_for(sample).list(refresh=True)
    billed = [i for i in listed.instances if "until it is stopped" in (i.billing or "")]
    assert {"etl-setup", "gpu-lab", "ds-anna"} <= {i.name for i in billed}
    prices = [i.price_per_hour or 0.0 for i in billed]
    assert listed.cost_per_hour == pytest.approx(sum(prices))


def test_the_first_list_knows_whose_instances_they_are(
    sample: Emulator, service_for: MakeService
) -> None:
    mine = service_for(sample).list(only_mine=True)
    names = {instance.name for instance in mine.instances}
    assert "ds-anna" in names
    assert "ds-boris" not in names


@pytest.mark.parametrize("times", [1, 3, 5])
def test_what_became_stale_while_it_was_read_is_no_empty_workspace(
    sample: Emulator, service_for: MakeService, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    service = service_for(sample)
    read, left = Inventory._read, [times]

    def overtaken(self: Inventory, generation: int) -> bool:
        if left[0]:
            left[0] -= 1
            self.reset()
        return read(self, generation)

    monkeypatch.setattr(Inventory, "_read", overtaken)
    assert "ds-anna" in {instance.name for instance in service.list().instances}


def test_a_list_that_is_never_of_now_is_said_to_be_missing(
    sample: Emulator, service_for: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_for(sample)
    monkeypatch.setattr(Inventory, "_read", lambda self, generation: self.reset())
    listed = service.list()
    assert (listed.instances, listed.age_seconds) == ([], None)
    assert listed.error is not None
    assert listed.error.message == "Azure is still listing."


@pytest.fixture
def on_ds_anna(
    sample: Emulator, machine_identity: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """On Anna's instance, whose identity is somebody else to Azure."""
    monkeypatch.setenv("CI_NAME", "ds-anna")
    sample.control("PATCH", "settings", {"managed_identity_user": "boris@contoso.example"})
    yield
    sample.control("PATCH", "settings", {"managed_identity_user": "anna@contoso.example"})


def test_under_the_machine_s_identity_the_first_list_is_its_owner_s(
    on_ds_anna: None, azure: MakeAzure
) -> None:
    listed = azure(credential="managed_identity").list()
    assert listed.error is None
    mine = {instance.name for instance in listed.instances if instance.is_mine}
    assert {"ds-anna", "for-anna"} <= mine
    assert "ds-boris" not in mine


def test_under_the_machine_s_identity_a_single_read_knows_it_too(
    on_ds_anna: None, azure: MakeAzure
) -> None:
    service = azure(credential="managed_identity")
    service.status()
    assert service.get("for-anna").is_mine is True
    assert service.get("ds-boris").is_mine is False


def test_a_machine_whose_owner_is_not_known_claims_nothing(
    on_ds_anna: None, azure: MakeAzure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_NAME", "of-another-workspace")
    listed = azure(credential="managed_identity").list()
    assert {instance.is_mine for instance in listed.instances} == {None}
