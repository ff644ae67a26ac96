"""What every engine promises, with real packages."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import psutil
import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import (
    CondaNotFound,
    InvalidValue,
    NameTaken,
    ProtectedEnvironment,
    Unsolvable,
)
from jupyter_ci_manager.kernels.damage import find_damage
from jupyter_ci_manager.kernels.engines import Engine, Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.engines.bookkeeping import known_environments, requested_specs
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.rattler import RattlerEngine
from jupyter_ci_manager.kernels.environments import read_environment
from jupyter_ci_manager.kernels.installed import list_packages

from .conftest import Notes


@pytest.fixture(params=["rattler", "conda"])
def engine(request: pytest.FixtureRequest, settings: Settings) -> Engine:
    """Every engine: conda is the one that ``CI_MANAGER_TEST_CONDA`` names, or a stand-in."""
    if request.param == "conda":
        settings.conda_executable = request.getfixturevalue("conda_program")
    return engine_by_name(request.param, settings)


@pytest.fixture
def rattler(settings: Settings) -> RattlerEngine:
    return RattlerEngine(settings, read_condarc())


@pytest.fixture
def prefix(home: Path) -> Path:
    return home / "envs" / "made"


def make(engine: Engine, prefix: Path, *specs: str, report: object = None) -> None:
    report = report or Silent()
    plan = engine.solve(SolveRequest(specs=specs, prefix=prefix), report)  # type: ignore[arg-type]
    engine.apply(plan, prefix, report)  # type: ignore[arg-type]


def versions(prefix: Path) -> dict[str, str]:
    return {p.name: p.version for p in list_packages(prefix)}


def test_a_new_environment_works(engine: Engine, prefix: Path, notes: Notes) -> None:
    make(engine, prefix, "python", "pip", "ipykernel", report=notes)
    code = "import sys, ipykernel.kernelapp; print(sys.prefix)"
    done = subprocess.run(
        [prefix / "bin" / "python", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(prefix)
    assert notes.phases[0] == "solve"
    assert notes.phases[-1] == "link"
    done_packages, total, unit = notes.numbers[-1]
    assert (done_packages, unit) == (total, "packages")


def test_other_tools_can_go_on_with_it(engine: Engine, prefix: Path, settings: Settings) -> None:
    make(engine, prefix, "python", "tiny=1")
    history = (prefix / "conda-meta" / "history").read_text()
    assert "::tiny-1.1-py_0" in history
    assert requested_specs(prefix) == {"python": "python", "tiny": "tiny=1"}
    assert known_environments() == [prefix]
    for record in (prefix / "conda-meta").glob("*.json"):
        content = json.loads(record.read_text())
        assert record.stat().st_mode & 0o044
        assert all((prefix / name).exists() for name in content["files"])
    environment = read_environment(prefix, settings, read_condarc())
    assert environment is not None
    assert (environment.language, environment.is_broken) == ("python", False)


def test_solve_changes_nothing(engine: Engine, prefix: Path) -> None:
    plan = engine.solve(SolveRequest(specs=("python",), prefix=prefix), Silent())
    assert {a.action for a in plan.actions} == {"install"}
    assert not prefix.exists()


def test_installing_leaves_the_rest_as_it_is(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "python", "tiny=1.0")
    before = versions(prefix)
    make(engine, prefix, "six")
    assert versions(prefix) == before | {"six": versions(prefix)["six"]}


def test_asking_for_what_is_there_changes_nothing(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "python", "tiny=1.0")
    assert engine.solve(SolveRequest(specs=("python",), prefix=prefix), Silent()).is_empty


def test_update_moves_what_is_named(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "python", "tiny=1.0")
    plan = engine.solve(SolveRequest(update=("tiny",), prefix=prefix), Silent())
    assert [(c.name, c.before, c.after) for c in plan.changes()] == [("tiny", "1.0", "2.0")]
    engine.apply(plan, prefix, Silent())
    assert versions(prefix)["tiny"] == "2.0"


def test_removing_takes_what_needs_it_along(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "python", "tiny-old")
    plan = engine.solve(SolveRequest(remove=("tiny",), prefix=prefix), Silent())
    assert [a.name for a in plan.actions] == ["tiny", "tiny-old"] or {
        a.name for a in plan.actions
    } == {"tiny", "tiny-old"}
    engine.apply(plan, prefix, Silent())
    assert not {"tiny", "tiny-old"} & set(versions(prefix))
    assert "python" in versions(prefix)


def test_default_packages_of_condas_configuration_come_along(
    engine: Engine, settings: Settings, home: Path, prefix: Path
) -> None:
    (home / ".condarc").write_text("create_default_packages: [tiny=1.0, six]\n")
    engine = engine_by_name(engine.name, settings)
    make(engine, prefix, "python", "tiny=1.1")
    assert versions(prefix)["tiny"] == "1.1"
    assert "six" in versions(prefix)
    make(engine, prefix, "tzdata")
    assert versions(prefix)["tiny"] == "1.1"


def test_removing_what_is_not_there_is_refused(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "tzdata")
    with pytest.raises(InvalidValue) as caught:
        engine.solve(SolveRequest(remove=("numpy",), prefix=prefix), Silent())
    assert caught.value.code == "package_not_installed"


def test_a_clone_has_the_same_packages(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "python", "tiny=1.0")
    copy = prefix.with_name("copy")
    plan = engine.solve(SolveRequest(clone=prefix, prefix=copy), Silent())
    engine.apply(plan, copy, Silent())
    assert versions(copy) == versions(prefix)
    python = copy / "bin" / "python"
    done = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True)
    assert done.stdout.decode().strip() == str(copy)


def test_an_explicit_list_is_laid_down_exactly(engine: Engine, prefix: Path, channel: Path) -> None:
    make(engine, prefix, "python", "tiny=1.0")
    from jupyter_ci_manager.kernels.exports import export_explicit

    urls = tuple(u for u in export_explicit(prefix).splitlines() if "://" in u)
    copy = prefix.with_name("copy")
    plan = engine.solve(SolveRequest(explicit=urls, prefix=copy), Silent())
    engine.apply(plan, copy, Silent())
    assert versions(copy) == versions(prefix)


def test_an_explicit_package_with_another_hash_is_refused(
    rattler: RattlerEngine, prefix: Path, channel: Path
) -> None:
    engine = rattler
    url = f"{channel.as_uri()}/noarch/tiny-1.0-py_0.conda#{'0' * 32}"
    with pytest.raises(InvalidValue) as caught:
        engine.solve(SolveRequest(explicit=(url,), prefix=prefix), Silent())
    assert caught.value.code == "lock_mismatch"


def test_what_cannot_be_is_explained(engine: Engine, prefix: Path) -> None:
    with pytest.raises(Unsolvable, match="tiny") as caught:
        engine.solve(SolveRequest(specs=("tiny-old", "tiny-new"), prefix=prefix), Silent())
    assert caught.value.hint
    assert not prefix.exists()


def test_a_package_that_exists_nowhere_is_named_with_those_that_are_nearly_called_so(
    engine: Engine, prefix: Path, channel: Path
) -> None:
    with pytest.raises(Unsolvable) as caught:
        engine.solve(SolveRequest(specs=("tzdatta", "tiny"), prefix=prefix), Silent())
    error = caught.value
    assert (error.code, error.field) == ("package_not_found", "packages")
    assert error.message == f"There is no package called tzdatta in the channel {channel.as_uri()}."
    assert error.hint == "Did you mean tzdata?"
    assert (error.details["missing"], error.details["near"]) == (["tzdatta"], ["tzdata"])
    assert not prefix.exists()


def test_a_version_that_exists_nowhere_is_another_matter(engine: Engine, prefix: Path) -> None:
    with pytest.raises(Unsolvable, match="tiny") as caught:
        engine.solve(SolveRequest(specs=("tiny=99",), prefix=prefix), Silent())
    assert caught.value.code == "unsolvable"


@pytest.mark.parametrize(
    "spec", ["--dry-run", "numpy;rm -rf /", ">=", "https://x.test/a-1-0.conda"]
)
def test_what_is_no_spec_is_refused(engine: Engine, prefix: Path, spec: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        engine.solve(SolveRequest(specs=(spec,), prefix=prefix), Silent())
    assert caught.value.field == "packages[0]"


def test_removing_an_environment_forgets_it(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "tzdata")
    (prefix / "share").chmod(0o500)
    engine.remove(prefix, Silent())
    assert not prefix.exists()
    assert known_environments() == []
    assert list(prefix.parent.iterdir()) == []
    engine.remove(prefix, Silent())


def test_removing_through_a_link_leaves_what_it_leads_to(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "tzdata")
    link = prefix.with_name("link")
    link.symlink_to(prefix)
    engine.remove(link, Silent())
    assert not link.is_symlink()
    assert (prefix / "conda-meta" / "history").is_file()


def test_a_folder_that_is_no_environment_is_not_taken(engine: Engine, prefix: Path) -> None:
    prefix.mkdir(parents=True)
    (prefix / "thesis.txt").write_text("years of work")
    with pytest.raises(NameTaken):
        make(engine, prefix, "tzdata")
    assert (prefix / "thesis.txt").read_text() == "years of work"


def test_the_same_again_finishes_what_was_interrupted(rattler: RattlerEngine, prefix: Path) -> None:
    engine = rattler
    make(engine, prefix, "python", "tiny=1.0")
    whole = versions(prefix)
    for name in ("tiny-1.0-py_0", "openssl"):
        for record in (prefix / "conda-meta").glob(f"{name}*.json"):
            record.unlink()
    make(engine, prefix, "python", "tiny=1.0")
    assert versions(prefix) == whole


def test_lost_files_come_back(engine: Engine, prefix: Path) -> None:
    make(engine, prefix, "python", "tiny=1.0")
    lost = next(prefix.glob("lib/python3*/site-packages/tiny/__init__.py"))
    lost.unlink()
    plan = engine.solve(SolveRequest(repair=("tiny",), prefix=prefix), Silent())
    assert [(a.name, a.action) for a in plan.actions] == [("tiny", "reinstall")]
    engine.apply(plan, prefix, Silent())
    assert lost.is_file()


def test_what_is_damaged_in_the_cache_too_comes_from_a_fresh_download(
    engine: Engine,
    prefix: Path,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONDA_PKGS_DIRS", str(tmp_path / "pkgs"))
    settings.package_cache = str(tmp_path / "cache")
    make(engine, prefix, "tzdata")
    zone = prefix / "share" / "zoneinfo" / "Asia" / "Seoul"
    packed = zone.read_bytes()
    assert zone.stat().st_nlink > 1
    with zone.open("r+b") as file:
        file.write(b"\0" * len(packed))
    assert find_damage(prefix).altered == ["share/zoneinfo/Asia/Seoul"]
    plan = engine.solve(SolveRequest(repair=("tzdata",), prefix=prefix), Silent())
    engine.apply(plan, prefix, Silent())
    assert zone.read_bytes() == packed
    assert not find_damage(prefix)
    assert {path.name for path in prefix.iterdir()} == {"conda-meta", "share"}


class TestProtection:
    """No way through an engine leads around the policy."""

    def test_removal_creation_and_loss_are_refused(self, engine: Engine, prefix: Path) -> None:
        shipped = prefix.with_name("azureml_py36")
        plan = engine.solve(SolveRequest(specs=("python", "tiny"), prefix=shipped), Silent())
        with pytest.raises(ProtectedEnvironment):
            engine.apply(plan, shipped, Silent())
        assert not shipped.exists()
        engine._apply(plan, shipped, Silent())
        with pytest.raises(ProtectedEnvironment):
            engine.remove(shipped, Silent())
        gone = engine.solve(SolveRequest(remove=("python",), prefix=shipped), Silent())
        with pytest.raises(ProtectedEnvironment, match="python"):
            engine.apply(gone, shipped, Silent())
        assert versions(shipped)["tiny"] == "2.0"

    def test_installing_is_allowed(self, engine: Engine, prefix: Path) -> None:
        shipped = prefix.with_name("azureml_py36")
        plan = engine.solve(SolveRequest(specs=("python",), prefix=shipped), Silent())
        engine._apply(plan, shipped, Silent())
        make(engine, shipped, "six")
        assert "six" in versions(shipped)


def test_compiled_modules_are_shared(rattler: RattlerEngine, prefix: Path) -> None:
    engine = rattler
    make(engine, prefix, "python", "ipykernel")
    worker = engine._pyc_store(prefix).fill(prefix, wait=True)
    assert worker is None or worker.returncode == 0
    second = prefix.with_name("second")
    make(engine, second, "python", "ipykernel")
    record = json.loads(next((second / "conda-meta").glob("ipykernel-*.json")).read_text())
    compiled = [second / name for name in record["files"] if name.endswith(".pyc")]
    assert compiled
    assert all(path.stat().st_nlink > 1 for path in compiled)
    verbose = subprocess.run(
        [second / "bin" / "python", "-v", "-c", "import ipykernel"], capture_output=True, text=True
    )
    about = [
        line for line in verbose.stderr.splitlines() if "ipykernel/__pycache__/__init__" in line
    ]
    assert any("matches" in line for line in about)


def test_a_killed_conda_is_cleared_away(
    settings: Settings, prefix: Path, conda_program: str
) -> None:
    settings.conda_executable = conda_program
    engine = engine_by_name("conda", settings)
    prefix.mkdir(parents=True)
    (prefix / "files-without-records").touch()
    prefix.with_name(".making-made").touch()
    make(engine, prefix, "python", "tiny=1.0")
    assert versions(prefix)["tiny"] == "1.0"
    assert not (prefix / "files-without-records").exists()
    assert not prefix.with_name(".making-made").exists()


def test_cancelling_ends_conda_and_all_it_started(
    settings: Settings, prefix: Path, tmp_path: Path
) -> None:
    program = tmp_path / "conda"
    program.write_text('#!/bin/sh\nsleep 600 &\necho $! > "$0.child"\nwait\n')
    program.chmod(0o755)
    settings.conda_executable = str(program)
    child = tmp_path / "conda.child"

    class Stop(Exception):
        pass

    class Impatient(Silent):
        def check_cancelled(self) -> None:
            if child.exists() and child.read_text().strip():
                raise Stop

    with pytest.raises(Stop):
        engine_by_name("conda", settings).solve(
            SolveRequest(specs=("tiny",), prefix=prefix), Impatient()
        )
    assert not psutil.pid_exists(int(child.read_text()))


def test_a_missing_conda_is_said(settings: Settings) -> None:
    settings.conda_executable = "/nowhere/conda"
    with pytest.raises(CondaNotFound):
        engine_by_name("conda", settings)
