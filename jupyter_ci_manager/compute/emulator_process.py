"""The user's own emulator: found by its ready file, started on demand, ended on request.

It is a program of its own that is reached over HTTP, as Azure is; nothing of it is imported.
Starting is guarded by a lock, so that two faces that want it at once share one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from ..errors import TimedOut, Unavailable
from ..sentences import say

#: An emulator that nobody has asked anything for this long ends by itself.
UNUSED_HOURS = 8
_START_SECONDS = 20.0
_STOP_SECONDS = 8.0


class EmulatorInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A running emulator, as its ready file tells."""

    url: str
    subscription_id: str
    resource_group: str
    workspace: str
    pid: int
    location: str | None = None
    https_url: str | None = None
    ca_cert: str | None = None
    control_key: str | None = None
    strict_auth: bool = False
    machines: bool = False


def emulator_folder() -> Path:
    """Give where the user's emulator keeps its state."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "ci-manager" / "emulator"


def find_emulator(folder: Path | None = None) -> EmulatorInfo | None:
    """Give the user's running emulator; ``None`` when none runs."""
    return read_ready_file(_ready_file(folder or emulator_folder()))


def read_ready_file(path: Path) -> EmulatorInfo | None:
    """Give what a running emulator wrote of itself; ``None`` when it does not run."""
    try:
        info = msgspec.json.decode(path.read_bytes(), type=EmulatorInfo)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    return info if _process(info.pid) is not None else None


def start_emulator(
    folder: Path | None = None, *, machines: bool = False, timeout: float = _START_SECONDS
) -> EmulatorInfo:
    """Give the user's emulator, starting it when none runs.

    Parameters
    ----------
    machines:
        Start it so that instances that run are real Jupyter servers.
    timeout:
        Seconds until it must serve.

    Raises
    ------
    Unavailable
        It ended at once; the message holds its last words.
    TimedOut
        It does not serve in time.
    """
    folder = folder or emulator_folder()
    running = find_emulator(folder)
    if running is not None:
        return running
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with FileLock(folder / "start.lock", timeout=timeout, mode=0o600):
            return find_emulator(folder) or _start(folder, machines, timeout)
    except Timeout as error:
        raise TimedOut(
            say("Somebody else is starting the emulator and has not finished."),
            hint=say("Try again in a moment, or run “jupyter ci emulator stop”."),
        ) from error


def stop_emulator(folder: Path | None = None) -> bool:
    """End the user's emulator and keep its state; ``False`` when none ran."""
    folder = folder or emulator_folder()
    info = find_emulator(folder)
    process = _process(info.pid) if info else None
    if process is None:
        return False
    import psutil

    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)
    _ready_file(folder).unlink(missing_ok=True)
    return True


def reset_emulator(folder: Path | None = None) -> None:
    """End the user's emulator and forget everything in it; the next start has the sample again."""
    folder = folder or emulator_folder()
    stop_emulator(folder)
    shutil.rmtree(folder / "state", ignore_errors=True)


def _start(folder: Path, machines: bool, timeout: float) -> EmulatorInfo:
    ready, log = _ready_file(folder), folder / "emulator.log"
    ready.unlink(missing_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    detached: dict[str, Any] = (
        {"creationflags": 0x00000008 | 0x00000200}  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    with os.fdopen(descriptor, "wb") as output:
        child = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_ci_manager.emulator",
                "--port=0",
                f"--state-dir={folder / 'state'}",
                f"--ready-file={ready}",
                f"--exit-unused={UNUSED_HOURS * 3600}",
                "--sample",
                *(["--machines"] if machines else []),
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            **detached,
        )
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        info = find_emulator(folder)
        if info is not None:
            return info
        if child.poll() is not None:
            raise Unavailable(
                say("The emulator ended at once."),
                hint=say(
                    "Its last words are in the details; “jupyter ci emulator reset” starts afresh."
                ),
                code="emulator_failed",
                details={"log": _tail(log), "exit_code": child.returncode},
            )
        time.sleep(0.03)
    child.terminate()
    raise TimedOut(
        say("The emulator did not start in time."),
        hint=say("Its last words are in the details."),
        details={"log": _tail(log)},
    )


def _ready_file(folder: Path) -> Path:
    return folder / "ready.json"


def _tail(log: Path) -> str:
    try:
        return log.read_text(errors="replace")[-2000:]
    except OSError:
        return ""


def _process(pid: int) -> Any:
    """Give the emulator's process; ``None`` when ``pid`` is dead or somebody else's by now."""
    import psutil

    try:
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        ours = any("jupyter_ci_manager.emulator" in part for part in process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None
    return process if alive and ours else None
