"""What depends on the api-version, and what each path refuses."""

from __future__ import annotations

import pytest

from tests.emulator_process import PREVIEW, Emulator


@pytest.mark.parametrize(
    ("version", "code"),
    [
        (None, "MissingApiVersionParameter"),
        ("2031-01-01", "InvalidApiVersionParameter"),
        ("yesterday", "InvalidApiVersionParameter"),
    ],
)
def test_versions_that_do_not_exist(emulator: Emulator, version: str | None, code: str) -> None:
    answer = emulator.request("GET", f"{emulator.workspace_path}/computes", version=version)
    assert (answer.status, answer.error["code"]) == (400, code)


@pytest.mark.parametrize(
    ("action", "good", "bad"),
    [
        ("resize", PREVIEW, "2026-05-01"),
        ("updateDataMounts", "2024-01-01-preview", "2023-10-01"),
        ("customServices", "2022-10-01-preview", "2025-12-01"),
        ("updateSchedules", "2021-03-01-preview", PREVIEW),
        ("enableSso", "2024-04-01-preview", "2025-12-01"),
    ],
)
def test_an_action_is_refused_where_it_does_not_exist(
    emulator: Emulator, action: str, good: str, bad: str
) -> None:
    emulator.create("versioned")
    emulator.advance(200)
    refused = emulator.act("versioned", action, {}, version=bad)
    assert (refused.status, refused.error["code"]) == (400, "NoRegisteredProviderFound")
    answer = emulator.act("versioned", action, {}, version=good)
    assert answer.status == 200 or answer.error["code"] != "NoRegisteredProviderFound"


def test_older_versions_show_fewer_fields_and_answer_power_with_200(emulator: Emulator) -> None:
    emulator.create("aged", idleTimeBeforeShutdown="PT1H")
    emulator.advance(200)

    def fields(version: str) -> set[str]:
        answer = emulator.request("GET", emulator.compute_path("aged"), version=version)
        return set(answer.json["properties"]["properties"])

    assert "idleTimeBeforeShutdown" in fields("2025-12-01")
    assert "idleTimeBeforeShutdown" in fields("2023-08-01-preview")
    assert "idleTimeBeforeShutdown" not in fields("2025-09-01")
    assert "customServices" not in fields("2022-10-01")
    assert "schedules" not in fields("2020-02-02")
    assert {"vmSize", "subnet", "sshSettings", "createdBy", "errors", "state"} <= fields(
        "2020-02-02"
    )
    assert emulator.act("aged", "stop", version="2020-08-01").status == 200
    emulator.advance(100)
    assert emulator.act("aged", "start", version="2021-01-01").status == 202


def test_sizes_are_under_the_key_that_the_version_reads(emulator: Emulator) -> None:
    path = f"{emulator.location_path}/vmSizes"
    old = emulator.request("GET", path, version="2020-08-01").json
    new = emulator.request("GET", path).json
    assert old["amlCompute"] == old["value"] == new["value"]
    assert "amlCompute" not in new
    names = {size["name"]: size for size in new["value"]}
    wanted = {"Standard_DS3_v2", "Standard_D3_v2", "Standard_DS11_v2", "Standard_NC6"}
    assert wanted <= set(names)
    instances = [
        size for size in names.values() if "ComputeInstance" in size["supportedComputeTypes"]
    ]
    assert len(instances) >= 25
    prices = names["Standard_DS3_v2"]["estimatedVMPrices"]["values"]
    assert {"retailPrice": 0.293, "osType": "Linux", "vmTier": "Standard"} in prices


