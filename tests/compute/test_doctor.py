"""The report: everything that was asked, and nobody's name in it."""

from __future__ import annotations

from datetime import datetime, timezone

import msgspec

from jupyter_ci_manager.compute.doctor import make_report
from jupyter_ci_manager.compute.redaction import Redactor
from jupyter_ci_manager.compute.service import ComputeService
from tests.emulator_process import Emulator


def test_the_report_is_read_only_and_redacted(sample: Emulator, service: ComputeService) -> None:
    sample.control("DELETE", "log")
    report = service.report()
    log = sample.control("GET", "log").json["value"]
    writes = [
        e["path"].rsplit("/", 1)[-1]
        for e in log
        if e["method"] != "GET" and not e["path"].startswith("/emulator")
    ]
    assert set(writes) <= {"checkComputeNameAvailability", "getAllowedVmSizesForResize"}

    text = msgspec.json.encode(report).decode()
    for secret in (
        sample.ready["subscription_id"],
        sample.ready["resource_group"],
        sample.ready["workspace"],
        "contoso.example",
        "ds-anna",
        "ds-boris",
        "Bearer",
        'adminPublicKey":"ssh',
    ):
        assert secret not in text, secret
    titles = {entry.title: entry for entry in report.entries}
    assert titles["Instances"].status == 200
    assert titles["A missing instance"].status == 404
    assert titles["Sizes for a resize"].status == 200
    assert titles["Instances"].body["(left out)"] > 0
    assert report.versions["azure-core"]


def test_the_same_id_has_the_same_word(service: ComputeService) -> None:
    report = service.report()
    asked = {entry.title: entry.request for entry in report.entries}
    subscription = asked["Workspace"].split("/subscriptions/")[1].split("/")[0]
    assert subscription.startswith("<guid-")
    assert f"/subscriptions/{subscription}/" in asked["usages"]


def test_a_service_that_hangs_is_not_waited_for_a_dozen_times(
    sample: Emulator, service: ComputeService
) -> None:
    sample.control("DELETE", "log")
    report = make_report(service._session, datetime.now(timezone.utc), limit=0)
    assert {entry.title for entry in report.entries} >= {"Workspace", "Permissions", "Jobs"}
    assert all("longer than 0 seconds" in entry.error for entry in report.entries)
    asked = [e["path"] for e in sample.control("GET", "log").json["value"]]
    assert not any(path.endswith(("/permissions", "/jobs", "/usages")) for path in asked)
    text = msgspec.json.encode(report).decode()
    assert sample.ready["workspace"] not in text
    assert "ds-anna" not in text


def test_nothing_of_anybody_is_left_in_what_azure_can_answer() -> None:
    """Names of all kinds of resources, free text, secrets in settings, hosts, places in lists."""
    group = "/subscriptions/b3f0a1de-0000-4000-8000-0123456789ab/resourceGroups/secret-rg"
    workspace = f"{group}/providers/Microsoft.MachineLearningServices/workspaces/secret-ws"
    answer = {
        "value": [
            {
                "id": f"{workspace}/computes/secret-gpu",
                "name": "secret-gpu",
                "location": "westeurope",
                "tags": {"secret-team": "secret-project"},
                "properties": {
                    "description": "secret words",
                    "computeType": "AmlCompute",
                    "properties": {
                        "vmSize": "STANDARD_DS3_V2",
                        "subnet": {
                            "id": f"{group}/providers/Microsoft.Network/virtualNetworks/secret-net"
                            "/subnets/secret-sub"
                        },
                        "setupScripts": {
                            "scripts": {"creationScript": {"scriptArguments": "--pw secret"}}
                        },
                        "customServices": [
                            {"environmentVariables": {"PASSWORD": {"value": "secret"}}}
                        ],
                        "applications": [
                            {
                                "displayName": "Jupyter Lab",
                                "endpointUri": "https://secret-gpu.westeurope.instances.azureml.ms/lab",
                            }
                        ],
                    },
                },
            },
            {"id": "/subscriptions/x", "displayName": "secret subscription"},
            {
                "blob": "https://secretstore.blob.core.windows.net/c",
                "registry": "secretreg.azurecr.io",
            },
        ],
        "message": "The resource secret-gpu of anna.secret@contoso.example was not found.",
        "nextLink": f"https://management.azure.com{workspace}/computes?$skip=secret&sig=secret",
        "status": "/subscriptions/b/providers/Microsoft.MachineLearningServices/locations/westeurope"
        "/vmSizes/Standard_DS3_v2",
    }
    redactor = Redactor()
    redactor.learn(answer)
    told = redactor.value(answer)
    text = msgspec.json.encode(told).decode()
    assert "secret" not in text, text
    # What is public, and what belongs together, can still be seen.
    [cluster, *_] = told["value"]
    assert cluster["name"] in told["message"]
    assert cluster["id"].endswith(f"/computes/{cluster['name']}")
    assert cluster["properties"]["properties"]["vmSize"] == "STANDARD_DS3_V2"
    assert cluster["properties"]["properties"]["applications"][0]["displayName"] == "Jupyter Lab"
    assert told["status"].endswith("/locations/westeurope/vmSizes/Standard_DS3_v2")
