"""How long it takes to make an environment of pip and ipykernel, beside what copying one takes.

Every figure is the median over fresh processes (with the best in brackets), interpreter start and
imports included, with a local channel (``make channel``). Nothing is removed before the end, and
``--folder`` chooses the disk: disk.py says why. ``cp -al`` lays down the same files by hard links
and nothing else: it is the limit. Where a conda is on the machine, or named by ``CI_MANAGER_TEST_CONDA``, the
guide's own commands run as well.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import disk

REPOSITORY = Path(__file__).resolve().parent.parent
BUDGET_SECONDS, UNCACHED_BUDGET_SECONDS, PEER_BUDGET = 0.45, 2.3, 1 / 22
_MAKE = """\
import sys
from pathlib import Path
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
channel, cache, prefix = sys.argv[1:4]
settings = Settings(channels=[channel], package_cache=cache)
engine = engine_by_name("rattler", settings)
request = SolveRequest(specs=("python", "pip", "ipykernel"), prefix=Path(prefix))
engine.apply(engine.solve(request, Silent()), Path(prefix), Silent())
if "--settle" in sys.argv:
    worker = engine._pyc_store(Path(prefix)).fill(Path(prefix), wait=True)
"""
_FIRST_RESULT = "import ipykernel.kernelapp, sys; print(sys.prefix)"


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


class Bench:
    """A folder to make environments in."""

    def __init__(self, folder: Path, channel: str) -> None:
        self.folder = folder
        self.channel = channel
        self.environment = {
            name: value
            for name, value in os.environ.items()
            # Without compiled modules every start would be a first one.
            if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith(("CONDA", "CI_MANAGER_"))
        }
        self.environment |= {"HOME": str(folder / "home"), "PYTHONPATH": str(REPOSITORY)}
        (folder / "home").mkdir()
        self._count = 0

    def make(self, cache: str = "cache", *more: str) -> Path:
        """Make one environment in a process of its own."""
        self._count += 1
        prefix = self.folder / "envs" / f"made{self._count}"
        arguments = [self.channel, str(self.folder / cache), str(prefix), *more]
        self._run([sys.executable, "-c", _MAKE, *arguments])
        return prefix

    def copy(self, source: Path) -> None:
        """Lay down a copy of an environment by hard links."""
        self._count += 1
        self._run(["cp", "-al", str(source), str(self.folder / f"copy{self._count}")])

    def start(self, prefix: Path) -> None:
        """Import what a kernel imports."""
        self._run([str(prefix / "bin" / "python"), "-c", _FIRST_RESULT])

    def recipe(self, conda: str) -> None:
        """Do what the guide says: create, install pip, install ipykernel."""
        self._count += 1
        prefix = str(self.folder / "recipe" / f"made{self._count}")
        place = ["--yes", "--quiet", "--prefix", prefix, "-c", self.channel, "--override-channels"]
        self._run([conda, "create", *place])
        self._run([conda, "install", *place, "pip"])
        self._run([conda, "install", *place, "ipykernel"])

    def _run(self, argv: list[str]) -> None:
        subprocess.run(argv, env=self.environment, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Print the figures in seconds beside their budgets and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channel", type=Path, default=REPOSITORY / ".cache" / "channel")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="on which disk")
    options = parser.parse_args()
    sys.path.insert(0, str(REPOSITORY))
    from tests.channel.build import build
    from tests.channel.server import serve

    channel = build(options.channel)
    rounds = range(options.rounds)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.folder) as scratch:
        disk.warn(Path(scratch))
        bench = Bench(Path(scratch), channel.as_uri())
        first = bench.make("cache", "--settle")
        made = [_timed(bench.make) for _ in rounds]
        copied = [_timed(lambda: bench.copy(first)) for _ in rounds]
        print(f"environment, packages cached: {_figure(made)} (budget {BUDGET_SECONDS} s)")
        ratio = statistics.median(made) / statistics.median(copied)
        print(f"  cp -al of the same: {_figure(copied)}; ratio {ratio:.1f}")
        fresh = [bench.make() for _ in rounds]
        print(
            f"  its first import of ipykernel: {_figure([_timed(partial(bench.start, one)) for one in fresh])}"
        )
        with serve(channel) as server:
            bench.channel = server.url
            cold = [_timed(partial(bench.make, f"cold{number}")) for number in rounds]
        print(f"environment, nothing cached: {_figure(cold)} (budget {UNCACHED_BUDGET_SECONDS} s)")
        bench.channel = channel.as_uri()
        conda = os.environ.get("CI_MANAGER_TEST_CONDA") or shutil.which("conda")
        if conda is None:
            print("  no conda here: the guide's commands are not measured")
            return
        bench.recipe(conda)
        recipe = [_timed(lambda: bench.recipe(conda)) for _ in range(3)]
        print(f"the guide's commands, packages cached: {_figure(recipe)}")
        ratio = statistics.median(recipe) / statistics.median(made)
        print(f"  ratio {ratio:.0f} (budget {1 / PEER_BUDGET:.0f})")


def _figure(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s (best {min(seconds):.2f})"


if __name__ == "__main__":
    main()
