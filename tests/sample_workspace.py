"""A home of its own and a real emulator with the sample workspace, for tests of the faces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .emulator_process import Emulator, emulator_process

ROOT = Path(__file__).resolve().parents[1]
_FOREIGN = ("JUPYTER", "JPY_", "CI_MANAGER_", "CONDA", "AZUREML_", "AZURE_", "IPYTHON")


@dataclass
class SampleWorkspace:
    """One user's home, and the emulator that he talks to."""

    home: Path
    emulator: Emulator
    channel: Path | None = None

    @property
    def work(self) -> Path:
        """The working directory; ``config.json`` lies in it."""
        return self.home / "work"

    @property
    def envs_dir(self) -> Path:
        """Where environments are made."""
        return self.home / "envs"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that keep everything inside ``home``."""
        env = {k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN)}
        env.update(
            HOME=str(self.home),
            XDG_CACHE_HOME=str(self.home / ".cache"),
            JUPYTER_DATA_DIR=str(self.home / "jupyter"),
            JUPYTER_CONFIG_DIR=str(self.home / "jupyter-config"),
            JUPYTER_RUNTIME_DIR=str(self.home / "runtime"),
            IPYTHONDIR=str(self.home / "ipython"),
            CI_MANAGER_BACKEND="emulator",
            CI_MANAGER_ENDPOINT=self.emulator.url,
            CI_MANAGER_ENVS_DIR=str(self.envs_dir),
            CI_MANAGER_TRACEBACK="1",
            PYTHONPATH=str(ROOT),
            PATH=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        )
        if self.channel is not None:
            env["CI_MANAGER_CHANNELS"] = self.channel.as_uri()
        return env

    def run(
        self, *words: str, timeout: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``jupyter ci`` to its end, without a terminal."""
        return subprocess.run(
            [sys.executable, "-m", "jupyter_ci_manager.cli", *words],
            cwd=self.work,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def json(self, *words: str) -> Any:
        """Run ``jupyter ci`` with ``--json`` and give what it printed; it must succeed."""
        done = self.run(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def state(self, name: str) -> str:
        """Give the state of an instance as the emulator has it."""
        return str(self.emulator.inner(name)["state"])


@contextmanager
def sample_workspace(
    home: Path, *arguments: str, channel: Path | None = None
) -> Iterator[SampleWorkspace]:
    """Run an emulator with the sample workspace for a home of its own."""
    with emulator_process(home / "emulator", "--sample", "--speed", "200", *arguments) as emulator:
        sample = SampleWorkspace(home, emulator, channel)
        for folder in (sample.work, sample.envs_dir, home / "runtime"):
            folder.mkdir(parents=True, exist_ok=True)
        names = {
            "subscription_id": emulator.ready["subscription_id"],
            "resource_group": emulator.ready["resource_group"],
            "workspace_name": emulator.ready["workspace"],
        }
        (sample.work / "config.json").write_text(json.dumps(names), encoding="utf-8")
        yield sample
