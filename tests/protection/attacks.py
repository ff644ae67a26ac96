"""The table of attacks: what is tried, by which mechanism; how it is said is each face's affair."""

# The look-alikes are what this is about.
# ruff: noqa: RUF001

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .field import KERNEL, KERNELS, SHIPPED, Field

Spell = Callable[[Field], str]

#: Ways to name the environment itself; each is a mechanism of its own.
SPELLINGS: dict[str, Spell] = {
    "prefix": lambda f: str(f.prefix),
    "trailing slash": lambda f: f"{f.prefix}/",
    "double slash": lambda f: str(f.prefix).replace("/envs/", "//envs//"),
    "dot": lambda f: f"{f.envs}/./{SHIPPED}/.",
    "dot dot": lambda f: f"{f.envs}/none/../{SHIPPED}",
    "dot dot inside": lambda f: f"{f.prefix}/lib/..",
    "symbolic link": lambda f: str(f.home / "alias"),
    "link to the folder": lambda f: f"{f.home}/others/{SHIPPED}",
    "chain of links": lambda f: str(f.home / "second-link"),
    "relative link": lambda f: str(f.home / "relative"),
    "relative path": lambda f: f"./envs/{SHIPPED}",
    "process root": lambda f: f"/proc/self/root{f.prefix}",
    "process directory": lambda f: f"/proc/self/cwd/envs/{SHIPPED}",
    "home": lambda f: f"~/envs/{SHIPPED}",
}
#: Those that only a path given to a job or an engine can have: a face looks for environments.
RAW_SPELLINGS: dict[str, Spell] = {
    "variable": lambda f: f"$HOME/envs/{SHIPPED}",
    "variable in braces": lambda f: f"${{HOME}}/envs/{SHIPPED}",
    "full-width letters": lambda f: f"{f.envs}/ａｚｕｒｅｍｌ_py36",
}
#: Ways to reach it through what holds it, or what it holds.
AROUND: dict[str, Spell] = {
    "what holds it": lambda f: str(f.envs),
    "what holds that": lambda f: str(f.home),
    "the root of all": lambda f: "/",
    "a part": lambda f: f"{f.prefix}/lib",
    "its records": lambda f: f"{f.prefix}/conda-meta",
    "a part through a link": lambda f: f"{f.home}/alias/bin",
}
#: Where bind mounts are permitted.
BOUND: dict[str, Spell] = {
    "bind mount": lambda f: str(f.home.parent / "bound"),
    "bind mount of its folder": lambda f: f"{f.home.parent}/bound-envs/{SHIPPED}",
    "bind mount of what holds that": lambda f: f"{f.home.parent}/bound-home/envs",
}
#: Other environments that are protected, by what protects them.
OTHERS: dict[str, Spell] = {
    "base": lambda f: str(f.home / "conda"),
    "a pattern of names": lambda f: f"{f.envs}/team-a",
    "a listed prefix": lambda f: f"{f.envs}/listed",
    "a pattern of prefixes": lambda f: f"{f.envs}/by-path-1",
    "the user's own choice": lambda f: f"{f.envs}/chosen",
    "frozen": lambda f: f"{f.envs}/stiff",
}
#: Names under which nothing may be made, that are names at all.
NAMES = [
    "AZUREML_PY36",
    "AzureML_py36",
    "azureml_py36_automl",
    "azureml_py36_pytorch",
    "azureml_py36_tensorflow",
    "azureml_py38",
    "azureml_py38_PT_TF",
    "azureml_py38_PT_and_TF",
    "azureml_py310_sdkv2",
    "jupyter_env",
    "py38_default",
    "team-b",
]
#: Those that no rule for names would let pass either; here the policy is asked alone.
LOOK_ALIKES = [
    "аzureml_py36",  # the first letter is Cyrillic
    "azureml_ｐy36",
    "azureml\u200b_py36",
    "base",
]
YML = "name: x\ndependencies: [tzdata]\n"
LOCK = "@EXPLICIT\nhttps://paper/noarch/tzdata-1-0.conda\n"


@dataclass(frozen=True)
class Attack:
    """One attempt: a verb of the product's with its arguments.

    ``environment`` is spelled on the field; the other arguments stand as they are.
    """

    name: str
    mechanism: str
    verb: str
    environment: Spell | None = None
    arguments: dict[str, Any] = field(default_factory=dict)

    def spelled(self, on: Field) -> str:
        assert self.environment is not None
        return self.environment(on)


def face_attacks() -> list[Attack]:
    """Give what can be said to a face: REST, magic, command line, service."""
    return list(_face_attacks())


