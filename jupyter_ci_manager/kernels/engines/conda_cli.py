"""The engine that has conda, mamba or micromamba make environments, as the guide does by hand.

Every command is an argument list; specs are parsed before they stand in one. One transaction does
what the guide's ``create`` and ``install`` commands do together.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...config import Settings
from ...errors import NameTaken
from ...sentences import say
from ..identity import Identity
from ..models import PackageMatches
from . import bookkeeping
from .base import Action, Engine, PackageAction, Plan, Report, Silent, SolveRequest
from .conda_config import CondaConfig
from .conda_errors import failure
from .conda_process import run_logged, run_quietly
from .conda_programs import CondaProgram
from .conda_search import search
from .explicit import check_addresses
from .rattler_errors import translated
from .removal import remove_prefix
from .search import NamePattern
from .secrets import hide_credentials, strip_credentials
from .specs import parse_specs

#: Packages grow about so much when they are unpacked; repodata does not tell.
_UNPACKED = 4


@dataclass(frozen=True)
class _Command:
    """What to run: the subcommand with everything but the prefix and the switches."""

    head: tuple[str, ...]
    specs: tuple[str, ...] = ()
    explicit: tuple[str, ...] = ()
    creates: bool = False
    packages: int = 0
    is_repair: bool = False


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
        command = self._command(
            request, self._places(names), [s.text for s in specs], [s.name for s in removed]
        )
        prefix = request.prefix or Path(tempfile.gettempdir()) / "no-environment"
        with self._written(command, prefix) as argv:
            done = run_quietly([*argv, "--dry-run", "--json"], report)
        try:
            answer = json.loads(done.out[done.out.index("{") :])
        except ValueError:
            answer = {}
        if done.code != 0 or answer.get("success") is False:
            raise failure(answer, done.out + done.err)
        actions = _actions(answer.get("actions") or {}, request)
        download = sum(a.size_bytes or 0 for a in actions if not a.cached and a.action != "remove")
        return Plan(
            engine=self.name,
            prefix=request.prefix,
            actions=tuple(actions),
            download_bytes=download,
            link_bytes=download * _UNPACKED,
            specs=command.specs,
            channels=tuple(strip_credentials(url) for url in urls),
            payload=_Command(
                command.head,
                command.specs,
                command.explicit,
                command.creates,
                len(actions),
                command.is_repair,
            ),
        )

    def search(
        self, name: str, channels: tuple[str, ...], limit: int, report: Report
    ) -> PackageMatches:
        """See :meth:`Engine.search`."""
        pattern = NamePattern(name)
        names = channels or tuple(self._settings.channels)
        self._condarc.resolve_all(names)
        argv = [str(self._program.path), *self._places(names)]
        return search(argv, pattern, limit, report)

    def settle(self, prefix: Path) -> None:
        """Do nothing: conda has compiled everything already."""

    def _apply(self, plan: Plan, prefix: Path, report: Report) -> None:
        command: _Command = plan.payload
        if plan.is_empty and (prefix / "conda-meta" / "history").is_file():
            return
        begun = bookkeeping.begun_mark(prefix)
        with translated("link"):
            if command.creates:
                self._make_way(prefix, begun, report)
            with self._written(command, prefix) as argv, self._cache(command, prefix) as cache:
                watch = _Watch(prefix, command.packages, report)
                done = run_logged(argv, report, watch, cache)
        if done.code != 0:
            raise failure({}, done.out)
        if command.creates:
            (prefix / "conda-meta" / bookkeeping.MARK).write_text(bookkeeping.MADE)
            if not begun.read_bytes():
                begun.unlink()
        bookkeeping.remember(prefix)

    def _remove(self, prefix: Path, judged: Identity | None, report: Report) -> None:
        with translated("remove"):
            remove_prefix(prefix, report, judged=judged)

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

    def _command(
        self,
        request: SolveRequest,
        places: list[str],
        specs: list[str],
        removed: list[str],
    ) -> _Command:
        there = request.prefix is not None and (request.prefix / "conda-meta" / "history").is_file()
        head = ["install"] if there else ["create"]
        if request.clone is not None:
            if self._program.kind == "conda":
                return _Command(("create", "--clone", str(request.clone)), creates=True)
            return _Command(("create",), explicit=_urls_of(request.clone), creates=True)
        if request.explicit:
            urls = tuple(spec.text for spec in check_addresses(request.explicit))
            return _Command(tuple(head), explicit=urls, creates=not there)
        if removed:
            return _Command(("remove",), tuple(removed))
        if request.repair:
            assert request.prefix is not None
            exact = _exact_specs(request.prefix, request.repair)
            return _Command(("install", "--force-reinstall", *places), exact, is_repair=True)
        if request.update:
            named = ("--all",) if "*" in request.update else ()
            rest = tuple(name for name in request.update if name != "*")
            return _Command(("update", *named, *places), (*rest, *specs))
        if request.python:
            specs = [f"python={request.python}", *specs]
        if request.platform:
            places = [*places, "--platform", request.platform]
        return _Command((*head, *places), tuple(specs), creates=not there)

    def _places(self, channels: tuple[str, ...]) -> list[str]:
        """Give the options that name the channels, where conda would not take them by itself."""
        if not channels and self._condarc.channels:
            return []
        names = channels or self._condarc.names_in_force()
        options = [part for name in names for part in ("-c", name)]
        if self._condarc.override_channels_enabled:
            options.append("--override-channels")
        return options

    @contextlib.contextmanager
    def _cache(self, command: _Command, prefix: Path) -> Iterator[dict[str, str]]:
        """Give the variables by which a repair gets its packages anew.

        What was written in place shows in conda's cache too, for both are one file, and conda
        looks at sizes only.
        """
        if not command.is_repair or self._condarc.offline:
            yield {}
            return
        # Inside, so that the packages can be linked, and go with the environment in any case.
        fresh = prefix / ".packages-anew"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            yield {"CONDA_PKGS_DIRS": str(fresh)}
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    @contextlib.contextmanager
    def _written(self, command: _Command, prefix: Path) -> Iterator[list[str]]:
        """Give the whole argument list; a list of addresses goes through a file."""
        argv = [str(self._program.path), *command.head, "--yes", "--prefix", str(prefix)]
        if not command.explicit:
            yield [*argv, *command.specs]
            return
        with tempfile.TemporaryDirectory() as scratch:
            listing = Path(scratch) / "explicit.txt"
            listing.write_text("@EXPLICIT\n" + "\n".join(command.explicit) + "\n")
            yield [*argv, "--file", str(listing)]


class _Watch:
    """Tells phases by what conda prints, and packages by the records it has written."""

    def __init__(self, prefix: Path, packages: int, report: Report) -> None:
        self._meta = prefix / "conda-meta"
        self._packages = packages
        self._report = report
        self._phase = ""
        self._told = -1

    def line(self, text: str) -> None:
        """Look at one line of output."""
        lowered = text.lower()
        if "download" in lowered and "packages" in lowered:
            self._enter("download")
        elif "executing transaction" in lowered or lowered.startswith("linking"):
            self._enter("link")

    def look(self) -> None:
        """Tell how many packages are in place."""
        if self._phase != "link" or not self._packages:
            return
        done = sum(1 for _ in self._meta.glob("*.json"))
        if done != self._told:
            self._told = done
            self._report.progress(min(done, self._packages), self._packages, "packages")

    def _enter(self, phase: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self._report.phase(phase)


def _exact_specs(prefix: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    """Give specs that name what is installed: by its name alone conda would renew a package."""
    return tuple(
        f"{data['name']}={data['version']}={data['build']}"
        for record in sorted((prefix / "conda-meta").glob("*.json"))
        if (data := json.loads(record.read_text("utf-8"))).get("name") in names
    )


def _urls_of(prefix: Path) -> tuple[str, ...]:
    urls = []
    for record in sorted((prefix / "conda-meta").glob("*.json")):
        data = json.loads(record.read_text("utf-8"))
        digest = data.get("md5")
        urls.append(f"{data['url']}#{digest}" if digest else str(data["url"]))
    return tuple(urls)


def _actions(answer: dict[str, Any], request: SolveRequest) -> list[PackageAction]:
    fetched = {_dist(entry): entry for entry in answer.get("FETCH") or []}
    unlinked = {entry["name"]: entry for entry in answer.get("UNLINK") or []}
    linked = {entry["name"]: entry for entry in answer.get("LINK") or []}
    actions = []
    for name, entry in linked.items():
        before = unlinked.get(name)
        fetch = fetched.get(_dist(entry))
        what: Action = "install"
        was = None
        if before is not None:
            same = _dist(before) == _dist(entry)
            what = "reinstall" if same else "change"
            version = str(before["version"])
            differs = same or version != str(entry["version"])
            was = version if differs else f"{version} {_build(before)}"
        size = (fetch or entry).get("size")
        actions.append(
            PackageAction(
                name=name,
                version=str(entry["version"]),
                build=_build(entry),
                channel=hide_credentials(str(entry.get("channel") or "")),
                action=what,
                size_bytes=size if isinstance(size, int) else None,
                before=was,
                cached=fetch is None,
            )
        )
    actions += [
        PackageAction(
            name=name,
            version=str(entry["version"]),
            build=_build(entry),
            channel=hide_credentials(str(entry.get("channel") or "")),
            action="remove",
        )
        for name, entry in unlinked.items()
        if name not in linked
    ]
    return actions


def _build(entry: dict[str, Any]) -> str:
    return str(entry.get("build_string") or entry.get("build") or "")


def _dist(entry: dict[str, Any]) -> tuple[str, str, str]:
    return str(entry["name"]), str(entry["version"]), _build(entry)
