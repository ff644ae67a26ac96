"""The quota ledger and names: what is counted, and what is unique."""

from __future__ import annotations

from tests.emulator_process import PREVIEW, Emulator

FAMILY = "Standard DSv2 Family Cluster Dedicated vCPUs"
TOTAL = "Total Cluster Dedicated Regional vCPUs"


def used(emulator: Emulator, name: str = FAMILY) -> int:
    rows = emulator.request("GET", f"{emulator.location_path}/usages").json["value"]
    return next(int(row["currentValue"]) for row in rows if row["name"]["value"] == name)


def cluster(emulator: Emulator, least: int, most: int = 4) -> dict[str, object]:
    return {
        "location": emulator.ready["location"],
        "properties": {
            "computeType": "AmlCompute",
            "properties": {
                "vmSize": "Standard_DS4_v2",
                "scaleSettings": {"minNodeCount": least, "maxNodeCount": most},
            },
        },
    }


def test_a_stopped_instance_keeps_its_cores_and_a_deleted_one_frees_them(
    emulator: Emulator,
) -> None:
    before, total = used(emulator), used(emulator, TOTAL)
    emulator.created("counted", "Standard_DS4_v2")
    assert (used(emulator), used(emulator, TOTAL)) == (before + 8, total + 8)
    emulator.act("counted", "stop")
    emulator.advance(61)
    assert used(emulator) == before + 8
    emulator.act("counted", "resize", {"targetVMSize": "Standard_DS11_v2"}, version=PREVIEW)
    emulator.advance(200)
    assert used(emulator) == before + 2
    emulator.delete("counted")
    emulator.advance(60)
    assert used(emulator) == before


def test_clusters_share_the_ledger(emulator: Emulator) -> None:
    before = used(emulator)
    path = emulator.compute_path("nodes")
    assert emulator.request("PUT", path, cluster(emulator, 2)).status == 201
    assert used(emulator) == before + 16
    emulator.advance(30)
    nodes = emulator.act("nodes", "listNodes").json["nodes"]
    assert len(nodes) == 2
    scale = {
        "properties": {"properties": {"scaleSettings": {"minNodeCount": 1, "maxNodeCount": 4}}}
    }
    assert emulator.request("PATCH", path, scale).status == 200
    assert used(emulator) == before + 8
    limit = {"family": "standardDSv2Family", "limit": before + 8}
    emulator.control("PUT", "quota", limit)
    refused = emulator.create("no-room")
    emulator.control("PUT", "quota", {**limit, "limit": 5000})
    assert refused.status == 400
    assert refused.error["message"].startswith(
        f"The specified subscription has a Standard DSv2 Family vCPU quota of {before + 8} and "
        "cannot accomodate for at least 1 requested managed compute node which maps to 4 vCPUs."
    )
    assert emulator.request("GET", emulator.compute_path("no-room")).status == 404
    emulator.delete("nodes")
    emulator.advance(60)
    assert used(emulator) == before


def test_families_without_quota_and_the_total_of_the_region(emulator: Emulator) -> None:
    gpu = emulator.create("gpu", "Standard_NC6")
    assert (gpu.status, gpu.error["code"]) == (400, "BadRequest")
    assert "Standard NC Family vCPU quota of 0" in gpu.error["message"]
    emulator.control("PUT", "quota", {"family": "total", "limit": 1})
    refused = emulator.create("too-much")
    emulator.control("PUT", "quota", {"family": "total", "limit": -1})
    assert "has a total vCPU quota of 1" in refused.error["message"]


def test_quota_given_back_on_stop_may_be_gone_at_the_next_start(emulator: Emulator) -> None:
    before = used(emulator)
    emulator.created("generous", releaseQuotaOnStop=True)
    emulator.act("generous", "stop")
    emulator.advance(61)
    assert used(emulator) == before
    emulator.control("PUT", "quota", {"family": "standardDSv2Family", "limit": before})
    refused = emulator.act("generous", "start")
    emulator.control("PUT", "quota", {"family": "standardDSv2Family", "limit": 5000})
    assert "cannot accomodate" in refused.error["message"]
    assert emulator.act("generous", "start").status == 202
    assert used(emulator) == before + 4


def test_limits_can_be_read_and_changed_as_azure_has_it(emulator: Emulator) -> None:
    quotas = emulator.request("GET", f"{emulator.location_path}/quotas").json["value"]
    row = next(row for row in quotas if row["name"]["value"].startswith("Standard FSv2"))
    lines = [
        {"id": row["id"], "type": row["type"], "limit": 300, "unit": "Count"},
        {"id": "/subscriptions/x/quotas/Nope", "limit": 1},
        {
            **row,
            "id": f"{emulator.workspace_path}/quotas/{row['id'].rpartition('/')[2]}",
            "limit": 9,
        },
    ]
    answer = emulator.request("POST", f"{emulator.location_path}/updateQuotas", {"value": lines})
    assert [line["status"] for line in answer.json["value"]] == [
        "Success",
        "InvalidVMFamilyName",
        "OperationNotEnabledForRegion",
    ]
    quotas = emulator.request("GET", f"{emulator.location_path}/quotas").json["value"]
    assert next(one["limit"] for one in quotas if one["id"] == row["id"]) == 300


def test_usages_name_the_workspaces_after_their_family(emulator: Emulator) -> None:
    emulator.created("shared-use", "Standard_F4s_v2")
    rows = emulator.request("GET", f"{emulator.location_path}/usages").json["value"]
    mine = [row for row in rows if row["name"]["value"].startswith("Standard FSv2")]
    assert [row["type"].rsplit("/", 2)[1] for row in mine] == ["vmFamily", "workspaces"]
    assert mine[1]["id"].startswith(emulator.workspace_path)
    assert mine[0]["currentValue"] == mine[1]["currentValue"] == 4


def test_a_name_is_taken_in_the_whole_region(emulator: Emulator) -> None:
    emulator.create("unique")
    workspace = {"name": "second-ws", "group": "rg-two", "location": "West Europe"}
    assert emulator.control("POST", "workspaces", workspace).status == 201
    other = emulator.workspace_path.replace(emulator.ready["resource_group"], "rg-two").replace(
        emulator.ready["workspace"], "second-ws"
    )
    body = {
        "location": "westeurope",
        "properties": {
            "computeType": "ComputeInstance",
            "properties": {"vmSize": "Standard_DS3_v2"},
        },
    }
    taken = emulator.request("PUT", f"{other}/computes/UNIQUE", body)
    assert taken.status == 400
    assert taken.error["message"] == (
        "Compute name 'UNIQUE' is not available. Reason: AlreadyExists. Message: The specified name "
        "UNIQUE is already in use and is therefore unavailable"
    )
    check = f"{other}/checkComputeNameAvailability"
    answer = emulator.request("POST", check, {"Name": "unique", "Type": "x"})
    assert (answer.status, answer.json["reason"]) == (200, "AlreadyExists")
    assert emulator.request("POST", check, {"name": "free-one"}).json == {"nameAvailable": True}
    assert emulator.request("POST", check, {"name": "cpu-1"}).json["reason"] == "Invalid"
