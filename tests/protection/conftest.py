"""A machine with the environment and the kernel that Azure's images ship."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from tests.kernels.conftest import finish, home, jobs, kernels, package_cache, settings, until

from .machine import Machine

ROOT = Path(__file__).parents[2]

__all__ = ["finish", "home", "jobs", "kernels", "package_cache", "settings", "until"]


@pytest.fixture
def shipped(settings: Settings, home: Path) -> Path:
    """``azureml_py36`` with its kernel spec, made as no user could make it through us."""
    prefix = home / "envs" / "azureml_py36"
    engine = engine_by_name("rattler", settings)
    specs = ("python", "ipykernel", "azureml-core", "tiny=1.0")
    plan = engine.solve(SolveRequest(specs=specs, prefix=prefix), Silent())
    engine._apply(plan, prefix, Silent())
    spec = home / "jupyter" / "kernels" / "python3-azureml"
    spec.mkdir(parents=True)
    argv = [str(prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": argv, "display_name": "Python 3.6 - AzureML", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(kernel))
    return prefix


@pytest.fixture(scope="module")
def machine(
    channel: Path, package_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("CONDA", "MAMBA", "CI_MANAGER_", "XDG_", "JUPYTER")):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("JUPYTER_DATA_DIR", str(home / "jupyter"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(home / "runtime"))
        patch.setenv("JUPYTER_CONFIG_DIR", str(home / "config"))
        patch.setenv("CI_MANAGER_ENVS_DIR", str(home / "envs"))
        patch.setenv("CI_MANAGER_CHANNELS", channel.as_uri())
        patch.setenv("CI_MANAGER_PACKAGE_CACHE", str(package_cache))
        patch.setenv("PYTHONPATH", str(ROOT))
        made = Machine(
            home,
            Settings(
                channels=[channel.as_uri()],
                envs_dir=str(home / "envs"),
                package_cache=str(package_cache),
                disk_floor_mb=0,
            ),
        )
        made.ship()
        yield made
