"""Every verb of the REST API does what it declares, on a real server with a real emulator.

One story calls each verb about Azure and checks the status and the whole answer against what the
verb declares. A verb that is neither in the story nor named in ``ELSEWHERE`` makes this file fail.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from jupyter_ci_manager.server.routes import Route, routes
from tests.emulator_process import Emulator

from .azure import cloud, on_azure  # noqa: F401
from .conftest import Answer, Ask

ROUTES = {f"{route.verb.upper()} {route.path}": route for route in routes()}

#: Verbs about this machine, and the file whose tests carry them out with real environments and jobs.
ELSEWHERE = {
    "GET environments": "test_kernels.py",
    "DELETE environments/{id}": "test_kernels.py",
    "PATCH environments/{id}": "test_kernels.py",
    "POST environments/{id}/restore": "test_kernels.py",
    "GET environments/{id}/snapshots": "test_kernels.py",
    "POST environments/{id}/snapshots": "test_kernels.py",
    "DELETE environments/{id}/snapshots": "test_kernels.py",
    "PUT environments/{id}/protection": "test_kernels.py",
    "DELETE environments/{id}/protection": "test_kernels.py",
    "GET environments/{id}/uses": "test_kernels.py",
    "GET environments/{id}/packages": "test_kernels.py",
    "POST environments/{id}/packages": "test_kernels.py",
    "GET environments/{id}/export": "test_kernels.py",
    "GET packages": "test_kernels.py",
    "PUT manifest": "test_kernels.py",
    "POST manifest/rebuild": "test_kernels.py",
    "GET kernels": "test_kernels.py",
    "POST kernels": "test_kernels.py",
    "PATCH kernels/{name}": "test_kernels.py",
    "DELETE kernels/{name}": "test_kernels.py",
    "POST kernels/{name}/repair": "test_kernels.py",
    "GET nearest-kernels": "test_kernels.py",
    "GET languages": "test_kernels.py",
    "GET jobs": "test_jobs.py",
    "GET jobs/{id}": "test_jobs.py",
    "DELETE jobs/{id}": "test_jobs.py",
    "GET jobs/{id}/events": "test_jobs.py",
    "GET jobs/{id}/request": "test_kernels.py",
    "POST jobs/{id}/cancel": "test_jobs.py",
    "POST jobs/{id}/retry": "test_jobs.py",
    "GET magics": "test_magics.py",
    "PUT magics": "test_magics.py",
}

Prepare = Callable[[Emulator, str], None]


@dataclass(frozen=True)
class Call:
    """One verb in the story: what is asked, and with which of its declared statuses it answers."""

    verb: str
    status: int = 200
    sent: Any = None
    query: str = ""
    shows: Callable[[Any], bool] = lambda answer: True


def passes(seconds: float) -> Prepare:
    """Let the emulator's clock run ahead."""
    return lambda emulator, name: emulator.advance(seconds)


def state(expected: str) -> Callable[[Any], bool]:
    return lambda answer: answer["state"] == expected


