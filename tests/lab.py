"""A real JupyterLab with an emulated workspace and a local channel: `make lab`, UI tests, pictures.

Everything lives below one folder (``--home``): the user's own kernels, settings and environments
are neither seen nor touched. Ctrl-C (or SIGTERM) ends all that was started. SIGHUP restarts
JupyterLab alone, with the environment variables that ``place.json`` in the home then holds.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = "azureml_py36"


class LabError(Exception):
    """Something that was started did not come up; the message says where to look."""


def wait_for(what: str, ready: Callable[[], bool], alive: Callable[[], bool], limit: float) -> None:
    """Wait until ``ready()``; raise when ``alive()`` turns false or ``limit`` seconds are over."""
    end = time.monotonic() + limit
    while not ready():
        if not alive():
            raise LabError(f"{what} ended before it was ready")
        if time.monotonic() > end:
            raise LabError(f"{what} was not ready after {limit:.0f} s")
        time.sleep(0.05)


class Lab:
    """The processes of one laboratory, started in order and ended together."""

    def __init__(
        self, home: Path, channel: Path, *, speed: float, base_url: str, port: int
    ) -> None:
        self.home = home.resolve()
        self.channel = channel.resolve()
        self.speed = speed
        self.base_url = base_url if base_url.endswith("/") else base_url + "/"
        self.port = port
        self.token = secrets.token_hex(24)
        self.envs_dir = self.home / "anaconda" / "envs"
        self.notebooks = self.home / "notebooks"
        self.user_home = self.home / "user"
        self.children: list[subprocess.Popen[bytes]] = []
        self.emulator: dict[str, Any] = {}
        self.jupyter_starts = 0
        self.restart_wanted = False

    @property
    def url(self) -> str:
        """Address of JupyterLab, with the token that signs in."""
        return f"http://127.0.0.1:{self.port}{self.base_url}lab?token={self.token}"

    def environment(self) -> dict[str, str]:
        """Environment variables that keep Jupyter inside ``home``."""
        env = dict(os.environ)
        for name in list(env):
            if name.startswith(("JUPYTER", "CI_MANAGER_", "CONDA", "AZUREML_")):
                del env[name]
        env.update(
            HOME=str(self.user_home),
            XDG_CACHE_HOME=str(self.user_home / ".cache"),
            JUPYTER_DATA_DIR=str(self.home / "jupyter"),
            JUPYTER_CONFIG_DIR=str(self.home / "jupyter-config"),
            JUPYTER_RUNTIME_DIR=str(self.home / "runtime"),
            CI_MANAGER_BACKEND="emulator",
            CI_MANAGER_ENDPOINT=str(self.emulator.get("url", "")),
            CI_MANAGER_CHANNELS=self.channel.as_uri(),
            CI_MANAGER_ENVS_DIR=str(self.envs_dir),
        )
        env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
        return env

    def place(self) -> dict[str, str]:
        """Environment variables that say where Jupyter runs, and where people sign in.

        What ``place.json`` holds comes last; ``null`` takes a variable away.
        """
        env = self.environment()
        env.update(
            AZURE_AUTHORITY_HOST=self.emulator["https_url"],
            MSI_ENDPOINT=self.emulator["msi_endpoint"],
            MSI_SECRET=self.emulator["msi_secret"],
            REQUESTS_CA_BUNDLE=str(self._authorities()),
        )
        with contextlib.suppress(FileNotFoundError):
            for name, value in json.loads((self.home / "place.json").read_text()).items():
                env.pop(name, None)
                if value is not None:
                    env[name] = str(value)
        return env

    def start(self) -> None:
        """Start emulator and JupyterLab and put the shipped environment in its place."""
        for folder in (self.user_home, self.notebooks, self.envs_dir, self.home / "runtime"):
            folder.mkdir(parents=True, exist_ok=True)
        self._start_emulator()
        self._write_workspace()
        self._ship_environment()
        self._start_jupyter()

    def stop(self) -> None:
        """End every process that was started, and what those started."""
        doomed: list[psutil.Process] = []
        for child in self.children:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(child.pid)
                doomed += [process, *process.children(recursive=True)]
        for process in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        _, alive = psutil.wait_procs(doomed, timeout=8)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.children.clear()

    def watch(self, restarted: Callable[[], None]) -> None:
        """Return when one of the processes has ended; restart JupyterLab when that is wanted."""
        while all(child.poll() is None for child in self.children):
            if self.restart_wanted:
                self.restart_wanted = False
                self._restart_jupyter()
                restarted()
            time.sleep(0.1)

    def _spawn(self, name: str, argv: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.home / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                argv,
                cwd=self.notebooks,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C must reach this program only, which then ends the children in order.
                start_new_session=True,
            )
        self.children.append(child)
        return child

    def _start_emulator(self) -> None:
        ready = self.home / "emulator.json"
        ready.unlink(missing_ok=True)
        argv = [sys.executable, "-m", "jupyter_ci_manager.emulator", "--port", "0"]
        argv += ["--tls-port", "0", "--state-dir", str(self.home / "emulator")]
        argv += ["--ready-file", str(ready), "--speed", str(self.speed), "--sample"]
        child = self._spawn("emulator", argv, self.environment())
        wait_for("the emulator", ready.is_file, lambda: child.poll() is None, 30)
        self.emulator = json.loads(ready.read_text(encoding="utf-8"))

    def _write_workspace(self) -> None:
        names = {
            "subscription_id": self.emulator["subscription_id"],
            "resource_group": self.emulator["resource_group"],
            "workspace_name": self.emulator["workspace"],
        }
        (self.notebooks / "config.json").write_text(json.dumps(names, indent=2), encoding="utf-8")

    def _ship_environment(self) -> None:
        prefix = self.envs_dir / SHIPPED
        spec = self.home / "jupyter" / "kernels" / "python3-azureml"
        if (spec / "kernel.json").is_file() and (prefix / "conda-meta").is_dir():
            return
        argv = [sys.executable, "-m", "tests.shipped_environment", "--prefix", str(prefix)]
        argv += ["--spec", str(spec), "--channel", self.channel.as_uri()]
        env = self.environment() | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise LabError(f"the environment {SHIPPED} could not be made:\n{done.stderr}")

    def _decline_news(self) -> None:
        """Answer JupyterLab's first question beforehand: a laboratory asks nobody outside."""
        settings = self.home / "jupyter-config" / "lab" / "user-settings"
        file = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text('{"fetchNews": "false"}', encoding="utf-8")

    def _authorities(self) -> Path:
        """Give the public certificate authorities and the emulator's own, as one file."""
        import certifi

        bundle = self.home / "authorities.pem"
        if not bundle.is_file():
            public = Path(certifi.where()).read_text(encoding="utf-8")
            own = Path(self.emulator["ca_cert"]).read_text(encoding="utf-8")
            bundle.write_text(public + own, encoding="utf-8")
        return bundle

    def _restart_jupyter(self) -> None:
        """End JupyterLab as a supervisor would, leave its jobs and the emulator, start it anew."""
        server = self.children.pop()
        server.terminate()
        try:
            server.wait(8)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        self._start_jupyter()

    def _start_jupyter(self) -> None:
        self.port = self.port or free_port()
        argv = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
        argv += [f"--port={self.port}", "--ServerApp.port_retries=0"]
        argv += [f"--ServerApp.root_dir={self.notebooks}", f"--ServerApp.base_url={self.base_url}"]
        argv += [f"--IdentityProvider.token={self.token}", "--ServerApp.allow_root=True"]
        # Tests look at the application itself: its commands, its memory.
        argv += ["--LabApp.expose_app_in_browser=True"]
        argv += ["--JupyterNotebookApp.expose_app_in_browser=True"]
        argv += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        self._decline_news()
        child = self._spawn("jupyter", argv, self.place())
        self.jupyter_starts += 1
        probe = f"http://127.0.0.1:{self.port}{self.base_url}api/status?token={self.token}"
        wait_for("JupyterLab", lambda: answers(probe), lambda: child.poll() is None, 60)


