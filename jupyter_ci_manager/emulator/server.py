"""Starting and ending: the state directory's lock, the ports, the ready file."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from . import (
    applications,
    certificate,
    compute_api,
    control,
    identity,
    instance_settings_api,
    page,
    resource_api,
    sample,
    staging,
    training_jobs_api,
)
from .app import SERVER_OPTIONS, Wakeup, make_application
from .cloud import Cloud
from .machines import Machines
from .wire import Router

_HOST = "127.0.0.1"


@dataclass
class Options:
    """The command line."""

    state_dir: Path
    port: int = 0
    tls_port: int = 0
    ready_file: Path | None = None
    speed: float = 1.0
    sample: bool = False
    machines: bool = False
    strict_auth: bool = False
    exit_unused: float | None = None


async def serve(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C.

    Raises:
        RuntimeError: Another emulator uses the state directory.
        OSError: A port is taken, or the state directory cannot be used.
    """
    state_dir = options.state_dir.absolute()
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(state_dir / "lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RuntimeError(
            f"another emulator uses the state directory {state_dir}; choose another --state-dir."
        ) from None
    try:
        await _serve(options, state_dir)
    finally:
        lock.release()


async def _serve(options: Options, state_dir: Path) -> None:
    cloud = Cloud(state_dir, options.speed, options.strict_auth or options.machines)
    if cloud.is_new:
        sample.begin_cloud(cloud, options.sample)
        cloud.commit()
    machines = None
    if options.machines:
        machines = Machines(cloud, state_dir / "machines")
        cloud.application_links = partial(applications.links, cloud)
        await machines.adopt()
    router = Router(
        [
            *compute_api.ROUTES,
            *instance_settings_api.ROUTES,
            *resource_api.ROUTES,
            *identity.ROUTES,
            *control.ROUTES,
            *staging.ROUTES,
            *training_jobs_api.ROUTES,
            *page.ROUTES,
            *applications.Opener(machines).routes(),
        ]
    )
    wakeup = Wakeup(cloud)
    application = make_application(cloud, router, wakeup)
    authority, context = certificate.ensure(state_dir)
    plain = HTTPServer(application, **SERVER_OPTIONS)
    secure = HTTPServer(application, ssl_options=context, **SERVER_OPTIONS)
    ports = []
    for server, port in ((plain, options.port), (secure, options.tls_port)):
        sockets = bind_sockets(port, _HOST)
        server.add_sockets(sockets)
        ports.append(sockets[0].getsockname()[1])
    # Whoever reads the ready file may ask it to end at once.
    asked = _hear_signals()
    ready = _ready(cloud, ports, authority)
    if options.ready_file is not None:
        _write_private(options.ready_file, ready)
    print(f"Emulator ready at {ready['url']}/ and {ready['https_url']}/", flush=True)  # noqa: T201
    wakeup.arm()
    try:
        await _until_asked_to_end(asked, cloud, options.exit_unused)
    finally:
        wakeup.cancel()
        plain.stop()
        secure.stop()
        if options.ready_file is not None:
            options.ready_file.unlink(missing_ok=True)
        if machines is not None:
            await machines.close()
        cloud.close()


def _ready(cloud: Cloud, ports: list[int], authority: Path) -> dict[str, Any]:
    workspace = sample.home(cloud)
    url = f"http://{_HOST}:{ports[0]}"
    return {
        "url": url,
        "https_url": f"https://localhost:{ports[1]}",
        "ca_cert": str(authority),
        "subscription_id": workspace.subscription,
        "resource_group": workspace.group,
        "workspace": workspace.name,
        "location": workspace.location,
        "pid": os.getpid(),
        "machines": cloud.application_links is not None,
        "strict_auth": cloud.tokens.strict,
        "tenant_id": cloud.directory.tenant,
        "users": [
            {"oid": user.oid, "upn": user.upn, "name": user.name} for user in cloud.directory.users
        ],
        "control_key": cloud.identity["control_key"],
        "client_id": cloud.identity["client_id"],
        "client_secret": cloud.identity["client_secret"],
        "msi_endpoint": f"{url}/MSI/auth",
        "msi_secret": cloud.identity["msi_secret"],
    }


def _write_private(path: Path, content: dict[str, Any]) -> None:
    """Write a file that only we can read, whole or not at all."""
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    draft.replace(path)


def _hear_signals() -> asyncio.Event:
    """Give what is set when the process is asked to end."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(asked.set))
        else:
            loop.add_signal_handler(number, asked.set)
    return asked


async def _until_asked_to_end(
    asked: asyncio.Event, cloud: Cloud, exit_unused: float | None
) -> None:
    while True:
        seen = cloud.log.count
        try:
            await asyncio.wait_for(asked.wait(), exit_unused)
        except asyncio.TimeoutError:
            if cloud.log.count > seen:
                continue
        return
