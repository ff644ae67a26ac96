"""Every path is attacked that could cost an environment or a kernel.

What is new at any face stands in one of these tables, or this file fails: attacked by which verb
of ``attacks.py``, or harmless, and why.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from typing import get_args

import pytest

from jupyter_ci_manager import kernels
from jupyter_ci_manager.commands.catalogue import COMMANDS
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.jobs.task import Task
from jupyter_ci_manager.kernels.refusals import Operation
from jupyter_ci_manager.kernels.service import KernelService
from jupyter_ci_manager.server.routes import routes

from .attacks import engine_attacks, face_attacks, job_attacks

READS = "it only tells"
AZURE = "it is about Azure, not about this machine"
ADDS = "it adds, and takes nothing away"
OTHER = "it is about files that no environment and no kernel needs"

REST = {
    "POST kernels": "create",
    "DELETE kernels/{name}": "remove_kernel",
    "PATCH kernels/{name}": "rename_kernel",
    "POST kernels/{name}/repair": "repair",
    "DELETE environments/{id}": "remove",
    "PATCH environments/{id}": "rename",
    "POST environments/{id}/packages": "change",
    "POST environments/{id}/restore": "restore",
    "DELETE environments/{id}/snapshots": "discard",
    "DELETE environments/{id}/protection": "unprotect",
    "POST manifest/rebuild": "rebuild",
    "POST jobs/{id}/cancel": "cancel",
    "POST jobs/{id}/retry": "retry",
    "DELETE jobs/{id}": "forget",
}
HARMLESS_REST = {
    "POST environments/{id}/snapshots": ADDS,
    "PUT environments/{id}/protection": ADDS,
    "PUT manifest": OTHER,
    "PUT magics": OTHER,
    "PUT workspaces/selected": AZURE,
    "POST ssh-keys": AZURE,
    "POST sign-in": AZURE,
    "DELETE sign-in": AZURE,
}
COMMAND_LINE = {
    "kernel create": "create",
    "kernel remove": "remove_kernel",
    "kernel rename": "rename_kernel",
    "kernel repair": "repair",
    "env install": "change",
    "env update": "change",
    "env remove-package": "change",
    "env rename": "rename",
    "env remove": "remove",
    "env rebuild": "rebuild",
    "env protect": "unprotect",
    "env snapshots": "discard",
    "env restore": "restore",
    "job cancel": "cancel",
    "job remove": "forget",
    "job clear": "forget",
    "job retry": "retry",
}
HARMLESS_COMMANDS = {
    **dict.fromkeys(
        ("kernel list", "kernel nearest", "kernel languages", "env list", "env packages",
         "env search", "env export", "job list", "job show", "job log", "doctor", "completion"),
        READS,
    ),
    **dict.fromkeys(
        ("list", "status", "create", "start", "stop", "restart", "delete", "resize", "wait",
         "sizes", "usage", "permissions", "template", "runs", "sso", "idle", "schedule", "ssh",
         "ssh-config", "open", "workspace", "workspace list", "workspace use", "login",
         "logout", "emulator start", "emulator status", "emulator reset", "emulator stop"),
        AZURE,
    ),
    "env snapshot": ADDS,
    "env save": OTHER,
    "magics": OTHER,
    "panel": "its buttons call the same engine as the other commands",
    "protect": "the terminal guard; without it everything here holds all the same",
}  # fmt: skip
SERVICE = {
    "create": "create",
    "remove_kernel": "remove_kernel",
    "rename_kernel": "rename_kernel",
    "repair_kernel": "repair",
    "change_packages": "change",
    "rename_environment": "rename",
    "remove_environment": "remove",
    "rebuild": "rebuild",
    "protect_environment": "unprotect",
    "discard_snapshots": "discard",
    "restore_environment": "restore",
    "cancel": "cancel",
    "retry": "retry",
    "remove": "forget",
    "recover": "undo",
    "settle": "undo",
    "start": "remove",
}
HARMLESS_DOORS = {
    **dict.fromkeys(
        ("environments", "kernels", "languages", "nearest_kernels", "packages", "search_packages", "export", "status",
         "snapshots", "uses", "get", "asked", "list", "events", "follow"),
        READS,
    ),
    "snapshot_environment": ADDS,
    "write_manifest": OTHER,
}  # fmt: skip
TASKS = {
    "tasks:create_kernel": "create",
    "package_changes:change_packages": "change",
    "removal:remove_environment": "remove",
    "renaming:rename_environment": "rename",
    "repair:repair_kernel": "repair",
    "snapshot_tasks:restore_environment": "restore",
}
HARMLESS_TASKS = {"snapshot_tasks:take_snapshot": ADDS}


def rest() -> set[str]:
    """Give the verbs that do something, apart from those on instances."""
    every = {f"{route.verb.upper()} {route.path}" for route in routes() if route.verb != "get"}
    return {verb for verb in every if not verb.split()[1].startswith("instance")}


def commands() -> set[str]:
    return {" ".join(command.path) for command in COMMANDS}


def doors() -> set[str]:
    of_both = [*inspect.getmembers(KernelService), *inspect.getmembers(JobService)]
    return {name for name, value in of_both if callable(value) and not name.startswith("_")}


def tasks() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(kernels.__path__, f"{kernels.__name__}."):
        if module.name.endswith("conda_guard_plugin"):  # it needs conda
            continue
        inside = importlib.import_module(module.name)
        short = module.name.removeprefix(f"{kernels.__name__}.")
        found |= {f"{short}:{name}" for name, value in vars(inside).items()
                  if isinstance(value, Task)}  # fmt: skip
    return found


def verbs() -> set[str]:
    every = [*face_attacks(), *job_attacks(bound=False), *engine_attacks(bound=False)]
    return {attack.verb for attack in every}


@pytest.mark.parametrize(
    ("there", "attacked", "harmless"),
    [
        (rest(), REST, HARMLESS_REST),
        (commands(), COMMAND_LINE, HARMLESS_COMMANDS),
        (doors(), SERVICE, HARMLESS_DOORS),
        (tasks(), TASKS, HARMLESS_TASKS),
    ],
    ids=["REST", "commands", "service", "jobs"],
)
def test_whatever_can_destroy_is_attacked(
    there: set[str], attacked: dict[str, str], harmless: dict[str, str]
) -> None:
    assert there == attacked.keys() | harmless.keys()
    assert not attacked.keys() & harmless.keys()
    assert set(attacked.values()) <= verbs()


def test_the_policy_is_asked_about_every_operation() -> None:
    asked = {a.arguments["operation"] for a in engine_attacks(bound=False) if a.verb == "policy"}
    # What brings something back is asked about by its job.
    assert asked | {"restore"} == set(get_args(Operation))


def test_there_are_enough() -> None:
    """At each face, as root and as an unprivileged user (``test_assault_*.py``)."""
    for attacks in (face_attacks(), job_attacks(bound=False), engine_attacks(bound=False)):
        names = [attack.name for attack in attacks]
        assert len(names) == len(set(names))
        assert len(names) >= 80
        assert len(mechanisms(attacks)) >= 12


def mechanisms(attacks: Iterable[object]) -> set[str]:
    return {str(getattr(attack, "mechanism", "")) for attack in attacks}
