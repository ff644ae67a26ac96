"""Nothing takes the shipped environment or its kernel away, by whatever name and through whatever face.

``test_without_the_policy_every_attack_would_pass`` proves that it is the policy that refuses.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, ProtectedEnvironment
from jupyter_ci_manager.kernels import package_changes, removal, repair, tasks
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.models import KernelRequest, PackageRequest
from jupyter_ci_manager.kernels.protection import Policy

from .machine import AROUND, KERNEL, NAMES, SHIPPED, SPELLINGS, Machine

ROOT = Path(__file__).parents[2]


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


@dataclass
class JobReport(Silent):
    """The report of a job that somebody replays with a request of his own."""

    settings: Settings
    facts: dict[str, Any]
    job_id: str = "replayed"

    def record(self, **facts: Any) -> None:
        self.facts.update(facts)


def report(machine: Machine, **facts: Any) -> Any:
    made = JobReport(machine.settings, facts)
    made.folder = machine.home / "job"  # type: ignore[attr-defined]
    return made


def replayed_change(machine: Machine, action: str, package: str, source: str = "conda") -> None:
    request = {"action": action, "packages": [package], "source": source}
    package_changes.change_packages.run(
        {"prefix": str(machine.prefix), "request": request}, report(machine)
    )


def replayed_removal(machine: Machine, prefix: str) -> None:
    request = {"prefix": prefix, "name": SHIPPED, "confirm": SHIPPED}
    removal.remove_environment.run(request, report(machine))


def replayed_undo(machine: Machine, prefix: str) -> None:
    """The clean-up of a job that claims to have begun to make the environment."""
    undo = tasks.create_kernel.undo
    assert undo is not None
    undo({"name": SHIPPED}, report(machine, absent=prefix, engine="rattler"))


def engine_removal(machine: Machine, prefix: str, name: str = "rattler") -> None:
    engine_by_name(name, machine.settings).remove(Path(prefix), Silent())


def engine_change(machine: Machine, **asked: Any) -> None:
    engine = engine_by_name("rattler", machine.settings)
    plan = engine.solve(SolveRequest(prefix=machine.prefix, **asked), Silent())
    engine.apply(plan, machine.prefix, Silent())


def engine_creation(machine: Machine, name: str) -> None:
    engine = engine_by_name("rattler", machine.settings)
    prefix = machine.envs / name
    engine.apply(engine.solve(SolveRequest(specs=("tzdata",)), Silent()), prefix, Silent())


def create(machine: Machine, **asked: Any) -> None:
    machine.kernels.create(KernelRequest(**asked))


def change(machine: Machine, where: str, action: Any, package: str, source: Any = "conda") -> None:
    request = PackageRequest(action=action, packages=[package], source=source, dry_run=True)
    machine.kernels.change_packages(where, request)


Attack = Callable[[Machine], Any]


def table() -> dict[str, Attack]:
    """Every attack by what it does; each is refused by the policy and by nothing else."""
    attacks: dict[str, Attack] = {}
    for how, spell in (SPELLINGS | AROUND).items():
        for operation in ("remove", "rename", "create"):
            attacks[f"policy: {operation} by {how}"] = lambda m, s=spell, o=operation: Policy(
                m.settings
            ).check(o, s(m))
        attacks[f"engine: remove by {how}"] = lambda m, s=spell: engine_removal(m, s(m))
        attacks[f"replayed job: remove by {how}"] = lambda m, s=spell: replayed_removal(m, s(m))
    for how in ("trailing slash", "dot", "dot dot", "symbolic link", "link to the folder", "home",
                "chain of links", "process root", "prefix"):  # fmt: skip
        attacks[f"service: remove by {how}"] = lambda m, s=SPELLINGS[how]: (
            m.kernels.remove_environment(s(m), confirm=SHIPPED)
        )
    attacks["service: remove by name"] = lambda m: m.kernels.remove_environment(SHIPPED)
    for operation in ("move", "clean", "rename_onto"):
        attacks[f"policy: {operation}"] = lambda m, o=operation: Policy(m.settings).check(
            o, m.prefix
        )
    for name in NAMES:
        attacks[f"policy: create {name!r}"] = lambda m, n=name: Policy(m.settings).check_name(
            "create", n
        )
        attacks[f"policy: rename onto {name!r}"] = lambda m, n=name: Policy(m.settings).check(
            "rename_onto", m.envs / n
        )
        attacks[f"engine: create {name!r}"] = lambda m, n=name: engine_creation(m, n)
    for name in (SHIPPED, "AzureML_py36", "azureml_py38", "jupyter_env"):
        attacks[f"service: create {name!r}"] = lambda m, n=name: create(m, name=n)
        attacks[f"service: clone onto {name!r}"] = lambda m, n=name: create(
            m, name=n, clone=SHIPPED
        )
    for package in ("python", "ipykernel", "azureml-core", "traitlets", "openssl"):
        attacks[f"service: remove {package}"] = lambda m, p=package: change(m, SHIPPED, "remove", p)
        attacks[f"engine: remove {package}"] = lambda m, p=package: engine_change(m, remove=(p,))
        attacks[f"replayed job: remove {package}"] = lambda m, p=package: replayed_change(
            m, "remove", p
        )
    attacks["engine: another list of packages"] = lambda m: engine_change(
        m, explicit=(f"{m.settings.channels[0]}/noarch/tiny-1.0-py_0.conda",)
    )
    attacks["engine: clone something else over it"] = lambda m: engine_change(
        m, clone=m.home / "nothing"
    )
    attacks["policy: pip removes ipykernel"] = lambda m: Policy(m.settings).check_changes(
        m.prefix, [Lost("ipykernel")]
    )
    attacks["policy: pip replaces jupyter_client"] = lambda m: Policy(m.settings).check_changes(
        m.prefix, [Lost("jupyter_client", "1", "2")]
    )
    for verb, do in {
        "remove": lambda m, n: m.kernels.remove_kernel(n),
        "rename": lambda m, n: m.kernels.rename_kernel(n, "Mine"),
    }.items():
        for name in (KERNEL, KERNEL.upper()):
            attacks[f"service: {verb} kernel {name}"] = lambda m, d=do, n=name: d(m, n)
    return attacks


@dataclass(frozen=True)
class Lost:
    name: str
    before: str | None = "1"
    after: str | None = None


ATTACKS = table()


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_refused_and_changes_nothing(
    machine: Machine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine.home)
    before = machine.fingerprint()
    with pytest.raises(ProtectedEnvironment) as caught:
        ATTACKS[name](machine)
    assert caught.value.code == "protected_environment"
    assert caught.value.hint
    assert machine.fingerprint() == before


@pytest.mark.parametrize("how", ["prefix", "symbolic link", "dot dot", "process root", "home"])
def test_no_clean_up_of_a_job_touches_it(machine: Machine, how: str) -> None:
    before = machine.fingerprint()
    with contextlib.suppress(CIManagerError):
        replayed_undo(machine, SPELLINGS[how](machine))
    assert machine.fingerprint() == before


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 80
    assert len(SPELLINGS) + len(AROUND) >= 12


@pytest.mark.parametrize("name", ATTACKS)
def test_without_the_policy_every_attack_would_pass(
    machine: Machine, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each attack meets no refusal of this kind when the policy allows everything."""
    for question in ("describe", "describe_name", "describe_kernel"):
        monkeypatch.setattr(Policy, question, lambda *args, **more: None)
    # Nothing may really be lost here: whatever would come next is stopped at the disk.
    for module in (removal, package_changes, tasks, repair):
        monkeypatch.setattr(module, "engine_for", stop, raising=False)
    for target in ("_apply", "_remove"):
        monkeypatch.setattr(f"{RATTLER}.{target}", stop)
    monkeypatch.setattr(machine.jobs.__class__, "start", stop)
    monkeypatch.setattr("jupyter_ci_manager.kernels.kernelspecs.remove", stop)
    monkeypatch.setattr("jupyter_ci_manager.kernels.kernelspecs.change", stop)
    monkeypatch.setattr("shutil.rmtree", stop)
    monkeypatch.chdir(machine.home)
    try:
        ATTACKS[name](machine)
    except ProtectedEnvironment:
        pytest.fail("something else than the policy refuses this")
    except (Stopped, CIManagerError):
        pass


