"""A real Jupyter server with the extension, and kernels that it owns, for tests of the notebook face."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from jupyter_ci_manager.commands.failure import Failure
from jupyter_ci_manager.notebook.http import send
from jupyter_ci_manager.notebook.owner import Server

from .sample_workspace import SampleWorkspace

_PATIENCE = 90.0


@dataclass
class Ran:
    """What a cell did."""

    status: str
    text: str = ""
    html: str = ""
    error: str = ""
    stream: str = ""
    displays: list[dict[str, Any]] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)


class OwnedKernel:
    """A kernel that the server started, spoken to as a notebook would."""

    def __init__(self, client: BlockingKernelClient) -> None:
        self.client = client

    def run(self, code: str, timeout: float = _PATIENCE) -> Ran:
        """Run a cell to its end."""
        return self.result(self.client.execute(code, allow_stdin=False), timeout)

    def result(self, message_id: str, timeout: float = _PATIENCE) -> Ran:
        """Wait for the cell of a message to end."""
        ran, until = Ran("?"), time.monotonic() + timeout
        while time.monotonic() < until:
            try:
                message = self.client.get_iopub_msg(timeout=1)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != message_id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "execute_result":
                ran.text = content["data"].get("text/plain", "")
                ran.html = content["data"].get("text/html", "")
            elif kind == "display_data":
                ran.displays.append(content["data"])
            elif kind == "update_display_data":
                ran.updates.append(content["data"])
            elif kind == "stream":
                ran.stream += content["text"]
            elif kind == "error":
                ran.error = "\n".join(content["traceback"])
            elif kind == "status" and content["execution_state"] == "idle":
                reply = self.client.get_shell_msg(timeout=10)
                while reply["parent_header"].get("msg_id") != message_id:
                    reply = self.client.get_shell_msg(timeout=10)
                ran.status = reply["content"]["status"]
                return ran
        raise AssertionError(f"the cell did not end; so far: {ran}")

    def value(self, expression: str) -> Any:
        """Give the value of an expression as JSON."""
        ran = self.run(f"import json; print(json.dumps({expression}))")
        assert ran.status == "ok", ran.error
        return json.loads(ran.stream)

    def complete(self, code: str) -> list[str]:
        """Give what completion offers at the end of ``code``."""
        reply = self.client.complete(code, len(code), reply=True, timeout=_PATIENCE)
        matches: list[str] = reply["content"]["matches"]
        return matches


@dataclass
class JupyterProcess:
    """A running Jupyter server."""

    sample: SampleWorkspace
    process: subprocess.Popen[bytes]
    info: dict[str, Any]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request with the server's token; it must succeed."""
        request = urllib.request.Request(
            self.info["url"] + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"token {self.info['token']}"},
        )
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    @contextmanager
    def kernel(self, name: str = "python3") -> Iterator[OwnedKernel]:
        """Start a kernel by the server, and speak to it."""
        started = self.call("POST", "api/kernels", {"name": name})
        client = BlockingKernelClient()
        client.load_connection_file(
            str(self.sample.home / "runtime" / f"kernel-{started['id']}.json")
        )
        # Without heartbeats: a kernel that is still starting would count as dead.
        client.start_channels(hb=False)
        try:
            _wait_for_answers(client)
            yield OwnedKernel(client)
        finally:
            client.stop_channels()
            self.call("DELETE", f"api/kernels/{started['id']}")

    def interrupt_all(self) -> None:
        """Interrupt every kernel, as the stop button does."""
        for kernel in self.call("GET", "api/kernels"):
            self.call("POST", f"api/kernels/{kernel['id']}/interrupt")


def _wait_for_answers(client: BlockingKernelClient) -> None:
    """Wait until the kernel answers on both channels."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        client.kernel_info()
        try:
            client.get_shell_msg(timeout=1)
            client.get_iopub_msg(timeout=1)
        except queue.Empty:
            continue
        return
    raise AssertionError("the kernel does not answer")


@contextmanager
def jupyter_process(sample: SampleWorkspace, *arguments: str) -> Iterator[JupyterProcess]:
    """Run a Jupyter server in the sample's home."""
    config = sample.home / "jupyter-config"
    config.mkdir(exist_ok=True)
    enabled = {"ServerApp": {"jpserver_extensions": {"jupyter_ci_manager": True}}}
    (config / "jupyter_server_config.json").write_text(json.dumps(enabled), encoding="utf-8")
    runtime = sample.home / "runtime"
    with (sample.home / "jupyter.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1",
             *([] if "sock=" in "".join(arguments) else ["--port=0"]), "--allow-root",
             f"--ServerApp.root_dir={sample.work}", *arguments],
            cwd=sample.work, env=sample.environment, stdin=subprocess.DEVNULL,
            stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield JupyterProcess(sample, process, _ready(runtime, process, sample.home))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def _ready(runtime: Path, process: subprocess.Popen[bytes], home: Path) -> dict[str, Any]:
    file = runtime / f"jpserver-{process.pid}.json"
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            info: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            server = Server(info["url"], info["token"], info.get("sock") or "", process.pid)
            if server.sock:
                server = server._replace(url="http://localhost/")
            if send(server, "GET", "api/status", timeout=5).status == 200:
                return info
        except (OSError, ValueError, Failure):
            time.sleep(0.05)
    raise AssertionError((home / "jupyter.log").read_text(errors="replace"))
