"""A real emulator process for any test: start it, talk to it, end it.

``emulator_process`` starts one and gives its ready data; ``Emulator`` wraps a running one with a
token and a small HTTP client. ``kill`` and ``start`` again on the same state directory show what
survives.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

API = "2025-12-01"
PREVIEW = "2026-05-15-preview"
PROVIDER = "Microsoft.MachineLearningServices"
_START_LIMIT = 60.0
_CHECKOUT = Path(__file__).resolve().parents[1]


def make_token(oid: str = "11111111-2222-3333-4444-555555555555", **claims: Any) -> str:
    """Give an unsigned, well-formed token: an emulator without ``--strict-auth`` takes it."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    now = int(time.time())
    payload = {
        "aud": "https://management.azure.com/",
        "iss": "https://sts.windows.net/tests/",
        "iat": now,
        "nbf": now - 60,
        "exp": now + 3600,
        "oid": oid,
        "tid": "99999999-8888-7777-6666-555555555555",
        "upn": "tester@contoso.example",
        "name": "Tester",
        **claims,
    }
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(payload)}.c2ln"


@dataclass
class Answer:
    """An HTTP answer; nothing is raised for any status."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def error(self) -> dict[str, Any]:
        """Azure's error object."""
        error: dict[str, Any] = self.json["error"]
        return error


@dataclass
class Emulator:
    """A running emulator process."""

    process: subprocess.Popen[bytes]
    ready: dict[str, Any]
    state_dir: Path
    arguments: list[str] = field(default_factory=list)
    token: str = field(default_factory=make_token)

    @property
    def url(self) -> str:
        """The plain address."""
        return str(self.ready["url"])

    @property
    def workspace_path(self) -> str:
        """The ARM id of the workspace that the ready file names."""
        return (
            f"/subscriptions/{self.ready['subscription_id']}"
            f"/resourceGroups/{self.ready['resource_group']}"
            f"/providers/{PROVIDER}/workspaces/{self.ready['workspace']}"
        )

    @property
    def location_path(self) -> str:
        """The path of the workspace's region."""
        subscription = self.ready["subscription_id"]
        location = self.ready["location"]
        return f"/subscriptions/{subscription}/providers/{PROVIDER}/locations/{location}"

    def compute_path(self, name: str) -> str:
        """The ARM id of a compute in that workspace."""
        return f"{self.workspace_path}/computes/{name}"

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        version: str | None = API,
        token: str | None = "",
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
        timeout: float = 30,
    ) -> Answer:
        """Send a request.

        Args:
            method: The verb.
            path: A path, or a whole URL.
            body: Sent as JSON unless None.
            version: The api-version added to the query, or None.
            token: The bearer token; "" takes the emulator's own test token, None sends none.
            headers: Further headers.
            raw: A body to be sent as it is.
            timeout: Seconds.
        """
        url = path if path.startswith("http") else self.url + path
        if version is not None and "api-version=" not in url:
            url += f"{'&' if '?' in url else '?'}api-version={version}"
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.token}"
        data = raw if body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        asked = urllib.request.Request(url, data=data, method=method, headers=sent)
        try:
            with urllib.request.urlopen(asked, timeout=timeout) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def control(self, method: str, path: str, body: Any = None) -> Answer:
        """Send a request to the control API."""
        key = {"X-Emulator-Key": self.ready["control_key"]}
        return self.request(
            method, f"/emulator/{path}", body, version=None, token=None, headers=key
        )

    def create(self, name: str, vm_size: str = "Standard_DS3_v2", **inner: Any) -> Answer:
        """Create an instance, without waiting for it."""
        body = {
            "location": self.ready["location"],
            "properties": {
                "computeType": "ComputeInstance",
                "properties": {"vmSize": vm_size, **inner},
            },
        }
        return self.request("PUT", self.compute_path(name), body)

    def inner(self, name: str) -> dict[str, Any]:
        """Give the inner properties of an instance."""
        answer = self.request("GET", self.compute_path(name))
        properties: dict[str, Any] = answer.json["properties"]["properties"]
        return properties

    def advance(self, seconds: float) -> None:
        """Move the emulated clock forward."""
        assert self.control("POST", "clock", {"advance": seconds}).status == 200

    def token_for(self, user: str, **more: Any) -> str:
        """Give a signed token that speaks for one of the emulator's users."""
        answer = self.control("POST", "tokens", {"user": user, **more})
        return str(answer.json["access_token"])

    def act(self, name: str, action: str, body: Any = None, **more: Any) -> Answer:
        """Post an action to an instance."""
        return self.request("POST", f"{self.compute_path(name)}/{action}", body, **more)

    def delete(self, name: str, **more: Any) -> Answer:
        """Delete a compute."""
        path = f"{self.compute_path(name)}?underlyingResourceAction=Delete"
        return self.request("DELETE", path, **more)

    def created(self, name: str, vm_size: str = "Standard_DS3_v2", **inner: Any) -> dict[str, Any]:
        """Create an instance and move the clock until it runs; give its inner properties."""
        assert self.create(name, vm_size, **inner).status == 201
        self.advance(200)
        return self.inner(name)

    def wait_for_state(self, name: str, state: str, timeout: float = 30) -> dict[str, Any]:
        """Wait until an instance is in a state, and give its inner properties."""
        deadline = time.monotonic() + timeout
        while True:
            inner = self.inner(name)
            if inner["state"] == state:
                return inner
            if time.monotonic() > deadline:
                raise AssertionError(f"{name} is {inner['state']}, not {state}")
            time.sleep(0.02)

    def end(self) -> int:
        """End the process in an orderly way and give its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        """Kill the process at once, as a crash would."""
        if self.process.poll() is None:
            if sys.platform == "win32":
                self.process.kill()
            else:
                os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(30)


def start(state_dir: Path, *arguments: str, environment: dict[str, str] | None = None) -> Emulator:
    """Start an emulator process and wait until it serves.

    Args:
        state_dir: Its state directory; the ready file lies beside it.
        arguments: Further arguments, such as ``--sample`` or ``--speed 60``.
        environment: Further environment variables.

    Raises:
        RuntimeError: It ended, or did not get ready in time.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    ready_file = state_dir.with_name(f"{state_dir.name}.ready.json")
    ready_file.unlink(missing_ok=True)
    log = state_dir.with_name(f"{state_dir.name}.log")
    command = [sys.executable, "-m", "jupyter_ci_manager.emulator"]
    command += ["--port", "0", "--tls-port", "0"]
    command += ["--state-dir", str(state_dir), "--ready-file", str(ready_file), *arguments]
    path = os.pathsep.join(filter(None, [str(_CHECKOUT), os.environ.get("PYTHONPATH")]))
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path, **(environment or {})},
        )
    deadline = time.monotonic() + _START_LIMIT
    while not ready_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait(10)
            said = log.read_text(errors="replace")
            raise RuntimeError(
                f"the emulator did not get ready (exit {process.returncode}):\n{said}"
            )
        time.sleep(0.02)
    ready = json.loads(ready_file.read_text(encoding="utf-8"))
    return Emulator(process, ready, state_dir, list(arguments))


@contextmanager
def emulator_process(state_dir: Path, *arguments: str) -> Iterator[Emulator]:
    """Run an emulator process for the length of a ``with`` block."""
    running = start(state_dir, *arguments)
    try:
        yield running
    finally:
        running.end()
