"""What the extension adds to a Jupyter server: import time, start time and memory.

Every figure is the median over fresh processes, taken in turn with and without the extension, with
compiled modules in place. Other server extensions that are installed can be measured in the same
run: ``python benchmarks/server_start.py --peer mamba_gator``.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
IMPORT_BUDGET_MS, START_BUDGET_MS, MEMORY_BUDGET_MIB = 20.0, 50.0, 3.0

_IMPORT = """
import sys, time, importlib
import jupyter_server.serverapp
begin = time.perf_counter()
module = importlib.import_module(sys.argv[1])
module._jupyter_server_extension_points()
print((time.perf_counter() - begin) * 1000)
"""

_START = """
import asyncio, json, os, sys, time
import psutil
from jupyter_server.serverapp import ServerApp

async def main():
    extensions = {name: True for name in sys.argv[1:]}
    app = ServerApp(
        jpserver_extensions=extensions, open_browser=False, port=0, allow_root=True, log_level=50
    )
    begin = time.perf_counter()
    app.initialize(argv=[], find_extensions=False)
    took = (time.perf_counter() - begin) * 1000
    loaded = [name for name in extensions if app.extension_manager.extensions[name].enabled
              and app.extension_manager.linked_extensions.get(name)]
    rss = psutil.Process().memory_info().rss / 2**20
    print(json.dumps({"ms": took, "mib": rss, "loaded": loaded}))
    sys.stdout.flush()
    os._exit(0)

asyncio.run(main())
"""


def _run(code: str, *arguments: str, home: str) -> str:
    environment = {
        **os.environ,
        "HOME": home,
        "JUPYTER_CONFIG_DIR": f"{home}/config",
        "JUPYTER_DATA_DIR": f"{home}/data",
        "JUPYTER_RUNTIME_DIR": f"{home}/runtime",
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONPYCACHEPREFIX": f"{home}/pycache",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout.strip().splitlines()[-1]


def import_ms(module: str, runs: int, home: str) -> float:
    """Give the median milliseconds that importing ``module`` takes on top of Jupyter Server."""
    _run(_IMPORT, module, home=home)
    return statistics.median(float(_run(_IMPORT, module, home=home)) for _ in range(runs))


def start_added(module: str, runs: int, home: str) -> tuple[float, float]:
    """Give the median milliseconds and MiB that a server with ``module`` has more than one without."""
    _run(_START, module, home=home)
    time, memory = [], []
    for _ in range(runs):
        bare = json.loads(_run(_START, home=home))
        full = json.loads(_run(_START, module, home=home))
        if full["loaded"] != [module]:
            raise SystemExit(f"the server did not load {module}")
        time.append(full["ms"] - bare["ms"])
        memory.append(full["mib"] - bare["mib"])
    return statistics.median(time), statistics.median(memory)


def main() -> None:
    """Print the figures beside their budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="processes per figure")
    parser.add_argument("--peer", action="append", default=[], help="another extension to measure")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for module in ["jupyter_ci_manager", *arguments.peer]:
            imported = import_ms(module, arguments.runs, home)
            started, memory = start_added(module, arguments.runs, home)
            print(
                f"{module}\n"
                f"  import on top of jupyter_server: {imported:.1f} ms "
                f"(budget {IMPORT_BUDGET_MS:.0f} ms)\n"
                f"  added to the server's start: {started:.1f} ms "
                f"(budget {START_BUDGET_MS:.0f} ms), {memory:.2f} MiB "
                f"(budget {MEMORY_BUDGET_MIB:.0f} MiB)"
            )


if __name__ == "__main__":
    main()