def _face_attacks() -> Iterator[Attack]:
    by_name: dict[str, Spell] = {"name": lambda f: SHIPPED}
    every = by_name | SPELLINGS
    for how, spell in (every | OTHERS).items():
        for confirm in (None, SHIPPED) if how == "name" else (SHIPPED,):
            yield Attack(f"remove by {how}, {confirm}", how, "remove", spell, {"confirm": confirm})
    for how in ("name", "symbolic link", "dot dot", "process root", "home", *OTHERS):
        spell = (every | OTHERS)[how]
        yield Attack(f"rename by {how}", how, "rename", spell, {"name": "mine", "confirm": SHIPPED})
    for name in (SHIPPED, *NAMES):
        how = "its name" if name == SHIPPED else "another shipped name"
        how = "other case" if name.lower() == SHIPPED != name else how
        how = "a pattern of names" if name.startswith("team") else how
        yield Attack(f"create {name}", f"create: {how}", "create", None, {"name": name})
        yield Attack(
            f"rename onto {name}", f"rename onto: {how}", "rename", lambda f: "own", {"name": name}
        )
    yield Attack("rename onto a kernel", "rename onto: kernel's name", "rename", lambda f: "own",
                 {"name": KERNEL})  # fmt: skip
    for how, more in {
        "clone": {"clone": "own"},
        "environment file": {"environment_yml": YML},
        "lock file": {"lock": LOCK},
        "language": {"language": "R"},
        "preview": {"dry_run": True},
        "another display name": {"display_name": "Mine"},
    }.items():
        yield Attack(f"create over it: {how}", f"create: {how}", "create", None,
                     {"name": SHIPPED, **more})  # fmt: skip
    for name in (*KERNELS, "python38-azureml-mine", "team-b"):
        if name != "ir":  # no environment can be called so
            yield Attack(f"create kernel {name}", "kernel's name", "create", None, {"name": name})
    for name in (KERNEL, KERNEL.upper(), *KERNELS[1:], SHIPPED, "team-a", "chosen"):
        yield Attack(f"remove kernel {name}", "kernel spec", "remove_kernel", None, {"name": name})
    for name in (KERNEL, KERNELS[3], SHIPPED, "chosen"):
        yield Attack(f"rename kernel {name}", "kernel spec", "rename_kernel", None,
                     {"name": name, "display_name": "Mine"})  # fmt: skip
    for package in ("python", "ipykernel", "azureml-core", "jupyter_client", "IPyKernel"):
        yield Attack(f"remove {package}", "package", "change", lambda f: SHIPPED,
                     {"action": "remove", "packages": [package]})  # fmt: skip
    for how in ("prefix", "symbolic link", "home", "the user's own choice", "base"):
        yield Attack(f"remove python by {how}", f"package, {how}", "change", (every | OTHERS)[how],
                     {"action": "remove", "packages": ["python"]})  # fmt: skip
    for action in ("install", "update", "remove"):
        yield Attack(f"{action} in a frozen one", "frozen", "change", lambda f: "stiff",
                     {"action": action, "packages": ["six"]})  # fmt: skip
    for package in ("ipykernel", "azureml-core"):
        yield Attack(f"pip removes {package}", "pip", "change", lambda f: SHIPPED,
                     {"action": "remove", "packages": [package], "source": "pypi"})  # fmt: skip
    yield Attack("what goes with a package", "solve", "change", lambda f: SHIPPED,
                 {"action": "remove", "packages": ["traitlets"], "dry_run": True})  # fmt: skip
    yield Attack("what goes with a package, by a job", "solve", "change", lambda f: SHIPPED,
                 {"action": "remove", "packages": ["traitlets"]})  # fmt: skip
    for how in ("name", "prefix", "symbolic link", "base", "a pattern of names"):
        yield Attack(f"unprotect by {how}", f"unprotect, {how}", "unprotect", (every | OTHERS)[how])
    for how in ("name", "chain of links", "the user's own choice"):
        yield Attack(f"discard snapshots by {how}", f"snapshots, {how}", "discard",
                     (every | OTHERS)[how])  # fmt: skip
    for name in ("azureml_py38", "AZUREML_PY36", "team-b"):
        yield Attack(f"rebuild {name}", "manifest", "rebuild", None, {"names": [name]})
    yield Attack("a kernel of it takes its kernel's place", "kernel's name", "create", None,
                 {"name": KERNEL, "existing": SHIPPED})  # fmt: skip
    for of, how, more in (
        ("remove", "symbolic link", {}),
        ("change", "prefix", {"action": "remove", "packages": ["python"]}),
    ):
        yield Attack(f"a job is tried again: {of} by {how}", "job tried again", "retry",
                     every[how], {"of": of, **more})  # fmt: skip
    yield Attack("a creation over it is gone on with", "job gone on with", "resume", every["prefix"],
                 {"of": "undo"})  # fmt: skip
    for verb in ("cancel", "forget"):
        yield Attack(f"a creation over it: {verb}", f"job, {verb}", verb, every["prefix"],
                     {"of": "undo"})  # fmt: skip


