"""What an engine is: the contract between those who want an environment and those who make it.

An engine turns package specs into an environment in two steps that a caller can look between:
:meth:`Engine.solve` says what would be done and changes nothing, :meth:`Engine.apply` does it.
Everything is synchronous and may be called from any thread; an engine is used by one thread at a
time. Only errors from :mod:`jupyter_ci_manager.errors` leave an engine.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ...config import Settings
from ...errors import Conflict
from ...sentences import say
from ..models import PackageChange, PackageMatches
from .conda_config import CondaConfig

if TYPE_CHECKING:
    from ..identity import Identity
    from ..protection import Policy

#: What happens to one package. ``change`` is another version or build of an installed one.
Action = Literal["install", "remove", "change", "reinstall"]


class Report(Protocol):
    """Where an engine tells how far it is, and hears that it shall stop."""

    def phase(self, name: str) -> None:
        """Begin a phase; an engine uses ``solve``, ``download`` and ``link``."""

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        """Tell how far the present phase is, in real units (``bytes``, ``packages``)."""

    def log(self, line: str) -> None:
        """Add one line to the log; credentials are already taken out of it."""

    def process(self, pid: int) -> None:
        """Name a child process that must end when the job is cancelled."""

    def check_cancelled(self) -> None:
        """Raise the caller's own exception when the work shall stop; called often."""


class Silent:
    """A :class:`Report` for callers who want the result only."""

    def phase(self, name: str) -> None:
        """Say nothing."""

    def progress(self, done: float, total: float | None = None, unit: str = "") -> None:
        """Say nothing."""

    def log(self, line: str) -> None:
        """Say nothing."""

    def process(self, pid: int) -> None:
        """Say nothing."""

    def check_cancelled(self) -> None:
        """Never stop."""


