"""Azure goes wrong: what a page sees, that the last good list stays, that it mends by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.emulator_process import Emulator

from .azure import cloud, on_azure  # noqa: F401
from .conftest import Ask, until

pytestmark = [
    pytest.mark.usefixtures("on_azure"),
    pytest.mark.parametrize("jp_base_url", ["/user/x/"]),
]
NAME = "steady"


@pytest.fixture(autouse=True)
def an_instance(cloud: Emulator) -> Any:  # noqa: F811
    if cloud.request("GET", cloud.compute_path(NAME)).status == 404:
        assert cloud.create(NAME).status in (200, 201)
    cloud.wait_for_state(NAME, "Running")
    yield
    cloud.control("DELETE", "faults")


def fault(cloud: Emulator, **what: Any) -> None:  # noqa: F811
    answer = cloud.control("POST", "faults/requests", what)
    assert answer.status < 300, answer.body


@pytest.mark.parametrize(
    "what",
    [
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 503, "code": "ServerBusy"},
        {"kind": "status", "status": 429, "code": "TooManyRequests", "retry_after": 2},
        {"kind": "status", "status": 403, "code": "AuthorizationFailed"},
        {"kind": "reset"},
        {"kind": "not-json"},
        {"kind": "empty"},
        {"kind": "truncate"},
    ],
    ids=lambda what: f"{what['kind']}-{what.get('status', '')}",
)
async def test_the_last_good_list_stays_with_its_age_and_mends(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
    what: dict[str, Any],
) -> None:
    good = (await ask("GET", "instances?refresh=1")).json
    assert NAME in [one["name"] for one in good["instances"]]
    fault(cloud, path="/computes$", method="GET", count=1000, **what)

    async def fails() -> Any:
        listed = (await ask("GET", "instances?refresh=1")).json
        return listed if listed["error"] else None

    listed = await until(fails)
    assert NAME in [one["name"] for one in listed["instances"]]
    assert listed["age_seconds"] > 0
    assert listed["error"]["code"]
    assert listed["error"]["message"]
    cloud.control("DELETE", "faults")

    async def mended() -> bool:
        return (await ask("GET", "instances?refresh=1")).json["error"] is None

    await until(mended)


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ({"status": 429, "code": "TooManyRequests", "retry_after": 600}, 429),
        ({"status": 403, "code": "AuthorizationFailed"}, 403),
        ({"status": 403, "code": "RequestDisallowedByPolicy"}, 403),
        ({"status": 409, "code": "Conflict"}, 409),
    ],
    ids=lambda value: str(value.get("code") if isinstance(value, dict) else value),
)
async def test_a_refused_action_says_why_and_when_to_try_again(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
    what: dict[str, Any],
    status: int,
) -> None:
    await ask("GET", "instances?refresh=1")
    fault(cloud, kind="status", path="/restart$", method="POST", count=100, **what)
    answer = await ask("POST", f"instances/{NAME}/restart?confirm={NAME}")
    assert answer.status == status, answer.body
    assert answer.json["message"]
    assert answer.json["reason"]
    assert answer.json["details"]
    if status == 429:
        assert int(answer.headers["Retry-After"]) > 500
        assert answer.json["retry_after"] > 500
    assert cloud.inner(NAME)["state"] == "Running"


async def test_what_somebody_would_lose_is_confirmed_by_name(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
) -> None:
    for verb, path in [
        ("POST", f"instances/{NAME}/stop"),
        ("POST", f"instances/{NAME}/restart"),
        ("DELETE", f"instances/{NAME}"),
        ("DELETE", f"instances/{NAME}?confirm=other"),
    ]:
        answer = await ask(verb, path)
        assert answer.status == 409, (verb, path)
        assert answer.json["code"] == "confirmation_needed"
        assert NAME in answer.json["message"]
        assert answer.json["details"]["lost"]
    assert cloud.inner(NAME)["state"] == "Running"


async def test_many_pages_wait_together_while_azure_hangs(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The usual nine seconds would be waited for by nobody but the test.
    monkeypatch.setattr("jupyter_ci_manager.compute.arm.DEADLINE_SECONDS", 1.5)
    good = (await ask("GET", "instances?refresh=1")).json

    async def is_old() -> bool:
        return (await ask("GET", "instances")).json["age_seconds"] > 0.6

    await until(is_old)
    fault(cloud, kind="hang", path="/computes$", method="GET", count=1000)
    pages = [asyncio.ensure_future(ask("GET", "instances?refresh=1")) for _ in range(100)]

    async def hangs() -> bool:
        waiting = cloud.control("GET", "faults").json["requests"]
        return any(one["count"] < 1000 for one in waiting)

    await until(hangs)
    assert (await ask("GET", "jobs")).json == {"jobs": []}
    assert not any(page.done() for page in pages)
    for page in pages:
        listed = (await page).json
        assert [one["name"] for one in listed["instances"]] == [
            one["name"] for one in good["instances"]
        ]
        assert listed["error"]["code"]
