"""Which snapshots are taken, kept, gone back to and forgotten; on environments of a few files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import (
    ConfirmationNeeded,
    DiskFull,
    InvalidValue,
    NotFound,
    ProtectedEnvironment,
    Refused,
)
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels.environments import list_environments
from jupyter_ci_manager.kernels.keeping import look_after
from jupyter_ci_manager.kernels.models import Environment, Use
from jupyter_ci_manager.kernels.protection import Policy
from jupyter_ci_manager.kernels.service import KernelService
from jupyter_ci_manager.kernels.snapshots import Snapshots

from .paper import paper_environment, paper_kernel


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(envs_dir=str(home / "envs"), package_cache=str(home / "cache"))


@pytest.fixture
def kept(settings: Settings) -> Snapshots:
    return Snapshots(settings)


@pytest.fixture
def own(home: Path) -> Path:
    return paper_environment(home / "envs" / "own", six="1")


def install(prefix: Path, name: str) -> None:
    """Add a package as conda does: a file, a record, and a line in the history."""
    (prefix / "lib" / f"{name}.txt").write_text(name)
    record = {"name": name, "version": "1", "files": [f"lib/{name}.txt"]}
    (prefix / "conda-meta" / f"{name}-1-0.json").write_text(json.dumps(record))
    with (prefix / "conda-meta" / "history").open("a") as history:
        history.write(f"+{name}\n")


def listed(settings: Settings, name: str) -> Environment:
    (found,) = [e for e in list_environments(settings) if e.name == name]
    return found


class TestGenerations:
    def test_two_are_kept_and_each_can_be_gone_back_to(self, kept: Snapshots, own: Path) -> None:
        for name in ("first", "second", "third"):
            install(own, name)
            kept.take(own)
        assert [g.number for g in kept.generations(own)] == [3, 2]
        kept.restore(own, number=2)
        assert (own / "lib" / "second.txt").exists()
        assert not (own / "lib" / "third.txt").exists()
        with pytest.raises(NotFound):
            kept.restore(own, number=1)

    def test_what_is_unchanged_is_not_taken_twice(self, kept: Snapshots, own: Path) -> None:
        first = kept.take(own)
        assert kept.take(own).taken == first.taken

    def test_what_stood_there_is_kept_aside_but_not_for_ever(
        self, kept: Snapshots, own: Path
    ) -> None:
        kept.take(own)
        asides = []
        for number in range(4):
            (own / f"mine-{number}").touch()
            asides.append(kept.restore(own, number=1).kept_aside)
        assert [aside.exists() for aside in asides if aside] == [False, False, True, True]
        assert asides[3] is not None
        assert (asides[3] / "mine-3").exists()

    def test_one_of_another_environment_is_none_of_its_own(
        self, kept: Snapshots, own: Path, home: Path
    ) -> None:
        """Whoever forges the index does not get another environment put in the place."""
        other = paper_environment(home / "envs" / "other", evil="1")
        kept.take(own)
        kept.take(other)
        index = home / "jupyter" / "ci-manager" / "snapshots.json"
        places = json.loads(index.read_text())
        index.write_text(json.dumps(places | {str(own): places[str(other)]}))
        assert kept.generations(own) == []
        with pytest.raises(NotFound):
            kept.restore(own, number=1)

    def test_it_is_found_again_when_the_index_is_lost(
        self, kept: Snapshots, own: Path, home: Path
    ) -> None:
        kept.take(own)
        (home / "jupyter" / "ci-manager" / "snapshots.json").unlink()
        shutil.rmtree(own)
        kept.restore(own)
        assert (own / "lib" / "six.txt").exists()

    def test_one_that_cannot_be_checked_is_said(self, kept: Snapshots, own: Path) -> None:
        kept.take(own)
        (kept.generations(own)[0].folder / "manifest.json").write_text("[[")
        shutil.rmtree(own)
        restored = kept.restore(own)
        assert (own / "lib" / "six.txt").exists()
        assert any("could not be checked" in problem for problem in restored.problems)

    def test_another_mode_is_no_altered_content(self, kept: Snapshots, own: Path) -> None:
        kept.take(own)
        file = own / "lib" / "six.txt"
        mode = file.stat().st_mode
        file.chmod(0)
        (own / "lib" / "gone.txt").touch()
        restored = kept.restore(own, number=1)
        assert (restored.altered, restored.problems) == ([], [])
        assert file.stat().st_mode == mode


class TestRefusals:
    def test_an_environment_made_over_it_is_taken_only_when_accepted(
        self, kept: Snapshots, own: Path
    ) -> None:
        kept.take(own)
        shutil.rmtree(own)
        paper_environment(own, other="2")
        (own / "conda-meta" / "history").write_text("==> another <==\n")
        with pytest.raises(Refused) as caught:
            kept.take(own)
        assert caught.value.code == "environment_damaged"
        assert kept.take(own, accept=True).state == "current"
        # The one before is still there.
        kept.restore(own, number=1)
        assert (own / "lib" / "six.txt").exists()

    def test_files_that_were_missing_when_it_was_found_are_no_damage(
        self, kept: Snapshots, own: Path, settings: Settings
    ) -> None:
        """Images are slimmed; what goes later is damage all the same."""
        install(own, "slim")
        (own / "lib" / "slim.txt").unlink()
        assert kept.take(own).state == "current"
        (own / "lib" / "six.txt").unlink()
        status = kept.status(own, thorough=True)
        assert status.state == "damaged"
        assert status.problems == ["Files of six are missing: lib/six.txt."]
        assert listed(settings, "own").problems == status.problems
        with pytest.raises(Refused):
            kept.take(own)
        assert kept.restore(own).problems == []
        assert (own / "lib" / "six.txt").exists()


class TestKernels:
    @pytest.fixture
    def shipped(self, home: Path) -> Path:
        prefix = paper_environment(home / "envs" / "azureml_py36", six="1")
        for name in ("python3-azureml", "extra"):
            paper_kernel(home / "jupyter" / "kernels" / name, prefix)
        return prefix

    def test_a_protected_one_that_is_lost_is_not_forgotten(
        self, kept: Snapshots, shipped: Path, home: Path
    ) -> None:
        kept.take(shipped)
        for name in ("first", "second", "third"):
            shutil.rmtree(home / "jupyter" / "kernels" / "python3-azureml", ignore_errors=True)
            install(shipped, name)
            kept.take(shipped)
        assert kept.status(shipped).lost_kernels == ["python3-azureml"]
        assert kept.restore(shipped).kernels == ["python3-azureml"]

    def test_another_display_name_is_its_owners_business(
        self, kept: Snapshots, shipped: Path, home: Path
    ) -> None:
        kept.take(shipped)
        file = home / "jupyter" / "kernels" / "extra" / "kernel.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"display_name": "Mine"}))
        assert kept.status(shipped).lost_kernels == []

    def test_one_that_was_removed_on_purpose_is_no_loss(
        self, kept: Snapshots, shipped: Path, kernels: KernelService
    ) -> None:
        kept.take(shipped)
        kernels.remove_kernel("extra")
        assert kept.status(shipped).lost_kernels == []

    def test_a_lost_one_that_is_repaired_comes_back(
        self, kept: Snapshots, shipped: Path, home: Path, kernels: KernelService,
        finish: Callable[[Job], Job],
    ) -> None:  # fmt: skip
        kept.take(shipped)
        file = home / "jupyter" / "kernels" / "python3-azureml" / "kernel.json"
        before = file.read_text()
        file.write_text("{}")
        job = kernels.repair_kernel("python3-azureml")
        assert isinstance(job, Job)
        finish(job)
        assert file.read_text() == before


class TestBase:
    """Base holds other environments and the packages: neither is part of it."""

    @pytest.fixture
    def base(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        root = paper_environment(home / "conda", six="1")
        for name in ("condabin", "bin", "pkgs/six-1-0"):
            (root / name).mkdir(parents=True)
        for name in ("condabin/conda", "bin/conda", "pkgs/six-1-0/six.txt"):
            (root / name).write_text("#!/bin/sh\nexit 1\n")
        (root / "bin" / "conda").chmod(0o755)
        paper_environment(root / "envs" / "inner", tzdata="1")
        monkeypatch.setenv("CONDA_EXE", str(root / "bin" / "conda"))
        return root

    def test_it_is_kept_without_what_it_only_holds(
        self, kept: Snapshots, base: Path, settings: Settings
    ) -> None:
        look_after(settings)
        (newest,) = kept.generations(base)
        assert sorted(p.name for p in newest.tree.iterdir()) == [
            "bin", "conda-meta", "condabin", "lib"
        ]  # fmt: skip

    def test_it_comes_back_around_what_it_holds(self, kept: Snapshots, base: Path) -> None:
        kept.take(base)
        inner = (base / "envs" / "inner").stat().st_ino
        for name in ("bin", "lib", "conda-meta"):
            shutil.rmtree(base / name)
        (base / "rubbish").touch()
        assert kept.status(base).state == "lost"
        restored = kept.restore(base)
        assert restored.problems == []
        assert (base / "bin" / "conda").exists()
        assert (base / "lib" / "six.txt").exists()
        assert not (base / "rubbish").exists()
        assert restored.kept_aside is not None
        assert (restored.kept_aside / "rubbish").exists()
        assert (base / "envs" / "inner").stat().st_ino == inner
        assert (base / "pkgs" / "six-1-0" / "six.txt").exists()

    def test_it_comes_back_alone_when_all_is_gone(self, kept: Snapshots, base: Path) -> None:
        kept.take(base)
        shutil.rmtree(base)
        kept.restore(base)
        assert sorted(p.name for p in base.iterdir()) == ["bin", "conda-meta", "condabin", "lib"]

    def test_half_a_restoration_is_undone(
        self, kept: Snapshots, base: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept.take(base)
        shutil.rmtree(base / "lib")
        before = sorted((p, p.lstat().st_ino) for p in base.rglob("*"))
        rename, calls = Path.rename, []

        def fail(self: Path, target: Path) -> Path:
            calls.append(target)
            if self.parent.name.startswith(".restored-") and self.name == "condabin":
                raise OSError(28, "No space left on device")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", fail)
        with pytest.raises(DiskFull):
            kept.restore(base)
        assert sorted((p, p.lstat().st_ino) for p in base.rglob("*")) == before


class TestDoor:
    """What users do with snapshots of their own, through the service's door."""

    def test_back_and_forth(
        self, kernels: KernelService, own: Path, finish: Callable[[Job], Job]
    ) -> None:
        none = kernels.snapshots("own")
        assert none.state == "none"
        assert none.outlook.startswith("A loss cannot be undone yet")
        with pytest.raises(NotFound) as caught:
            kernels.restore_environment("own")
        assert caught.value.code == "no_snapshot"
        result = finish(kernels.snapshot_environment("own")).result
        assert result is not None
        assert result["snapshot"] == 1
        install(own, "rubbish")
        shown = kernels.snapshots("own")
        assert (shown.state, shown.outlook) == ("outdated", "A loss can be undone.")
        assert [(s.number, s.package_count, s.files) for s in shown.snapshots] == [(1, 1, 3)]
        with pytest.raises(InvalidValue) as wrong:
            kernels.restore_environment("own", snapshot=7)
        assert wrong.value.field == "snapshot"
        finish(kernels.restore_environment("own", snapshot=1))
        assert not (own / "lib" / "rubbish.txt").exists()
        kernels.discard_snapshots("own")
        assert kernels.snapshots("own").snapshots == []
        assert own.exists()

    def test_one_of_ones_own_that_was_lost_is_listed_and_comes_back(
        self, kernels: KernelService, own: Path, settings: Settings, finish: Callable[[Job], Job]
    ) -> None:
        finish(kernels.snapshot_environment("own"))
        shutil.rmtree(own)
        lost = listed(settings, "own")
        assert (lost.can_restore, lost.is_protected) == (True, False)
        finish(kernels.restore_environment("own"))
        assert (own / "lib" / "six.txt").exists()

    def test_going_back_under_running_programs_needs_the_name(
        self, kernels: KernelService, own: Path, finish: Callable[[Job], Job],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        finish(kernels.snapshot_environment("own"))
        monkeypatch.setattr(
            "jupyter_ci_manager.kernels.usage.uses_of",
            lambda prefix: [Use(kind="kernel", name="x", pid=1)],
        )
        with pytest.raises(ConfirmationNeeded):
            kernels.restore_environment("own", snapshot=1)
        finish(kernels.restore_environment("own", snapshot=1, confirm="own"))

    def test_a_protected_ones_snapshots_stay(
        self, kernels: KernelService, own: Path, settings: Settings
    ) -> None:
        Snapshots(settings).take(own)
        Policy(settings).protect(own)
        with pytest.raises(ProtectedEnvironment):
            kernels.discard_snapshots("own")
        assert kernels.snapshots("own").snapshots

    def test_frozen_with_the_protection_and_thawed_with_it(
        self, kernels: KernelService, own: Path
    ) -> None:
        there = kernels.protect_environment("own", True, frozen_too=True)
        assert (there.is_protected, there.is_frozen, there.can_unprotect) == (True, True, True)
        assert json.loads((own / "conda-meta" / "frozen").read_text())["message"]
        there = kernels.protect_environment("own", False)
        assert (there.is_protected, there.is_frozen) == (False, False)
        assert not (own / "conda-meta" / "frozen").exists()
