"""What a user does behind the proxy; run inside the company's network, one JSON line per step.

Arguments: a JSON object with ``settings``, ``channel``, ``prefix``, ``identity_token`` and
``elsewhere`` (host and port that must not be reachable).
"""

from __future__ import annotations

import json
import os
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jupyter_ci_manager.compute.models import CreateInstance
from jupyter_ci_manager.compute.service import ComputeService
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.rattler import RattlerEngine

_SECRET = "of this machine alone"
_LIMIT = 60.0


def say(step: str, **what: Any) -> None:
    print(json.dumps({"step": step, **what}), flush=True)


def until(what: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + _LIMIT
    while not (found := what()):
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come")
        time.sleep(0.05)
    return found


def is_reachable(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        return False
    return True


class IdentityEndpoint(BaseHTTPRequestHandler):
    """The machine's own identity endpoint, as a compute instance has it."""

    token: dict[str, Any]

    def do_GET(self) -> None:
        known = self.headers.get("Secret") == _SECRET
        body = json.dumps(self.token if known else {"error": "unauthorized"}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def distrust(settings: dict[str, Any]) -> None:
    """Without the company's authority nobody is believed."""
    bundle = os.environ.pop("REQUESTS_CA_BUNDLE")
    service = ComputeService(Settings(**{**settings, "backend": "emulator"}))
    error = service.list().error
    say("distrusted", error=error and error.code)
    service.close()
    os.environ["REQUESTS_CA_BUNDLE"] = bundle


def sign_in_and_work(settings: dict[str, Any]) -> None:
    service = ComputeService(Settings(**settings, credential="device_code"))
    sign_in(service, "anna@contoso.example")
    say("signed_in", name=service.status().identity.name)
    listed = service.list(refresh=True)
    say(
        "listed",
        names=[i.name for i in listed.instances],
        error=listed.error and listed.error.code,
    )
    mine = "ds-anna"
    # Its evening stop must not come in between, whatever the hour.
    service.set_schedules(mine, [])
    service.stop(mine)
    stopped = service.wait(mine, until="Stopped", timeout=_LIMIT)
    service.start(mine)
    running = service.wait(mine, until="Running", timeout=_LIMIT)
    say("power", states=[stopped.state, running.state])
    service.close()


def sign_in(service: ComputeService, user: str) -> None:
    """Ask for a code, and have it entered as somebody."""
    prompt = service.sign_in("device_code").prompt
    assert prompt is not None
    say("code", code=prompt.code, user=user)
    # Whoever was signed in stays so until then.
    until(lambda: service.status().identity.name == user)


def tried(what: Callable[[], Any]) -> str:
    """Say how something went: "done", or the permission that was missing, or the error's code."""
    try:
        what()
    except CIManagerError as error:
        named = re.search(r"workspaces/(computes/\S+?)\.", error.message)
        return named.group(1) if named else error.code
    return "done"


def with_less_rights(settings: dict[str, Any]) -> None:
    """As people who may do less, each with a role in the workspace alone."""
    service = ComputeService(Settings(**settings, credential="device_code"))
    for user in ("chloe", "diego", "emma"):
        sign_in(service, f"{user}@contoso.example")
        listed = service.list(refresh=True)
        stopped = next(i for i in listed.instances if i.name == "old-vm")
        name = f"of-{user}"
        steps = {
            "told": stopped.actions["start"].allowed,
            "start": tried(lambda: service.start("old-vm")),
            "create": tried(
                lambda name=name: service.create(  # type: ignore[misc]
                    CreateInstance(name=name, vm_size="Standard_D2s_v3")
                )
            ),
        }
        if steps["start"] == "done":
            service.wait("old-vm", until="Running", timeout=_LIMIT)
            steps["stop"] = tried(lambda: service.stop("old-vm", confirm="old-vm"))
            service.wait("old-vm", until="Stopped", timeout=_LIMIT)
        steps["delete"] = tried(lambda: service.delete("report-box", confirm="report-box"))
        say("role", user=user, error=listed.error and listed.error.code, **steps)
    service.close()


def as_the_machine(settings: dict[str, Any], token: dict[str, Any]) -> None:
    IdentityEndpoint.token = token
    endpoint = ThreadingHTTPServer(("127.0.0.1", 0), IdentityEndpoint)
    threading.Thread(target=endpoint.serve_forever, daemon=True).start()
    os.environ["MSI_ENDPOINT"] = f"http://127.0.0.1:{endpoint.server_address[1]}/MSI/auth"
    os.environ["MSI_SECRET"] = _SECRET
    service = ComputeService(Settings(**settings, credential="managed_identity"))
    identity = service.status().identity
    say("machine", state=identity.state, kind=identity.kind, count=len(service.list().instances))
    service.close()
    endpoint.shutdown()


def install(channel: str, prefix: Path) -> None:
    settings = Settings(channels=[channel], package_cache=str(prefix.with_name("packages")))
    engine = RattlerEngine(settings, read_condarc())
    plan = engine.solve(SolveRequest(specs=("tzdata",), prefix=prefix), Silent())
    engine.apply(plan, prefix, Silent())
    say("installed", records=[p.name for p in (prefix / "conda-meta").glob("*.json")])


def main(order: dict[str, Any]) -> None:
    say("alone", reachable=is_reachable(*order["elsewhere"]))
    distrust(order["settings"])
    sign_in_and_work(order["settings"])
    with_less_rights(order["settings"])
    as_the_machine(order["settings"], order["identity_token"])
    install(order["channel"], Path(order["prefix"]))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
