"""The guard in conda's own base environment: with a real conda, and by its hooks without one."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CondaNotFound, Refused
from jupyter_ci_manager.kernels import protection_choices, terminal_guard

from .machine import SHIPPED, Machine, link, make_environment

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
        for name in ("azureml_py36", "mine", "chosen"):
            (tmp_path / "envs" / name).mkdir(parents=True)
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
        protection_choices.add(tmp_path / "envs" / "chosen")
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
            ("env_remove", "chosen", {}, True),
            # This conda is too old to tell what an unsolved change does.
            ("install", "azureml_py36", {"revision": 0}, True),
            ("install", "azureml_py36", {"packages": ["older.conda"]}, True),
            ("install", "azureml_py36", {"packages": ["six"]}, False),
            ("install", "mine", {"revision": 0}, False),
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

    def test_base_is_kept_up_to_date_and_not_lost(self, plugin: Any, tmp_path: Path) -> None:
        base = tmp_path / "envs" / "azureml_py36"
        (base / "condabin").mkdir()
        plugin.context.target_prefix = str(base)
        (hook,) = plugin.conda_post_solves()
        old, new = (
            [Record("python"), Record("conda")],
            [Record("python", "2"), Record("conda", "2")],
        )
        hook.action("repodata.json", tuple(old), tuple(new))
        for gone in old:
            with pytest.raises(plugin.ProtectedEnvironmentError, match=gone.name):
                hook.action("repodata.json", (gone,), ())

    def test_a_conda_at_work_goes_on_when_the_guard_is_taken_out(
        self, plugin: Any, tmp_path: Path
    ) -> None:
        (tmp_path / "guard.json").unlink()
        plugin.context.target_prefix = str(tmp_path / "envs" / "mine")
        (hook,) = plugin.conda_pre_commands()
        hook.action("install")
        plugin.context.target_prefix = str(tmp_path / "envs" / "azureml_py36")
        with pytest.raises(plugin.ProtectedEnvironmentError, match="cannot be"):
            hook.action("env_remove")

    def test_it_proves_itself(self, plugin: Any, tmp_path: Path) -> None:
        class Manager:
            hooks = ("pre_commands", "post_solves")

            def load_entrypoints(self, group: str) -> None:
                assert group == "conda"

            def get_hook_results(self, name: str) -> list[Any]:
                return list(getattr(plugin, f"conda_{name}")()) if name in self.hooks else []

        plugin.context.plugin_manager = Manager()
        sample = str(tmp_path / "envs" / "azureml_py36")
        assert plugin.prove(sample) == ""
        assert "would let python be removed" in plugin.prove(str(tmp_path / "envs" / "mine"))
        Manager.hooks = ("pre_commands",)
        assert "post_solves" in plugin.prove(sample)

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
    """Every way of losing an environment that conda has, tried in conda itself."""

    @pytest.fixture(scope="class")
    @classmethod
    def guarded(cls, machine: Machine) -> Iterator[Guarded]:
        settings = machine.settings
        settings.conda_executable = REAL_CONDA
        make_environment(machine, "mine", "tzdata")
        make_environment(machine, "chosen", "tzdata")
        make_environment(machine, "stepped", "tzdata")
        make_environment(machine, "stepped", "python")
        assert not terminal_guard.status(settings).installed
        assert terminal_guard.install(settings).works
        assert terminal_guard.status(settings).works
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environ |= {
            "CONDA_ENVS_DIRS": str(machine.envs),
            "CONDA_CHANNELS": settings.channels[0],
            "CONDA_PKGS_DIRS": str(machine.home / "pkgs"),
        }
        try:
            yield Guarded(machine, environ)
        finally:
            terminal_guard.remove(settings)
        assert not terminal_guard.status(settings).installed
        assert not list(Path(REAL_CONDA).parents[1].rglob("*jupyter_ci_manager_guard*"))

    @pytest.mark.parametrize(
        "line",
        [
            "env remove -y -n azureml_py36",
            "env remove -y -p {prefix}",
            "remove -y --all -n azureml_py36",
            "remove -y --all -p {prefix}/",
            "remove -y --all -p {link}",
            "remove -y --all -p envs/azureml_py36",
            "create -y -n azureml_py36 tzdata",
            "create -y -p {link} tzdata",
            "create -y -n azureml_py36 --clone mine",
            "env create -y -n azureml_py36 -f {unnamed}",
            "env create -y -f {named}",
            "rename -n azureml_py36 other",
            "rename -y -n mine azureml_py36",
            "rename -p {link} other",
            "remove -y -n azureml_py36 ipykernel",
            "remove -y -n azureml_py36 traitlets",
            "remove -y --force -n azureml_py36 python",
            "install -y -n azureml_py36 azureml-core=1.59",
            "env update -n azureml_py36 --prune -f {unnamed}",
            "install -y -n azureml_py36 {older}",
            "install -y -n stepped --revision 0",
            "env remove -y -n chosen",
        ],
    )
    def test_it_refuses(self, guarded: Guarded, line: str) -> None:
        before = guarded.machine.fingerprint()
        done = guarded.conda(line)
        assert done.returncode != 0, done
        assert "cannot be" in done.stderr + done.stdout, done
        assert guarded.machine.fingerprint() == before
        assert guarded.there("mine", "chosen", SHIPPED)
        assert (guarded.machine.envs / "stepped" / "bin" / "python").exists()
        assert not guarded.there("other")

    @pytest.mark.parametrize(
        "line",
        [
            "list -n azureml_py36",
            "install -y -n azureml_py36 six",
            "update -y -n azureml_py36 tiny",
            "remove -y -n azureml_py36 tiny",
            "create -y -n copy --clone azureml_py36",
            "rename -n mine yours",
            "env remove -y -n yours",
            "create -y -n azureml_py38 tzdata",
        ],
    )
    def test_it_lets_the_rest_pass(self, guarded: Guarded, line: str) -> None:
        done = guarded.conda(line)
        assert done.returncode == 0, done

    def test_a_plugin_that_conda_cannot_load_is_taken_out_again(
        self, guarded: Guarded, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        broken = tmp_path / "conda_guard_plugin.py"
        broken.write_text("import a_module_that_is_nowhere\n")
        monkeypatch.setattr(terminal_guard, "__file__", str(tmp_path / "terminal_guard.py"))
        with pytest.raises(Refused) as caught:
            terminal_guard.install(guarded.machine.settings)
        assert caught.value.code == "guard_failed"
        assert not terminal_guard.status(guarded.machine.settings).installed
        monkeypatch.undo()
        assert terminal_guard.install(guarded.machine.settings).works


@dataclass(frozen=True)
class Guarded:
    """A machine whose conda has the guard."""

    machine: Machine
    environ: dict[str, str]

    def conda(self, line: str) -> subprocess.CompletedProcess[str]:
        home = self.machine.home
        link(self.machine, "alias", self.machine.prefix)
        (home / "named.yml").write_text("name: azureml_py36\ndependencies: [tzdata]\n")
        (home / "unnamed.yml").write_text("dependencies: [tzdata]\n")
        for name in ("chosen", "stepped"):
            protection_choices.add(self.machine.envs / name)
        channel = Path(self.machine.settings.channels[0].removeprefix("file://"))
        (older,) = channel.glob("*/azureml-core-1.59.0-*.conda")
        words = line.format(
            prefix=self.machine.prefix, link=home / "alias", named=home / "named.yml",
            unnamed=home / "unnamed.yml", older=older,
        ).split()  # fmt: skip
        return subprocess.run(
            [REAL_CONDA, *words], capture_output=True, text=True, env=self.environ, cwd=home
        )

    def there(self, *names: str) -> bool:
        return all((self.machine.envs / name / "conda-meta").is_dir() for name in names)
