"""Renaming an environment: made anew under the new name, tested, and only then is the old one gone.

Files of an environment hold its path, so it cannot be moved. Its packages are laid down again from
their records, without a solve and out of the cache where they are; what else stands in it is
carried over. The kernels follow: specs are written anew, and one that is called as the environment
is gets the new name and remembers the old one.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import CIManagerError, InvalidValue, NameTaken, NotPermitted
from ..jobs.task import Report, Task
from ..sentences import say
from . import beginning, environments, kernelspecs, names, planning, spec_health
from .activated_spec import kernel_spec
from .disk import DiskWatch, check_room
from .engines.base import SolveRequest
from .engines.bookkeeping import write_atomically
from .engines.selection import choose_engine, engine_by_name
from .languages import Language, find_language
from .protection import Policy
from .removal import own_kernels
from .snapshots import Snapshots
from .testing import test_kernel
from .untracked import copy_untracked
from .usage import check_unused

#: What the job goes through, in order.
PHASES = ("check", "solve", "download", "link", "activate", "test", "register", "remove")


def target_of(prefix: Path, name: str) -> Path:
    """Give the prefix that an environment gets under a new name: beside its present one."""
    return prefix.parent / name


def check(prefix: Path, name: str, settings: Settings, *, confirm: str | None) -> None:
    """See that an environment may be called ``name`` from now on, with its kernels.

    Parameters
    ----------
    prefix:
        The environment.
    confirm:
        The environment's present name, where something still runs in it.

    Raises
    ------
    InvalidValue, NameTaken
        It cannot be called so; ``field`` is ``name``.
    ProtectedEnvironment
        It, or one of its kernels, is protected, or the new name is kept free.
    NotPermitted
        Its folder, or that of a kernel's spec, cannot be written.
    ConfirmationNeeded
        Something still runs in it.
    """
    policy = Policy(settings)
    policy.check("rename", prefix)
    names.check_name(name)
    target = target_of(prefix, name)
    if os.path.realpath(target) == os.path.realpath(prefix):
        raise InvalidValue(
            say("The environment is called {name!r} already.", name=name),
            code="same_name",
            field="name",
        )
    condarc = environments.current_condarc(settings)
    planning.check_free(name, target, settings, condarc, apart_from=prefix)
    if not (prefix / "conda-meta" / "history").is_file():
        raise InvalidValue(
            say(
                "{prefix} is no whole environment, so it cannot be made anew under another name.",
                prefix=prefix,
            ),
            hint=say("Repair it or remove it."),
            code="broken_environment",
            field="environment",
        )
    if not os.access(prefix.parent, os.W_OK | os.X_OK):
        raise NotPermitted(
            say(
                "Environments in {parent} cannot be renamed: the folder cannot be written.",
                parent=prefix.parent,
            ),
            hint=say("Clone it under the new name instead."),
            code="envs_dir_not_writable",
        )
    folders = _specs(prefix)
    for kernel, folder in folders.items():
        policy.check_kernel(kernel, prefix=prefix, resource_dir=folder, verb=say("renamed"))
        kernelspecs.check_writable(folder.parent)
    own = names.kernel_name(prefix.name)
    if own in folders:
        planning.check_kernel_name(names.kernel_name(name), settings)
    if own in folders and names.kernel_name(name) in kernelspecs.spec_folders().keys() - {own}:
        raise NameTaken(
            say("There is a kernel {kernel_name!r} already.", kernel_name=names.kernel_name(name)),
            hint=say("Choose another name, or remove that kernel first."),
            field="name",
        )
    check_unused(prefix, prefix.name, confirm=confirm)


def _specs(prefix: Path) -> dict[str, Path]:
    """Give the folders of the specs that must follow; those inside the environment come along."""
    real = os.path.realpath(prefix)
    return {
        name: folder
        for name, folder in own_kernels(prefix).items()
        if not Path(os.path.realpath(folder)).is_relative_to(real)
    }


def _rename(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    if report.facts.get("moved") is not None:
        return _finish(asked, report)
    report.phase("check")
    settings = report.settings
    prefix, name = Path(asked["prefix"]), str(asked["name"])
    target = target_of(prefix, name)
    if report.facts.get("absent") != str(target):
        check(prefix, name, settings, confirm=asked["confirm"])
    engine, _ = choose_engine(settings)
    watch = DiskWatch(report, target, settings.disk_floor_mb)
    plan = engine.solve(SolveRequest(clone=prefix, prefix=target), report)
    check_room(target, plan.link_bytes, settings.disk_floor_mb)
    beginning.begin(target, engine, report)
    engine.apply(plan, target, watch)
    beginning.made(target, report)
    history = (prefix / "conda-meta" / "history").read_text("utf-8", errors="replace")
    write_atomically(target / "conda-meta" / "history", history)
    carried = copy_untracked(prefix, target, watch, link=True)
    report.log(f"{carried} files carried over that belong to no package")
    report.phase("activate")
    moves = [
        _stage(kernel, folder, prefix, target, report) for kernel, folder in _specs(prefix).items()
    ]
    report.phase("test")
    for move in moves:
        language = _language(Path(move["staged"]), settings)
        if language is not None and move["works"]:
            test_kernel(Path(move["staged"]), target, language, report)
    # From here on it is safer to finish than to go back.
    report.record(moved=moves)
    return _finish(asked, report)


def _stage(kernel: str, folder: Path, prefix: Path, target: Path, report: Report) -> dict[str, Any]:
    """Write a kernel's spec for the new prefix where only the test finds it."""
    spec = kernelspecs.read(folder)
    is_named_so = kernel == names.kernel_name(prefix.name)
    name = names.kernel_name(target.name) if is_named_so else kernel
    works = not spec_health.health(spec)[0]
    language = _language(folder, report.settings)
    ours = dict(kernelspecs.our_part(spec))
    if ours and language is not None:
        for key in ("environment", "language", "activation"):
            ours.pop(key, None)
        if name != kernel:
            ours["formerly"] = [*kernelspecs.former_names(folder), kernel]
        shown = str(spec.get("display_name") or kernel)
        made = kernel_spec(target, language, shown, ours, report.settings)
        # The new spec's own metadata wins; what else its owner has put there stays.
        metadata = {**(spec.get("metadata") or {}), **made.pop("metadata")}
        spec = {**spec, **made, "metadata": metadata}
    else:
        spec = _moved(spec, str(prefix), str(target))
    spec["display_name"] = _shown(str(spec.get("display_name") or kernel), prefix, target)
    staged = report.folder / "spec" / name
    kernelspecs.stage(staged, spec, folder)
    before = report.folder / "before" / kernel
    shutil.copytree(folder, before)
    places = {"folder": folder, "staged": staged, "before": before}
    return {"kernel": kernel, "name": name, "works": works} | {
        key: str(path) for key, path in places.items()
    }


