"""Creating: checked before anything is sent, explained before it costs, never over what exists."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.compute.catalogue import with_availability
from jupyter_ci_manager.compute.models import (
    CreateInstance,
    Schedule,
    SetupScripts,
    Usage,
    VmSize,
)
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.errors import CIManagerError, NameTaken, NotFound
from tests.emulator_process import Emulator

from .conftest import MakeService

GUID = "11111111-2222-3333-4444-555555555555"
KEY = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ== me@here"
SUBNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/n"

WRONG: list[Any] = [
    ({"name": "ab"}, "name"),
    ({"name": "1abc"}, "name"),
    ({"name": "gpu-1"}, "name"),
    ({"name": "abc-"}, "name"),
    ({"name": "a" * 25}, "name"),
    ({"name": "../etc"}, "name"),
    ({"name": "local"}, "name"),
    ({"vm_size": "Standard_Nope"}, "vm_size"),
    ({"vm_size": "x y; rm"}, "vm_size"),
    ({"vm_size": "Standard_NC6"}, "vm_size"),
    ({"vm_size": "Standard_HB120rs_v3"}, "vm_size"),
    ({"vnet_name": "v"}, "vnet_resource_group"),
    ({"subnet_id": "nope"}, "subnet_id"),
    (
        {"subnet_id": SUBNET, "vnet_name": "v", "subnet_name": "n", "vnet_resource_group": "g"},
        "subnet_id",
    ),
    ({"enable_node_public_ip": False}, "enable_node_public_ip"),
    (
        {"assigned_user_object_id": "anna@contoso.example", "assigned_user_tenant_id": GUID},
        "assigned_user_object_id",
    ),
    ({"assigned_user_object_id": GUID}, "assigned_user_tenant_id"),
    (
        {"assigned_user_object_id": GUID, "assigned_user_tenant_id": GUID, "ssh_public_key": KEY},
        "ssh_public_key",
    ),
    ({"ssh_public_key": "nonsense"}, "ssh_public_key"),
    ({"ssh_public_key": "-----BEGIN OPENSSH PRIVATE KEY-----"}, "ssh_public_key"),
    ({"idle_shutdown_minutes": 5}, "idle_shutdown_minutes"),
    ({"idle_shutdown_minutes": 5000}, "idle_shutdown_minutes"),
    ({"schedules": [Schedule(action="stop", expression="nope")]}, "schedules[0].expression"),
    (
        {"schedules": [Schedule(action="stop", expression="0 1 * * *", time_zone="Moon")]},
        "schedules[0].time_zone",
    ),
    ({"schedules": [Schedule(action="stop", expression="0 1 * * *")] * 5}, "schedules"),
    (
        {
            "schedules": [
                Schedule(action="stop", trigger="recurrence", recurrence={"frequency": "Week"})
            ]
        },
        "schedules[0].recurrence.interval",
    ),
    ({"setup_scripts": SetupScripts(creation_arguments="a")}, "setup_scripts.creation"),
    ({"setup_scripts": SetupScripts(creation="  ")}, "setup_scripts.creation"),
    ({"setup_scripts": SetupScripts(creation="#!/bin/bash\r\nls")}, "setup_scripts.creation"),
    ({"setup_scripts": SetupScripts(startup="\x7fELF\0")}, "setup_scripts.startup"),
    ({"setup_scripts": SetupScripts(creation="https://x.example/a.sh")}, "setup_scripts.creation"),
    (
        {"setup_scripts": SetupScripts(creation="ls", creation_path="Users/a.sh")},
        "setup_scripts.creation_path",
    ),
    (
        {"setup_scripts": SetupScripts(startup_path="https://x.example/a?sig=s")},
        "setup_scripts.startup_path",
    ),
    ({"setup_scripts": SetupScripts(creation_path="/etc/a")}, "setup_scripts.creation_path"),
    ({"setup_scripts": SetupScripts(creation_path="Users/../a")}, "setup_scripts.creation_path"),
    (
        {"setup_scripts": SetupScripts(creation="ls", timeout_minutes=0)},
        "setup_scripts.timeout_minutes",
    ),
    ({"identity": ["nope"]}, "identity"),
    ({"tags": {"a?b": "c"}}, "tags"),
    ({"custom_applications": [{"name": "x"}]}, "custom_applications[0].image"),
    (
        {
            "custom_applications": [
                {
                    "name": "x",
                    "image": {"reference": "r"},
                    "endpoints": [{"target": 80, "published": 8080}],
                }
            ]
        },
        "custom_applications[0].endpoints.target",
    ),
]


@pytest.mark.parametrize(("change", "field"), WRONG, ids=[str(w[0])[:48] for w in WRONG])
def test_bad_values_are_refused_by_name_before_anything_is_sent(
    sample: Emulator, service: ComputeService, change: dict[str, Any], field: str
) -> None:
    request = CreateInstance(**{"name": "fine-name", "vm_size": "Standard_D2s_v3", **change})
    sample.control("DELETE", "log")
    with pytest.raises(CIManagerError) as caught:
        service.create(request)
    assert caught.value.status in (409, 422)
    assert caught.value.field == field
    log = sample.control("GET", "log").json["value"]
    assert [e["path"] for e in log if e["method"] == "PUT"] == []
    assert service.preview(request).problems[0].field == field


def test_quota_is_refused_with_what_is_left_and_who_holds_it(service: ComputeService) -> None:
    with pytest.raises(CIManagerError) as caught:
        service.create(CreateInstance(name="too-big", vm_size="Standard_DS5_v2"))
    assert caught.value.code == "quota_exceeded"
    assert "of 40 are left" in caught.value.message
    usage = next(u for u in service.usages() if u.family == "standardDSv2Family")
    assert usage.used == 32
    assert {"old-vm", "report-box"} <= {h.name for h in usage.holders}, "stopped ones hold theirs"
    assert sum(h.cores for h in usage.holders) == usage.used


def test_a_taken_name_is_refused_with_a_free_one(service: ComputeService) -> None:
    with pytest.raises(NameTaken) as caught:
        service.create(CreateInstance(name="ds-anna", vm_size="Standard_D2s_v3"))
    assert caught.value.field == "name"
    free = caught.value.details["suggestion"]
    assert service.check_name(free).available == "yes"


def test_a_name_taken_in_another_workspace_of_the_region_is_refused(
    sample: Emulator, service_for: MakeService
) -> None:
    other = service_for(
        sample,
        subscription_id=sample.ready["subscription_id"],
        resource_group="rg-data-science",
        workspace="contoso-research",
    )
    check = other.check_name("ds-anna")
    assert (check.valid, check.available, check.code) == (True, "no", "name_taken")
    assert check.suggestion
    with pytest.raises(NameTaken):
        other.create(CreateInstance(name="ds-anna", vm_size="Standard_D2s_v3"))


def test_a_managed_network_takes_no_subnet(sample: Emulator, service_for: MakeService) -> None:
    other = service_for(
        sample,
        subscription_id=sample.ready["subscription_id"],
        resource_group="rg-data-science",
        workspace="contoso-research",
    )
    with pytest.raises(CIManagerError) as caught:
        other.create(CreateInstance(name="netted", vm_size="Standard_D2s_v3", subnet_id=SUBNET))
    assert caught.value.code == "managed_network"


def test_use_gives_back_ones_own_as_it_is_and_says_what_differs(
    sample: Emulator, service: ComputeService
) -> None:
    sample.control("DELETE", "log")
    request = CreateInstance(name="old-vm", vm_size="Standard_D4s_v3", if_exists="use")
    instance = service.create(request)
    assert instance.state == "Stopped", "it is never started"
    assert "its size is" in (instance.advice or "")
    log = sample.control("GET", "log").json["value"]
    assert not [
        e for e in log if e["method"] in ("PUT", "POST") and "/computes/old-vm" in e["path"]
    ]


def test_use_refuses_what_is_somebody_elses(service: ComputeService) -> None:
    with pytest.raises(NameTaken) as caught:
        service.create(CreateInstance(name="ds-boris", vm_size="Standard_D2s_v3", if_exists="use"))
    assert caught.value.code == "not_yours"


def test_the_preview_is_what_is_sent(sample: Emulator, service: ComputeService) -> None:
    request = CreateInstance(
        name="as-told",
        vm_size="Standard_D2s_v3",
        ssh_public_key=KEY,
        idle_shutdown_minutes=30,
        schedules=[Schedule(action="stop", expression="0 19 * * 1-5", time_zone="UTC")],
        setup_scripts=SetupScripts(creation="echo hi", creation_arguments="-v"),
        identity="system",
        rstudio=True,
        tags={"team": "a"},
        description="told",
    )
    preview = service.preview(request)
    assert preview.problems == []
    assert preview.price_per_hour
    assert any("per hour" in note for note in preview.notes)
    body = preview.body["properties"]["properties"]
    assert body["applicationSharingPolicy"] == "Personal"
    assert body["idleTimeBeforeShutdown"] == "PT30M"
    assert body["customServices"][0]["endpoints"][0]["published"] == 8787

    words = shlex.split(preview.az)
    assert json.loads(words[words.index("--body") + 1]) == preview.body
    assert words[words.index("--url") + 1] == preview.url
    compile(preview.python, "preview", "exec")
    resource = preview.template["resources"][0]
    assert resource["properties"]["properties"]["vmSize"] == "[parameters('vmSize')]"
    assert preview.template["parameters"]["vmSize"]["defaultValue"] == "Standard_D2s_v3"
    assert preview.template["parameters"]["sshPublicKey"]["defaultValue"] == KEY

    created = service.create(request)
    assert created.state == "Creating"
    assert created.tags == {"team": "a"}
    assert created.description == "told"
    assert created.managed_identity == "SystemAssigned"
    assert created.ssh.enabled
    log = sample.control("GET", "log").json["value"]
    sent = [e for e in log if e["method"] == "PUT" and e["path"].endswith("/as-told")]
    assert len(sent) == 1


def test_for_another_person_the_preview_says_what_they_need(service: ComputeService) -> None:
    request = CreateInstance(
        name="for-you", assigned_user_object_id=GUID, assigned_user_tenant_id=GUID
    )
    preview = service.preview(request)
    assert any("applicationaccess/action" in note for note in preview.notes)
    assert "objectId" in preview.template["parameters"]


def test_required_and_default_tags(sample: Emulator, service_for: MakeService) -> None:
    service = service_for(sample, required_tags=["owner"], default_tags={"from": "jupyter"})
    with pytest.raises(CIManagerError) as caught:
        service.create(CreateInstance(name="tagged", vm_size="Standard_D2s_v3"))
    assert (caught.value.code, caught.value.field) == ("tag_required", "tags")
    created = service.create(
        CreateInstance(name="tagged", vm_size="Standard_D2s_v3", tags={"owner": "me"})
    )
    assert created.tags == {"from": "jupyter", "owner": "me"}


def test_what_no_deletion_makes_room_for_asks_for_more_quota() -> None:
    def reason(cores: int, limit: int, used: int) -> str:
        size = VmSize(name="Standard_X", family="standardXFamily", cores=cores, memory_gb=8)
        usage = Usage(family="standardXFamily", name="X", used=used, limit=limit)
        return with_availability([size], [usage])[0].reason

    assert "has no quota for the X family" in reason(4, 0, 0)
    assert "more than the whole quota of 24" in reason(48, 24, 0)
    assert "delete one" in reason(8, 12, 12)


def test_each_size_says_whether_it_can_be_had_and_why_not(service: ComputeService) -> None:
    sizes = {s.name: s for s in service.sizes()}
    assert sizes["Standard_D2s_v3"].available == "yes"
    assert sizes["Standard_NC6"].code == "family_quota"
    assert sizes["Standard_HB120rs_v3"].code == "not_offered"
    assert all(s.reason for s in sizes.values() if s.available == "no")
    assert (sizes["Standard_DS3_v2"].cores, sizes["Standard_DS3_v2"].memory_gb) == (4, 14.0)


def test_an_ssh_key_pair_is_new_each_time_and_fits_azure(
    service: ComputeService, home: Path
) -> None:
    pair, other = service.new_ssh_key(), service.new_ssh_key()
    assert pair.private_key != other.private_key
    assert pair.public_key.startswith("ssh-rsa ")
    assert pair.fingerprint.startswith("SHA256:")
    request = CreateInstance(name="with-key", ssh_public_key=pair.public_key)
    assert service.preview(request).problems == []
    written = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not any(b"PRIVATE" in content for content in written), "it is kept nowhere"
    with pytest.raises(CIManagerError) as caught:
        service.new_ssh_key("two words")
    assert caught.value.field == "comment"


def test_a_request_in_flight_twice_makes_one_instance(
    sample: Emulator, service: ComputeService
) -> None:
    """The connection breaks after the PUT was taken: what Azure shows decides."""
    sample.control(
        "POST", "faults/requests", {"kind": "truncate", "method": "PUT", "path": "computes/cut-off"}
    )
    created = service.create(CreateInstance(name="cut-off", vm_size="Standard_D2s_v3"))
    assert created.state == "Creating"


def test_a_script_of_the_file_share_must_be_there_where_that_can_be_seen(
    service: ComputeService, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_NAME", "ds-anna")
    share = home / "cloudfiles" / "code" / "Users" / "anna"
    share.mkdir(parents=True)
    (share / "setup.sh").write_text("echo hi")
    there, missing = (
        CreateInstance(
            name="from-share", vm_size="Standard_D2s_v3", setup_scripts=SetupScripts(startup_path=p)
        )
        for p in ("Users/anna/setup.sh", "Users/anna/none.sh")
    )
    assert service.preview(there).problems == []
    script = service.preview(there).body["properties"]["properties"]["setupScripts"]["scripts"]
    assert script["startupScript"]["scriptSource"] == "workspaceStorage"
    assert script["startupScript"]["scriptData"] == "Users/anna/setup.sh"
    [problem] = service.preview(missing).problems
    assert problem.field == "setup_scripts.startup_path"


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("conda install -y numpy", True),
        ("source /anaconda/etc/profile.d/conda.sh\nconda activate x", False),
        ("pip install x", False),
    ],
)
def test_a_script_that_cannot_know_conda_is_told(
    service: ComputeService, text: str, warned: bool
) -> None:
    request = CreateInstance(name="with-conda", setup_scripts=SetupScripts(creation=text))
    assert any("conda.sh" in note for note in service.preview(request).notes) is warned


CLUSTER = {
    "location": "westeurope",
    "properties": {
        "computeType": "AmlCompute",
        "properties": {
            "vmSize": "Standard_D2s_v3",
            "scaleSettings": {"minNodeCount": 2, "maxNodeCount": 4},
        },
    },
}


def test_a_cluster_is_never_taken_for_an_instance_but_holds_cores(
    sample: Emulator, service: ComputeService
) -> None:
    assert sample.request("PUT", sample.compute_path("train-four"), CLUSTER).status == 201
    sample.advance(60)
    with pytest.raises(NameTaken) as caught:
        service.create(
            CreateInstance(name="train-four", vm_size="Standard_D2s_v3", if_exists="use")
        )
    assert "AmlCompute" in caught.value.message
    assert "train-four" not in {i.name for i in service.list(refresh=True).instances}
    usage = next(u for u in service.usages() if u.family == "standardDSv3Family")
    held = {h.name: (h.kind, h.cores) for h in usage.holders}
    assert held["train-four"] == ("cluster", 4)
    with pytest.raises(NotFound):
        service.delete("train-four")
    sample.delete("train-four")


def test_everything_in_which_an_existing_one_differs_is_listed(service: ComputeService) -> None:
    request = CreateInstance(
        name="ds-anna",
        vm_size="Standard_DS3_v2",
        idle_shutdown_minutes=30,
        schedules=[Schedule(action="start", expression="0 8 * * *")],
        identity="system",
        assigned_user_object_id=GUID,
        assigned_user_tenant_id=GUID,
        tags={"team": "other"},
        description="another",
        if_exists="use",
    )
    said = service.create(request).advice or ""
    for word in ("idle", "schedules", "identity", "person", "tag team", "description"):
        assert word in said, said
    assert "size" not in said


def test_idle_shutdown_is_on_by_default(
    sample: Emulator, service: ComputeService, service_for: MakeService
) -> None:
    def sent(made: ComputeService, **more: Any) -> Any:
        inner = made.preview(CreateInstance(name="by-default", **more)).body["properties"]
        return inner["properties"].get("idleTimeBeforeShutdown")

    assert sent(service) == "PT60M"
    assert sent(service, idle_shutdown_minutes=0) is None
    assert sent(service_for(sample, default_idle_minutes=30)) == "PT30M"
    never = service.preview(CreateInstance(name="by-default", idle_shutdown_minutes=0))
    assert any("costs money until somebody stops it" in note for note in never.notes)
