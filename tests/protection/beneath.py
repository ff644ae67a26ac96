"""Attacks from beneath: forged jobs, and the policy and the engines asked directly."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.jobs import runner
from jupyter_ci_manager.jobs.account import Account
from jupyter_ci_manager.jobs.locks import Lock
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.protection import Policy

from .attacks import Attack
from .faces import PATIENCE, Attacked, Result
from .field import Field
from .forking import forked
from .planting import job, left_behind, mark_begun, planted


class Jobs(Attacked):
    """Jobs whose request, settings and records somebody has written himself.

    Each is done by the runner in a process of its own; every so many is a quite new one, started
    as the product starts jobs, and tried again after it was refused.
    """

    def __init__(self, field: Field, *, new_every: int) -> None:
        super().__init__(field)
        self._new_every = new_every
        self._count = 0

    def prepare(self, attack: Attack) -> None:
        if attack.verb == "undo":
            mark_begun(attack, self.field)

    def carry_out(self, attack: Attack) -> Result:
        self._count += 1
        task, request, facts = job(attack, self.field)
        if self._new_every and not facts and self._count % self._new_every == 1:
            return self._by_the_product(task, request)
        return self._by_a_fork(task, request, facts, undo=attack.verb == "undo")

    def _by_the_product(self, task: str, request: dict[str, Any]) -> Result:
        service = JobService(self.field.settings)
        refused = service.follow(service.start(task, "x", "x", request).id, timeout=PATIENCE)
        again = service.follow(service.retry(refused.id).id, timeout=PATIENCE)
        first, second = Result.of(refused.error), Result.of(again.error)
        return second if first.code == second.code else Result("differs", f"{first} {second}")

    def _by_a_fork(
        self, task: str, request: dict[str, Any], facts: dict[str, Any], *, undo: bool
    ) -> Result:
        folder = planted(task, request, facts, self.field)
        forked(lambda: _run_job(folder, undo=undo))
        return Result.of(Account.read(folder).error or left_behind(folder))


class Inside(Attacked):
    """The policy and the engines themselves, asked past everything else."""

    def carry_out(self, attack: Attack) -> Result:
        try:
            self._do(attack)
        except CIManagerError as error:
            return Result.of(error.to_dict())
        return Result()

    def _do(self, attack: Attack) -> None:
        settings = self.field.settings
        given = dict(attack.arguments)
        if attack.verb == "policy_name":
            Policy(settings).check_name("create", given["name"])
            return
        spelled = attack.spelled(self.field)
        if attack.verb == "policy":
            Policy(settings).check(given["operation"], spelled)
            return
        engine = engine_by_name("rattler", settings)
        prefix = Path(spelled)
        if attack.verb == "engine_remove":
            engine.remove(prefix, Silent())
            return
        if attack.verb == "engine_create":
            asked = SolveRequest(specs=("tzdata",), prefix=prefix)
        else:
            if "clone" in given:
                given["clone"] = self.field.envs / given["clone"]
            more = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
            asked = SolveRequest(prefix=prefix.expanduser(), **more)
        engine.apply(engine.solve(asked, Silent()), prefix.expanduser(), Silent())


def _run_job(folder: Path, *, undo: bool) -> int:
    """Run the job as its own process does; the way back is gone in the same process."""

    def undo_here(folder: Path, lock: Lock, claims: Any, slot: Any) -> Any:
        runner.Runner(folder, lock_fd=lock.fd).undo()
        os._exit(0)

    runner.become_undo = undo_here  # type: ignore[assignment]
    runner.main([str(folder), *(["--undo"] if undo else [])])
    return 0
