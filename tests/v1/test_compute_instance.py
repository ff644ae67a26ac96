"""Signatures, output and exceptions of the drop-in, against a real emulator."""

from __future__ import annotations

import inspect
import logging

import pytest

from jupyter_ci_manager.v1 import (
    ComputeInstance,
    ComputeTarget,
    ComputeTargetException,
    UserErrorException,
    Workspace,
    waiting,
)


def test_signatures_are_those_of_the_retired_class():
    def names(function) -> list[str]:
        return [p for p in inspect.signature(function).parameters if p != "self"]

    assert names(ComputeInstance) == ["workspace", "name"]
    assert names(ComputeInstance.create) == ["workspace", "name", "provisioning_configuration"]
    assert names(ComputeInstance.provisioning_configuration) == [
        "vm_size",
        "ssh_public_access",
        "admin_user_ssh_public_key",
        "vnet_resourcegroup_name",
        "vnet_name",
        "subnet_name",
        "tags",
        "description",
        "assigned_user_object_id",
        "assigned_user_tenant_id",
    ]
    for power in ("start", "stop", "restart", "delete"):
        assert names(getattr(ComputeInstance, power)) == ["wait_for_completion", "show_output"]
    assert names(ComputeInstance.wait_for_completion)[:2] == ["show_output", "is_delete_operation"]
    assert names(ComputeInstance.supported_vmsizes) == ["workspace", "location"]


def test_a_missing_instance_is_told_as_notebooks_expect(ws):
    with pytest.raises(ComputeTargetException) as caught:
        ComputeInstance(ws, "no-such-vm")
    error = caught.value
    assert error.message == (
        "ComputeTargetNotFound: Compute Target with name no-such-vm not found in provided workspace"
    )
    assert str(error).startswith("ComputeTargetException:\n\tMessage: ComputeTargetNotFound")
    assert '"error": {\n        "message": "ComputeTargetNotFound' in str(error)
    assert (error.code, error.status_code) == ("not_found", 404)


@pytest.mark.parametrize("name", ["amlcompute", "local", "containerinstance"])
def test_reserved_names_are_refused(ws, name):
    with pytest.raises(UserErrorException, match=f"{name} is a reserved name"):
        ComputeInstance.create(ws, name, ComputeInstance.provisioning_configuration())


def test_the_size_and_the_name_are_checked_before_anything_is_sent(ws):
    wrong = ComputeInstance.provisioning_configuration(vm_size="Standard_Nothing")
    with pytest.raises(ComputeTargetException, match="VmSize 'Standard_Nothing' is not available"):
        ComputeInstance.create(ws, "v1-size", wrong)
    fine = ComputeInstance.provisioning_configuration()
    assert fine.vm_size == "Standard_DS3_V2"
    with pytest.raises(ComputeTargetException, match=r"'bad_name' is not available. Reason: Inv"):
        ComputeInstance.create(ws, "bad_name", fine)
    with pytest.raises(ComputeTargetException, match=r"'old-vm' is not available. Reason: Already"):
        ComputeInstance.create(ws, "old-vm", fine)


def test_half_a_network_is_refused():
    with pytest.raises(ComputeTargetException, match="not all virtual net information provided"):
        ComputeInstance.provisioning_configuration(vnet_name="only")


def test_a_power_action_that_the_state_does_not_allow_is_refused_before_it_is_sent(ws):
    with pytest.raises(ComputeTargetException) as caught:
        ComputeInstance(ws, "old-vm").stop()
    assert caught.value.message == (
        "ComputeInstance current state (Stopped) does not support Stop operation.\n"
    )
    for action in ("start", "stop", "restart"):
        with pytest.raises(ComputeTargetException, match=r"\(CreateFailed\)"):
            getattr(ComputeInstance(ws, "exp-7"), action)()


def test_detach_and_attach_are_refused(ws):
    with pytest.raises(ComputeTargetException, match="Try to use delete instead"):
        ComputeInstance(ws, "old-vm").detach()
    with pytest.raises(ComputeTargetException):
        ComputeTarget.attach(ws, "x", None)


