"""Solving in a channel of conda-forge's size: 700,000 records, an index in shards, on loopback.

What a dialog does for its preview (``dry_run``) is measured: a process of its own that reads the
index, solves, and answers. "cold": nothing of the channel was read before. Beside it: the memory
of that process, a search among the names, and the longest stall of a real Jupyter server's loop
while previews are asked of it. Where a conda is on the machine, or named by
``CI_MANAGER_TEST_CONDA``, it solves the same (``create --dry-run``) with the solver that
``CONDA_SOLVER`` names: libmamba and rattler read indexes in shards, classic does not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SECONDS, MEGABYTES, STALL_MS = 0.6, 150.0, 50.0
#: Runs one program and tells how long it took and what it held at most.
_MEASURE = """\
import json, resource, subprocess, sys, time
asked = sys.stdin.buffer.read()
began = time.perf_counter()
done = subprocess.run(sys.argv[1:], input=asked, stdout=subprocess.PIPE, check=True)
seconds = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime, done.stdout.decode()]))
"""


def question(cache: Path, channel: str, **asked: Any) -> bytes:
    """Give what the server asks of the process."""
    settings = {
        "channels": [channel],
        "package_cache": str(cache),
        "envs_dir": str(cache.parent / "envs"),
        "engine": "rattler",
        "disk_floor_mb": 0,
    }
    return json.dumps({"settings": settings, **asked}).encode()


def ask(asked: bytes, environment: dict[str, str]) -> tuple[list[float], Any]:
    """Put the question to a fresh process.

    Gives seconds, megabytes held at most and the processor's seconds, and the answer.
    """
    program = [sys.executable, "-m", "jupyter_ci_manager.kernels.aside"]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *program],
        input=asked, stdout=subprocess.PIPE, env=environment, check=True,
    )  # fmt: skip
    *figures, text = json.loads(done.stdout)
    answer = json.loads(text)
    if answer.get("error"):
        raise SystemExit(json.dumps(answer["error"], indent=1))
    return figures, answer


def conda_solves(conda: str, channel: str, environment: dict[str, str]) -> float:
    """Give the seconds that conda takes for the same.

    Raises
    ------
    SystemExit
        It cannot; its own words are told.
    """
    words = [conda, "create", "--dry-run", "--yes", "--quiet", "--name", "none"]
    words += ["-c", channel, "--override-channels", "python", "pip", "ipykernel"]
    began = time.perf_counter()
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        why = " ".join(done.stderr.split())[:200]
        raise SystemExit(f"conda cannot solve it: {why} (CONDA_SOLVER names another solver)")
    return time.perf_counter() - began


def stall(channel: str, rounds: int) -> tuple[float, float]:
    """Give a server's longest wait, less an idle one's, while previews are made: ms and seconds."""
    from loop import Client, Probe, laboratory

    with laboratory({"CI_MANAGER_CHANNELS": channel}) as port:
        client = Client(port)
        client.own("GET", "status")
        idle = Probe(port)
        idle.start()
        time.sleep(2)
        median, _ = idle.stop()
        probe = Probe(port)
        probe.start()
        began = time.perf_counter()
        for number in range(rounds):
            client.own("POST", "kernels", {"name": f"preview{number}", "dry_run": True})
            client.own("GET", "packages?name=main-1")
        took = (time.perf_counter() - began) / rounds
        _, longest = probe.stop()
    return longest - median, took


def main() -> None:
    """Print the figures beside their budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channel", type=Path, default=ROOT / ".cache" / "forge")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    from tests.channel.forge import build
    from tests.channel.server import serve

    folder = build(options.channel)
    kernel = {"kernel": {"name": "newenv"}}
    search = {"searches": [{"name": "main-1", "limit": 20}]}
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, serve(folder) as server:
        home = Path(scratch)
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("CONDA", "JUPYTER"))
        }
        environment |= {"HOME": scratch, "PYTHONPATH": str(ROOT)}
        figures: dict[str, list[list[float]]] = {}
        for number in range(options.rounds):
            for what, cache, asked in (
                ("solve, nothing read before", home / f"cold{number}", kernel),
                ("solve", home / "cold0", kernel),
                ("search", home / "cold0", search),
            ):
                found, answer = ask(question(cache, server.url, **asked), environment)
                figures.setdefault(what, []).append(found)
                if what == "solve":
                    changes = len(answer["preview"]["changes"])
        for what, runs in figures.items():
            seconds, held, processor = zip(*runs, strict=True)
            budget = f", budget {SECONDS} s, {MEGABYTES:.0f} MB" if what == "solve" else ""
            print(
                f"{what}: {statistics.median(seconds):.2f} s (best {min(seconds):.2f}), "
                f"processor {statistics.median(processor):.2f} s, {max(held):.0f} MB{budget}"
            )
        print(f"  {changes} packages in the solution")
        longest, took = stall(server.url, options.rounds)
        print(
            f"the server's loop meanwhile: longest stall {longest:.0f} ms (budget "
            f"{STALL_MS:.0f} ms); preview and search over REST {took:.2f} s"
        )
        conda = os.environ.get("CI_MANAGER_TEST_CONDA") or shutil.which("conda")
        if conda is None:
            print("no conda here: its solve is not measured")
            return
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("CONDA") or name == "CONDA_SOLVER"
        }
        environment |= {"HOME": scratch, "CONDA_PKGS_DIRS": str(home / "pkgs")}
        cold = conda_solves(conda, server.url, environment)
        warm = [conda_solves(conda, server.url, environment) for _ in range(3)]
        ours = statistics.median(run[0] for run in figures["solve"])
        print(
            f"conda solves it in {statistics.median(warm):.2f} s (first time {cold:.2f} s): "
            f"{statistics.median(warm) / ours:.0f} times as long"
        )


if __name__ == "__main__":
    main()
