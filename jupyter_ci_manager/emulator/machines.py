"""Real machines: a Jupyter Server per running instance, on loopback, with a home of its own.

A server is started when it is first opened, ended when the instance stops (its home is kept) and
removed with it when the instance is deleted. Servers that outlived a killed emulator are found again.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from .cloud import Cloud
from .computes import idle_deadline
from .instance import Compute

_OPEN = frozenset({"Running", "JobRunning"})
_START_LIMIT = 60.0
_END_LIMIT = 10.0
_FRESH = 10.0
_FORGOTTEN_AFTER = 8 * 3600
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "TEMP", "TMP", "PYTHONPATH")


class MachineError(Exception):
    """A Jupyter Server did not start."""


class Machine:
    """The server of one instance."""

    def __init__(self, folder: Path) -> None:
        """Remember where the machine is kept.

        Args:
            folder: Its folder, which holds home, runtime files and log.
        """
        self.folder = folder
        # A start waits for the end of an earlier server, and an end for a start.
        self._turn = asyncio.Lock()
        self.checked: tuple[float, float] | None = None
        self.checking: asyncio.Task[None] | None = None

    @property
    def _record(self) -> Path:
        return self.folder / "process.json"

    def process(self) -> psutil.Process | None:
        """Give the running server, also one that an earlier emulator started."""
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
            process = psutil.Process(record["pid"])
            # A process id may have been given to another process since.
            same = abs(process.create_time() - record["created"]) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, KeyError, psutil.Error):
            return None

    def server(self) -> dict[str, Any] | None:
        """Give what the running server says of itself (port, token), once it listens."""
        process = self.process()
        if process is None:
            return None
        file = self.folder / "runtime" / f"jpserver-{process.pid}.json"
        try:
            found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    async def start(self) -> dict[str, Any]:
        """Start the server if it does not run, and give what it says of itself.

        Raises:
            MachineError: It ended at once, or did not listen in time.
        """
        async with self._turn:
            if self.process() is None:
                await asyncio.to_thread(self._spawn)
            deadline = time.monotonic() + _START_LIMIT
            while (found := self.server()) is None or not await _listens(found):
                if self.process() is None:
                    log = (self.folder / "server.log").read_text(errors="replace")[-1500:]
                    raise MachineError(f"The Jupyter Server of this instance ended:\n{log}")
                if time.monotonic() > deadline:
                    await self._end()
                    raise MachineError("The Jupyter Server of this instance did not listen.")
                await asyncio.sleep(0.05)
            return found

    def _spawn(self) -> None:
        home = self.folder / "home"
        for folder in (self.folder, home, self.folder / "runtime"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lab = find_spec("jupyterlab") is not None
        arguments = [sys.executable, "-m", "jupyterlab" if lab else "jupyter_server"]
        arguments += [
            "--no-browser",
            "--ServerApp.ip=127.0.0.1",
            "--ServerApp.port=0",
            f"--ServerApp.root_dir={home}",
            "--ServerApp.open_browser=False",
            # If the emulator is killed and never comes back, the server ends by itself.
            f"--ServerApp.shutdown_no_activity_timeout={_FORGOTTEN_AFTER}",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            arguments.append("--ServerApp.allow_root=True")
        environment = {key: os.environ[key] for key in _KEPT_VARIABLES if key in os.environ}
        environment |= {
            "HOME": str(home),
            "USERPROFILE": str(home),
            # A token on the command line could be read by every user of the machine.
            "JUPYTER_TOKEN": secrets.token_urlsafe(32),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
            "JUPYTER_DATA_DIR": str(home / ".local" / "share" / "jupyter"),
        }
        detached: dict[str, Any] = {}
        if sys.platform == "win32":
            detached["creationflags"] = subprocess.CREATE_NEW_PROCESS_GROUP
        else:
            detached["start_new_session"] = True
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                arguments,
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **detached,
            )
        created = psutil.Process(process.pid).create_time()
        draft = self._record.with_suffix(".draft")
        draft.write_text(json.dumps({"pid": process.pid, "created": created}), encoding="utf-8")
        draft.replace(self._record)

    async def end(self) -> None:
        """End the server with everything that it started."""
        async with self._turn:
            await self._end()

    async def _end(self) -> None:
        process = self.process()
        if process is not None:
            await asyncio.to_thread(_end_tree, process)
        self._record.unlink(missing_ok=True)


def _end_tree(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [process, *process.children(recursive=True)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.terminate()
        _, alive = psutil.wait_procs(family, timeout=_END_LIMIT)
        for member in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
        psutil.wait_procs(alive, timeout=_END_LIMIT)


async def _ask(server: dict[str, Any], path: str) -> Any:
    request = HTTPRequest(
        f"http://127.0.0.1:{server['port']}{server['base_url']}{path}",
        headers={"Authorization": f"token {server['token']}"},
        request_timeout=5,
    )
    answer = await AsyncHTTPClient().fetch(request)
    return json.loads(answer.body)


async def _listens(server: dict[str, Any]) -> bool:
    try:
        await _ask(server, "api/status")
    except (OSError, HTTPClientError, ValueError):
        return False
    return True


class Machines:
    """The machines of all instances."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        """Keep machines for a cloud from now on.

        Args:
            cloud: The emulated cloud, whose changes of state are followed.
            folder: Where homes and logs are kept.
        """
        self._cloud = cloud
        self._folder = folder
        self._all: dict[str, Machine] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        cloud.on_state = self._follow
        cloud.on_removed = self._remove
        cloud.activity_source = self._activity

    def machine(self, compute: Compute) -> Machine:
        """Give the machine of an instance, which need not run."""
        place = f"{compute.location}/{compute.name.lower()}"
        if place not in self._all:
            self._all[place] = Machine(self._folder / place)
        return self._all[place]

    async def open(self, compute: Compute, application: str) -> str:
        """Give the address of an application, starting the server if it does not run.

        Raises:
            MachineError: The server did not start.
        """
        server = await self.machine(compute).start()
        # Its pages beside JupyterLab come with the notebook application.
        page = application if importlib.util.find_spec("notebook") else "lab"
        return (
            f"http://127.0.0.1:{server['port']}{server['base_url']}{page}?token={server['token']}"
        )

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _follow(self, compute: Compute) -> None:
        if compute.state not in _OPEN:
            self._later(self.machine(compute).end())

    def _remove(self, compute: Compute) -> None:
        machine = self.machine(compute)

        async def remove() -> None:
            await machine.end()
            await asyncio.to_thread(shutil.rmtree, machine.folder, True)

        self._later(remove())

    def _activity(self, compute: Compute) -> float | None:
        """Give the emulated time of the last work; while it is being asked for, a moment more."""
        machine = self.machine(compute)
        if machine.process() is None:
            return None
        if machine.checked is not None and time.monotonic() - machine.checked[0] < _FRESH:
            return machine.checked[1]
        if machine.checking is None or machine.checking.done():
            machine.checking = asyncio.get_running_loop().create_task(self._check(machine))
        deadline = idle_deadline(compute)
        if deadline is None:
            return None
        idle = deadline - compute.last_activity
        return self._cloud.clock.now() - idle + self._cloud.clock.speed

    async def _check(self, machine: Machine) -> None:
        server = machine.server()
        worked = 0.0
        if server is not None:
            with contextlib.suppress(OSError, HTTPClientError, ValueError, KeyError):
                said = (await _ask(server, "api/status"))["last_activity"]
                worked = datetime.fromisoformat(said.replace("Z", "+00:00")).timestamp()
        ago = max(0.0, time.time() - worked)
        clock = self._cloud.clock
        machine.checked = time.monotonic(), clock.now() - ago * clock.speed

    async def adopt(self) -> None:
        """After a restart: end the servers of instances that do not run any more."""
        for compute in self._cloud.computes:
            if compute.is_instance and compute.state not in _OPEN:
                await self.machine(compute).end()

    async def close(self) -> None:
        """End all servers; the homes stay."""
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for compute in self._cloud.computes:
            if compute.is_instance:
                self.machine(compute)
        await asyncio.gather(*(machine.end() for machine in self._all.values()))
