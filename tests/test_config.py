"""Settings: files, then the environment, then the command line; locks from the system only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from traitlets import TraitError
from traitlets.config import Config

from jupyter_ci_manager.config import load_settings


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A user's folder and the system's, both empty, and no setting in the environment."""
    user, system = tmp_path / "user", tmp_path / "system"
    user.mkdir()
    system.mkdir()
    for name in list(os.environ):
        if name.startswith("CI_MANAGER_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_CONFIG_PATH", [str(system)])
    monkeypatch.setattr("jupyter_core.paths.ENV_CONFIG_PATH", [str(tmp_path / "env")])
    (tmp_path / "env").mkdir()
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(user))
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "")
    return user, system


def write(folder: Path, line: str, name: str = "jupyter_ci_manager_config.py") -> None:
    (folder / name).write_text(f"c = get_config()\nc.CIManager.{line}\n")


def test_defaults_without_any_file(folders: tuple[Path, Path]) -> None:
    settings = load_settings()
    assert settings.backend == "azure"
    assert settings.default_idle_minutes == 60


def test_a_users_file_wins_over_the_systems(folders: tuple[Path, Path]) -> None:
    user, system = folders
    write(system, "workspace = 'theirs'")
    assert load_settings().workspace == "theirs"
    write(user, "workspace = 'mine'")
    assert load_settings().workspace == "mine"


def test_the_servers_own_file_counts_too(folders: tuple[Path, Path]) -> None:
    user, _ = folders
    (user / "jupyter_server_config.json").write_text('{"CIManager": {"max_jobs": 5}}')
    assert load_settings().max_jobs == 5


def test_environment_wins_over_files_and_command_line_over_both(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    user, _ = folders
    write(user, "endpoint = 'http://127.0.0.1:1'")
    monkeypatch.setenv("CI_MANAGER_ENDPOINT", "http://127.0.0.1:2")
    monkeypatch.setenv("CI_MANAGER_CHANNELS", "conda-forge,file:///srv/channel")
    settings = load_settings()
    assert settings.endpoint == "http://127.0.0.1:2"
    assert settings.channels == ["conda-forge", "file:///srv/channel"]
    given = Config({"CIManager": {"endpoint": "http://127.0.0.1:3"}})
    assert load_settings(given).endpoint == "http://127.0.0.1:3"


@pytest.mark.parametrize("way", ["user file", "own installation", "environment", "command line"])
def test_only_the_system_can_lock(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    user, system = folders
    write(system, "lock_protection = True")
    given = None
    if way == "user file":
        write(user, "lock_protection = False")
    elif way == "own installation":
        write(user.parent / "env", "lock_protection = False")
    elif way == "environment":
        monkeypatch.setenv("CI_MANAGER_LOCK_PROTECTION", "False")
    else:
        given = Config({"CIManager": {"lock_protection": False}})
    assert load_settings(given).lock_protection is True


def test_a_wrong_value_names_the_setting(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_MANAGER_BACKEND", "aws")
    with pytest.raises(TraitError, match="backend"):
        load_settings()
