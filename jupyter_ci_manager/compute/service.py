"""The one door into this wing: everything about compute instances, synchronous and thread-safe."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import CIManagerError, NotFound
from ..sentences import say
from .asking import ComputeReader, utc_now
from .changed import touch_changed
from .changes import Changes
from .creation_rules import check_idle
from .models import (
    ComputeInstance,
    ComputeStatus,
    CreateInstance,
    Identity,
    InstanceList,
    Schedule,
    SshKeyPair,
    Workspace,
)
from .patience import patient
from .postponing import Postponing
from .reminder import Reminder
from .schedules import check_schedules

if TYPE_CHECKING:
    from ..config import Settings


class ComputeService(ComputeReader):
    """Compute instances of one workspace, for all faces: asked about, and changed."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], datetime] = utc_now,
        on_change: Callable[[str], None] | None = None,
        start: Path | None = None,
    ) -> None:
        super().__init__(settings, clock=clock, on_change=on_change, start=start)
        self._changes = Changes(
            self._session, self._inventory, self._catalogue, now=clock, begun=self._wake
        )
        self._postponing = Postponing(
            self._session, self._changes, now=self._inventory.completing.now
        )
        self._changes.before_stop = self._before_stop
        self._inventory.completing.decorate = self._postponing.mark
        self._reminder = Reminder(self._postponing.restoring.seconds_to_next, self._restore_due)
        self._remind()

    def list(self, *, refresh: bool = False, only_mine: bool = False) -> InstanceList:
        """Give the instances, see :meth:`ComputeReader.list`; plans put off come back if due."""
        if not self._is_followed:
            self._restore_due()
        return super().list(refresh=refresh, only_mine=only_mine)

    @patient
    def create(self, request: CreateInstance) -> ComputeInstance:
        """Begin to create an instance; see :meth:`NewInstances.create`."""
        return self._new.create(request)

    @patient
    def start(self, name: str) -> ComputeInstance:
        """Begin to start an instance; one that runs already is given back as it is."""
        return self._changes.power("start", name, None)

    @patient
    def stop(self, name: str, *, confirm: str | None = None) -> ComputeInstance:
        """Begin to stop an instance; one that is stopped already is given back as it is."""
        return self._changes.power("stop", name, confirm)

    @patient
    def restart(self, name: str, *, confirm: str | None = None) -> ComputeInstance:
        """Begin to restart an instance."""
        return self._changes.power("restart", name, confirm)

    @patient
    def delete(self, name: str, *, confirm: str | None = None) -> ComputeInstance | None:
        """Begin to delete an instance with its disk; ``None`` when it was gone already."""
        return self._changes.delete(name, confirm)

    @patient
    def resize(self, name: str, vm_size: str, *, confirm: str | None = None) -> ComputeInstance:
        """Begin to give an instance another size."""
        return self._changes.resize(name, vm_size, confirm)

    @patient
    def set_idle_shutdown(self, name: str, minutes: int | None) -> ComputeInstance:
        """Set after how many idle minutes (15 to 4320) Azure stops it; ``None`` or 0: never."""
        check_idle(minutes)
        instance = self._changes.judged("set_idle_shutdown", name)
        if self._postponing.own_idle_shutdown(instance, minutes):
            return self._inventory.one(name)
        return self._changes.set_idle_shutdown(name, minutes, judged=instance)

    @patient
    def set_schedules(self, name: str, schedules: builtins.list[Schedule]) -> ComputeInstance:
        """Replace the starts and stops that Azure does by itself."""
        check_schedules(schedules)
        instance = self._changes.judged("set_schedules", name)
        if self._postponing.own_schedules(instance, schedules):
            return self._inventory.one(name)
        return self._changes.set_schedules(name, schedules, judged=instance)

    @patient
    def postpone(self, name: str, minutes: int) -> ComputeInstance:
        """Put the coming stop off by 1 to 480 minutes; the old plan comes back by itself."""
        read = self._postponing.postpone(self._changes.judged("postpone", name), minutes)
        self._remind()
        return read

    @patient
    def undo_postpone(self, name: str) -> ComputeInstance:
        """Bring back what was set before a stop was put off; nothing happens where none was."""
        self._postponing.undo(self._inventory.one(name).name)
        touch_changed()
        return self._inventory.one(name)

    @patient
    def set_sso(self, name: str, enabled: bool) -> None:
        """Switch single sign-on of an instance on or off."""
        self._changes.set_sso(name, enabled)

    def new_ssh_key(self, comment: str = "compute-instance") -> SshKeyPair:
        """Make an SSH key pair; the private part is given once and kept nowhere."""
        from .ssh_keys import new_key_pair

        return new_key_pair(comment)

    @patient
    def select_workspace(self, workspace: Workspace) -> ComputeStatus:
        """Look at another workspace from now on, and remember it.

        Raises
        ------
        NotFound
            There is no such workspace; the present one stays.
        """
        try:
            self._session.select(workspace)
        except NotFound as error:
            raise NotFound(
                say(
                    "There is no workspace “{name}” in {resource_group}.",
                    name=workspace.name,
                    resource_group=workspace.resource_group,
                ),
                hint=say("Choose one of the list."),
                field="name",
                details=error.details,
            ) from error
        return self.status()

    def sign_in(self, method: str) -> Identity:
        """Begin to sign in: "auto", "device_code", "cli", "managed_identity" or "environment".

        A device code stands in the answer's ``prompt``; the sign-in then goes on by itself, and who
        was signed in before stays so until it has succeeded.
        """
        identity = self._session.sign_in.sign_in(method)
        self._wake()
        return identity

    def sign_out(self, *, only_waiting: bool = False) -> Identity:
        """Forget who acts; ``only_waiting``: only give up a sign-in that waits for its code."""
        identity = self._session.sign_in.sign_out(only_waiting=only_waiting)
        if not only_waiting:
            self._other_view(True)
        return identity

    def changed_elsewhere(self) -> None:
        """Read the list anew, however fresh it is: another process of this user wrote to Azure.

        Where nobody looks nothing is read.
        """
        self._remind()
        if self._watch is not None and self._watch.is_running:
            self._inventory.refresh()

    def _restore_due(self) -> None:
        try:
            self._postponing.restoring.restore_due()
        except CIManagerError:
            # Without a workspace or a connection nothing is due here.
            return

    def _remind(self) -> None:
        """Bring plans back when their time comes, where this process lives to see it."""
        if self._is_followed:
            self._reminder.look()

    def _before_stop(self, instance: ComputeInstance) -> None:
        """What was put off has no sense any more; what cannot be brought back now is later."""
        with suppress(CIManagerError):
            self._postponing.undo(instance.name)

    def close(self) -> None:
        """End watching and let go of connections; what Azure does goes on."""
        self._reminder.stop()
        super().close()

    def _look(self) -> None:
        super()._look()
        self._remind()
