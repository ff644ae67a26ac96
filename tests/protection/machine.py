"""A machine that is attacked: the shipped environment, its kernel, and ways to name them."""

# The look-alikes are what this is about.
# ruff: noqa: RUF001

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
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


#: Ways to name the environment itself; each is a mechanism of its own.
SPELLINGS: dict[str, Callable[[Machine], str]] = {
    "prefix": lambda m: str(m.prefix),
    "trailing slash": lambda m: f"{m.prefix}/",
    "double slash": lambda m: str(m.prefix).replace("/envs/", "//envs//"),
    "dot": lambda m: f"{m.envs}/./{SHIPPED}/.",
    "dot dot": lambda m: f"{m.envs}/none/../{SHIPPED}",
    "dot dot inside": lambda m: f"{m.prefix}/lib/..",
    "symbolic link": lambda m: str(link(m, "alias", m.prefix)),
    "link to the folder": lambda m: f"{link(m, 'others', m.envs)}/{SHIPPED}",
    "chain of links": lambda m: str(link(m, "second", link(m, "first", m.prefix))),
    "relative link": lambda m: str(link(m, "relative", Path("envs") / SHIPPED)),
    "relative path": lambda m: os.path.relpath(m.prefix),
    "process root": lambda m: f"/proc/self/root{m.prefix}",
    "process directory": lambda m: f"/proc/self/cwd/{os.path.relpath(m.prefix)}",
    "home": lambda m: f"~/envs/{SHIPPED}",
    "variable": lambda m: f"$HOME/envs/{SHIPPED}",
    "variable in braces": lambda m: f"${{HOME}}/envs/{SHIPPED}",
    "full-width letters": lambda m: f"{m.envs}/ａｚｕｒｅｍｌ_py36",
}
#: Ways to reach the environment through something that holds it, or that it holds.
AROUND: dict[str, Callable[[Machine], str]] = {
    "what holds it": lambda m: str(m.envs),
    "what holds that": lambda m: str(m.home),
    "the root of all": lambda m: "/",
    "a part": lambda m: f"{m.prefix}/lib",
    "its records": lambda m: f"{m.prefix}/conda-meta",
    "a part through a link": lambda m: f"{link(m, 'alias', m.prefix)}/bin",
}
#: Names under which nothing may be made.
NAMES = [
    SHIPPED,
    "AZUREML_PY36",
    "AzureML_py36",
    "аzureml_py36",  # the first letter is Cyrillic
    "azureml_ｐy36",
    "azureml\u200b_py36",
    "azureml_py36_automl",
    "azureml_py38",
    "azureml_py38_PT_and_TF",
    "azureml_py310_sdkv2",
    "jupyter_env",
    "base",
]
