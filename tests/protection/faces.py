"""How each face carries an attack out, and what came of it: the code of a refusal, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jupyter_ci_manager.commands.direct import DirectEngine
from jupyter_ci_manager.commands.engine import Engine
from jupyter_ci_manager.commands.failure import Failure
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.notebook.owner import Server
from jupyter_ci_manager.notebook.rest import RestEngine

from .attacks import Attack
from .field import Field
from .planting import REPLAYED, left_behind, plant, write_manifest

PATIENCE = 120.0


@dataclass(frozen=True)
class Result:
    """What an attack has met: an error's code, message and hint; ``code`` is empty without one."""

    code: str = ""
    message: str = ""
    hint: str = ""

    @classmethod
    def of(cls, error: dict[str, Any] | None) -> Result:
        known = error or {}
        return cls(*(str(known.get(key) or "") for key in ("code", "message", "hint")))


class Attacked(ABC):
    """A face."""

    def __init__(self, field: Field) -> None:
        self.field = field
        #: Id of the job that was forged for the attack.
        self.planted = ""

    def prepare(self, attack: Attack) -> None:
        """Put in place what the attacker has forged beforehand; most forge nothing."""
        if attack.verb in REPLAYED:
            self.planted = plant(attack, self.field)
        if attack.verb == "rebuild":
            write_manifest(attack.arguments["names"], self.field)

    def attack(self, attack: Attack) -> Result:
        """Carry an attack out; of a job that is given up its clean-up tells."""
        met = self.carry_out(attack)
        if attack.verb in ("cancel", "forget") and not met.code:
            return Result.of(left_behind(self.field.home / "heard" / self.planted))
        return met

    @abstractmethod
    def carry_out(self, attack: Attack) -> Result:
        """Do what the attack says."""


class Doors(Attacked):
    """A face that is called as the engine of all commands is: the service, or REST."""

    engine: Engine

    def carry_out(self, attack: Attack) -> Result:
        try:
            self._follow(self._do(attack))
        except Failure as failure:
            return Result.of(failure.to_dict())
        return Result()

    def _do(self, attack: Attack) -> Any:
        given = dict(attack.arguments)
        spelled = attack.spelled(self.field) if attack.environment is not None else ""
        verbs: dict[str, Callable[[], Any]] = {
            "remove": lambda: self.engine.remove_environment(spelled, given.get("confirm")),
            "rename": lambda: self.engine.rename_environment(spelled, given),
            "create": lambda: self.engine.create_kernel(given),
            "remove_kernel": lambda: self.engine.remove_kernel(given["name"]),
            "rename_kernel": lambda: self.engine.rename_kernel(**given),
            "change": lambda: self.engine.change_packages(spelled, given),
            "unprotect": lambda: self.engine.protect_environment(spelled, False),
            "discard": lambda: self.engine.discard_snapshots(spelled),
            "rebuild": lambda: self.engine.rebuild(),
            "retry": lambda: self.engine.retry_job(self.planted),
            "resume": lambda: self.engine.retry_job(self.planted),
            "cancel": lambda: self.engine.cancel_job(self.planted),
            "forget": lambda: self.engine.remove_job(self.planted),
        }
        return verbs[attack.verb]()

    def _follow(self, started: Any) -> None:
        """Wait for the job that was started; its refusal is the attack's."""
        begun = started if isinstance(started, dict) else {}
        for refused in begun.get("refused", []):
            raise Failure.from_dict(refused["error"])
        for job in begun.get("jobs", [started]):
            if isinstance(job, dict) and "task" in job:
                done = JobService(self.field.settings).follow(job["id"], timeout=PATIENCE)
                if done.error is not None and done.state == "failed":
                    raise Failure.from_dict(done.error)


class Service(Doors):
    """The doors of the wings, called in this process."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.engine = DirectEngine(field.settings)


class Rest(Doors):
    """The REST API of a running Jupyter server."""

    def __init__(self, field: Field, server: Server) -> None:
        super().__init__(field)
        self.engine = RestEngine(server)
