"""Every switch of the control API that no other test turns."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator_process import Emulator

KEY = base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + bytes(32)).decode()


@pytest.fixture
def switch(emulator: Emulator) -> Iterator[Any]:
    """Turn switches for one test."""
    before = emulator.control("GET", "settings").json

    def turn(**changes: Any) -> None:
        assert emulator.control("PATCH", "settings", changes).status == 200

    yield turn
    emulator.control("PATCH", "settings", before)


def names(emulator: Emulator) -> list[str]:
    value = emulator.request("GET", f"{emulator.workspace_path}/computes").json["value"]
    return [one["name"] for one in value]


def test_durations(emulator: Emulator, switch: Any) -> None:
    switch(durations={"create": 5, "stop": 0})
    emulator.create("brisk")
    emulator.advance(6)
    assert emulator.inner("brisk")["state"] == "Running"
    emulator.act("brisk", "stop")
    assert emulator.inner("brisk")["state"] == "Stopped"
    kept = emulator.control("GET", "settings").json["durations"]
    assert (kept["create"], kept["start"]) == (5, 120)


def test_order_of_the_list(emulator: Emulator, switch: Any) -> None:
    emulator.create("zz-first")
    emulator.create("aa-second")
    assert names(emulator) == sorted(names(emulator), key=str.lower)
    switch(list_in_order="created")
    assert names(emulator)[-2:] == ["zz-first", "aa-second"]


@pytest.mark.parametrize(
    ("style", "has"),
    [
        ("recorded", {"Azure-AsyncOperation"}),
        ("location", {"Location"}),
        ("both", {"Azure-AsyncOperation", "Location"}),
        ("none", set()),
    ],
)
def test_operation_headers(emulator: Emulator, switch: Any, style: str, has: set[str]) -> None:
    switch(operation_headers=style)
    answer = emulator.create(f"style-{style}")
    found = {name.lower() for name in answer.headers} & {"azure-asyncoperation", "location"}
    assert found == {name.lower() for name in has}


@pytest.mark.parametrize(("value", "header"), [("never", None), (7, "7")])
def test_retry_after(emulator: Emulator, switch: Any, value: Any, header: str | None) -> None:
    switch(retry_after=value)
    emulator.control("POST", "clock", {"speed": 10})
    answer = emulator.create(f"retry-{value}x")
    status = emulator.request("GET", answer.headers["Azure-AsyncOperation"])
    emulator.control("POST", "clock", {"speed": 1})
    for one in (answer, status):
        assert one.headers["Retry-After"] == header
        assert one.headers["retry-after-ms"] is None


def test_an_operation_takes_the_place_of_another(emulator: Emulator, switch: Any) -> None:
    emulator.created("impatient")
    first = emulator.act("impatient", "stop").headers["Azure-AsyncOperation"]
    switch(busy_refusal=False)
    assert emulator.delete("impatient").status == 202
    assert emulator.request("GET", first).json["status"] == "Canceled"
    emulator.advance(60)
    assert "impatient" not in names(emulator)


def test_skip_may_come_bare(emulator: Emulator, switch: Any) -> None:
    emulator.control("POST", "seed", {"count": 3, "prefix": "bare"})
    for encoded in (True, False):
        switch(page_size=1, skip_encoded=encoded)
        link = emulator.request("GET", f"{emulator.workspace_path}/computes").json["nextLink"]
        assert ("%3D" in link) == encoded
        assert len(emulator.request("GET", link).json["value"]) == 1


def test_policies_of_size_and_ssh(emulator: Emulator, switch: Any) -> None:
    switch(
        policies=[
            {"name": "small-only", "denied_sizes": ["standard_e32s_v3"]},
            {"name": "no-ssh", "deny_public_ssh": True},
        ]
    )
    big = emulator.create("too-big", "Standard_E32s_v3")
    ssh = {"sshPublicAccess": "Enabled", "adminPublicKey": f"ssh-ed25519 {KEY}"}
    public = emulator.create("too-open", sshSettings=ssh)
    assert "small-only" in big.error["message"]
    assert "no-ssh" in public.error["message"]
    assert emulator.create("just-right").status == 201


def test_whose_token_the_managed_identity_gives(emulator: Emulator, switch: Any) -> None:
    def ask() -> Any:
        secret = {"secret": emulator.ready["msi_secret"]}
        path = "/MSI/auth?resource=https://management.azure.com/"
        return emulator.request("GET", path, version=None, token=None, headers=secret)

    switch(managed_identity_user="diego@contoso.example")
    token = ask().json["access_token"]
    assert emulator.request("PUT", emulator.compute_path("not-his"), {}, token=token).status == 403
    switch(managed_identity_user="nobody")
    assert (ask().status, ask().error["code"]) == (400, "IdentityNotFound")


def test_writes_and_deletes_have_buckets_of_their_own(emulator: Emulator, switch: Any) -> None:
    switch(throttle={"writes": {"limit": 1, "seconds": 60}, "deletes": {"limit": 1}})
    token = emulator.token_for("anna@contoso.example")
    path = emulator.compute_path("throttled")
    writes = [emulator.request("PUT", path, {}, token=token).status for _ in range(2)]
    gone = f"{path}?underlyingResourceAction=Delete"
    deletes = [emulator.request("DELETE", gone, token=token).status for _ in range(2)]
    assert (writes, deletes) == ([400, 429], [204, 429])


def test_permissions_can_be_asked_for_at_every_scope(emulator: Emulator) -> None:
    token = emulator.token_for("diego@contoso.example")
    subscription = f"/subscriptions/{emulator.ready['subscription_id']}"
    group = f"{subscription}/resourceGroups/{emulator.ready['resource_group']}"
    counts = []
    for scope in (subscription, group, emulator.workspace_path, emulator.compute_path("any")):
        path = f"{scope}/providers/Microsoft.Authorization/permissions"
        answer = emulator.request("GET", path, version="2022-04-01", token=token)
        counts.append(len(answer.json["value"]))
    assert counts == [0, 1, 1, 1]
