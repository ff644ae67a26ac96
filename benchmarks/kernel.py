"""From a request to a kernel that is tested and listed, and to its first result.

Each run is a new environment of pip and ipykernel made by the job that the product itself starts;
median, best and the processor's time of all its processes are printed. "cached": the packages were
downloaded before. "uncached": each run has an empty package cache and takes the packages over HTTP
on loopback. Where a real conda is installed, the recipe of the guide (create, install pip, install
ipykernel, register) runs in turn with ours and the ratio is printed; ``--conda`` names one.

Nothing is removed before the end, and ``--folder`` chooses the disk: disk.py says why.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import disk

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

#: Seconds. The environment alone is measured by environment.py.
BUDGETS = {
    "tested and listed, cached": 1.1,
    "first result, cached": 1.7,
    "tested and listed, uncached": 2.3,
    "first result, uncached": 2.9,
}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Give the seconds that ``work`` takes, and what it gives."""
    began = time.perf_counter()
    given = work()
    return time.perf_counter() - began, given


def first_result(name: str) -> None:
    """Start a kernel as a notebook does, and wait for the answer to its first line."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name=name)
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.client()
    try:
        client.start_channels(stdin=False, hb=False, control=False)
        request = client.execute("1 + 1")
        while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != request:
            pass
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def processor_seconds() -> float:
    """Give the processor's time of all ended children and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Bench:
    """A home of its own for all runs."""

    def __init__(self, home: Path, channel: Path) -> None:
        self.home = home
        self.channel = channel
        self.seconds: dict[str, list[float]] = {}
        self.processor: dict[str, list[float]] = {}
        self._number = 0

    def note(self, what: str, seconds: float, processor: float | None = None) -> None:
        """Keep one run's figures."""
        self.seconds.setdefault(what, []).append(seconds)
        if processor is not None:
            self.processor.setdefault(what, []).append(processor)

    def settings(self, channel: str, cache: Path) -> Any:
        """Give settings for this home."""
        from jupyter_ci_manager.config import Settings

        return Settings(
            channels=[channel],
            envs_dir=str(self.home / "envs"),
            package_cache=str(cache),
            disk_floor_mb=0,
            engine="rattler",
        )

    def kernel(self, channel: str, cache: Path, label: str | None) -> None:
        """Make one kernel and note how long it took."""
        from jupyter_ci_manager.jobs.models import Job
        from jupyter_ci_manager.jobs.service import JobService
        from jupyter_ci_manager.kernels import kernelspecs
        from jupyter_ci_manager.kernels.models import KernelRequest
        from jupyter_ci_manager.kernels.service import KernelService

        settings = self.settings(channel, cache)
        jobs = JobService(settings)
        kernels = KernelService(settings, jobs)
        self._number += 1
        name = f"bench{self._number}"

        def make() -> Any:
            begun = kernels.create(KernelRequest(name=name))
            assert isinstance(begun, Job)
            job = jobs.follow(begun.id)
            if job.state != "succeeded" or name not in kernelspecs.spec_folders():
                raise SystemExit(f"the job has {job.state}: {job.error}")

        before = processor_seconds()
        seconds, _ = timed(make)
        result, _ = timed(lambda: first_result(name))
        if label is not None:
            used = processor_seconds() - before
            self.note(f"tested and listed, {label}", seconds)
            self.note(f"first result, {label}", seconds + result, used)
        self._wait_for_quiet()

    def recipe(self, conda: str, label: str | None) -> None:
        """Follow the guide's recipe with a real conda."""
        self._number += 1
        name = f"recipe{self._number}"
        prefix = self.home / "envs" / name
        environment = {**os.environ, "CONDA_CHANNELS": self.channel.as_uri()}
        base = ["--yes", "--quiet", "--prefix", str(prefix)]
        register = ["-m", "ipykernel", "install", "--user", "--name", name]

        def make() -> None:
            for words in (
                [conda, "create", *base],
                [conda, "install", *base, "pip"],
                [conda, "install", *base, "ipykernel"],
                [str(prefix / "bin" / "python"), *register, "--display-name", f"Python ({name})"],
            ):
                subprocess.run(words, check=True, env=environment, stdout=subprocess.DEVNULL)

        before = processor_seconds()
        seconds, _ = timed(make)
        if label is not None:
            used = processor_seconds() - before
            self.note(f"the guide's recipe, {label}", seconds, used)

    def _wait_for_quiet(self) -> None:
        """Let what is compiled in the background for later environments come to its end."""
        import psutil

        inside = str(self.home / "envs")
        while any(
            (process.info["exe"] or "").startswith(inside)
            for process in psutil.process_iter(["exe"])
        ):
            time.sleep(0.1)


def _conda() -> str | None:
    named = os.environ.get("CI_MANAGER_TEST_CONDA") or os.environ.get("CONDA_EXE")
    return named or shutil.which("conda")


def main() -> None:
    """Measure, and print every figure beside its budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--channel", type=Path, default=ROOT / ".cache" / "channel")
    parser.add_argument("--conda", default=_conda())
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache", help="on which disk")
    given = parser.parse_args()
    if not (given.channel / "noarch").is_dir():
        raise SystemExit("there is no channel: run `make channel`")
    from tests.channel.server import serve

    disk.warn(given.folder)
    # Compiled modules are part of what is measured.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory(prefix="ci-manager-bench-", dir=given.folder) as folder:
        home = Path(folder)
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            os.environ[name] = str(home / name.lower())
        os.environ["HOME"] = str(home)
        bench = Bench(home, given.channel)
        bench.kernel(given.channel.as_uri(), home / "cache", None)
        if given.conda:
            bench.recipe(given.conda, None)
        for _ in range(given.runs):
            bench.kernel(given.channel.as_uri(), home / "cache", "cached")
            if given.conda:
                bench.recipe(given.conda, "cached")
        with serve(given.channel) as server:
            for number in range(given.runs):
                bench.kernel(server.url, home / f"cold{number}", "uncached")
        show(bench)


def show(bench: Bench) -> None:
    """Print the medians with their budgets, and how much faster than the recipe that is."""
    seconds = bench.seconds
    recipe = seconds.get("the guide's recipe, cached")
    for what, runs in seconds.items():
        median = statistics.median(runs)
        budget = BUDGETS.get(what)
        line = f"{what}: {median:.2f} s (best {min(runs):.2f}"
        line += f", budget {budget:.2f} s)" if budget else ")"
        if what in bench.processor:
            line += f", processor {statistics.median(bench.processor[what]):.2f} s"
        if recipe and budget and what.endswith("cached") and "uncached" not in what:
            line += f", {statistics.median(recipe) / median:.1f} times faster than the recipe"
        print(line)
    if not recipe:
        print("the guide's recipe: not measured, no conda is installed here")


if __name__ == "__main__":
    main()
