"""A machine with the environment and the kernel that Azure's images ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from tests.kernels.conftest import finish, home, jobs, kernels, package_cache, settings

__all__ = ["finish", "home", "jobs", "kernels", "package_cache", "settings"]


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
