"""How fast 5,000 instances are read and served, and what importing the compute wing costs.

Run ``python benchmarks/compute.py``: starts an emulator of its own on loopback.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNT = 5_000
BUDGET_MS = 150.0
IMPORT_BUDGET_MS = 15.0


def milliseconds(call: Callable[[], Any], times: int = 7) -> float:
    """Give the median time of a call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def start(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start an emulator with many instances and give what its ready file says."""
    ready = folder / "ready.json"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter_ci_manager.emulator", "--port=0"),
            *(f"--state-dir={folder / 'state'}", f"--ready-file={ready}"),
        ],
        stdout=subprocess.DEVNULL,
    )
    while not ready.exists():
        if process.poll() is not None:
            raise SystemExit("The emulator did not start.")
        time.sleep(0.05)
    facts: dict[str, Any] = json.loads(ready.read_text())
    request = urllib.request.Request(
        f"{facts['url']}/emulator/seed",
        data=json.dumps({"count": COUNT}).encode(),
        headers={"X-Emulator-Key": facts["control_key"], "Content-Type": "application/json"},
        method="POST",
    )
    urllib.request.urlopen(request).close()
    return process, facts


def import_cost() -> float:
    """Give the median cost of importing the door, on top of msgspec and traitlets."""
    probe = (
        "import time, msgspec, traitlets.config; began = time.perf_counter();"
        "import jupyter_ci_manager.compute.service; print((time.perf_counter() - began) * 1000)"
    )
    taken = [
        float(subprocess.run([sys.executable, "-c", probe], stdout=-1, check=True).stdout)
        for _ in range(7)
    ]
    return statistics.median(taken)


def main() -> int:
    """Measure and print; 1 when a budget is missed."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["JUPYTER_DATA_DIR"] = str(folder / "data")
        process, facts = start(folder)
        try:
            import msgspec

            from jupyter_ci_manager.compute.service import ComputeService
            from jupyter_ci_manager.config import Settings

            service = ComputeService(
                Settings(backend="emulator", endpoint=facts["url"], poll_interval=3600)
            )
            began = time.perf_counter()
            listed = service.list()
            first = (time.perf_counter() - began) * 1000
            if listed.error is not None or len(listed.instances) < COUNT:
                raise SystemExit(f"The list is not whole: {listed.error}")
            served = milliseconds(lambda: msgspec.json.encode(service.list()))
            again = milliseconds(service._inventory.refresh, 3)
            service.close()
        finally:
            process.terminate()
            process.wait(10)
    imported = import_cost()
    print(f"{COUNT} instances, first list with five pages      {first:8.0f} ms")
    print(f"{COUNT} instances, read again by the poll          {again:8.0f} ms")
    print(
        f"{COUNT} instances, served from memory as JSON      {served:8.1f} ms   budget {BUDGET_MS:.0f}"
    )
    print(
        f"import of the compute wing                       {imported:8.1f} ms   budget {IMPORT_BUDGET_MS:.0f}"
    )
    return 0 if served <= BUDGET_MS and imported <= IMPORT_BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
