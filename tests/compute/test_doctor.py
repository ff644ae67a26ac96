"""The report: everything that was asked, and nobody's name in it."""

from __future__ import annotations

import msgspec

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