def test_pages_are_small_on_request_and_lead_to_every_instance(emulator: Emulator) -> None:
    emulator.control("POST", "seed", {"count": 7, "prefix": "page"})
    emulator.control("PATCH", "settings", {"page_size": 3})
    found: list[str] = []
    address = f"{emulator.workspace_path}/computes"
    pages = 0
    while address:
        answer = emulator.request("GET", address).json
        found += [one["name"] for one in answer["value"]]
        address = answer.get("nextLink", "")
        assert not address or address.startswith(emulator.url)
        pages += 1
    emulator.control("PATCH", "settings", {"page_size": 1000})
    assert pages >= 3
    assert len(found) == len(set(found)) >= 7
    whole = emulator.request("GET", f"{emulator.workspace_path}/computes")
    assert b"nextLink" not in whole.body
    bad = emulator.request("GET", f"{emulator.workspace_path}/computes?$skip=nonsense")
    assert (bad.status, bad.error["code"]) == (400, "InvalidSkipToken")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/subscriptions/11111111-1111-1111-1111-111111111111", 404, "SubscriptionNotFound"),
        ("GET", "{sub}/resourceGroups/nowhere", 404, "ResourceGroupNotFound"),
        ("GET", "{group}/providers/Microsoft.MachineLearningServices/workspaces/x", 404, "ResourceNotFound"),
        ("GET", "{ws}/computes/missing", 404, "ResourceNotFound"),
        ("POST", "{ws}/computes/missing/start", 404, "ResourceNotFound"),
        ("GET", "{ws}/computes/missing/start", 405, "MethodNotAllowed"),
        ("PUT", "{ws}/computes", 405, "MethodNotAllowed"),
        ("POST", "{ws}/computes/missing/dance", 404, "InvalidResourceType"),
        ("GET", "{ws}/datastores", 404, "InvalidResourceType"),
        ("GET", "/nothing/here", 404, "NotFound"),
        ("GET", "{sub}/providers/Microsoft.MachineLearningServices/locations/mars/usages", 400, "NoRegisteredProviderFound"),
        ("GET", "{loc}/computeOperationsStatus/none", 404, "NotFound"),
    ],
)  # fmt: skip
def test_what_is_not_there(
    emulator: Emulator, method: str, path: str, status: int, code: str
) -> None:
    subscription = f"/subscriptions/{emulator.ready['subscription_id']}"
    group = f"{subscription}/resourceGroups/{emulator.ready['resource_group']}"
    path = path.format(
        sub=subscription, group=group, ws=emulator.workspace_path, loc=emulator.location_path
    )
    answer = emulator.request(method, path)
    assert (answer.status, answer.error["code"]) == (status, code)


def test_discovery_metadata_mirror_and_double_slashes(emulator: Emulator) -> None:
    emulator.create("mirrored")
    workspace = emulator.request("GET", f"/{emulator.workspace_path}").json
    discovery = emulator.request(
        "GET", workspace["properties"]["discoveryUrl"], version=None, token=None
    ).json
    mirror = f"{discovery['api']}/rp/workspaces{emulator.compute_path('mirrored')}"
    assert emulator.request("GET", mirror, version="2020-02-02").json["name"] == "mirrored"
    listed = emulator.request(
        "GET", f"{discovery['api']}/rp/workspaces{emulator.workspace_path}/computes"
    )
    assert "mirrored" in [one["name"] for one in listed.json["value"]]
    clouds = emulator.request("GET", "//metadata/endpoints", version="2019-05-01", token=None).json
    cloud = emulator.request("GET", "/metadata/endpoints", version="2022-09-01", token=None).json
    assert clouds == [cloud]
    assert cloud["resourceManager"] == f"{emulator.url}/"


def test_every_answer_carries_azures_headers(emulator: Emulator) -> None:
    asked = {"x-ms-client-request-id": "abc-1", "x-ms-return-client-request-id": "true"}
    answer = emulator.request("GET", emulator.workspace_path, headers=asked)
    for name in ("x-ms-correlation-request-id", "x-ms-routing-request-id", "x-ms-request-id"):
        assert answer.headers[name]
    assert answer.headers["x-ms-client-request-id"] == "abc-1"
    assert int(answer.headers["x-ms-ratelimit-remaining-subscription-reads"]) <= 11999
