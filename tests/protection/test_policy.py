"""The policy's own rules: what counts, for whom, and what is looked at once more."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings, load_settings
from jupyter_ci_manager.errors import Conflict, NameTaken, ProtectedEnvironment, Refused
from jupyter_ci_manager.kernels import frozen, planning
from jupyter_ci_manager.kernels.core_packages import Removal, core_installed
from jupyter_ci_manager.kernels.engines import Silent
from jupyter_ci_manager.kernels.engines import removal as engine_removal
from jupyter_ci_manager.kernels.engines.removal import remove_prefix
from jupyter_ci_manager.kernels.guarded_change import guarded
from jupyter_ci_manager.kernels.identity import identity
from jupyter_ci_manager.kernels.models import KernelRequest
from jupyter_ci_manager.kernels.protection import Policy

from .paper import paper_environment, paper_kernel


@dataclass(frozen=True)
class Line:
    name: str
    before: str | None = None
    after: str | None = None


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(envs_dir=str(home / "envs"), package_cache=str(home / "cache"))


@pytest.fixture
def shipped(home: Path) -> Path:
    prefix = home / "envs" / "azureml_py36"
    return paper_environment(prefix, python="3.6.9", ipykernel="5.5", azureml_core="1.0", six="1")


@pytest.fixture
def system(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder of configuration, which an administrator writes."""
    folder = tmp_path / "etc"
    folder.mkdir()
    (home / "config").mkdir()
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_CONFIG_PATH", [str(folder)])
    return folder


def configure(folder: Path, **values: object) -> None:
    (folder / "jupyter_ci_manager_config.json").write_text(json.dumps({"CIManager": values}))


