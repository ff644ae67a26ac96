"""Nothing takes the shipped environment or its kernel away, by whatever name and through whatever face.

``test_without_the_policy_every_attack_would_pass`` proves that it is the policy that refuses.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager import errors
from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import CIManagerError, ProtectedEnvironment
from jupyter_ci_manager.kernels import aside, package_changes, removal, renaming, repair, tasks
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.models import EnvironmentRename, KernelRequest, PackageRequest
from jupyter_ci_manager.kernels.protection import Policy

from .machine import AROUND, KERNEL, NAMES, SHIPPED, SPELLINGS, Machine

ROOT = Path(__file__).parents[2]


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


def replayed_rename(machine: Machine, prefix: str) -> None:
    request = {"prefix": prefix, "name": "free", "confirm": SHIPPED}
    renaming.rename_environment.run(request, report(machine))


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
        attacks[f"service: rename by {how}"] = lambda m, s=SPELLINGS[how]: (
            m.kernels.rename_environment(s(m), EnvironmentRename(name="free", confirm=SHIPPED))
        )
        attacks[f"replayed job: rename by {how}"] = lambda m, s=SPELLINGS[how]: replayed_rename(
            m, s(m)
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
    # A preview asks the policy in a process of its own, where nothing is put out of action.
    monkeypatch.setattr(aside, "ask", answered_here)
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


def answered_here(question: aside.Question) -> aside.Answer:
    """Answer as the other process would, in this one."""
    found = aside.answer(question)
    if found.error is not None:
        raise getattr(errors, found.kind)(found.error["message"])
    return found


class Stopped(Exception):
    """The attack has got through."""


def stop(*args: Any, **more: Any) -> Any:
    raise Stopped
