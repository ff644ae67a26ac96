"""Asking about compute instances: what there is, what could be made, and what has changed."""

from __future__ import annotations

import builtins
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .catalogue import Catalogue, with_holders
from .creation_defaults import InstanceDefaults, instance_defaults
from .instance_jobs import jobs_on
from .inventory import Inventory
from .models import (
    ComputeInstance,
    ComputeStatus,
    CreateInstance,
    CreatePreview,
    InstanceJobs,
    InstanceList,
    NameCheck,
    Permission,
    Usage,
    VmSize,
    Workspace,
)
from .new_instances import NewInstances
from .patience import PATIENCE_SECONDS, patience, patient
from .session import Session
from .status import compute_status
from .waiting import wait
from .watch import Watch

if TYPE_CHECKING:
    from ..config import Settings
    from .doctor import Report


#: Seconds that a face without a poll waits for a list of many pages.
_LONG_LIST_SECONDS = 60.0


def utc_now() -> datetime:
    """Give the present moment."""
    return datetime.now(timezone.utc)


class ComputeReader:
    """What can be asked of one workspace; nothing in it is changed.

    Parameters
    ----------
    settings:
        See ``config.Settings``.
    clock:
        The present moment, with a zone.
    on_change:
        Called with the name of each instance that changed, from any thread; "" for several, or
        for who acts or which workspace is looked at.
    start:
        Where ``config.json`` is looked for from, upwards; the working directory by default.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        on_change: Callable[[str], None] | None = None,
        start: Path | None = None,
    ) -> None:
        self._settings = settings
        self._is_followed = on_change is not None
        self._on_change = on_change or (lambda name: None)
        self._session = Session(settings, start=start, on_change=self._other_view)
        self._catalogue = Catalogue(self._session)
        self._inventory = Inventory(
            self._session, self._catalogue, now=clock, on_change=self._on_change
        )
        self._new = NewInstances(self._session, self._inventory, self._catalogue, begun=self._wake)
        self._clock = clock
        self._watch: Watch | None = None
        self._watch_lock = threading.Lock()

    def status(self) -> ComputeStatus:
        """Say what is talked to, which workspace and why, who acts and where we run; never raises.

        Asks for a token when it is not known yet who acts, and nothing else of the network.
        """
        return compute_status(self._session, self._inventory.error)

    def list(self, *, refresh: bool = False, only_mine: bool = False) -> InstanceList:
        """Give the instances; an error stands in the answer, beside the last good list.

        Parameters
        ----------
        refresh:
            Read now, unless somebody did within the last half second.
        only_mine:
            Only those whose owner is whoever acts.
        """
        self._looked_at()
        busy = self._inventory.in_transition()
        interval = self._settings.busy_poll_interval if busy else self._settings.poll_interval
        sent = self._inventory.lists_sent
        listed = self._inventory.listing(
            max_age=min(0.5, interval) if refresh else interval,
            only_mine=only_mine,
            # Where nobody follows there is no second look: a long list may take its time.
            wait=PATIENCE_SECONDS if self._is_followed else _LONG_LIST_SECONDS,
        )
        if self._watch is not None and self._inventory.lists_sent != sent:
            self._watch.read_now()
            self._inventory.look_who_answers()
        return listed

    @patient
    def get(self, name: str, *, refresh: bool = True, probe: bool = False) -> ComputeInstance:
        """Give one instance, read afresh unless ``refresh`` is false and it is known.

        Parameters
        ----------
        probe:
            Ask its Jupyter, too, whether it answers yet: for who is about to open it.

        Raises
        ------
        NotFound
            There is no such instance.
        """
        self._looked_at()
        known = None if refresh else self._inventory.known(name)
        return known or self._inventory.one(name, probe=probe)

    @patient
    def check_name(self, name: str) -> NameCheck:
        """Say whether a name may be given to a new instance, and propose one if not."""
        return self._new.check_name(name)

    def instance_defaults(self, zone: str = "") -> InstanceDefaults:
        """Give what a form for a new instance begins with, for a user of that time zone."""
        return instance_defaults(self._settings, zone)

    @patient
    def preview(self, request: CreateInstance) -> CreatePreview:
        """Say what creating would send and cost; nothing is changed."""
        return self._new.preview(request)

    @patient
    def payload(self, name: str) -> dict[str, Any]:
        """Give one instance in Azure's own JSON, read afresh.

        Raises
        ------
        NotFound
            There is no such instance.
        """
        return self._inventory.payload(name)

    @patient
    def payloads(self) -> builtins.list[dict[str, Any]]:
        """Give the instances in Azure's own JSON, read afresh."""
        return self._inventory.payloads()

    @patient
    def workspace_payload(self) -> dict[str, Any]:
        """Give the workspace in Azure's own JSON, read afresh."""
        return self._session.workspace_payload()

    def wait(
        self,
        name: str,
        *,
        until: str,
        timeout: float,
        report: Callable[[ComputeInstance], None] | None = None,
    ) -> ComputeInstance:
        """Wait until the instance is in the state ``until`` ("Deleted" for gone).

        Parameters
        ----------
        timeout:
            In seconds.
        report:
            Called with the instance after each look.
        """
        return wait(
            self._inventory,
            name,
            until=until,
            timeout=timeout,
            interval=self._settings.busy_poll_interval,
            now=self._clock,
            report=report,
        )

    @patient
    def sizes(self) -> builtins.list[VmSize]:
        """Give the region's sizes, each with its price and whether it can be had now."""
        return self._new.sizes()

    def usages(self) -> builtins.list[Usage]:
        """Give the use of the quota per family and for the region, and who holds it."""
        with patience():
            usages, sizes = self._catalogue.usages(refresh=True), self._catalogue.sizes()
        listed = self.list()
        return with_holders(usages, sizes, listed.instances, self._inventory.clusters())

    @patient
    def permissions(self) -> builtins.list[Permission]:
        """Say what the signed-in user may do in the workspace, read afresh."""
        return self._inventory.rights.all(refresh=True)

    @patient
    def jobs(self, name: str) -> InstanceJobs:
        """List the training jobs that run or wait on an instance."""
        return jobs_on(self._session, name)

    def report(self) -> Report:
        """Capture, read-only and redacted, what Azure answers; for attaching to a report."""
        from .doctor import make_report

        return make_report(self._session, self._clock())

    @patient
    def workspaces(self) -> builtins.list[Workspace]:
        """List the workspaces that the signed-in user can see."""
        return self._session.workspaces()

    def watch(self) -> Watch:
        """Give the one poll of Azure for all readers; it runs while somebody touches it."""
        with self._watch_lock:
            if self._watch is None:
                self._watch = Watch(
                    self._look,
                    error=self._inventory.error,
                    busy=self._inventory.in_transition,
                    quiet=self._settings.poll_interval,
                    fast=self._settings.busy_poll_interval,
                )
            return self._watch

    def close(self) -> None:
        """End watching and let go of connections; what Azure does goes on."""
        if self._watch is not None:
            self._watch.stop()
        self._session.close()

    def _looked_at(self) -> None:
        """Keep the poll alive where somebody wants to hear of changes."""
        if self._is_followed:
            self.watch().touch()

    def _look(self) -> None:
        self._inventory.refresh()
        self._inventory.look_who_answers()

    def _wake(self) -> None:
        if self._watch is not None:
            self._watch.wake()

    def _other_view(self, somebody_else: bool) -> None:
        if somebody_else:
            self._catalogue.reset()
            self._inventory.reset()
        self._inventory.expire()
        self._on_change("")
        self._wake()
