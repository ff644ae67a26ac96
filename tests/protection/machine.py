"""A machine with the shipped environment, whole, and its kernel."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.service import KernelService

SHIPPED = "azureml_py36"
KERNEL = "python3-azureml"


@dataclass
class Machine:
    """Folders and services of one user."""

    home: Path
    settings: Settings
    jobs: JobService = field(init=False)
    kernels: KernelService = field(init=False)

    def __post_init__(self) -> None:
        self.jobs = JobService(self.settings)
        self.kernels = KernelService(self.settings, self.jobs)

    @property
    def envs(self) -> Path:
        return self.home / "envs"

    @property
    def prefix(self) -> Path:
        return self.envs / SHIPPED

    @property
    def spec(self) -> Path:
        return self.home / "jupyter" / "kernels" / KERNEL

    def ship(self) -> None:
        """Lay down what Azure's images have."""
        make_environment(self, SHIPPED, "python", "ipykernel", "azureml-core", "tiny=1.0")
        make_kernel(self, KERNEL, self.prefix, "Python 3.6 - AzureML")

    def fingerprint(self) -> str:
        """Give a text that changes with any change of the environment or its kernel."""
        digest = hashlib.sha256()
        for root in (self.prefix, self.spec):
            for folder, folders, names in os.walk(root):
                folders.sort()
                for name in sorted(names):
                    found = os.lstat(f"{folder}/{name}")
                    digest.update(
                        f"{folder}/{name} {found.st_ino} {found.st_size} {found.st_mtime_ns}\n".encode()
                    )
        return digest.hexdigest()


def make_environment(machine: Machine, name: str, *specs: str) -> Path:
    """Make an environment past the policy, as another program could."""
    prefix = machine.envs / name
    engine = engine_by_name("rattler", machine.settings)
    plan = engine.solve(SolveRequest(specs=specs, prefix=prefix), Silent())
    engine._apply(plan, prefix, Silent())
    return prefix


def make_kernel(machine: Machine, name: str, prefix: Path, shown: str) -> Path:
    """Write a plain kernel spec, as ipykernel does."""
    spec = machine.home / "jupyter" / "kernels" / name
    spec.mkdir(parents=True)
    argv = [str(prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": argv, "display_name": shown, "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(kernel))
    return spec


def link(machine: Machine, name: str, target: Path) -> Path:
    place = machine.home / name
    if not place.is_symlink():
        place.symlink_to(target)
    return place