def test_a_failed_creation_raises_with_the_reason(sample, ws, capsys, caplog):
    sample.emulator.control(
        "POST",
        "faults/operations",
        {"result": "Failed", "operation": "Create", "code": "AllocationFailed"},
    )
    made = ComputeInstance.create(ws, "v1-fails", ComputeInstance.provisioning_configuration())
    with caplog.at_level(logging.ERROR), pytest.raises(ComputeTargetException) as caught:
        made.wait_for_completion(show_output=True)
    assert caught.value.code == "AllocationFailed"
    assert "Create operation failed. Errors: " in caught.value.message
    assert capsys.readouterr().out.replace(".", "") == "\nCreating\nCreatefailed\n"
    assert "There were errors reported from ComputeInstance" in caplog.text
    assert made.wait_for_completion(raise_on_error=False) is None


def test_a_wait_ends_in_time_and_says_so(sample, ws, monkeypatch):
    sample.emulator.control("POST", "clock", {"speed": 0.01})
    try:
        made = ComputeInstance.create(ws, "v1-slow", ComputeInstance.provisioning_configuration())
        with pytest.raises(ComputeTargetException) as caught:
            made.wait_for_completion(timeout=0.2)
    finally:
        sample.emulator.control("POST", "clock", {"speed": 200})
    assert caught.value.code == "timed_out"
    made.wait_for_completion()


def test_a_passing_failure_does_not_end_a_wait(sample, ws):
    target = ComputeInstance(ws, "winding-down")
    target.start()
    sample.emulator.control(
        "POST", "faults/requests", {"kind": "status", "status": 503, "count": 3}
    )
    waiting.wait_for_state(
        ws.service,
        "winding-down",
        wanted=frozenset({"Running"}),
        operation="Start",
        output=waiting.Output(False),
        timeout=60,
    )
    sample.emulator.control("DELETE", "faults")
    assert target.get_status().state == "Running"


def test_one_malformed_instance_does_not_hide_the_others(ws):
    names = {target.name for target in ComputeTarget.list(ws)}
    assert {"old-vm", "exp-7", "gpu-lab"} <= names
    assert set(ws.compute_targets) == names
    with pytest.raises(ComputeTargetException):
        ComputeInstance.deserialize(ws, {"name": "x", "properties": {"computeType": "AmlCompute"}})


def test_a_deletion_that_was_not_begun_cannot_be_waited_for(ws):
    with pytest.raises(ComputeTargetException, match="Current state is Stopped"):
        ComputeInstance(ws, "report-box").wait_for_completion(is_delete_operation=True)


def test_sizes_are_told_as_dictionaries(ws):
    sizes = ComputeInstance.supported_vmsizes(ws)
    assert set(sizes[0]) == {"name", "vCPUs", "gpus", "memoryGB", "maxResourceVolumeMB"}


def test_the_status_is_an_object_with_times_and_people(ws):
    status = ComputeInstance(ws, "old-vm").get_status()
    assert status.state == "Stopped"
    assert status.creation_time.tzinfo is not None
    assert status.serialize()["createdBy"]["userName"] == status.created_by_user_name


def test_the_workspace_is_found_named_and_written(ws, tmp_path):
    assert (ws.name, ws.location) == ("contoso-ml", "westeurope")
    ws.write_config(str(tmp_path))
    again = Workspace.from_config(str(tmp_path))
    assert again.get_details()["properties"]["workspaceId"] == ws._workspace_id
    assert Workspace.get("contoso-ml").subscription_id == ws.subscription_id
    with pytest.raises(UserErrorException):
        Workspace.get("no-such-workspace")
    with pytest.raises(UserErrorException, match="could not be found"):
        Workspace.from_config("/")
    with pytest.raises(ComputeTargetException):
        Workspace(ws.subscription_id, ws.resource_group, "no-such-workspace")
