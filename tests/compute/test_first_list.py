"""The very first thing a session does: nobody has signed in yet, no workspace is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator_process import Emulator

from .conftest import MakeAzure, MakeService


def test_the_first_list_is_whole(sample: Emulator, service_for: MakeService) -> None:
    listed = service_for(sample).list(refresh=True)
    assert listed.error is None
    assert {"ds-anna", "ds-boris"} <= {instance.name for instance in listed.instances}


def test_the_first_list_knows_whose_instances_they_are(
    sample: Emulator, service_for: MakeService
) -> None:
    mine = service_for(sample).list(only_mine=True)
    names = {instance.name for instance in mine.instances}
    assert "ds-anna" in names
    assert "ds-boris" not in names


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
