"""A Jupyter server as a process of its own, as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
TOKEN = "of-the-tests"
PATIENCE = 60.0


def until(condition: Callable[[], Any]) -> Any:
    """Give the first true answer."""
    end = time.monotonic() + PATIENCE
    while not (answer := condition()):
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.02)
    return answer


class JupyterServer:
    """A running server of the user whose home is given."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self.process = process
        self.url = url

    def ask(self, verb: str, path: str, sent: Any = None) -> tuple[int, Any]:
        """Give status and decoded answer."""
        request = urllib.request.Request(
            f"{self.url}jupyter-ci-manager/{path}",
            method=verb,
            data=None if sent is None else json.dumps(sent).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def get(self, path: str) -> Any:
        """Give an answer that is no refusal."""
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return answer

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(PATIENCE)


def home_environment(home: Path) -> dict[str, str]:
    """The environment variables of a user whose home is ``home``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER_", "CI_MANAGER_"))}
    return kept | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_TOKEN": TOKEN,
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests" / "jobs")]),
    }


@contextmanager
def jupyter_server(
    home: Path, settings: dict[str, str] | None = None, *arguments: str
) -> Iterator[JupyterServer]:
    """Run a server for the length of a ``with`` block; several may share a home."""
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--port=0"]
    command += ["--ServerApp.jpserver_extensions=jupyter_ci_manager=True", *arguments]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            env=home_environment(home) | (settings or {}),
            cwd=home,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
    runtime = home / "runtime" / f"jpserver-{process.pid}.json"

    def url() -> str:
        assert process.poll() is None, (home / "server.log").read_text()
        try:
            found: str = json.loads(runtime.read_text())["url"]
            urllib.request.urlopen(f"{found}api", timeout=PATIENCE).close()
        except (OSError, ValueError):
            return ""
        return found

    try:
        yield JupyterServer(process, until(url))
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(PATIENCE)