def answers(url: str) -> bool:
    """Whether an HTTP server answers there with success."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


def free_port(first: int = 8888) -> int:
    """Give a free port on loopback: the customary one or the next that is free."""
    for port in [*range(first, first + 50), 0]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return int(probe.getsockname()[1])
    raise LabError("no free port on 127.0.0.1")


def write_facts(lab: Lab, path: Path) -> None:
    """Write what a test must know, whole or not at all."""
    facts = {"url": lab.url, "token": lab.token, "emulator": lab.emulator}
    facts |= {"envs_dir": str(lab.envs_dir), "notebooks": str(lab.notebooks)}
    facts |= {"home": str(lab.home), "jupyter_starts": lab.jupyter_starts}
    place = lab.place()
    facts["environment"] = {k: v for k, v in place.items() if os.environ.get(k) != v}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(facts), encoding="utf-8")
    fresh.replace(path)


@contextlib.contextmanager
def terminated_as_interrupt() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C, and hear Ctrl-C in a shell's background, too: children end."""

    def interrupt(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def main() -> int:
    """Run the laboratory until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="make lab", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="folder that holds everything")
    parser.add_argument("--channel", type=Path, required=True, help="folder of the conda channel")
    parser.add_argument("--speed", type=float, default=15.0, help="of the emulator's clock")
    parser.add_argument("--base-url", default="/")
    parser.add_argument("--port", type=int, default=0, help="0: the first that is free")
    parser.add_argument("--ready-file", type=Path, help="written as JSON once all is up")
    given = parser.parse_args()
    lab = Lab(
        given.home, given.channel, speed=given.speed, base_url=given.base_url, port=given.port
    )
    begun = time.monotonic()
    with terminated_as_interrupt():
        try:
            lab.start()

            def tell() -> None:
                if given.ready_file:
                    write_facts(lab, given.ready_file)

            def want_restart(signum: int, frame: object) -> None:
                lab.restart_wanted = True

            signal.signal(signal.SIGHUP, want_restart)
            tell()
            print(
                f"Up after {time.monotonic() - begun:.1f} s. Ctrl-C ends everything.\n", flush=True
            )
            print(f"  JupyterLab  {lab.url}", flush=True)
            print(f"  emulator    {lab.emulator['url']}", flush=True)
            print(f"  logs        {lab.home}\n", flush=True)
            lab.watch(tell)
            print(f"make lab: a process ended; see the logs in {lab.home}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0
        except LabError as error:
            print(f"make lab: {error}; see the logs in {lab.home}", file=sys.stderr)
            return 1
        finally:
            lab.stop()


if __name__ == "__main__":
    sys.exit(main())