def job_attacks(*, bound: bool) -> list[Attack]:
    """Give what somebody can have a job do who writes its request, and its records, himself."""
    return list(_job_attacks(bound=bound))


def _job_attacks(*, bound: bool) -> Iterator[Attack]:
    every = SPELLINGS | RAW_SPELLINGS | (BOUND if bound else {})
    for how, spell in (every | AROUND | OTHERS).items():
        yield Attack(f"remove by {how}", how, "remove", spell)
    for how, spell in (every | OTHERS).items():
        yield Attack(f"rename by {how}", how, "rename", spell, {"name": "mine"})
    for name in (SHIPPED, *NAMES):
        yield Attack(f"rename onto {name}", "rename onto", "rename",
                     lambda f: f"{f.envs}/own", {"name": name})  # fmt: skip
        yield Attack(f"create {name}", "create", "create", None, {"name": name})
    for more in ({"clone": "own"}, {"environment_yml": YML}, {"lock": LOCK}):
        (how,) = more
        yield Attack(f"create over it: {how}", how, "create", None, {"name": SHIPPED, **more})
    for how in ("prefix", "symbolic link", "dot dot", "process root", "home", "base",
                "the user's own choice"):  # fmt: skip
        yield Attack(f"remove python by {how}", f"package, {how}", "change", (every | OTHERS)[how],
                     {"action": "remove", "packages": ["python"]})  # fmt: skip
    yield Attack("install in a frozen one", "frozen", "change", OTHERS["frozen"],
                 {"action": "install", "packages": ["six"]})  # fmt: skip
    yield Attack("pip removes ipykernel", "pip", "change", every["prefix"],
                 {"action": "remove", "packages": ["ipykernel"], "source": "pypi"})  # fmt: skip
    for package in ("traitlets", "openssl"):
        yield Attack(f"what goes with {package}", "solve", "change", every["prefix"],
                     {"action": "remove", "packages": [package]})  # fmt: skip
    yield Attack("another version", "solve", "change", every["prefix"],
                 {"action": "install", "packages": ["azureml-core=1.59"]})  # fmt: skip
    for how in ("what holds it", "what holds that", "the root of all"):
        yield Attack(f"bring back {how}", f"restoration, {how}", "restore", AROUND[how])
    for name in (KERNEL, SHIPPED, "chosen"):
        yield Attack(f"kernel {name} is repaired into another environment", "repair", "repair",
                     lambda f: f"{f.envs}/own", {"kernel": name})  # fmt: skip
    for how in ("prefix", "symbolic link", "link to the folder", "process root", "home", "a part",
                "what holds it"):  # fmt: skip
        yield Attack(f"clean-up by {how}", "clean-up", "undo", (every | AROUND)[how])
    for name in (KERNEL, SHIPPED):
        yield Attack(f"a rename goes on over kernel {name}", "resumed rename", "finish_rename",
                     lambda f: f"{f.envs}/own", {"kernel": "own", "onto": name})  # fmt: skip
        yield Attack(f"a rename goes on with kernel {name}", "resumed rename", "finish_rename",
                     lambda f: f"{f.envs}/own", {"kernel": name, "onto": "mine"})  # fmt: skip


def engine_attacks(*, bound: bool) -> list[Attack]:
    """Give what can be asked of the policy and of an engine directly, past everything else."""
    return list(_engine_attacks(bound=bound))


def _engine_attacks(*, bound: bool) -> Iterator[Attack]:
    every = SPELLINGS | RAW_SPELLINGS | (BOUND if bound else {})
    for how, spell in (every | AROUND | OTHERS).items():
        yield Attack(f"engine removes by {how}", how, "engine_remove", spell)
        for operation in ("remove", "rename", "create", "move", "clean", "rename_onto", "discard"):
            yield Attack(f"policy: {operation} by {how}", how, "policy", spell,
                         {"operation": operation})  # fmt: skip
    for name in (SHIPPED, *NAMES, *LOOK_ALIKES):
        yield Attack(f"policy: create {name!r}", "look-alike", "policy_name", None, {"name": name})
        yield Attack(f"policy: rename onto {name!r}", "look-alike", "policy",
                     lambda f, n=name: f"{f.envs}/{n}", {"operation": "rename_onto"})  # fmt: skip
        if name != SHIPPED:  # over what is there it is a change of packages
            yield Attack(f"engine creates {name!r}", "look-alike", "engine_create",
                         lambda f, n=name: f"{f.envs}/{n}")  # fmt: skip
    for how in ("prefix", "symbolic link", "home"):
        for asked in ({"remove": ["python"]}, {"remove": ["traitlets"]},
                      {"specs": ["azureml-core=1.59"]}, {"clone": "own"}):  # fmt: skip
            yield Attack(f"engine changes by {how}: {asked}", "engine", "engine_change",
                         every[how], asked)  # fmt: skip
