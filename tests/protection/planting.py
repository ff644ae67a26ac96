"""What an attacker can forge beforehand: jobs that were never asked for, and what they recorded."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from jupyter_ci_manager.jobs import journal, launcher
from jupyter_ci_manager.jobs.models import JobRequest
from jupyter_ci_manager.jobs.paths import jobs_folder, private_folder
from jupyter_ci_manager.kernels.engines.bookkeeping import begun_mark

from .attacks import Attack
from .field import Field

_ROOM = "jupyter_ci_manager.kernels"
#: Verbs of attacks that a job of before is needed for.
REPLAYED = ("retry", "resume", "cancel", "forget")


def plant(attack: Attack, field: Field) -> str:
    """Forge the job that an attack replays; gives its id.

    Its journal can also be read at ``heard`` in the attacker's home once the job is forgotten.
    """
    given = dict(attack.arguments)
    replayed = Attack(attack.name, attack.mechanism, given.pop("of"), attack.environment, given)
    if replayed.verb == "undo":
        mark_begun(replayed, field)
    folder = planted(*job(replayed, field), field)
    if attack.verb == "retry":
        launcher.note(folder, lambda log: log.ended("failed"))
    elif not (folder / "events.jsonl").exists():
        launcher.note(folder, lambda log: log.log("begun"))
    heard = field.home / "heard" / folder.name
    heard.mkdir(parents=True)
    os.link(folder / "events.jsonl", heard / "events.jsonl")
    return folder.name


def planted(task: str, request: dict[str, Any], facts: dict[str, Any], field: Field) -> Path:
    """Forge a job that died; gives its folder."""
    folder = private_folder(jobs_folder()) / journal.new_id()
    # Settings of one's own: they protect nothing.
    settings = launcher.settings_for_job(field.settings)
    settings["settings"] |= {"protected_kernels": []}
    asked = JobRequest(
        id=folder.name, task=task, target="x", title="x", created=time.time(),
        request=request, **settings,
    )  # fmt: skip
    journal.create(folder, asked)
    if facts:
        launcher.note(folder, lambda log: log.record(**facts))
    return folder


def mark_begun(attack: Attack, field: Field) -> None:
    """Put the mark of an environment that is being made where it is easily forged."""
    prefix = Path(attack.spelled(field)).expanduser()
    for place in (prefix, Path(os.path.realpath(prefix))):
        if os.access(place.parent, os.W_OK):
            begun_mark(place).touch()


def left_behind(folder: Path) -> dict[str, Any] | None:
    """Give the error for which a job's clean-up has left something behind."""
    ended = [event for event in journal.read_events(folder, 0)[0] if event.kind == "ended"]
    if not ended:
        return {"code": "not_ended"}
    error: dict[str, Any] | None = (ended[-1].data or {}).get("left_behind")
    return error


def write_manifest(names: list[str], field: Field) -> None:
    """Write down environments as if another machine had them."""
    entries = [
        {"name": name, "environment_yml": "dependencies: [python, ipykernel]"} for name in names
    ]
    (field.home / "manifest" / "environments.json").write_text(
        json.dumps({"version": 1, "written": 0, "environments": entries})
    )


def job(attack: Attack, field: Field) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Give an attack as a task, what it is asked, and what an earlier run of it has recorded."""
    given = dict(attack.arguments)
    prefix = attack.spelled(field) if attack.environment is not None else ""
    name = Path(prefix).name
    if attack.verb == "remove":
        asked = {"prefix": prefix, "name": name, "confirm": name}
        return f"{_ROOM}.removal:remove_environment", asked, {}
    if attack.verb == "rename":
        asked = {"prefix": prefix, "name": given["name"], "confirm": name}
        return f"{_ROOM}.renaming:rename_environment", asked, {}
    if attack.verb == "change":
        asked = {"prefix": prefix, "request": given}
        return f"{_ROOM}.package_changes:change_packages", asked, {}
    if attack.verb == "restore":
        asked = {"prefix": prefix, "name": name, "snapshot": None, "confirm": name}
        return f"{_ROOM}.snapshot_tasks:restore_environment", asked, {}
    if attack.verb == "repair":
        folder = field.kernels / given["kernel"]
        asked = {"kernel": "mine", "folder": str(folder), "prefix": prefix}
        return f"{_ROOM}.repair:repair_kernel", asked, {}
    if attack.verb == "undo":
        facts = {"absent": prefix, "engine": "rattler", "jobs": ["x"]}
        return f"{_ROOM}.tasks:create_kernel", {"name": name}, facts
    if attack.verb == "finish_rename":
        staged = field.home / "staged"
        if not staged.exists():
            staged.mkdir()
            (staged / "kernel.json").write_text('{"argv": ["python"], "display_name": "x"}')
        move = {
            "kernel": given["kernel"], "name": given["onto"], "works": True,
            "folder": str(field.kernels / given["kernel"]), "staged": str(staged),
            "before": str(staged),
        }  # fmt: skip
        facts = {"moved": [move], "absent": f"{field.envs}/mine", "engine": "rattler"}
        asked = {"prefix": prefix, "name": "mine", "confirm": name}
        return f"{_ROOM}.renaming:rename_environment", asked, facts
    return f"{_ROOM}.tasks:create_kernel", given, {}