@dataclass(frozen=True, kw_only=True)
class SolveRequest:
    """What an environment shall become.

    Parameters
    ----------
    specs:
        Packages to have, as conda match specs (``numpy``, ``python=3.11``, ``pandas >=2``). For
        an existing environment: in addition to what is there.
    remove:
        Names of packages to take out, with what only they needed left in place, as conda does.
    update:
        Names of installed packages that may move to their newest version; ``("*",)`` is all.
    channels:
        Names or URLs, most important first; empty means the user's own configuration.
    prefix:
        The environment to create or change. ``None``: only the solution is wanted.
    python:
        Version that Python must have, such as ``3.11``. An existing environment keeps its own
        minor version unless ``specs`` says otherwise.
    explicit:
        URLs of packages (with ``#md5`` or ``#sha256:...`` where known) to install exactly,
        without a solve; excludes ``specs``, ``remove`` and ``update``.
    clone:
        Prefix of an environment whose conda packages are taken over exactly; excludes the
        others likewise.
    platform:
        conda subdir such as ``linux-64``; ``None`` is this machine's.
    repair:
        Names of installed packages to lay down anew, whatever their records say.
    """

    specs: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    prefix: Path | None = None
    python: str | None = None
    explicit: tuple[str, ...] = ()
    clone: Path | None = None
    platform: str | None = None
    repair: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PackageAction:
    """What a plan does to one package.

    ``version`` and ``build`` are those afterwards (for ``remove``: those that go), ``before`` is
    the version that was there, ``size_bytes`` that of the archive, ``cached`` whether it need
    not be downloaded any more.
    """

    name: str
    version: str
    build: str
    channel: str
    action: Action
    size_bytes: int | None = None
    before: str | None = None
    cached: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What :meth:`Engine.apply` will do.

    ``payload`` belongs to the engine that made the plan; a plan is applied by that engine only
    and in the same process.
    """

    engine: str
    prefix: Path | None
    actions: tuple[PackageAction, ...]
    download_bytes: int = 0
    link_bytes: int = 0
    specs: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    payload: Any = field(default=None, repr=False, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.actions

    def changes(self) -> list[PackageChange]:
        """Give the plan as lines of a preview, by package name."""
        return [
            PackageChange(
                name=act.name,
                before=act.version if act.action == "remove" else act.before,
                after=None if act.action == "remove" else act.version,
                size_bytes=act.size_bytes,
            )
            for act in sorted(self.actions, key=lambda act: act.name)
        ]


class Engine(ABC):
    """One way of making conda environments.

    Whatever destroys asks the protection policy here, right before it begins, so no way through
    an engine leads around it.
    """

    #: ``rattler`` or ``conda``; what settings, logs and kernel specs call it.
    name: str

    def __init__(self, settings: Settings, condarc: CondaConfig) -> None:
        self._settings = settings
        self._condarc = condarc

    @abstractmethod
    def solve(self, request: SolveRequest, report: Report) -> Plan:
        """Say what would be done; nothing on disk changes but caches.

        Raises
        ------
        InvalidValue
            A spec or channel is not well formed or not allowed; ``field`` names it.
        Unsolvable
            No set of packages fits; the message holds the solver's explanation.
        Unavailable
            A channel cannot be reached, or offline mode lacks something.
        """

    @abstractmethod
    def search(
        self, name: str, channels: tuple[str, ...], limit: int, report: Report
    ) -> PackageMatches:
        """Give the packages whose names match, for this machine's platform.

        Parameters
        ----------
        name:
            A part of a name, or a whole one with ``*`` and ``?``.
        channels:
            Names or URLs, most important first; empty means the user's own configuration.
        limit:
            How many matches to look up at most.

        Raises
        ------
        InvalidValue
            ``name`` or a channel cannot be one.
        Unavailable
            A channel cannot be reached.
        """

    def apply(self, plan: Plan, prefix: Path, report: Report) -> None:
        """Make ``prefix`` what the plan says: create it, change it, or finish what was begun.

        After an interruption the same call (with a fresh plan) completes the environment.

        Raises
        ------
        DiskFull
            The disk has not the room.
        NotPermitted
            The prefix or the package cache may not be written.
        Unavailable
            A package cannot be fetched.
        Refused
            A fetched package is not what the channel says (``corrupt_package``), or the package
            manager refuses.
        ProtectedEnvironment
            The plan would cost a protected environment.
        Conflict
            The environment is another than the plan was made for, or has changed since.
        """
        policy = self._policy()
        exists = (prefix / "conda-meta").is_dir()
        if not exists:
            policy.check("create", prefix)
        if plan.prefix is None or os.path.realpath(plan.prefix) != os.path.realpath(prefix):
            # What it would change here was never looked at.
            policy.check("create", prefix)
            raise Conflict(
                say("The plan was not made for {prefix}.", prefix=prefix),
                hint=say("Solve for this environment first."),
                code="other_environment",
            )
        from ..guarded_change import guarded

        with guarded(prefix, plan.changes() if exists else [], self._settings, report):
            self._apply(plan, prefix.absolute(), report)

    def remove(self, prefix: Path, report: Report) -> None:
        """Remove the environment and forget it in conda's list; gone already is success.

        Raises
        ------
        NotPermitted
            A file may not be removed.
        ProtectedEnvironment
            It must not be lost.
        Conflict
            Another folder has come into its place meanwhile.
        """
        judged = self._policy().check("remove", prefix)
        self._remove(prefix.absolute(), judged, report)

    def _policy(self) -> Policy:
        # Protection reads conda's configuration through modules of this package.
        from ..protection import Policy

        return Policy(self._settings)

    @abstractmethod
    def _apply(self, plan: Plan, prefix: Path, report: Report) -> None:
        """Do what :meth:`apply` promises; protection has been asked."""

    @abstractmethod
    def _remove(self, prefix: Path, judged: Identity | None, report: Report) -> None:
        """Do what :meth:`remove` promises; protection was asked about the folder ``judged``."""

    @abstractmethod
    def settle(self, prefix: Path) -> None:
        """Begin what makes the next environment faster; call it when the user waits no longer.

        It returns at once: the work goes on in a process of low priority of its own, and
        nothing depends on it.
        """

    @abstractmethod
    def forget_compiled(self, prefix: Path, files: Collection[str]) -> None:
        """Give no other environment the compiled modules of ``prefix`` that are damaged.

        ``files`` are their paths in it.
        """

    @abstractmethod
    def version(self) -> str:
        """Give the engine's version, such as ``py-rattler 0.28.0`` or ``conda 26.7.1``."""
