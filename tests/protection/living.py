"""A Jupyter server and a kernel of the attacker's, alive."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_ci_manager.notebook.owner import Server

from .faces import PATIENCE
from .field import Field


@contextmanager
def jupyter_server(field: Field) -> Iterator[Server]:
    """Run a Jupyter server of this user's."""
    words = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", "--port=0",
        f"--ServerApp.root_dir={field.home}", "--IdentityProvider.token=sesame", "--allow-root",
        "--ServerApp.jpserver_extensions={'jupyter_ci_manager': True}",
    ]  # fmt: skip
    with (field.home / "server.log").open("wb") as log:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        file = field.home / "runtime" / f"jpserver-{child.pid}.json"
        end = time.monotonic() + PATIENCE
        while not _is_up(file):
            if child.poll() is not None or time.monotonic() > end:
                raise AssertionError((field.home / "server.log").read_text())
            time.sleep(0.02)
        yield Server(json.loads(file.read_text())["url"], "sesame", "", child.pid)
    finally:
        child.terminate()
        child.wait(30)


def _is_up(file: Path) -> bool:
    try:
        # It is there a moment before there is anything in it.
        return _answers(json.loads(file.read_text())["url"])
    except (FileNotFoundError, json.JSONDecodeError):
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}api", timeout=5):
            return True
    except OSError:
        return False


@contextmanager
def kernel(server: Server) -> Iterator[Callable[[str], Any]]:
    """Have the server start a kernel with the magics; gives what runs a cell in it."""
    from jupyter_client.blocking.client import BlockingKernelClient

    def ask(method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            server.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {server.token}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or b"null")

    started = ask("POST", "api/kernels", {"name": "python3"})
    client = BlockingKernelClient()
    runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"])
    client.load_connection_file(str(runtime / f"kernel-{started['id']}.json"))
    # Without heartbeats: a kernel that is still starting would count as dead.
    client.start_channels(hb=False)
    try:
        end = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < end, "the kernel does not answer"
            client.kernel_info()
            with suppress(queue.Empty):
                client.get_shell_msg(timeout=1)
                break

        def run(code: str) -> Any:
            said: list[str] = []

            def hear(message: dict[str, Any]) -> None:
                if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                    said.append(message["content"]["text"])

            client.execute_interactive(code, timeout=PATIENCE, output_hook=hear)
            return json.loads("".join(said).strip().splitlines()[-1])

        assert run("get_ipython().run_line_magic('load_ext', 'jupyter_ci_manager')\nprint(1)") == 1
        yield run
    finally:
        client.stop_channels()
        ask("DELETE", f"api/kernels/{started['id']}")
