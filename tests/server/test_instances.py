"""Compute instances over REST: a real server, and the emulator's real HTTP behind it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from jupyter_ci_manager.server.events import INSTANCE_SCHEMA
from tests.emulator_process import Emulator

from .azure import cloud, on_azure  # noqa: F401
from .conftest import Ask, Listen, until

pytestmark = pytest.mark.usefixtures("on_azure")


async def reaches(ask: Ask, name: str, state: str) -> dict[str, Any]:
    """Ask as a page does until the instance is in a state."""

    async def there() -> Any:
        listed = (await ask("GET", "instances")).json["instances"]
        return next((i for i in listed if i["name"] == name and i["state"] == state), None)

    found: dict[str, Any] = await until(there)
    return found


async def is_gone(ask: Ask, name: str) -> bool:
    listed = (await ask("GET", "instances")).json["instances"]
    return name not in [instance["name"] for instance in listed]


async def test_the_whole_life_of_an_instance(ask: Ask, listen: Listen, jp_base_url: str) -> None:
    name = "life-" + ("hub" if len(jp_base_url) > 1 else "root")
    hints = await listen()
    listed = (await ask("GET", "instances")).json
    assert name not in [instance["name"] for instance in listed["instances"]]
    assert listed["workspace"]["name"]
    assert listed["error"] is None

    created = await ask("POST", "instances", {"name": name, "vm_size": "Standard_DS3_v2"})
    assert created.status == 202, created.json
    assert created.json["state"] == "Creating"
    assert created.headers["Location"] == f"{jp_base_url}jupyter-ci-manager/instances/{name}"
    await hints.next(INSTANCE_SCHEMA, "changed", name)
    running = await reaches(ask, name, "Running")
    assert running["actions"]["start"]["allowed"] == "no"
    assert running["actions"]["start"]["reason"]

    again = await ask("POST", f"instances/{name}/start")
    assert (again.status, again.json["state"]) == (200, "Running")
    taken = await ask("POST", "instances", {"name": name})
    assert taken.status == 409
    assert taken.json["code"] == "name_taken"
    used = await ask("POST", "instances", {"name": name, "if_exists": "use"})
    assert (used.status, used.json["name"]) == (200, name)

    stopped = await ask("POST", f"instances/{name}/stop")
    assert (stopped.status, stopped.json["state"]) == (202, "Stopping")
    await reaches(ask, name, "Stopped")
    assert (await ask("POST", f"instances/{name}/stop")).status == 200
    resized = await ask("POST", f"instances/{name}/resize", {"vm_size": "Standard_DS11_v2"})
    assert resized.status == 202, resized.json

    async def has_new_size() -> bool:
        now = (await ask("GET", f"instances/{name}")).json
        return now["vm_size"].lower() == "standard_ds11_v2" and now["state"] == "Stopped"

    await until(has_new_size)
    started = await ask("POST", f"instances/{name}/start")
    assert (started.status, started.json["state"]) == (202, "Starting")
    await reaches(ask, name, "Running")
    assert (await ask("POST", f"instances/{name}/restart")).status == 202
    await reaches(ask, name, "Running")

    idle = await ask("PUT", f"instances/{name}/idle-shutdown", {"minutes": 120})
    assert idle.json["idle_shutdown_minutes"] == 120
    evening = {"action": "stop", "expression": "0 19 * * 1-5", "time_zone": "UTC"}
    planned = await ask("PUT", f"instances/{name}/schedules", {"schedules": [evening]})
    assert planned.status == 200, planned.json
    assert [s["expression"] for s in planned.json["schedules"]] == ["0 19 * * 1-5"]
    none = await ask("PUT", f"instances/{name}/schedules", {"schedules": []})
    assert none.json["schedules"] == []
    never = await ask("PUT", f"instances/{name}/idle-shutdown", {"minutes": None})
    assert never.json["idle_shutdown_minutes"] is None

    away = await ask("PUT", f"instances/{name}/sso", {"enabled": False})
    assert (away.status, away.body) == (204, b"")
    assert (await ask("GET", f"instances/{name}")).json["sso_enabled"] is False
    soon = {"action": "stop", "expression": "59 23 * * *", "time_zone": "UTC"}
    await ask("PUT", f"instances/{name}/schedules", {"schedules": [soon]})
    later = await ask("POST", f"instances/{name}/postpone", {"minutes": 60})
    assert later.status == 200, later.json
    assert later.json["postponed"]["until"]
    undone = await ask("DELETE", f"instances/{name}/postpone")
    assert (undone.status, undone.json["postponed"]) == (200, None)
    assert (await ask("POST", f"instances/{name}/postpone", {"minutes": 481})).status == 422
    training = await ask("GET", f"instances/{name}/jobs")
    assert training.json.get("jobs") == [] or training.json["code"] == "not_offered"

    deleted = await ask("DELETE", f"instances/{name}")
    assert deleted.status == 202, deleted.json
    await until(lambda: is_gone(ask, name))
    gone = await ask("DELETE", f"instances/{name}")
    assert (gone.status, gone.body) == (204, b"")
    assert (await ask("GET", f"instances/{name}")).status == 404


async def test_what_is_told_before_a_creation(ask: Ask) -> None:
    free = (await ask("GET", "instance-names/quite-free")).json
    assert (free["valid"], free["available"]) == (True, "yes")
    wrong = (await ask("GET", "instance-names/9lives")).json
    assert wrong["valid"] is False
    assert wrong["reason"]
    preview = await ask("POST", "instance-previews", {"name": "quite-free"})
    assert preview.status == 200
    assert preview.json["body"]["properties"]["computeType"] == "ComputeInstance"
    assert "quite-free" in preview.json["az"]
    assert "quite-free" in preview.json["python"]
    defaults = (await ask("GET", "instance-defaults?zone=Asia/Seoul")).json
    assert defaults["vm_size"] == "Standard_DS3_v2"
    assert defaults["time_zone"] == "Korea Standard Time"
    assert {"name": "UTC", "place": "UTC"} in defaults["time_zones"]
    assert "conda.sh" in defaults["setup_script"]
    assert (await ask("GET", "instance-defaults?zone=Moon")).json["time_zone"] == "UTC"
    listed = (await ask("GET", "instances?refresh=1")).json["instances"]
    assert "quite-free" not in [instance["name"] for instance in listed]


async def test_where_one_is_and_what_one_may(ask: Ask, cloud: Emulator) -> None:  # noqa: F811
    status = (await ask("GET", "status")).json
    assert status["compute"]["backend"] == "emulator"
    assert status["compute"]["endpoint"] == cloud.url
    assert status["compute"]["workspace"]["name"] == cloud.ready["workspace"]
    assert status["compute"]["identity"]["state"] == "signed_in"
    assert status["server_id"]
    sizes = (await ask("GET", "sizes")).json["sizes"]
    ds3 = next(size for size in sizes if size["name"] == "Standard_DS3_v2")
    assert (ds3["cores"], ds3["available"]) == (4, "yes")
    assert any(
        usage["family"] == ds3["family"] for usage in (await ask("GET", "usages")).json["usages"]
    )
    permissions = (await ask("GET", "permissions")).json["permissions"]
    assert {one["allowed"] for one in permissions} == {"yes"}
    workspaces = (await ask("GET", "workspaces")).json
    assert workspaces["selected"]["name"] == cloud.ready["workspace"]
    assert cloud.ready["workspace"] in [one["name"] for one in workspaces["workspaces"]]
    chosen = await ask("PUT", "workspaces/selected", workspaces["selected"])
    assert chosen.status == 200
    assert chosen.json["workspace"]["name"] == cloud.ready["workspace"]


async def test_signing_out_and_in_again(ask: Ask) -> None:
    assert (await ask("GET", "instances")).json["error"] is None
    out = await ask("DELETE", "sign-in")
    assert (out.status, out.json["state"]) == (200, "signed_out")
    listed = await ask("GET", "instances?refresh=1")
    assert (listed.status, listed.json["error"]["code"]) == (200, "signed_out")
    refused = await ask("POST", "instances", {"name": "nobody-asks"})
    assert (refused.status, refused.json["code"]) == (401, "signed_out")
    assert refused.json["hint"]
    status = (await ask("GET", "status")).json["compute"]
    assert status["identity"]["state"] == "signed_out"
    back = await ask("POST", "sign-in", {"method": "auto"})
    assert (back.status, back.json["state"]) == (200, "signed_in"), back.json
    assert b"token" not in back.body

    async def reads_again() -> bool:
        return (await ask("GET", "instances?refresh=1")).json["error"] is None

    await until(reads_again)


async def test_a_key_pair_is_given_once(ask: Ask) -> None:
    one, other = [(await ask("POST", "ssh-keys")) for _ in range(2)]
    assert one.headers["Cache-Control"] == "no-store"
    assert one.json["public_key"].startswith("ssh-")
    assert "PRIVATE KEY" in one.json["private_key"]
    assert one.json["private_key"] != other.json["private_key"]
    wanted = {"name": "with-key", "ssh_public_key": one.json["public_key"]}
    assert (await ask("POST", "instance-previews", wanted)).json["problems"] == []


async def test_a_report_tells_much_and_nothing_of_anybody(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
) -> None:
    report = await ask("GET", "report")
    assert report.json["entries"]
    for private in ("subscription_id", "resource_group", "workspace"):
        assert cloud.ready[private].encode() not in report.body


LONG = "a" * 300


@pytest.mark.parametrize(
    ("verb", "path", "sent", "status", "field"),
    [
        ("POST", "instances", {"name": "9lives"}, 422, "name"),
        ("POST", "instances", {"name": "x"}, 422, "name"),
        ("POST", "instances", {"name": "a b c"}, 422, "name"),
        ("POST", "instances", {"name": "../etc"}, 422, "name"),
        ("POST", "instances", {"name": LONG}, 422, "name"),
        ("POST", "instances", {"name": "trailing-1"}, 422, "name"),
        ("POST", "instances", {"name": "fine-name", "vm_size": "Standard_Huge"}, 422, "vm_size"),
        ("POST", "instances", {"name": "fine-name", "vmsize": "x"}, 400, "vmsize"),
        ("POST", "instances", {"vm_size": "Standard_DS3_v2"}, 400, "name"),
        ("POST", "instances", {"name": "fine-name", "idle_shutdown_minutes": 3}, 422,
         "idle_shutdown_minutes"),
        ("POST", "instances", {"name": "fine-name", "ssh_public_key": "hello"}, 422,
         "ssh_public_key"),
        ("POST", "instances", {"name": "fine-name", "if_exists": "replace"}, 422, "if_exists"),
        ("POST", "instances", ["fine-name"], 400, None),
        ("PUT", "instances/none-such/idle-shutdown", {"minutes": "an hour"}, 400, "minutes"),
        ("PUT", "instances/none-such/schedules", {"schedules": [{"action": "stop", "x": 1}]}, None,
         None),
        ("POST", "instances/none-such/resize", {}, 400, "vm_size"),
        ("POST", "sign-in", {"method": "password"}, 422, "method"),
        ("PUT", "workspaces/selected", {"name": "x"}, 400, None),
    ],
)  # fmt: skip
async def test_bad_input_is_refused_by_field_and_changes_nothing(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
    verb: str,
    path: str,
    sent: Any,
    status: int | None,
    field: str | None,
) -> None:
    answer = await ask(verb, path, sent)
    assert answer.status == status or (status is None and answer.status in (400, 404, 422))
    assert answer.json["message"]
    assert answer.json["code"]
    if field is not None:
        assert answer.json["field"] == field
    listed = (await ask("GET", "instances?refresh=1")).json["instances"]
    assert "fine-name" not in [instance["name"] for instance in listed]


async def test_a_body_that_is_not_json(ask: Ask) -> None:
    for raw in ("name=x", '{"name":', b"\xff\xfe", ""):
        answer = await ask("POST", "instances", raw=raw)
        assert answer.status == 400
        assert answer.json["hint"]


@pytest.mark.parametrize("name", ["%2e%2e%2fetc", "a%20b", "x%00y", "%ff", LONG, "-rf"])
async def test_odd_names_in_paths_reach_nothing(ask: Ask, name: str) -> None:
    for verb, rest in [("GET", ""), ("DELETE", ""), ("POST", "/start"), ("POST", "/stop")]:
        answer = await ask(verb, f"instances/{name}{rest}")
        assert answer.status in (204, 400, 404, 422), (verb, rest, answer.status)


async def test_many_pages_cost_azure_no_more_than_one(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
) -> None:
    def lists() -> int:
        entries = cloud.control("GET", "log").json["value"]
        return sum(entry["path"].endswith("/computes") for entry in entries)

    await ask("GET", "instances")
    before = lists()
    answers = await asyncio.gather(*(ask("GET", "instances") for _ in range(200)))
    assert {answer.status for answer in answers} == {200}
    assert lists() - before <= 1