EVENING = {"action": "stop", "expression": "59 23 * * *", "time_zone": "UTC"}
SIZE = {"vm_size": "Standard_DS3_v2"}
#: In the order in which somebody might do all this; ``NAME`` stands for the instance.
STORY: list[Call | Prepare] = [
    Call("GET openapi.json", shows=lambda a: a["openapi"].startswith("3.1")),
    Call("GET status", shows=lambda a: a["compute"]["identity"]["state"] == "signed_in"),
    Call("GET workspaces", shows=lambda a: bool(a["selected"])),
    Call("GET permissions", shows=lambda a: {p["allowed"] for p in a["permissions"]} == {"yes"}),
    Call("GET sizes", shows=lambda a: len(a["sizes"]) > 25),
    Call("GET usages", shows=lambda a: a["usages"][0]["family"] == ""),
    Call(
        "GET instance-defaults", query="?zone=Asia/Seoul", shows=lambda a: a["most_schedules"] == 4
    ),
    Call("GET instance-names/{name}", shows=lambda a: a["available"] == "yes"),
    Call("POST ssh-keys", shows=lambda a: "PRIVATE KEY" in a["private_key"]),
    Call("POST instance-previews", sent={"name": "NAME"}, shows=lambda a: a["problems"] == []),
    Call("POST instances", 202, {"name": "NAME", **SIZE}, shows=state("Creating")),
    Call("GET instances", query="?refresh=1", shows=lambda a: a["error"] is None),
    passes(200),
    Call("GET instances/{name}", query="?probe=1", shows=state("Running")),
    Call("POST instances", 200, {"name": "NAME", "if_exists": "use"}, shows=state("Running")),
    Call("POST instances/{name}/start", 200, shows=state("Running")),
    Call("GET instances/{name}/jobs", shows=lambda a: a == {"jobs": [], "is_complete": True}),
    Call("PUT instances/{name}/idle-shutdown", sent={"minutes": 90}),
    Call("PUT instances/{name}/schedules", sent={"schedules": [EVENING]}),
    Call("POST instances/{name}/postpone", sent={"minutes": 30}, shows=lambda a: a["postponed"]),
    Call("DELETE instances/{name}/postpone", shows=lambda a: a["postponed"] is None),
    Call("PUT instances/{name}/schedules", sent={"schedules": []}),
    Call("PUT instances/{name}/sso", 204, {"enabled": True}),
    Call("POST instances/{name}/restart", 202, shows=state("Restarting")),
    passes(120),
    Call("POST instances/{name}/stop", 202, shows=state("Stopping")),
    passes(90),
    Call("POST instances/{name}/stop", 200, shows=state("Stopped")),
    Call("POST instances/{name}/resize", 200, SIZE, shows=state("Stopped")),
    Call("POST instances/{name}/resize", 202, {"vm_size": "Standard_DS11_v2"}),
    passes(200),
    Call("POST instances/{name}/start", 202, shows=state("Starting")),
    passes(150),
    Call("DELETE instances/{name}", 202, shows=state("Deleting")),
    passes(90),
    Call("DELETE instances/{name}", 204),
    Call("GET report", shows=lambda a: len(a["entries"]) > 8),
    Call("DELETE sign-in", shows=state("signed_out")),
    Call("POST sign-in", sent={"method": "auto"}, shows=state("signed_in")),
    Call("PUT workspaces/selected", sent="SELECTED", shows=lambda a: a["error"] is None),
]


def test_no_verb_is_without_a_contract() -> None:
    told = {step.verb for step in STORY if isinstance(step, Call)}
    assert told | set(ELSEWHERE) == set(ROUTES)


@pytest.mark.parametrize("verb", ELSEWHERE)
def test_what_is_told_elsewhere_is_there(verb: str) -> None:
    source = (Path(__file__).parent / ELSEWHERE[verb]).read_text("utf-8")
    word, path = verb.split(" ")
    pieces = [re.escape(piece) for piece in re.split(r"\{\w+\}", path)]
    called = rf'"{word}",\s+f?"{"[^/]+".join(pieces)}[?"]'
    assert re.search(called, source), f"{ELSEWHERE[verb]} never calls {verb}"


@pytest.mark.usefixtures("on_azure")
async def test_every_verb_answers_as_it_declares(
    ask: Ask,
    cloud: Emulator,  # noqa: F811
    jp_base_url: str,
) -> None:
    name = "verbs-" + ("hub" if len(jp_base_url) > 1 else "root")
    selected = (await ask("GET", "workspaces")).json["selected"]
    for step in STORY:
        if not isinstance(step, Call):
            step(cloud, name)
            continue
        route = ROUTES[step.verb]
        path = route.path.replace("{name}", name) + step.query
        answer = await ask(route.verb.upper(), path, _filled(step.sent, name, selected))
        assert answer.status == step.status, (step.verb, answer.body)
        _check(route, answer)
        assert not answer.body or step.shows(answer.json), (step.verb, answer.json)
        location = answer.headers.get("Location")
        assert location is None or location.startswith(f"{jp_base_url}jupyter-ci-manager/")


def _filled(sent: Any, name: str, selected: Any) -> Any:
    if sent == "SELECTED":
        return selected
    return {**sent, "name": name} if isinstance(sent, dict) and "name" in sent else sent


def _check(route: Route, answer: Answer) -> None:
    """Compare an answer with what its verb declares: all fields, and none besides."""
    struct = route.operation.answers[answer.status]
    if struct is None:
        assert answer.body == b""
        return
    assert answer.headers["Content-Type"].startswith("application/json")
    decoded = msgspec.json.decode(answer.body, type=struct)
    if struct is not dict:
        assert msgspec.to_builtins(decoded) == answer.json
