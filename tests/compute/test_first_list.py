"""The very first thing a session does: nobody has signed in yet, no workspace is known."""

from __future__ import annotations

from tests.emulator_process import Emulator

from .conftest import MakeService


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
