"""The longest stall of the server's loop while the extension works.

A real Jupyter server, a real emulator and, where ``make channel`` has built one, a real channel. A
client asks ``/api/status`` again and again on one connection; the longest time it waited for an
answer, less what it waits on an idle server, is the longest stall.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
CHANNEL = REPOSITORY / ".cache" / "channel"
BUDGET_MS = 50.0
TOKEN = "benchmark"
_LIMIT = 60.0


def _until(ready: Callable[[], Any], process: subprocess.Popen[bytes] | None = None) -> Any:
    end = time.monotonic() + _LIMIT
    while time.monotonic() < end:
        found = ready()
        if found:
            return found
        if process is not None and process.poll() is not None:
            raise SystemExit(f"{process.args!r} ended with {process.returncode}")
        time.sleep(0.02)
    raise SystemExit("what was waited for did not come")


class Client:
    """One kept-alive connection to the server."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LIMIT)

    def ask(self, verb: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Give status and decoded answer."""
        self._connection.request(
            verb,
            path,
            body=json.dumps(body) if body is not None else ("" if verb != "GET" else None),
            headers={"Authorization": f"token {TOKEN}"},
        )
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else None

    def own(self, verb: str, path: str, body: Any = None) -> Any:
        """Ask the extension; a refusal ends the benchmark."""
        status, answer = self.ask(verb, f"/jupyter-ci-manager/{path}", body)
        if status >= 400:
            raise SystemExit(f"{verb} {path}: {status} {answer}")
        return answer


class Probe(threading.Thread):
    """Asks for the server's status without a pause and keeps every waiting time."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._client = Client(port)
        self._over = threading.Event()
        self.waits: list[float] = []

    def run(self) -> None:
        """Ask until told to stop."""
        while not self._over.is_set():
            begin = time.perf_counter()
            self._client.ask("GET", "/api/status")
            self.waits.append((time.perf_counter() - begin) * 1000)

    def stop(self) -> tuple[float, float]:
        """Give the median and the longest wait in milliseconds."""
        self._over.set()
        self.join()
        return statistics.median(self.waits), max(self.waits)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(_LIMIT)


@contextmanager
def laboratory(settings: dict[str, str] | None = None) -> Iterator[int]:
    """Run emulator and server, with more environment variables; give the server's port."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        home = Path(name)
        base = {
            **os.environ,
            "HOME": name,
            "JUPYTER_CONFIG_DIR": f"{name}/config",
            "JUPYTER_DATA_DIR": f"{name}/data",
            "JUPYTER_RUNTIME_DIR": f"{name}/runtime",
            "PYTHONPATH": str(REPOSITORY),
            "JUPYTER_TOKEN": TOKEN,
        }
        ready = home / "ready.json"
        emulator = [sys.executable, "-m", "jupyter_ci_manager.emulator", "--sample"]
        emulator += ["--state-dir", f"{name}/azure", "--ready-file", str(ready), "--speed", "60"]
        with _running(emulator, base) as azure:
            _until(ready.exists, azure)
            told = json.loads(ready.read_text())
            environment = base | {
                "CI_MANAGER_BACKEND": "emulator",
                "CI_MANAGER_ENDPOINT": told["url"],
                "CI_MANAGER_SUBSCRIPTION_ID": told["subscription_id"],
                "CI_MANAGER_RESOURCE_GROUP": told["resource_group"],
                "CI_MANAGER_WORKSPACE": told["workspace"],
                "CI_MANAGER_ENVS_DIR": f"{name}/envs",
                "CI_MANAGER_DISK_FLOOR_MB": "1",
            }
            if CHANNEL.is_dir():
                environment["CI_MANAGER_CHANNELS"] = CHANNEL.as_uri()
            environment |= settings or {}
            server = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
            server += ["--port=0", "--ServerApp.jpserver_extensions=jupyter_ci_manager=True"]
            with _running(server, environment) as jupyter:
                runtime = home / "runtime"

                def listening() -> int:
                    for path in runtime.glob("jpserver-*.json"):
                        port: int = json.loads(path.read_text())["port"]
                        with suppress(OSError):
                            socket.create_connection(("127.0.0.1", port), _LIMIT).close()
                            return port
                    return 0

                yield _until(listening, jupyter)


def _ended(client: Client, job: dict[str, Any]) -> None:
    def over() -> bool:
        state: str = client.own("GET", f"jobs/{job['id']}")["state"]
        if state in ("failed", "interrupted"):
            raise SystemExit(f"the job {state}: {client.own('GET', 'jobs/' + job['id'])}")
        return state == "succeeded"

    _until(over)


def _make_kernel(client: Client) -> None:
    _ended(client, client.own("POST", "kernels", {"name": "stall"}))


def _turn(client: Client) -> None:
    """Start an instance and follow it as a page does until it runs."""
    client.own("POST", "instances/old-vm/start")

    def runs() -> bool:
        listed = client.own("GET", "instances")["instances"]
        return any(i["name"] == "old-vm" and i["state"] == "Running" for i in listed)

    _until(runs)


def operations() -> dict[str, Callable[[Client], None]]:
    """Give what is done while the probe asks."""

    def each(*paths: str, times: int = 20) -> Callable[[Client], None]:
        def run(client: Client) -> None:
            for _ in range(times):
                for path in paths:
                    client.own("GET", path)

        return run

    found: dict[str, Callable[[Client], None]] = {
        "first answer of everything": each(
            "status", "instances", "environments", "kernels", "jobs", times=1
        ),
        "instances, read from Azure": each("instances?refresh=1"),
        "sizes, usages, permissions": each("sizes", "usages", "permissions"),
        "environments and kernels": each("environments", "kernels"),
        "an instance is started": _turn,
        "openapi.json": each("openapi.json", times=5),
    }
    if CHANNEL.is_dir():
        found["a kernel is made"] = _make_kernel
    return found


def main() -> None:
    """Print the longest stall per operation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=float, default=3.0, help="seconds of idling to compare with")
    arguments = parser.parse_args()
    with laboratory() as port:
        client = Client(port)
        idle = Probe(port)
        idle.start()
        time.sleep(arguments.idle)
        median, longest = idle.stop()
        print(f"{'idle server':34} median {median:5.1f} ms, longest {longest:5.1f} ms")
        worst = 0.0
        for name, run in operations().items():
            probe = Probe(port)
            probe.start()
            begin = time.perf_counter()
            run(client)
            took = time.perf_counter() - begin
            _, most = probe.stop()
            worst = max(worst, most - median)
            print(f"{name:34} longest {most:5.1f} ms in {took:.1f} s")
        print(f"longest stall: {worst:.1f} ms (budget {BUDGET_MS:.0f} ms)")


if __name__ == "__main__":
    main()