RATTLER = "jupyter_ci_manager.kernels.engines.rattler.RattlerEngine"


class Stopped(Exception):
    """The attack has got through."""


def stop(*args: Any, **more: Any) -> Any:
    raise Stopped


class TestFaces:
    """The same through HTTP and through the command line, in processes of their own."""

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, machine: Machine) -> Iterator[Callable[..., tuple[int, Any]]]:
        port_file = machine.home / "server.json"
        argv = [
            sys.executable, "-m", "jupyter_server", "--allow-root", "--port=0",
            "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=sesame",
            f"--ServerApp.root_dir={machine.home}", "--no-browser",
            "--ServerApp.jpserver_extensions={'jupyter_ci_manager': True}",
        ]  # fmt: skip
        log = (machine.home / "server.log").open("wb")
        child = subprocess.Popen(argv, stdout=log, stderr=log, cwd=machine.home)
        try:
            end = time.monotonic() + 60
            while not (found := list((machine.home / "runtime").glob("jpserver-*.json"))):
                assert child.poll() is None, (machine.home / "server.log").read_text()
                assert time.monotonic() < end, port_file
                time.sleep(0.02)
            url = json.loads(found[0].read_text())["url"]

            def ask(verb: str, path: str, body: Any = None) -> tuple[int, Any]:
                request = urllib.request.Request(
                    f"{url}jupyter-ci-manager/{path}",
                    method=verb,
                    data=None if body is None else json.dumps(body).encode(),
                    headers={"Authorization": "token sesame", "Content-Type": "application/json"},
                )
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        return answer.status, json.loads(answer.read() or b"null")
                except urllib.error.HTTPError as error:
                    return error.code, json.loads(error.read() or b"null")

            yield ask
        finally:
            child.terminate()
            child.wait(10)
            log.close()

    @pytest.mark.parametrize(
        ("verb", "path", "body"),
        [
            ("DELETE", f"environments/{SHIPPED}", None),
            ("DELETE", f"environments/{SHIPPED}?confirm={SHIPPED}", None),
            ("DELETE", "environments/{prefix}?confirm=azureml_py36", None),
            ("DELETE", "environments/{link}", None),
            ("DELETE", "environments/{dotted}", None),
            ("DELETE", f"kernels/{KERNEL}", None),
            ("DELETE", f"kernels/{KERNEL.upper()}", None),
            ("PATCH", f"kernels/{KERNEL}", {"display_name": "Mine"}),
            ("POST", "kernels", {"name": SHIPPED}),
            ("POST", "kernels", {"name": "AzureML_py36"}),
            ("POST", "kernels", {"name": SHIPPED, "clone": SHIPPED}),
            (
                "POST",
                f"environments/{SHIPPED}/packages",
                {"action": "remove", "packages": ["ipykernel"], "dry_run": True},
            ),
        ],
    )
    def test_over_http(
        self, machine: Machine, server: Any, verb: str, path: str, body: Any
    ) -> None:
        def quoted(text: str) -> str:
            return urllib.parse.quote(text, safe="")

        spelled = path.format(
            prefix=quoted(str(machine.prefix)),
            link=quoted(SPELLINGS["symbolic link"](machine)),
            dotted=quoted(SPELLINGS["dot dot"](machine)),
        )
        before = machine.fingerprint()
        status, answer = server(verb, spelled, body)
        assert (status, answer.get("code")) == (422, "protected_environment"), answer
        assert answer["hint"]
        assert machine.fingerprint() == before

    def test_a_job_that_would_lose_it_fails(self, machine: Machine, server: Any) -> None:
        """Asked without a preview, the job itself asks the policy once more."""
        body = {"action": "remove", "packages": ["python"]}
        before = machine.fingerprint()
        status, job = server("POST", f"environments/{SHIPPED}/packages", body)
        if status == 202:
            done = machine.jobs.follow(job["id"], timeout=60)
            assert done.state == "failed"
            assert done.error is not None
            job = done.error
        assert job["code"] == "protected_environment"
        assert machine.fingerprint() == before

    @pytest.mark.parametrize(
        "words",
        [
            ["env", "remove", SHIPPED, "--yes"],
            ["env", "remove", "{prefix}/", "--yes"],
            ["env", "remove", "{link}", "--yes"],
            ["kernel", "remove", KERNEL, "--yes"],
            ["kernel", "create", SHIPPED],
        ],
    )
    def test_on_the_command_line(self, machine: Machine, words: list[str]) -> None:
        spelled = [
            word.format(prefix=machine.prefix, link=SPELLINGS["symbolic link"](machine))
            for word in words
        ]
        before = machine.fingerprint()
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_ci_manager.cli", *spelled],
            capture_output=True, text=True, cwd=machine.home, timeout=120,
        )  # fmt: skip
        assert done.returncode != 0
        assert "cannot be" in done.stderr + done.stdout, done
        assert machine.fingerprint() == before


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can")
class TestAsRoot:
    def test_a_bind_mount_is_the_same_environment(self, machine: Machine, tmp_path: Path) -> None:
        other = tmp_path / "elsewhere"
        other.mkdir()
        mounted = subprocess.run(["mount", "--bind", machine.prefix, other], capture_output=True)
        if mounted.returncode:
            pytest.skip("mounting is not permitted here")
        try:
            with pytest.raises(ProtectedEnvironment):
                Policy(machine.settings).check("remove", other)
        finally:
            subprocess.run(["umount", other], check=True)

    def test_an_unprivileged_user_is_refused_likewise(
        self, machine: Machine, tmp_path: Path
    ) -> None:
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is missing")
        code = (
            "import sys; from jupyter_ci_manager.config import Settings\n"
            "from jupyter_ci_manager.errors import ProtectedEnvironment\n"
            "from jupyter_ci_manager.kernels.protection import Policy\n"
            "try: Policy(Settings(envs_dir=sys.argv[1])).check('remove', sys.argv[2])\n"
            "except ProtectedEnvironment: print('refused')\n"
        )
        home = tmp_path / "user"
        home.mkdir()
        os.chown(home, 65534, 65534)
        for folder in (*machine.prefix.parents, tmp_path, *tmp_path.parents):
            if folder.is_relative_to("/tmp") and folder != Path("/tmp"):
                folder.chmod(folder.stat().st_mode | 0o055)
        readable = subprocess.run(
            [
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                sys.executable,
                "-c",
                "1",
            ],
            capture_output=True,
        )
        if readable.returncode:
            pytest.skip("this Python is readable by its owner only")
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c",
             code, str(machine.envs), str(machine.prefix)],
            capture_output=True, text=True, env=os.environ | {"HOME": str(home)}, cwd=home,
        )  # fmt: skip
        assert done.stdout.strip() == "refused", done.stderr
