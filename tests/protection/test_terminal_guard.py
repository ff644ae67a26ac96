"""The guard in conda's own base environment: with a real conda, and by its hooks without one."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CondaNotFound
from jupyter_ci_manager.kernels import terminal_guard

from .machine import Machine, make_environment

REAL_CONDA = os.environ.get("CI_MANAGER_TEST_CONDA", "")
PLUGIN = Path(terminal_guard.__file__).with_name("conda_guard_plugin.py")


@dataclass(frozen=True)
class Record:
    name: str
    version: str = "1"
    build: str = "0"


class TestHooks:
    """The plugin with a conda of paper around it."""

    @pytest.fixture
    def plugin(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        def module(name: str, **content: Any) -> None:
            made = types.ModuleType(name)
            vars(made).update(content)
            monkeypatch.setitem(sys.modules, name, made)

        class Context:
            target_prefix = ""
            envs_dirs = (str(tmp_path / "envs"),)
            _argparse_args: dict[str, Any] = {}

        module("conda")
        module("conda.base")
        module("conda.base.context", context=Context())
        module("conda.exceptions", CondaError=type("CondaError", (Exception,), {}))
        module("conda.plugins", hookimpl=lambda function: function)
        kept = {"CondaPreCommand": types.SimpleNamespace, "CondaPostSolve": types.SimpleNamespace}
        module("conda.plugins.types", **kept)
        copy = tmp_path / "guard.py"
        copy.write_text(PLUGIN.read_text())
        copy.with_suffix(".json").write_text(terminal_guard._policy(Settings()))
        spec = importlib.util.spec_from_file_location("guard", copy)
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        for name in ("azureml_py36", "mine"):
            (tmp_path / "envs" / name).mkdir(parents=True)
        return loaded

    @pytest.mark.parametrize(
        ("command", "target", "arguments", "refused"),
        [
            ("remove", "azureml_py36", {"all": True}, True),
            ("remove", "azureml_py36", {"all": False}, False),
            ("remove", "mine", {"all": True}, False),
            ("env_remove", "azureml_py36", {}, True),
            ("env_remove", "link", {}, True),
            ("create", "azureml_py36", {}, True),
            ("create", "new", {}, False),
            ("rename", "azureml_py36", {"destination": "other"}, True),
            ("rename", "mine", {"destination": "azureml_py36"}, True),
            ("rename", "mine", {"destination": "other"}, False),
            ("env_create", "", {"file": "named.yml"}, True),
            ("env_create", "mine", {"name": "mine", "file": "named.yml"}, False),
        ],
    )
    def test_commands(
        self,
        plugin: Any,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        command: str,
        target: str,
        arguments: dict[str, Any],
        refused: bool,
    ) -> None:
        (tmp_path / "envs" / "link").symlink_to(tmp_path / "envs" / "azureml_py36")
        (tmp_path / "named.yml").write_text("name: azureml_py36\ndependencies: [python]\n")
        monkeypatch.chdir(tmp_path)
        plugin.context.target_prefix = str(tmp_path / "envs" / target) if target else ""
        plugin.context._argparse_args = arguments
        (hook,) = plugin.conda_pre_commands()
        assert command in hook.run_for
        if refused:
            with pytest.raises(plugin.ProtectedEnvironmentError, match="cannot be"):
                hook.action(command)
        else:
            hook.action(command)

    @pytest.mark.parametrize(
        ("gone", "come", "refused"),
        [
            (["python"], [], True),
            (["ipykernel", "six"], [], True),
            (["python"], [Record("python", "2")], True),
            (["python"], [Record("python")], False),
            (["six"], [Record("six", "2")], False),
            ([], [Record("numpy")], False),
        ],
    )
    def test_solutions(
        self, plugin: Any, tmp_path: Path, gone: list[str], come: list[Record], refused: bool
    ) -> None:
        plugin.context.target_prefix = str(tmp_path / "envs" / "azureml_py36")
        (hook,) = plugin.conda_post_solves()
        solution: tuple[Any, ...] = ("repodata.json", tuple(map(Record, gone)), tuple(come))
        if refused:
            with pytest.raises(plugin.ProtectedEnvironmentError, match="lose or replace"):
                hook.action(*solution)
        else:
            hook.action(*solution)


def test_without_conda_it_is_said(settings: Settings) -> None:
    settings.conda_executable = "/nowhere/conda"
    with pytest.raises(CondaNotFound):
        terminal_guard.install(settings)


@pytest.mark.skipif(not REAL_CONDA, reason="CI_MANAGER_TEST_CONDA names no conda")
class TestRealConda:
    @pytest.fixture
    def conda(
        self, settings: Settings, home: Path
    ) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
        settings.conda_executable = REAL_CONDA
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environ |= {"CONDA_ENVS_DIRS": str(home / "envs"), "CONDA_CHANNELS": settings.channels[0]}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run([REAL_CONDA, *words], capture_output=True, text=True, env=environ)

        yield run
        terminal_guard.remove(settings)

    def test_it_refuses_in_a_terminal(
        self, conda: Callable[..., Any], settings: Settings, home: Path
    ) -> None:
        machine = Machine(home, settings)
        prefix = make_environment(machine, "azureml_py36", "python", "ipykernel")
        make_environment(machine, "mine", "tzdata")
        assert not terminal_guard.status(settings).installed
        assert terminal_guard.install(settings).works
        before = sorted(p.name for p in (prefix / "conda-meta").iterdir())
        for words in (
            ("env", "remove", "-y", "-n", "azureml_py36"),
            ("remove", "-y", "--all", "-p", str(prefix)),
            ("create", "-y", "-n", "azureml_py36", "tzdata"),
            ("rename", "-n", "azureml_py36", "other"),
            ("rename", "-y", "-n", "mine", "azureml_py36"),
            ("remove", "-y", "-n", "azureml_py36", "traitlets"),
        ):
            done = conda(*words)
            assert done.returncode != 0, words
            assert "cannot be" in done.stderr + done.stdout, (words, done)
        assert sorted(p.name for p in (prefix / "conda-meta").iterdir()) == before
        done = conda("install", "-y", "-n", "azureml_py36", "six")
        assert done.returncode == 0, done
        done = conda("env", "remove", "-y", "-n", "mine")
        assert done.returncode == 0, done
        terminal_guard.remove(settings)
        assert json.loads(json.dumps(terminal_guard.status(settings).installed)) is False
