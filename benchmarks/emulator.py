"""How fast the emulator is: a list of 1,000, single gets, 10,000 in state, and what it costs idle.

The client is a plain keep-alive connection, so that the figures are those of the emulator.
"""

from __future__ import annotations

import http.client
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.emulator_process import Emulator, emulator_process

LIST_BUDGET_MS, GET_BUDGET, IDLE_SECONDS = 50.0, 500, 5.0
ROUNDS, GETS = 20, 2000


class Client:
    """One connection that asks again and again."""

    def __init__(self, emulator: Emulator) -> None:
        """Connect to an emulator."""
        parts = urlsplit(emulator.url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port)
        self._headers = {"Authorization": f"Bearer {emulator.token}"}

    def get(self, path: str) -> int:
        """Ask for a path and give the length of the answer in bytes."""
        self._connection.request("GET", f"{path}?api-version=2025-12-01", headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status} {body[:200]!r}")
        return len(body)


def gets(client: Client, path: str, process: psutil.Process) -> tuple[float, float]:
    """Ask for one instance many times.

    Returns:
        Answers in a second, and milliseconds of the emulator's CPU time for one: on a busy machine
        the second figure is the steadier one.
    """
    began, used = time.perf_counter(), cpu_seconds(process)
    for _ in range(GETS):
        client.get(path)
    took, used = time.perf_counter() - began, cpu_seconds(process) - used
    return GETS / took, used / GETS * 1000


def cpu_seconds(process: psutil.Process) -> float:
    """Give the CPU time that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def main() -> None:
    """Print the figures beside their budgets."""
    with tempfile.TemporaryDirectory() as folder, emulator_process(Path(folder) / "s") as emulator:
        client = Client(emulator)
        emulator.control("POST", "seed", {"count": 1000, "prefix": "first"})
        computes = f"{emulator.workspace_path}/computes"
        cold = time.perf_counter()
        size = client.get(computes)
        cold = (time.perf_counter() - cold) * 1000
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            client.get(computes)
            times.append((time.perf_counter() - began) * 1000)
        print(
            f"list of 1,000 instances ({size / 1e6:.1f} MB): {statistics.median(times):.1f} ms, the "
            f"first time {cold:.1f} ms (budget {LIST_BUDGET_MS:.0f} ms)"
        )
        one = f"{computes}/first00500"
        process = psutil.Process(emulator.process.pid)
        few, cost = gets(client, one, process)
        print(
            f"gets with 1,000 in state: {few:.0f} per second (budget {GET_BUDGET}), "
            f"{cost:.2f} ms of CPU each"
        )
        emulator.control("POST", "seed", {"count": 9000, "prefix": "more"})
        many, cost = gets(client, one, process)
        print(f"gets with 10,000 in state: {many:.0f} per second, {cost:.2f} ms of CPU each")
        before = cpu_seconds(process)
        time.sleep(IDLE_SECONDS)
        used = cpu_seconds(process) - before
        memory = process.memory_info().rss / 2**20
        print(f"idle with 10,000 in state: {used / IDLE_SECONDS:.2%} of a core, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
