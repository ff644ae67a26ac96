"""How long ``jupyter ci list`` takes, whole process, against an emulator on this machine.

Median over fresh processes with compiled modules in place, asked through the ``jupyter`` launcher
and directly, beside what Python itself and the import of a peer's client need in the same run.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
BUDGET_SECONDS = 0.6
_ROUNDS = 9
_PEER = "azure.ai.ml"


def _median(argv: list[str], environment: dict[str, str], folder: Path) -> float:
    def once() -> float:
        begun = time.perf_counter()
        subprocess.run(argv, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - begun

    once()
    return statistics.median(once() for _ in range(_ROUNDS))


def _start_emulator(folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    ready = folder / "ready.json"
    emulator = subprocess.Popen(
        [sys.executable, "-m", "jupyter_ci_manager.emulator", "--port=0", "--tls-port=0",
         f"--state-dir={folder / 'state'}", f"--ready-file={ready}", "--sample"],
        env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not ready.exists():
        if emulator.poll() is not None:
            raise SystemExit("the emulator did not start")
        time.sleep(0.05)
    info = json.loads(ready.read_text(encoding="utf-8"))
    names = {
        "subscription_id": info["subscription_id"],
        "resource_group": info["resource_group"],
        "workspace_name": info["workspace"],
    }
    (folder / "config.json").write_text(json.dumps(names), encoding="utf-8")
    environment["CI_MANAGER_ENDPOINT"] = info["url"]
    return emulator


def main() -> int:
    """Print the figures; 1 when the budget is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment |= {
            "HOME": name,
            "JUPYTER_DATA_DIR": f"{name}/data",
            "JUPYTER_CONFIG_DIR": f"{name}/config",
            "CI_MANAGER_BACKEND": "emulator",
            "PYTHONPATH": str(REPOSITORY),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        emulator = _start_emulator(folder, environment)
        try:
            module = [sys.executable, "-m", "jupyter_ci_manager.cli", "list"]
            lines = {"python -m jupyter_ci_manager.cli list": module}
            if shutil.which("jupyter-ci", path=environment["PATH"]):
                lines["jupyter ci list"] = ["jupyter", "ci", "list"]
            figures = {said: _median(argv, environment, folder) for said, argv in lines.items()}
            python = _median([sys.executable, "-c", ""], environment, folder)
        finally:
            emulator.terminate()
            emulator.wait()
        for said, seconds in figures.items():
            print(f"{said:40} {seconds:6.3f} s  (budget {BUDGET_SECONDS} s)")
        print(f"{'python, doing nothing':40} {python:6.3f} s")
        peer = [sys.executable, "-c", f"import {_PEER}"]
        if subprocess.run(peer, env=environment, capture_output=True, check=False).returncode == 0:
            seconds = _median(peer, environment, folder)
            ours = max(figures.values())
            print(f"{'import ' + _PEER:40} {seconds:6.3f} s  (ours / it: {ours / seconds:.2f})")
        return int(max(figures.values()) > BUDGET_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
