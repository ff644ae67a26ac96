"""The built-in roles: what is told beforehand is what Azure says afterwards."""

from __future__ import annotations

import pkgutil
from typing import Any

import pytest

from jupyter_ci_manager.compute.models import CreateInstance
from jupyter_ci_manager.compute.permissions import allows, matches
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.errors import NotPermitted
from tests.emulator_process import Emulator

from .conftest import MakeService


def who(emulator: Emulator, first_name: str) -> str:
    users = emulator.control("GET", "users").json["value"]
    return next(u["oid"] for u in users if u["upn"].startswith(first_name))


def acting(make: MakeService, emulator: Emulator, first_name: str) -> ComputeService:
    return make(
        emulator,
        emulator_user=who(emulator, first_name),
        subscription_id=emulator.ready["subscription_id"],
        resource_group=emulator.ready["resource_group"],
        workspace=emulator.ready["workspace"],
    )


def test_a_reader_sees_everything_and_is_told_what_is_missing(
    sample: Emulator, service_for: MakeService
) -> None:
    service = acting(service_for, sample, "diego")
    listed = service.list()
    assert listed.error is None
    old = next(i for i in listed.instances if i.name == "old-vm")
    assert old.actions["start"].allowed == "no"
    assert old.actions["start"].code == "not_permitted"
    assert "computes/start/action" in old.actions["start"].reason
    with pytest.raises(NotPermitted, match="computes/start/action"):
        service.start("old-vm")
    with pytest.raises(NotPermitted, match="computes/write"):
        service.create(CreateInstance(name="reader-s", vm_size="Standard_D2s_v3"))


def test_a_data_scientist_starts_and_stops_but_neither_creates_nor_deletes(
    sample: Emulator, service_for: MakeService
) -> None:
    service = acting(service_for, sample, "chloe")
    permitted = {p.action: p.allowed for p in service.permissions()}
    assert permitted["start"] == permitted["stop"] == "yes"
    assert permitted["create"] == permitted["delete"] == "no"
    with pytest.raises(NotPermitted, match="computes/write"):
        service.create(CreateInstance(name="scientist-s", vm_size="Standard_D2s_v3"))
    with pytest.raises(NotPermitted, match="computes/delete"):
        service.delete("old-vm", confirm="old-vm")


def test_what_the_scope_hides_is_unknown_and_stops_nobody(
    sample: Emulator, service_for: MakeService
) -> None:
    """Sizes and quota lie above the workspace: a role in it alone may not read them."""
    service = acting(service_for, sample, "chloe")
    listed = service.list()
    assert listed.error is None
    assert {i.price_per_hour for i in listed.instances} == {None}
    assert listed.cost_per_hour is None
    preview = service.preview(CreateInstance(name="my-own", vm_size="Standard_D2s_v3"))
    assert preview.problems == []
    assert preview.price_per_hour is None


def test_a_compute_operator_works_without_reading_the_workspace(
    sample: Emulator, service_for: MakeService
) -> None:
    service = acting(service_for, sample, "emma")
    listed = service.list()
    assert listed.error is None
    assert len(listed.instances) > 10
    created = service.create(CreateInstance(name="emmas-own", vm_size="Standard_D2s_v3"))
    assert created.state == "Creating"
    assert created.is_mine


def test_somebody_without_any_role_is_told_so(sample: Emulator, service_for: MakeService) -> None:
    service = acting(service_for, sample, "farid")
    listed = service.list()
    assert listed.error is not None
    assert listed.error.code in ("not_permitted", "not_found")
    assert listed.error.hint


def test_a_role_given_a_moment_ago_counts_at_once(
    sample: Emulator, service_for: MakeService
) -> None:
    service = acting(service_for, sample, "diego")
    with pytest.raises(NotPermitted):
        service.stop("ds-anna", confirm="ds-anna")
    sample.control(
        "POST",
        "assignments",
        {
            "user": "diego@contoso.example",
            "role": "AzureML Compute Operator",
            "scope": sample.workspace_path,
        },
    )
    assert service.stop("ds-anna", confirm="ds-anna").state == "Stopping"


def test_a_deny_assignment_cannot_be_seen_beforehand_but_is_explained(
    sample: Emulator, service: ComputeService
) -> None:
    action = "Microsoft.MachineLearningServices/workspaces/computes/restart/action"
    sample.control(
        "POST", "denials", {"name": "no", "scope": sample.workspace_path, "actions": [action]}
    )
    try:
        assert service.get("for-anna").actions["restart"].allowed == "yes"
        with pytest.raises(NotPermitted, match="restart/action"):
            service.restart("for-anna")
    finally:
        sample.control("DELETE", "denials/no")


def test_what_was_read_for_another_person_is_not_kept(
    sample: Emulator, service_for: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else signs in, or another workspace is chosen, while Azure is still answering."""
    service = service_for(sample)
    rights, catalogue = service._inventory.rights, service._catalogue
    service.sizes()
    change = service._other_view

    def meanwhile(call: Any) -> Any:
        def changed(*given: Any) -> Any:
            change(True)
            return call(*given)

        return changed

    for module, name, read, last in (
        ("rights", "permissions_from", rights.all, "permissions"),
        ("catalogue", "_usage", catalogue.usages, "usages"),
    ):
        where = f"jupyter_ci_manager.compute.{module}.{name}"
        with monkeypatch.context() as patched:
            patched.setattr(where, meanwhile(pkgutil.resolve_name(where)))
            assert read(refresh=True)
        sample.control("DELETE", "log")
        read()
        log = sample.control("GET", "log").json["value"]
        assert last in {e["path"].rsplit("/", 1)[-1] for e in log}


def test_unreadable_permissions_disable_nothing(sample: Emulator, service_for: MakeService) -> None:
    sample.control(
        "POST",
        "faults/requests",
        {"kind": "status", "status": 403, "path": "Microsoft.Authorization/permissions"},
    )
    service = service_for(sample)
    old = next(i for i in service.list().instances if i.name == "old-vm")
    assert old.actions["start"].allowed == "yes"


@pytest.mark.parametrize(
    ("pattern", "action", "fits"),
    [
        ("*", "A/b/write", True),
        ("A/*/read", "a/b/c/READ", True),
        ("A/computes/*/write", "A/computes/write", True),
        ("A/computes/*/write", "A/computes/x/write", True),
        ("A/computes/*", "A/computesX/read", False),
        ("A/read", "A/reader", False),
    ],
)
def test_patterns(pattern: str, action: str, fits: bool) -> None:
    assert matches(pattern, action) is fits


def test_not_actions_take_away_from_their_own_role_only() -> None:
    scientist = {"actions": ["X/*"], "notActions": ["X/computes/*/write"]}
    operator = {"actions": ["X/computes/*"], "notActions": []}
    assert not allows([scientist], "X/computes/write")
    assert allows([scientist, operator], "X/computes/write")
    assert not allows([None, {"actions": None}], "X/computes/write")
