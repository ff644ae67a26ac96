"""The engine that makes environments with rattler, inside this process: no conda is needed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Conflict, DiskFull, NameTaken
from ...sentences import say
from ..identity import Identity
from ..models import PackageMatches
from . import bookkeeping
from .anaconda_tokens import signed, tokens
from .base import Engine, Plan, Report, SolveRequest
from .folders import make_private, package_cache
from .pyc_store import PycStore
from .rattler_errors import translated
from .rattler_network import client, with_gateway
from .rattler_progress import Counter, Follower, run
from .rattler_solve import Asked, solved
from .records import cached_names, identities, installed_records, package_actions
from .removal import remove_prefix
from .search import NamePattern
from .secrets import hide_credentials, strip_credentials
from .spec_channels import signed_like
from .specs import parse_specs
from .unknown_package import check_names

#: Packages grow about so much when they are unpacked; repodata does not tell.
_UNPACKED = 4


@dataclass(frozen=True)
class _Solution:
    """What a plan carries: the whole environment as it shall be."""

    records: list[Any]
    installed: list[Any]
    repair: frozenset[str]
    added_specs: tuple[str, ...]
    removed_specs: tuple[str, ...]
    trusted: bool
    has_credentials: bool


class RattlerEngine(Engine):
    """Environments by py-rattler: solved from sharded repodata, linked from its own cache."""

    name = "rattler"

    def version(self) -> str:
        """Give the version of py-rattler."""
        from importlib.metadata import version

        return f"py-rattler {version('py-rattler')}"

    def cache(self, prefix: Path) -> Path:
        """Give the folder of packages for environments such as ``prefix``, made if need be."""
        return make_private(package_cache(prefix, self._settings, self._condarc))

    def solve(self, request: SolveRequest, report: Report) -> Plan:
        """See :meth:`Engine.solve`."""
        from rattler.exceptions import SolverError

        report.phase("solve")
        names = tuple(request.channels) or tuple(self._settings.channels)
        plain = self._condarc.resolve_all(names)
        urls = signed(plain, self._condarc)
        named = [*names, *self._condarc.channels]
        specs = parse_specs(request.specs, [*plain, *named], field="packages")
        removed = parse_specs(request.remove, [], field="packages")
        installed = installed_records(request.prefix)
        at = request.prefix or Path.home()
        asked = Asked(
            request=request,
            urls=urls,
            specs=specs,
            removed=removed,
            installed=installed,
            condarc=self._condarc,
            tokens=tokens(self._condarc),
            cache=self.cache(at),
        )
        with translated("solve"):
            network = client(self._condarc)
            solving = with_gateway(
                self._condarc,
                asked.cache,
                network,
                lambda indexes: solved(asked, indexes, network),
            )
            try:
                wanted, added = run(solving, report.check_cancelled)
            except SolverError as error:
                check_names(asked, names, str(error), report)
                raise
            for record in wanted:
                # What was installed has been rid of what signs in; it is to be fetched again.
                if request.clone is not None or record.name.normalized in request.repair:
                    record.url = signed_like(record.url, urls)
            packages = make_private(asked.cache / "packages")
            cached = run(cached_names(wanted, packages), report.check_cancelled)
        actions = package_actions(installed, wanted, cached, frozenset(request.repair))
        fetched = [a for a in actions if a.action != "remove" and not a.cached]
        download = sum(a.size_bytes or 0 for a in fetched)
        known = set(self._condarc.resolve_all(tuple(self._settings.channels)))
        known |= set(self._condarc.resolve_all(()))
        used = {str(r.channel or "").rstrip("/") for r in wanted}
        trusted = used <= known | set(signed(known, self._condarc))
        report.log(f"{len(wanted)} packages, {len(fetched)} to download ({download / 1e6:.1f} MB)")
        return Plan(
            engine=self.name,
            prefix=request.prefix,
            actions=tuple(actions),
            download_bytes=download,
            link_bytes=download * _UNPACKED,
            specs=tuple(added),
            channels=tuple(strip_credentials(url) for url in urls),
            payload=_Solution(
                records=wanted,
                installed=installed,
                repair=frozenset(request.repair),
                added_specs=tuple(added),
                removed_specs=tuple(spec.name for spec in removed),
                trusted=trusted,
                has_credentials=any(
                    url != strip_credentials(url) for url in (*urls, *(r.url for r in wanted))
                ),
            ),
        )

    def search(
        self, name: str, channels: tuple[str, ...], limit: int, report: Report
    ) -> PackageMatches:
        """See :meth:`Engine.search`."""
        from .rattler_search import search

        pattern = NamePattern(name)
        plain = self._condarc.resolve_all(channels or tuple(self._settings.channels))
        urls = signed(plain, self._condarc)
        with translated("solve"):
            network = client(self._condarc)
            found = with_gateway(
                self._condarc,
                self.cache(Path.home()),
                network,
                lambda indexes: search(pattern, urls, indexes, network, limit),
            )
            return run(found, report.check_cancelled)

    def _apply(self, plan: Plan, prefix: Path, report: Report) -> None:
        solution: _Solution = plan.payload
        meta = prefix / "conda-meta"
        if not meta.is_dir() and prefix.exists() and any(prefix.iterdir()):
            raise NameTaken(
                say("The folder {prefix} exists and is no environment.", prefix=prefix),
                hint=say("Choose another name, or move the folder away."),
                code="prefix_not_empty",
                field="name",
            )
        if identities(installed_records(prefix)) != identities(solution.installed):
            raise Conflict(
                say("{name} has been changed since it was looked at.", name=prefix.name),
                hint=say("Try again."),
                code="environment_changed",
            )
        self._check_disk(plan, prefix)
        with translated("link"):
            if not (meta / "history").is_file():
                meta.mkdir(parents=True, exist_ok=True)
                (meta / bookkeeping.MARK).write_text(bookkeeping.BEGUN)
            (meta / "history").touch()
            counter = Counter()
            follower = Follower(report, counter, plan.download_bytes)
            run(self._install(solution, prefix, counter), follower.look)
            follower.finish()
            self._finish(plan, solution, prefix, report)

    def _remove(self, prefix: Path, judged: Identity | None, report: Report) -> None:
        with translated("remove"):
            remove_prefix(prefix, report, judged=judged)

    def settle(self, prefix: Path) -> None:
        """See :meth:`Engine.settle`: compile what the next environment can use."""
        self._pyc_store(prefix).fill(prefix)

    def forget_compiled(self, prefix: Path, files: Collection[str]) -> None:
        """See :meth:`Engine.forget_compiled`."""
        self._pyc_store(prefix).forget(prefix, files)

    def _pyc_store(self, prefix: Path) -> PycStore:
        return PycStore(self.cache(prefix) / "compiled")

    def _check_disk(self, plan: Plan, prefix: Path) -> None:
        place = next(p for p in prefix.parents if p.exists())
        free = shutil.disk_usage(place).free
        needed = plan.link_bytes + self._settings.disk_floor_mb * 1_000_000
        if plan.download_bytes and free < needed:
            raise DiskFull(
                say(
                    "The disk of {place} has {free} MB free; about {needed} MB are needed.",
                    place=place,
                    free=free // 1000000,
                    needed=needed // 1000000,
                ),
                hint=say("Remove environments or files that are no longer needed."),
                details={"free_bytes": free, "needed_bytes": needed},
            )

    async def _install(self, solution: _Solution, prefix: Path, counter: Counter) -> None:
        from rattler import MatchSpec, PackageCache, ValidationMode
        from rattler.install import install

        specs = [MatchSpec(text) for text in solution.added_specs if "://" not in text]
        arguments: dict[str, Any] = {
            "records": solution.records,
            "target_prefix": prefix,
            "cache_dir": self.cache(prefix) / "packages",
            "reinstall_packages": set(solution.repair) or None,
            "execute_link_scripts": solution.trusted,
            "show_progress": False,
            "client": client(self._condarc),
            "reporter": counter,
        }
        if solution.repair:
            # What was written in place shows in the cache too, for both are one file.
            cache = arguments.pop("cache_dir")
            arguments["package_cache"] = PackageCache.new_layered(
                [cache], validation_mode=ValidationMode.full()
            )
        try:
            await install(**arguments, requested_specs=specs)
        except TypeError:
            # py-rattler 0.28.0 hands these on without taking them out of their wrappers.
            inner: list[Any] = [spec._match_spec for spec in specs]
            await install(**arguments, requested_specs=inner)

    def _finish(self, plan: Plan, solution: _Solution, prefix: Path, report: Report) -> None:
        """Leave what conda would have left beside the packages."""
        meta = prefix / "conda-meta"
        changed = {a.name for a in plan.actions if a.action != "remove"}
        # rattler's records are for their owner only; conda's are for all who may use the rest.
        mode = bookkeeping.default_mode()
        fresh = []
        for record in meta.glob("*.json"):
            record.chmod(mode)
            if solution.has_credentials:
                _strip_record(record)
            if record.stem.rsplit("-", 2)[0] in changed:
                fresh.append(record)
        (prefix / "CACHEDIR.TAG").unlink(missing_ok=True)
        linked = self._pyc_store(prefix).link(prefix, fresh)
        if linked:
            report.log(f"{linked} compiled modules linked")
        if plan.actions or solution.removed_specs:
            after = [a for a in plan.actions if a.action in ("install", "change")]
            old = {r.name.normalized: r for r in solution.installed}
            gone = [old[a.name] for a in plan.actions if a.name in old and a.action != "reinstall"]
            new = {r.name.normalized: r for r in solution.records}
            bookkeeping.append_history(
                prefix,
                command=f"jupyter ci ({' '.join(solution.added_specs) or 'change'})",
                added=[_dist(new[a.name]) for a in after],
                removed=[_dist(record) for record in gone],
                updated_specs=solution.added_specs,
                removed_specs=solution.removed_specs,
            )
        mark = meta / bookkeeping.MARK
        if mark.is_file():
            mark.write_text(bookkeeping.MADE)
        if not bookkeeping.remember(prefix):
            report.log("conda's list of environments could not be written")
        if not solution.trusted and any(prefix.glob("bin/.*-post-link.sh")):
            report.log("post-link scripts were not run: a channel is not among the configured ones")


def _strip_record(path: Path) -> None:
    """Take credentials out of a package's record, which all users of the environment read."""
    data = json.loads(path.read_text("utf-8"))
    plain = {
        key: strip_credentials(value)
        for key, value in data.items()
        if key in ("url", "channel") and isinstance(value, str)
    }
    if any(data[key] != value for key, value in plain.items()):
        bookkeeping.write_atomically(path, json.dumps(data | plain, indent=2))


def _dist(record: Any) -> str:
    channel = strip_credentials(str(record.channel or "")).rstrip("/")
    name = record.name.normalized
    return hide_credentials(f"{channel}/{record.subdir}::{name}-{record.version}-{record.build}")
