"""The sidebar with 1,000 instances and 300 environments, in a real JupyterLab and chromium.

First paint: from the press on the sidebar's tab, on a page that has just started, to the frame that
shows the rows; the sidebar's code and what the server has to say are loaded within that time.
Longest task: of the page's main thread while the wheel goes through a whole list.

Memory: sidebar, an instance's details and one of five dialogs are opened and closed again and
again; after every 25th time the garbage is collected and what is left is read. Warming up (100
times, not counted) fills caches and compiles code. It grows when a later half leaves more nodes or
listeners than an earlier one, or when the heap's median over the last quarter is more than 1 MB
above that of the second quarter: a page that kept one dialog of each cycle would show ten times that.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
FRONT = REPOSITORY / "labextension"
PAINT_BUDGET_MS, TASK_BUDGET_MS = 200, 50
HEAP_NOISE_MB = 1.0

_COMMAND = ["node_modules/.bin/playwright", "test", "--project=figures", "--reporter=line"]
_COMMAND += ["--config", "../tests/ui/playwright.config.ts"]


def measure(cycles: int) -> dict[str, Any]:
    """Run laboratory and browser; give their figures.

    Parameters
    ----------
    cycles:
        How often everything is opened and closed while memory is watched.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        done = subprocess.run(
            _COMMAND,
            cwd=FRONT,
            env={
                **os.environ,
                "NODE_PATH": "node_modules",
                "FIGURES": str(file),
                "CYCLES": str(cycles),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(done.stdout)
        figures: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return figures


def growth(memory: list[dict[str, float]], what: str) -> float:
    """Give how far the median over the last quarter is above that of the second quarter."""
    values = [sample[what] for sample in memory]
    quarter = max(1, len(values) // 4)
    return statistics.median(values[-quarter:]) - statistics.median(values[quarter : 2 * quarter])


def _print_paint(name: str, times: list[float]) -> None:
    print(
        f"{name}: {statistics.median(times):.0f} ms, {min(times):.0f} to {max(times):.0f} ms "
        f"(budget {PAINT_BUDGET_MS} ms)"
    )


def _print_tasks(name: str, tasks: list[dict[str, float]]) -> None:
    wall = [task["wall"] for task in tasks]
    print(
        f"longest task while {name} are scrolled: {statistics.median(wall):.0f} ms, "
        f"{min(wall):.0f} to {max(wall):.0f} ms "
        f"({max(task['cpu'] for task in tasks):.0f} ms of processor at most; "
        f"budget {TASK_BUDGET_MS} ms)"
    )


def _print_memory(memory: list[dict[str, float]]) -> None:
    heap = growth(memory, "heap") / 1e6
    nodes, listeners = growth(memory, "nodes"), growth(memory, "listeners")
    grows = heap > HEAP_NOISE_MB or nodes > 50 or listeners > 50
    print(
        f"memory over {memory[-1]['cycle']:.0f} times open and close: heap {heap:+.2f} MB of "
        f"{memory[-1]['heap'] / 1e6:.0f} MB, nodes {nodes:+.0f}, listeners {listeners:+.0f}: "
        f"{'GROWS' if grows else 'no growth'}"
    )


def main() -> None:
    """Print the figures beside their budgets, and how busy the machine was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=500)
    parser.add_argument("--json", type=Path, help="keep every single measurement there")
    given = parser.parse_args()
    figures = measure(given.cycles)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    many = f"{figures['instances']} instances and {figures['environments']} environments"
    _print_paint(f"first paint with {many}", figures["first_paint"])
    _print_paint("the same when it is shown again", figures["paint_again"])
    for name, tasks in figures["longest_task"].items():
        _print_tasks(name, tasks)
    _print_memory(figures["memory"])
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