class TestAdministrators:
    """What an administrator protects, nobody's own settings take away."""

    @pytest.fixture(autouse=True)
    def theirs(self, home: Path, system: Path) -> None:
        paper_environment(home / "envs" / "team-a", python="3.11")
        configure(system, protected_environments=["team-*"], protected_kernels=["team-*"])

    @pytest.mark.parametrize("way", ["own file", "environment", "a job's settings"])
    def test_stays_protected(self, home: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
        if way == "own file":
            configure(home / "config", protected_environments=[], protected_kernels=["mine"])
        elif way == "environment":
            monkeypatch.setenv("CI_MANAGER_PROTECTED_ENVIRONMENTS", "mine")
        settings = load_settings()
        if way == "a job's settings":
            settings = Settings(protected_environments=[], protected_kernels=[])
        settings.envs_dir = str(home / "envs")
        with pytest.raises(ProtectedEnvironment, match="settings of this machine"):
            Policy(settings).check("remove", home / "envs" / "team-a")
        with pytest.raises(ProtectedEnvironment, match="settings of this machine"):
            Policy(settings).check_kernel("team-a", prefix=None)
        with pytest.raises(ProtectedEnvironment):
            Policy(settings).check_new_kernel("team-b")

    def test_a_user_adds_to_it(self, home: Path) -> None:
        configure(home / "config", protected_environments=["mine"])
        assert load_settings().protected_environments == ["team-*", "mine"]

    def test_under_a_lock_only_the_administrators_list_counts(
        self, home: Path, system: Path
    ) -> None:
        configure(system, protected_environments=["team-*"], lock_protection=True)
        configure(home / "config", protected_environments=["mine"], lock_protection=False)
        settings = load_settings()
        assert settings.protected_environments == ["team-*"]
        with pytest.raises(ProtectedEnvironment) as caught:
            Policy(settings).protect(home / "envs" / "team-a")
        assert caught.value.code == "protection_locked"


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[object]:
    """Show a folder at a second place, as only root can."""
    points: list[Path] = []

    def show(folder: Path, name: str) -> Path:
        point = tmp_path / name
        point.mkdir()
        done = subprocess.run(["mount", "--bind", folder, point], capture_output=True)
        if done.returncode:
            pytest.skip("mounting is not permitted here")
        points.append(point)
        return point

    yield show
    for point in reversed(points):
        subprocess.run(["umount", "-l", point], check=True)


class TestMounts:
    """A bind mount shows the same folders under other paths, and hides none from the policy."""

    @pytest.mark.parametrize(
        ("shown", "rest"),
        [
            ("envs/azureml_py36", "."),
            ("envs/azureml_py36/lib", "."),
            ("envs/azureml_py36/lib", "six.txt"),
            ("envs", "azureml_py36"),
            (".", "envs"),
            (".", "envs/azureml_py36/conda-meta"),
        ],
    )
    def test_what_a_mount_shows_is_protected_likewise(
        self, home: Path, shipped: Path, settings: Settings, mount: object, shown: str, rest: str
    ) -> None:
        point = mount(home / shown, "else where")  # type: ignore[operator]
        with pytest.raises(ProtectedEnvironment):
            Policy(settings).check("remove", point / rest)

    def test_what_it_does_not_show_is_not(
        self, home: Path, shipped: Path, settings: Settings, mount: object
    ) -> None:
        own = paper_environment(home / "envs" / "own", python="3.11")
        point = mount(home / "envs", "elsewhere")  # type: ignore[operator]
        Policy(settings).check("remove", point / "own")
        Policy(settings).check("remove", own)


class TestKernels:
    def test_a_protected_environments_own_kernel_is_protected_with_it(
        self, home: Path, settings: Settings
    ) -> None:
        prefix = paper_environment(home / "envs" / "Mine", python="3.11")
        spec = paper_kernel(home / "jupyter" / "kernels" / "mine", prefix)
        Policy(settings).check_kernel("mine", prefix=prefix, resource_dir=spec)
        Policy(settings).protect(prefix)
        with pytest.raises(ProtectedEnvironment, match="You have protected it"):
            Policy(settings).check_kernel("mine", prefix=prefix, resource_dir=spec)
        Policy(settings).check_kernel("another", prefix=prefix)

    def test_ir_of_a_machine_without_azures_environments_is_the_users(
        self, home: Path, settings: Settings
    ) -> None:
        assert Policy(settings).describe_kernel("ir", prefix=None) is None
        assert Policy(settings).describe_new_kernel("python3-azureml") is None

    @pytest.mark.parametrize("name", ["python3-azureml", "Python3-AzureML", "python310-sdkv2"])
    def test_the_name_of_a_lost_kernel_is_kept_for_it(
        self, shipped: Path, settings: Settings, name: str
    ) -> None:
        with pytest.raises(ProtectedEnvironment) as caught:
            planning.check(KernelRequest(name=name), settings)
        assert caught.value.field == "name"

    def test_a_spec_that_is_there_is_not_replaced(
        self, home: Path, shipped: Path, settings: Settings
    ) -> None:
        paper_kernel(home / "jupyter" / "kernels" / "azureml_py36", shipped)
        with pytest.raises(ProtectedEnvironment, match="cannot be replaced"):
            planning.check(KernelRequest(name="azureml_py36"), settings)

    def test_another_kernels_name_is_only_taken(self, home: Path, settings: Settings) -> None:
        prefix = paper_environment(home / "envs" / "own", python="3.11")
        paper_kernel(home / "jupyter" / "kernels" / "theirs", prefix)
        with pytest.raises(NameTaken):
            planning.check(KernelRequest(name="theirs"), settings)


class TestPackages:
    @pytest.mark.parametrize(
        "line",
        [
            Removal("python"),
            Removal("conda"),
            Line("ipykernel", "5.5", "6.0"),
            Line("IPyKernel", "5.5"),
            Line("azureml_core", None, "2.0"),
            Line("azureml.core", None, "2.0"),
            Line("jupyter_client", "7", "8"),
            Line("jupyterlab-server", "1", "2"),
            Line("python", "3.6.9", "3.6.9 h1_0"),
        ],
    )
    def test_what_must_stay(self, shipped: Path, settings: Settings, line: Line) -> None:
        with pytest.raises(ProtectedEnvironment) as caught:
            Policy(settings).check_changes(shipped, [line])
        assert caught.value.details["packages"] == [line.name]

    @pytest.mark.parametrize(
        "line",
        [
            Line("six", "1", "2"),
            Line("six", "1"),
            Line("numpy", None, "2"),
            Line("python", "3.6.9", "3.6.9"),
            Line("jupyter_lsp", None, "2"),
            Line("conda", "25", "26"),
            Line("python-dateutil", "2.8", "2.9"),
            Line("ipython", "7", "8"),
        ],
    )
    def test_the_rest_may_change(self, shipped: Path, settings: Settings, line: Line) -> None:
        Policy(settings).check_changes(shipped, [line])

    def test_what_is_installed_is_seen_whoever_installed_it(self, shipped: Path) -> None:
        site = shipped / "lib" / "python3.6" / "site-packages"
        (site / "azureml_sdk-1.0.dist-info").mkdir(parents=True)
        (site / "python_dateutil-2.8.dist-info").mkdir()
        assert core_installed(shipped) == {
            "python-3.6.9-0", "ipykernel-5.5-0", "azureml-core-1.0-0", "azureml_sdk-1.0.dist-info"
        }  # fmt: skip

    def test_what_cannot_be_told_beforehand_needs_a_way_back(
        self, shipped: Path, settings: Settings
    ) -> None:
        """This environment is damaged, so no snapshot of it is made."""
        with (
            pytest.raises(ProtectedEnvironment, match="neither be told beforehand nor undone"),
            guarded(shipped, None, settings, Silent()),
        ):
            pytest.fail("the change was begun")

    def test_what_was_taken_in_passing_is_noticed(self, shipped: Path, settings: Settings) -> None:
        with (
            pytest.raises(ProtectedEnvironment, match=r"has removed or replaced ipykernel-5\.5"),
            guarded(shipped, [Line("six", "1", "2")], settings, Silent()),
        ):
            next(shipped.glob("conda-meta/ipykernel-*.json")).unlink()


class TestFrozen:
    def test_nothing_changes_in_a_frozen_environment(self, home: Path, settings: Settings) -> None:
        prefix = paper_environment(home / "envs" / "own", six="1")
        frozen.freeze(prefix)
        policy = Policy(settings)
        for changes in ([Line("six", "1", "2")], [Line("numpy", None, "2")], None):
            with pytest.raises(ProtectedEnvironment, match="frozen"):
                policy.check_changes(prefix, changes)
        with pytest.raises(ProtectedEnvironment, match="frozen"):
            policy.check("remove", prefix)
        assert policy.may_unprotect(prefix)
        assert prefix in [path for path, _ in policy.protected()]
        frozen.thaw(prefix)
        Policy(settings).check_changes(prefix, [Line("six", "1", "2")])

    @pytest.mark.parametrize("text", ["", '{"message": "by the team"}', "not json"])
    def test_another_programs_mark_counts_and_stays(
        self, home: Path, settings: Settings, text: str
    ) -> None:
        prefix = paper_environment(home / "envs" / "own", six="1")
        (prefix / "conda-meta" / "frozen").write_text(text)
        with pytest.raises(ProtectedEnvironment, match="frozen"):
            Policy(settings).check_changes(prefix, [Line("six", "1", "2")])
        assert not Policy(settings).may_unprotect(prefix)
        with pytest.raises(Refused, match="another program"):
            frozen.thaw(prefix)
        assert (prefix / "conda-meta" / "frozen").read_text() == text


class TestBetweenCheckAndStep:
    """What comes into an environment's place after the check is not what goes."""

    @pytest.fixture
    def own(self, home: Path) -> Path:
        return paper_environment(home / "mine" / "prod", six="1")

    @pytest.fixture
    def theirs(self, home: Path, settings: Settings) -> Path:
        prefix = paper_environment(home / "theirs" / "prod", six="1")
        Policy(settings).protect(prefix)
        return prefix

    def test_a_swapped_link_on_the_way(self, home: Path, own: Path, theirs: Path) -> None:
        way = home / "way"
        way.symlink_to(own.parent)
        judged = identity(way / "prod")
        way.unlink()
        way.symlink_to(theirs.parent)
        with pytest.raises(Conflict, match="Another folder"):
            remove_prefix(way / "prod", Silent(), judged=judged)
        assert (theirs / "lib" / "six.txt").exists()
        assert own.exists()

    def test_a_link_swapped_while_it_is_held(
        self, home: Path, own: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        way = home / "way"
        way.symlink_to(own.parent)
        judged = identity(way / "prod")
        look = engine_removal._must_be

        def swap(*args: object) -> None:
            look(*args)  # type: ignore[arg-type]
            if way.readlink() != theirs.parent:
                way.unlink()
                way.symlink_to(theirs.parent)

        monkeypatch.setattr(engine_removal, "_must_be", swap)
        remove_prefix(way / "prod", Silent(), judged=judged)
        assert not own.exists()
        assert sorted(p.name for p in theirs.parent.iterdir()) == ["prod"]
        assert (theirs / "lib" / "six.txt").exists()

    def test_a_folder_exchanged_in_the_last_moment_gets_its_name_back(
        self, own: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        judged = identity(own)
        rename = os.rename

        def exchange(source: str, target: str, **where: int) -> None:
            if source == "prod":
                own.replace(own.with_name("kept"))
                theirs.replace(own)
                monkeypatch.setattr(os, "rename", rename)
            rename(source, target, **where)

        monkeypatch.setattr(os, "rename", exchange)
        monkeypatch.setattr(os, "supports_dir_fd", {*os.supports_dir_fd, exchange})
        with pytest.raises(Conflict):
            remove_prefix(own, Silent(), judged=judged)
        # The protected folder has the name again that the other program gave it.
        assert sorted(p.name for p in own.parent.iterdir()) == ["kept", "prod"]
        assert (own / "lib" / "six.txt").exists()

    def test_a_link_itself_goes_and_what_it_leads_to_stays(self, home: Path, own: Path) -> None:
        way = home / "way"
        way.symlink_to(own)
        remove_prefix(way, Silent(), judged=identity(way))
        assert not way.is_symlink()
        assert own.exists()


def test_another_root_is_judged_by_what_it_leads_to(
    home: Path, shipped: Path, settings: Settings, tmp_path: Path
) -> None:
    """``/proc/PID/root`` of a process with another root does not lead where its text says."""
    if os.getuid() != 0 or shutil.which("chroot") is None:
        pytest.skip("only root can give a process another root")
    child = subprocess.Popen(
        [sys.executable, "-c",
         "import os, sys; os.chroot(sys.argv[1]); print('in', flush=True); sys.stdin.read()",
         str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"in\n"
        with pytest.raises(ProtectedEnvironment):
            Policy(settings).check("remove", f"/proc/{child.pid}/root/envs/azureml_py36")
    finally:
        child.communicate(b"")
