"""What changes an instance: read afresh, judged, sent once, read back."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import CIManagerError, Conflict, NotFound, Refused, Unavailable
from ..sentences import say
from .actions import in_words
from .api_versions import action_version
from .arm import Method
from .arm_answers import Reply
from .changed import touch_changed
from .creation_rules import check_idle
from .differences import schedule_essence
from .judging import Judging
from .models import ComputeInstance, Schedule
from .reading import Reader, read_instance
from .schedules import check_schedules, schedules_to_arm

if TYPE_CHECKING:
    from datetime import datetime

    from .catalogue import Catalogue
    from .inventory import Inventory
    from .session import Session

_SHOWN = {"start": "Starting", "stop": "Stopping", "restart": "Restarting", "resize": "Resizing"}
_READ_BACK_SECONDS = 5.0


class Changes:
    """The verbs on one instance.

    Parameters
    ----------
    begun:
        Called when something was begun, so that watching becomes quick.
    """

    def __init__(
        self,
        session: Session,
        inventory: Inventory,
        catalogue: Catalogue,
        *,
        now: Callable[[], datetime],
        begun: Callable[[], None],
    ) -> None:
        self._session = session
        self._inventory = inventory
        self._catalogue = catalogue
        self._judging = Judging(session, inventory, catalogue)
        self._now = now
        self._begun = begun
        #: Called with an instance that is about to be stopped.
        self.before_stop: Callable[[ComputeInstance], None] = lambda instance: None

    def power(self, action: str, name: str, confirm: str | None) -> ComputeInstance:
        """Start, stop or restart; what is so already succeeds and does nothing.

        Raises
        ------
        CIManagerError
            Why it cannot be done; nothing was changed then.
        """
        instance = self._inventory.one(name)
        if self._judging.judge(action, instance, confirm) is None:
            return instance
        if action == "stop":
            self.before_stop(instance)
        reply = self._post(self._session.path(instance.name), action)
        return self._read_back(instance, _SHOWN[action], reply)

    def delete(self, name: str, confirm: str | None) -> ComputeInstance | None:
        """Delete an instance with its disk; ``None`` when it was gone already.

        Raises
        ------
        CIManagerError
            Why it cannot be done; nothing was changed then.
        """
        try:
            instance = self._inventory.one(name)
        except NotFound as error:
            if error.details.get("compute_type"):
                raise
            return None
        if self._judging.judge("delete", instance, confirm) is None:
            return instance
        reply = self._send(
            "DELETE",
            self._session.path(instance.name),
            api_version=self._session.settings.api_version,
            params={"underlyingResourceAction": "Delete"},
        )
        self._catalogue.forget_usages()
        if reply.status == 204:
            touch_changed()
            return None
        try:
            return self._read_back(instance, "Deleting", reply)
        except NotFound:
            return None

    def resize(self, name: str, vm_size: str, confirm: str | None) -> ComputeInstance:
        """Give an instance another size.

        Raises
        ------
        InvalidValue
            There is no such size.
        QuotaExceeded
            Its cores are not free.
        CIManagerError
            Any other reason; nothing was changed then.
        """
        instance = self._inventory.one(name)
        if instance.vm_size and instance.vm_size.lower() == vm_size.lower():
            return instance
        quota = self._judging.room_for(instance, vm_size)
        if self._judging.judge("resize", instance, confirm, quota=quota) is None:
            return instance
        reply = self._post(self._session.path(instance.name), "resize", {"targetVMSize": vm_size})
        self._catalogue.forget_usages()
        return self._read_back(instance, "Resizing", reply)

    def set_idle_shutdown(
        self, name: str, minutes: int | None, *, judged: ComputeInstance | None = None
    ) -> ComputeInstance:
        """Set after how many idle minutes Azure stops the instance; ``None`` or 0: never.

        Parameters
        ----------
        judged:
            The instance, where :meth:`judged` has given it already.

        Raises
        ------
        InvalidValue
            Not 15 to 4320 minutes.
        Refused
            Azure took it and still shows another value.
        """
        check_idle(minutes)
        instance = judged or self.judged("set_idle_shutdown", name)
        wanted = minutes or None
        self.send_idle_shutdown(self._session.path(instance.name), wanted)
        return self._until(
            instance.name,
            lambda read: read.idle_shutdown_minutes == wanted,
            say("the idle time"),
        )

    def set_schedules(
        self, name: str, schedules: list[Schedule], *, judged: ComputeInstance | None = None
    ) -> ComputeInstance:
        """Replace the starts and stops that Azure does by itself.

        Parameters
        ----------
        judged:
            The instance, where :meth:`judged` has given it already.

        Raises
        ------
        InvalidValue
            One of them breaks a rule; ``field`` names it.
        Refused
            Azure took them and still shows others.
        """
        check_schedules(schedules)
        instance = judged or self.judged("set_schedules", name)
        self.send_schedules(self._session.path(instance.name), schedules)
        wanted = sorted(schedule_essence(s) for s in schedules)
        return self._until(
            instance.name,
            lambda read: sorted(schedule_essence(s) for s in read.schedules) == wanted,
            say("the schedules"),
        )

    def send_idle_shutdown(self, path: str, minutes: int | None) -> None:
        """Send an idle time to the instance at a path, of any workspace; nothing is read back."""
        body = {"idleTimeBeforeShutdown": f"PT{minutes}M" if minutes else None}
        self._post(path, "updateIdleShutdownSetting", body)
        touch_changed()

    def send_schedules(self, path: str, schedules: list[Schedule]) -> None:
        """Send schedules to the instance at a path, of any workspace; nothing is read back."""
        self._post(path, "updateSchedules", schedules_to_arm(schedules))
        touch_changed()

    def judged(self, action: str, name: str) -> ComputeInstance:
        """Read an instance whose settings shall be changed.

        Raises
        ------
        CIManagerError
            Why that cannot be done.
        """
        instance = self._inventory.one(name)
        self._judging.judge(action, instance, instance.name)
        return instance

    def set_sso(self, name: str, enabled: bool) -> None:
        """Switch single sign-on on or off; Azure tells nowhere how it stands."""
        path = self._session.path(self._inventory.one(name).name)
        self._post(path, "enableSso", {"enableSSO": enabled})

    def _post(self, path: str, action: str, body: Any = None) -> Reply:
        settings = self._session.settings
        return self._send(
            "POST",
            f"{path}/{action}",
            api_version=action_version(
                action, stable=settings.api_version, preview=settings.preview_api_version
            ),
            body=body,
        )

    def _send(self, method: Method, path: str, **more: Any) -> Reply:
        """Send a write; where Azure says that another operation runs, say which."""
        try:
            return self._session.client().request(method, path, **more)
        except Conflict as error:
            name = path.removeprefix(f"{self._session.path()}/").split("/")[0]
            if error.code == "operation_running" and name:
                with suppress(CIManagerError):
                    running = self._inventory.one(name)
                    error.details["operation"] = running.operation or running.state
                    error.message = say(
                        "“{name}” is {state}: {message}",
                        name=name,
                        state=in_words(running.state),
                        message=error.message,
                    )
            raise

    def _read_back(self, before: ComputeInstance, shown: str, reply: Reply) -> ComputeInstance:
        self._inventory.pending.begin(before, shown, reply.operation_url)
        self._begun()
        touch_changed()
        try:
            return self._inventory.one(before.name)
        except NotFound:
            raise
        except CIManagerError:
            # It was accepted; that it cannot be read right now must not look like a refusal.
            before.state = before.operation = shown
            return before

    def _until(
        self, name: str, applied: Callable[[ComputeInstance], bool], what: str
    ) -> ComputeInstance:
        """Read back until Azure shows what was written."""
        deadline = time.monotonic() + _READ_BACK_SECONDS
        while True:
            try:
                # As Azure has it: where a stop is put off, the instance shows what the user set.
                read = read_instance(self._inventory.payload(name), Reader(), self._now())
            except CIManagerError as error:
                if error.status not in (429, 503, 504):
                    raise
                if time.monotonic() > deadline:
                    raise Unavailable(
                        say(
                            "Azure took {what}, but does not say now whether it shows: {message}",
                            what=what,
                            message=error.message,
                        ),
                        hint=say("Look at the instance again in a minute."),
                        code="not_confirmed",
                        details=error.details,
                        retry_after=error.retry_after,
                    ) from error
            else:
                if applied(read):
                    touch_changed()
                    return self._inventory.one(name)
            if time.monotonic() > deadline:
                raise Refused(
                    say("Azure took {what} without a word, but still shows another.", what=what),
                    hint=say("Look at it again in a minute; the studio may show more."),
                    code="not_applied",
                )
            time.sleep(0.25)
