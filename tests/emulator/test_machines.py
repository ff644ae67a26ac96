"""Real machines: a Jupyter Server per running instance."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from tests.emulator.conftest import StartEmulator
from tests.emulator.test_pages import visit
from tests.emulator_process import Emulator

ANNA = "anna@contoso.example"


def until(what: str, check: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return found


def opened(emulator: Emulator, name: str) -> str:
    """Open JupyterLab of an instance the way a browser does, and give where it leads."""
    inner = emulator.inner(name)
    link = next(one for one in inner["applications"] if one["displayName"] == "Jupyter Lab")
    parts = urllib.parse.urlsplit(link["endpointUri"])
    status, headers, _ = visit(emulator, "GET", f"{parts.path}?{parts.query}")
    assert (status, headers["location"]) == (303, parts.path)
    cookie = headers["set-cookie"].split(";")[0]
    status, headers, text = visit(emulator, "GET", parts.path, Cookie=cookie)
    assert status == 302, text
    return headers["location"]


def ask(address: str, path: str) -> Any:
    parts = urllib.parse.urlsplit(address)
    url = f"{parts.scheme}://{parts.netloc}/{path}?{parts.query}"
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.loads(answer.read())


def process_of(emulator: Emulator, name: str) -> psutil.Process:
    file = emulator.state_dir / "machines" / "westeurope" / name / "process.json"
    return psutil.Process(json.loads(file.read_text())["pid"])


@pytest.mark.timeout(300)
def test_a_machine_is_started_when_opened_kept_on_stop_and_removed_on_delete(
    start_emulator: StartEmulator,
) -> None:
    emulator = start_emulator("--machines")
    assert (emulator.ready["machines"], emulator.ready["strict_auth"]) == (True, True)
    assert emulator.request("GET", emulator.workspace_path).status == 401
    emulator.token = emulator.token_for(ANNA)
    emulator.created("real-one")
    home = emulator.state_dir / "machines" / "westeurope" / "real-one" / "home"
    assert not home.exists()
    address = opened(emulator, "real-one")
    assert address.startswith("http://127.0.0.1:")
    assert ask(address, "api/status")["kernels"] == 0
    (home / "notes.txt").write_text("kept")
    server = process_of(emulator, "real-one")
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["token"][0] not in " ".join(
        server.cmdline()
    )
    emulator.kill()
    again = start_emulator("--machines")
    again.token = again.token_for(ANNA)
    assert opened(again, "real-one").split("?")[0] == address.split("?")[0]
    again.act("real-one", "stop")
    until("the server ends", lambda: not server.is_running())
    again.advance(61)
    assert (home / "notes.txt").read_text() == "kept"
    again.act("real-one", "start")
    again.advance(121)
    second = opened(again, "real-one")
    assert [one["name"] for one in ask(second, "api/contents")["content"]] == ["notes.txt"]
    last = process_of(again, "real-one")
    boris = again.token_for("boris@contoso.example")
    links = again.request("GET", again.compute_path("real-one"), token=boris).json
    uri = links["properties"]["properties"]["applications"][0]["endpointUri"]
    assert "ticket" not in uri
    refused = again.request("GET", uri, token=boris, version=None)
    assert refused.status == 403
    again.delete("real-one")
    again.advance(60)
    again.request("GET", again.workspace_path)
    until("the home goes", lambda: not home.exists())
    assert not last.is_running()


@pytest.mark.timeout(300)
def test_work_on_a_machine_keeps_it_from_idle_shutdown_and_the_end_ends_it(
    start_emulator: StartEmulator,
) -> None:
    emulator = start_emulator("--machines")
    emulator.token = emulator.token_for(ANNA)
    emulator.created("worked-on", idleTimeBeforeShutdown="PT15M")
    address = opened(emulator, "worked-on")
    emulator.control("POST", "clock", {"speed": 600})

    def touched() -> bool:
        """Read the files over and over: that is activity; say when idle time would be over."""
        parts = urllib.parse.urlsplit(address)
        url = f"{parts.scheme}://{parts.netloc}/api/contents?{parts.query}&content=0"
        urllib.request.urlopen(url, timeout=20).read()
        now = emulator.control("GET", "clock").json["seconds"]
        return bool(now - started > 1500)

    started = emulator.control("GET", "clock").json["seconds"]
    until("time passes", touched)
    assert emulator.inner("worked-on")["state"] == "Running"
    inner = until(
        "it stops when left alone",
        lambda: emulator.inner("worked-on")["state"] == "Stopped" and emulator.inner("worked-on"),
    )
    assert inner["lastOperation"]["operationTrigger"] == "IdleShutdown"
    emulator.control("POST", "clock", {"speed": 1})
    emulator.act("worked-on", "start")
    emulator.advance(130)
    opened(emulator, "worked-on")
    server = process_of(emulator, "worked-on")
    assert emulator.end() == 0
    assert not server.is_running()
