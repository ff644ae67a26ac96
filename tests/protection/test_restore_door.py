"""Loss, repair and one's own protection through the service's door."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import NotFound, ProtectedEnvironment
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels.protection import Policy
from jupyter_ci_manager.kernels.service import KernelService
from jupyter_ci_manager.kernels.snapshots import Snapshots

from .machine import Machine, make_environment


def test_a_lost_environment_comes_back_by_a_job(
    kernels: KernelService, settings: Settings, shipped: Path, finish: Callable[[Job], Job]
) -> None:
    Snapshots(settings).take(shipped)
    shutil.rmtree(shipped)
    listed = {e.name: e for e in kernels.environments()}
    assert listed["azureml_py36"].can_restore
    result = finish(kernels.restore_environment("azureml_py36")).result
    assert result is not None
    assert result["problems"] == []
    after = {e.name: e for e in kernels.environments()}["azureml_py36"]
    assert (after.is_broken, after.can_restore, after.is_protected) == (False, False, True)


def test_what_has_no_snapshot_cannot_be_restored(kernels: KernelService, shipped: Path) -> None:
    with pytest.raises(NotFound) as caught:
        kernels.restore_environment("azureml_py36")
    assert caught.value.code == "no_snapshot"


class TestLegitimate:
    """What stays possible; each of these is somebody's ordinary day."""

    @pytest.fixture
    def machine(self, home: Path, settings: Settings) -> Machine:
        return Machine(home, settings)

    @pytest.mark.parametrize(
        "name", ["azureml_py36_mine", "my_azureml_py36", "azureml-py36", "azureml_py360", "py36"]
    )
    def test_names_that_only_resemble_are_free(self, machine: Machine, name: str) -> None:
        policy = Policy(machine.settings)
        policy.check_name("create", name)
        policy.check("create", machine.envs / name)
        prefix = make_environment(machine, name, "tzdata")
        policy.check("remove", prefix)
        policy.check("rename", prefix)

    @pytest.mark.parametrize("name", ["python3", "own", "python3-azureml-mine", "ir-mine", "irk"])
    def test_kernels_of_ones_own_may_go(self, machine: Machine, name: str) -> None:
        prefix = make_environment(machine, "own", "tzdata")
        Policy(machine.settings).check_kernel(name, prefix=prefix)

    def test_a_project_that_is_named_alike_is_no_environment(self, machine: Machine) -> None:
        folder = machine.home / "azureml_py38" / "work"
        folder.mkdir(parents=True)
        assert Policy(machine.settings).describe(folder) is None

    def test_ones_own_choice(self, machine: Machine) -> None:
        prefix = make_environment(machine, "own", "tzdata")
        own = machine.kernels.protect_environment("own", True)
        assert (own.is_protected, own.can_unprotect) == (True, True)
        with pytest.raises(ProtectedEnvironment):
            machine.kernels.remove_environment("own")
        assert not machine.kernels.protect_environment("own", False).is_protected
        Policy(machine.settings).check("remove", prefix)

    def test_a_choice_does_not_unprotect_what_is_shipped(
        self, machine: Machine, shipped: Path
    ) -> None:
        protected = machine.kernels.protect_environment("azureml_py36", True)
        assert not protected.can_unprotect
        with pytest.raises(ProtectedEnvironment):
            machine.kernels.protect_environment("azureml_py36", False)

    def test_an_administrator_locks_the_list(self, machine: Machine) -> None:
        make_environment(machine, "own", "tzdata")
        machine.settings.lock_protection = True
        with pytest.raises(ProtectedEnvironment) as caught:
            machine.kernels.protect_environment("own", True)
        assert caught.value.code == "protection_locked"

    @pytest.mark.parametrize("entry", ["team-*", "team-a", "{prefix}", "{envs}/team-?"])
    def test_settings_protect_more(self, machine: Machine, entry: str) -> None:
        prefix = make_environment(machine, "team-a", "tzdata")
        machine.settings.protected_environments = [entry.format(prefix=prefix, envs=machine.envs)]
        with pytest.raises(ProtectedEnvironment):
            Policy(machine.settings).check("remove", prefix)
        Policy(machine.settings).check("remove", machine.envs / "other")
