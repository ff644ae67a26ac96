"""The engine that has conda, mamba or micromamba make environments, as the guide does by hand.

Every command is an argument list; specs are parsed before they stand in one. One transaction does
what the guide's ``create`` and ``install`` commands do together.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path

from ...config import Settings
from ...errors import CIManagerError, NameTaken, Unsolvable
from ...sentences import say
from ..identity import Identity
from ..models import PackageMatches
from . import bookkeeping
from .anaconda_tokens import signed
from .base import Engine, Plan, Report, Silent, SolveRequest
from .conda_answers import package_actions
from .conda_channels import configured, named_channels
from .conda_commands import Command, command
from .conda_config import CondaConfig
from .conda_errors import failure
from .conda_process import run_logged, run_quietly
from .conda_programs import CondaProgram
from .conda_progress import CondaProgress
from .conda_search import search
from .folders import make_private, package_cache
from .rattler_errors import translated
from .rattler_solve import Asked
from .records import installed_records
from .removal import remove_prefix
from .search import NamePattern
from .secrets import strip_credentials
from .specs import Spec, parse_specs
from .unknown_package import check_names

#: Packages grow about so much when they are unpacked; repodata does not tell.
_UNPACKED = 4


class CondaEngine(Engine):
    """Environments by a conda that was found on this machine."""

    name = "conda"

    def __init__(self, settings: Settings, condarc: CondaConfig, program: CondaProgram) -> None:
        super().__init__(settings, condarc)
        self._program = program

    def version(self) -> str:
        """Give what the program calls itself, such as ``conda 26.7.1``."""
        done = run_quietly([str(self._program.path), "--version"], Silent())
        words = done.out.split()
        return f"{self._program.kind} {words[-1]}" if words else self._program.kind

    def solve(self, request: SolveRequest, report: Report) -> Plan:
        """See :meth:`Engine.solve`."""
        report.phase("solve")
        names = tuple(request.channels) or tuple(self._settings.channels)
        urls = self._condarc.resolve_all(names)
        listed = [*urls, *names, *self._condarc.channels]
        specs = parse_specs(request.specs, listed)
        removed = parse_specs(request.remove, [])
        channels = named_channels(names, self._condarc)
        wanted = command(
            self._program,
            request,
            channels,
            signed(urls, self._condarc),
            [s.text for s in specs],
            [s.name for s in removed],
        )
        prefix = request.prefix or Path(tempfile.gettempdir()) / "no-environment"
        with wanted.written(prefix) as (argv, variables):
            done = run_quietly([*argv, "--dry-run", "--json"], report, variables)
        try:
            answer = json.loads(done.out[done.out.index("{") :])
        except ValueError:
            answer = {}
        if done.code != 0 or answer.get("success") is False:
            error = failure(answer, done.out + done.err)
            if isinstance(error, Unsolvable):
                self._check_names(request, specs, error, report)
            raise error
        actions = package_actions(answer.get("actions") or {})
        download = sum(a.size_bytes or 0 for a in actions if not a.cached and a.action != "remove")
        return Plan(
            engine=self.name,
            prefix=request.prefix,
            actions=tuple(actions),
            download_bytes=download,
            link_bytes=download * _UNPACKED,
            specs=wanted.specs,
            channels=tuple(strip_credentials(url) for url in urls),
            payload=replace(wanted, packages=len(actions)),
        )

    def search(
        self, name: str, channels: tuple[str, ...], limit: int, report: Report
    ) -> PackageMatches:
        """See :meth:`Engine.search`."""
        pattern = NamePattern(name)
        names = channels or tuple(self._settings.channels)
        self._condarc.resolve_all(names)
        named = named_channels(names, self._condarc)
        argv = [str(self._program.path), *named.options]
        with configured(named) as variables:
            return search(argv, pattern, limit, report, variables)

    def settle(self, prefix: Path) -> None:
        """Do nothing: conda has compiled everything already."""

    def forget_compiled(self, prefix: Path, files: Collection[str]) -> None:
        """Do nothing: each environment has its own."""

    def _apply(self, plan: Plan, prefix: Path, report: Report) -> None:
        wanted: Command = plan.payload
        if plan.is_empty and (prefix / "conda-meta" / "history").is_file():
            return
        begun = bookkeeping.begun_mark(prefix)
        with translated("link"):
            if wanted.creates:
                self._make_way(prefix, begun, report)
            with (
                wanted.written(prefix) as (argv, variables),
                self._cache(wanted, prefix) as cache,
            ):
                watch = CondaProgress(prefix, wanted.packages, report)
                done = run_logged(argv, report, watch, variables | cache)
        if done.code != 0:
            raise failure({}, done.out)
        if wanted.creates:
            (prefix / "conda-meta" / bookkeeping.MARK).write_text(bookkeeping.MADE)
            if not begun.read_bytes():
                begun.unlink()
        bookkeeping.remember(prefix)

    def _remove(self, prefix: Path, judged: Identity | None, report: Report) -> None:
        with translated("remove"):
            remove_prefix(prefix, report, judged=judged)

    def _check_names(
        self, request: SolveRequest, specs: list[Spec], error: Unsolvable, report: Report
    ) -> None:
        """See that every package exists: of a version that does not, conda says the same."""
        names = tuple(request.channels) or tuple(self._settings.channels)
        place = request.prefix or Path.home()
        try:
            asked = Asked(
                request=request,
                urls=signed(self._condarc.resolve_all(names), self._condarc),
                specs=specs,
                installed=installed_records(request.prefix),
                condarc=self._condarc,
                cache=make_private(package_cache(place, self._settings, self._condarc)),
            )
            with translated("solve"):
                check_names(asked, names, str(error.details.get("error", "")), report)
        except Unsolvable:
            raise
        except CIManagerError as other:
            # conda reaches channels in ways that rattler does not know; its own words must do.
            report.log(f"the names were not looked up: {other.message}")

    def _make_way(self, prefix: Path, begun: Path, report: Report) -> None:
        """Let conda find nothing under the name: it would delete what is there."""
        if prefix.exists() and any(prefix.iterdir()):
            if not begun.exists():
                raise NameTaken(
                    say("The folder {prefix} exists already.", prefix=prefix),
                    hint=say("Choose another name, or move the folder away."),
                    code="prefix_not_empty",
                    field="name",
                )
            # conda does not go on with what it has begun: files without records are left.
            report.log("removing what an interrupted attempt left")
            remove_prefix(prefix, report)
        begun.parent.mkdir(parents=True, exist_ok=True)
        begun.touch()

    @contextlib.contextmanager
    def _cache(self, wanted: Command, prefix: Path) -> Iterator[dict[str, str]]:
        """Give the variables by which a repair gets its packages anew.

        What was written in place shows in conda's cache too, for both are one file, and conda
        looks at sizes only.
        """
        if not wanted.is_repair or self._condarc.offline:
            yield {}
            return
        # Inside, so that the packages can be linked, and go with the environment in any case.
        fresh = prefix / ".packages-anew"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            yield {"CONDA_PKGS_DIRS": str(fresh)}
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
