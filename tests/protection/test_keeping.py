"""Protected environments are looked after in the background, by a process of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import Refused
from jupyter_ci_manager.jobs.paths import data_folder
from jupyter_ci_manager.kernels import keeping
from jupyter_ci_manager.kernels.environments import list_environments
from jupyter_ci_manager.kernels.keeping import Keeper, look_after
from jupyter_ci_manager.kernels.protection import Policy
from jupyter_ci_manager.kernels.snapshot_places import Places
from jupyter_ci_manager.kernels.snapshots import Snapshots

from .paper import paper_environment, paper_kernel


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(envs_dir=str(home / "envs"), package_cache=str(home / "cache"))


@pytest.fixture
def shipped(home: Path) -> Path:
    prefix = paper_environment(home / "envs" / "azureml_py36", six="1")
    paper_kernel(home / "jupyter" / "kernels" / "python3-azureml", prefix)
    return prefix


def state(settings: Settings, prefix: Path) -> str:
    return Snapshots(settings).status(prefix).state


def changed() -> float:
    file = data_folder() / "changed"
    return file.stat().st_mtime if file.exists() else 0.0


def test_whoever_looks_sets_it_off(
    settings: Settings, shipped: Path, until: Callable[..., Any]
) -> None:
    Keeper(settings).look()
    until(lambda: state(settings, shipped) == "current")
    # Every server is told that there is something new to show.
    until(changed)


def test_it_outlives_the_command_that_set_it_off(
    shipped: Path, home: Path, settings: Settings, until: Callable[..., Any]
) -> None:
    environ = os.environ | {"CI_MANAGER_ENVS_DIR": str(home / "envs")}
    subprocess.run(
        [sys.executable, "-m", "jupyter_ci_manager.cli", "env", "list"],
        env=environ, check=True, capture_output=True,
    )  # fmt: skip
    until(lambda: state(settings, shipped) == "current")


def test_however_many_look_it_is_done_once_a_minute(
    settings: Settings, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Settings] = []

    def start(given: Settings) -> None:
        started.append(given)
        (data_folder()).mkdir(parents=True, exist_ok=True)
        (data_folder() / "looked").touch()

    monkeypatch.setattr(keeping, "_start", start)
    one, another = Keeper(settings), Keeper(settings)
    for keeper in (one, another, one, another):
        keeper.look()
    assert len(started) == 1
    one.look(at_once=True)
    assert len(started) == 2
    # Somebody else's mark of a minute ago is none any more.
    long_ago = time.time() - keeping.INTERVAL - 1
    os.utime(data_folder() / "looked", (long_ago, long_ago))
    Keeper(settings).look()
    assert len(started) == 3


def test_damage_is_noticed_and_told(settings: Settings, shipped: Path) -> None:
    look_after(settings)
    before = changed()
    (shipped / "lib" / "six.txt").unlink()
    look_after(settings)
    (found,) = list_environments(settings)
    assert (found.is_broken, found.can_restore) == (True, True)
    assert found.problems == ["Files of six are missing: lib/six.txt."]
    assert "Files of six are missing" in found.broken_reason
    assert changed() > before
    # The good snapshot is kept, and brings it back.
    Snapshots(settings).restore(shipped)
    (found,) = list_environments(settings)
    assert (found.is_broken, found.problems) == (False, [])


def test_pips_packages_are_looked_at_too(settings: Settings, shipped: Path) -> None:
    site = shipped / "lib" / "python3.6" / "site-packages"
    info = site / "azureml_core-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "azureml_core.py").touch()
    (info / "INSTALLER").write_text("pip\n")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: azureml-core\nVersion: 1.0\n")
    (info / "RECORD").write_text("azureml_core.py,,\nazureml_core-1.0.dist-info/RECORD,,\n")
    look_after(settings)
    assert state(settings, shipped) == "current"
    (site / "azureml_core.py").unlink()
    look_after(settings)
    assert Snapshots(settings).status(shipped).problems == [
        "Files of azureml-core are missing: lib/python3.6/site-packages/azureml_core.py."
    ]


@pytest.mark.parametrize(
    "lose",
    [
        lambda prefix, spec: shutil.rmtree(prefix),
        lambda prefix, spec: prefix.rename(prefix.with_name("elsewhere")),
        lambda prefix, spec: shutil.rmtree(spec),
        lambda prefix, spec: (spec / "kernel.json").write_text(json.dumps({"argv": ["python"]})),
    ],
    ids=["environment removed", "environment renamed", "kernel removed", "kernel taken over"],
)
def test_a_loss_is_listed_at_once(
    settings: Settings, shipped: Path, home: Path, lose: Callable[[Path, Path], Any]
) -> None:
    look_after(settings)
    lose(shipped, home / "jupyter" / "kernels" / "python3-azureml")
    found = {e.name: e for e in list_environments(settings)}["azureml_py36"]
    assert (found.is_broken, found.can_restore, found.is_protected) == (True, True, True)
    assert found.broken_reason
    Snapshots(settings).restore(shipped)
    found = {e.name: e for e in list_environments(settings)}["azureml_py36"]
    assert not found.is_broken


def test_nothing_is_looked_at_twice_that_has_not_changed(
    settings: Settings, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_after(settings)
    monkeypatch.setattr(
        "jupyter_ci_manager.kernels.health.import_problems", lambda prefix: pytest.fail("again")
    )
    look_after(settings)
    assert state(settings, shipped) == "current"


def test_what_a_loss_would_mean_is_listed(settings: Settings, shipped: Path) -> None:
    (before,) = list_environments(settings)
    assert before.outlook.startswith("A loss cannot be undone yet")
    look_after(settings)
    (after,) = list_environments(settings)
    assert after.outlook == "A loss can be undone."
    assert after.snapshot_taken is not None
    assert after.snapshot_taken <= time.time()


def test_what_was_given_up_meanwhile_is_not_kept(
    settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = paper_environment(home / "envs" / "mine", six="1")
    Policy(settings).protect(mine)
    snapshots = Snapshots(settings)
    look = Snapshots._thorough

    def slowly(self: Snapshots, *args: Any, **options: Any) -> Any:
        status = look(self, *args, **options)
        Policy(settings).unprotect(mine)
        snapshots.discard(mine)
        return status

    monkeypatch.setattr(Snapshots, "_thorough", slowly)
    look_after(settings)
    assert snapshots.status(mine).taken is None
    assert snapshots.known() == []


def test_two_who_keep_the_same_keep_it_once(
    settings: Settings, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = Snapshots._thorough

    def overtaken(self: Snapshots, *args: Any, **options: Any) -> Any:
        status = look(self, *args, **options)
        monkeypatch.setattr(Snapshots, "_thorough", look)
        Snapshots(settings).take(shipped)
        return status

    monkeypatch.setattr(Snapshots, "_thorough", overtaken)
    assert Snapshots(settings).take(shipped).state == "current"
    assert [kept.number for kept in Snapshots(settings).generations(shipped)] == [1]


def test_snapshots_in_the_making_are_not_removed(settings: Settings, shipped: Path) -> None:
    Snapshots(settings).take(shipped)
    (place,) = Places(settings).known()
    with FileLock(f"{place.folder}.lock"), pytest.raises(Refused) as refused:
        Snapshots(settings).discard(shipped, patience=0)
    assert refused.value.code == "environment_busy"
    assert state(settings, shipped) == "current"
    Snapshots(settings).discard(shipped, patience=0)
    assert state(settings, shipped) == "none"
