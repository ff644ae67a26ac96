"""A request for a kernel that passed every check, and what it will do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..config import Settings
from ..errors import InvalidValue, Refused
from ..sentences import say
from . import installed, pip
from .beginning import MARKER
from .engines import Engine, Plan, Report, SolveRequest
from .engines.folders import is_readable_by_all
from .languages import Language
from .models import KernelRequest, PackageChange
from .protection import Policy


@dataclass(frozen=True, kw_only=True)
class Order:
    """A request that passed every check.

    ``solve`` is ``None`` where an existing environment has all that its kernel needs.
    ``is_new`` says whether the prefix is to be created, and so may be removed by an undo.
    ``lacking`` are the kernel's packages that the environment to clone has not.
    """

    request: KernelRequest
    language: Language
    engine: Engine
    engine_reason: str
    prefix: Path
    kernel: str
    display_name: str
    is_new: bool
    solve: SolveRequest | None
    lacking: tuple[str, ...] = ()
    pip: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)

    def problems(self) -> list[dict[str, str]]:
        """Give what does not stand in the way, and should be known: error-like, with a code."""
        if self.request.scope != "machine" or is_readable_by_all(self.prefix):
            return []
        return [
            {
                "code": "not_for_all_users",
                "message": say(
                    "Other users will see the kernel and cannot start it: {prefix} "
                    "lies in a folder that only you may read.",
                    prefix=self.prefix,
                ),
                "hint": say("Make the environment in a folder that all users may read (envs_dir)."),
            }
        ]

    def plan(self, report: Report) -> Plan | None:
        """Have the engine say what it would do.

        Raises
        ------
        Unsolvable, Unavailable, InvalidValue, ProtectedEnvironment
            It cannot be done, or must not.
        """
        if self.solve is None:
            return None
        plan = self.engine.solve(self.solve, report)
        if self.solve.explicit and plan.actions:
            self._check_lock(plan)
        return plan

    def pip_changes(self, settings: Settings, report: Report) -> list[PackageChange] | None:
        """Have pip say what it would do to a protected environment; ``None``: it cannot tell.

        To an environment of the user's own it may do what it likes.

        Raises
        ------
        Unsolvable, Unavailable, Refused
            What pip says.
        """
        if self.is_new or not self.pip or Policy(settings).describe(self.prefix) is None:
            return []
        known = installed.list_packages(self.prefix)
        versions = {package.name.lower().replace("_", "-"): package.version for package in known}
        try:
            return pip.preview(self.prefix, self.pip, versions, report)
        except Refused as error:
            if error.code != "no_preview":
                raise
            return None

    def plan_lacking(self, prefix: Path, report: Report) -> Plan | None:
        """Have the engine say what a clone's kernel needs beyond what is in ``prefix``.

        Raises
        ------
        Unsolvable, Unavailable, InvalidValue
            It cannot be done.
        """
        if not self.lacking:
            return None
        channels = tuple(self.request.channels)
        request = SolveRequest(specs=self.lacking, prefix=prefix, channels=channels)
        return self.engine.solve(request, report)

    def _check_lock(self, plan: Plan) -> None:
        """A lock without the kernel's package would make an environment without a kernel."""
        there = {action.name for action in plan.actions if action.action != "remove"}
        there |= {requirement.partition("==")[0].lower() for requirement in self.pip}
        missing = [name for name in self.language.kernel_packages() if name not in there]
        if missing and not (self.prefix / MARKER).exists():
            raise InvalidValue(
                say(
                    "The lock file holds no {missing}, without which there is no kernel.",
                    missing=", ".join(missing),
                ),
                hint=say("Add it to the environment that the lock was made from."),
                code="kernel_package_missing",
                field="lock",
            )