def _shown(display_name: str, prefix: Path, target: Path) -> str:
    """Give the name that Jupyter shows: ``Python (old)`` becomes ``Python (new)``."""
    ending = f"({prefix.name})"
    if display_name.endswith(ending):
        return f"{display_name[: -len(ending)]}({target.name})"
    return target.name if display_name == prefix.name else display_name


def _moved(value: Any, old: str, new: str) -> Any:
    """Give a spec of another tool's with every path in the old prefix in the new one."""
    if isinstance(value, str):
        return re.sub(re.escape(old) + r"(?![\w.-])", lambda _: new, value)
    if isinstance(value, list):
        return [_moved(item, old, new) for item in value]
    if isinstance(value, dict):
        return {key: _moved(item, old, new) for key, item in value.items()}
    return value


def _language(folder: Path, settings: Settings) -> Language | None:
    spec = kernelspecs.read(folder)
    named = kernelspecs.our_part(spec).get("language") or spec.get("language") or ""
    with suppress(InvalidValue):
        return find_language(str(named), settings)
    return None


def _finish(asked: dict[str, Any], report: Report) -> dict[str, Any]:
    """Let the specs and then the name of the old environment go; may be done more than once."""
    prefix = Path(asked["prefix"])
    target = target_of(prefix, str(asked["name"]))
    report.phase("register")
    renamed: dict[str, str] = {}
    policy = Policy(report.settings)
    for move in report.facts["moved"]:
        folder, staged = Path(move["folder"]), Path(move["staged"])
        # The job may go on long after it was checked.
        there = kernelspecs.prefix_of(kernelspecs.read(folder))
        policy.check_kernel(move["kernel"], prefix=there, resource_dir=folder, verb=say("renamed"))
        if move["name"] != move["kernel"]:
            planning.check_kernel_name(move["name"], report.settings)
        if folder.exists() or not (folder.parent / move["name"]).exists():
            scope = _scope_of(folder)
            kernelspecs.publish(staged, move["name"], scope, replace=True, home=folder.parent)
        if move["name"] != move["kernel"]:
            kernelspecs.remove(folder)
        renamed[move["kernel"]] = move["name"]
    beginning.finish(target)
    report.phase("remove")
    left = ""
    try:
        engine_by_name(report.facts["engine"], report.settings).remove(prefix, report)
        Snapshots(report.settings).discard(prefix)
    except CIManagerError as error:
        # It is renamed all the same; what stays of the old one is the user's to look at.
        left = str(prefix)
        report.log(f"The old environment could not be removed: {error.message}")
    return {
        "prefix": str(target),
        "environment": target.name,
        "formerly": prefix.name,
        "former_prefix": str(prefix),
        "kernels": list(renamed.values()),
        "renamed": renamed,
        "left_behind": left,
    }


def _scope_of(folder: Path) -> kernelspecs.Scope:
    """Say for whom a spec is: the owner alone, also where it is gone, or all users."""
    try:
        return "machine" if folder.stat().st_mode & 0o044 else "user"
    except OSError:
        return "user"


def _undo(asked: dict[str, Any], report: Report) -> dict[str, Any] | None:
    if report.facts.get("moved") is not None:
        try:
            return _finish(asked, report)
        except CIManagerError as error:
            report.log(f"It could not be finished: {error.message}")
            _put_back(asked, report)
    if report.facts.get("absent"):
        engine = engine_by_name(report.facts["engine"], report.settings)

        def remove(prefix: Path) -> None:
            report.phase("undo")
            engine.remove(prefix, report)

        beginning.take_back(report, remove)
    return None


def _put_back(asked: dict[str, Any], report: Report) -> None:
    """Let the kernels start from the old environment again, which is still there."""
    target = target_of(Path(asked["prefix"]), str(asked["name"]))
    for move in report.facts["moved"]:
        folder = Path(move["folder"])
        renamed = folder.parent / move["name"]
        if renamed != folder and kernelspecs.prefix_of(kernelspecs.read(renamed)) == target:
            kernelspecs.remove(renamed)
        if kernelspecs.prefix_of(kernelspecs.read(folder)) in (None, target):
            scope = _scope_of(folder)
            before = Path(move["before"])
            kernelspecs.publish(before, move["kernel"], scope, replace=True, home=folder.parent)


def _settle(asked: dict[str, Any], report: Report) -> None:
    engine = engine_by_name(report.facts["engine"], report.settings)
    engine.settle(Path(report.facts["absent"]))


rename_environment = Task(run=_rename, undo=_undo, after=_settle, resumable=True)
