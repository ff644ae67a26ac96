"""What changes an instance: read afresh, judged, sent once, read back."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import (
    CIManagerError,
    ConfirmationNeeded,
    Conflict,
    InvalidValue,
    NotFound,
    NotPermitted,
    QuotaExceeded,
    Refused,
    WrongState,
)
from .actions import check, in_words
from .arm import Method, Reply, action_version
from .catalogue import with_availability
from .creation_rules import check_idle
from .instance_jobs import jobs_on
from .models import ComputeInstance, Schedule, Verdict
from .schedules import check_schedules, schedules_to_arm
from .session import touch_changed
from .this_machine import stop_warning, this_machine

if TYPE_CHECKING:
    from datetime import datetime

    from .catalogue import Catalogue
    from .inventory import Inventory
    from .session import Session

_SHOWN = {"start": "Starting", "stop": "Stopping", "restart": "Restarting", "resize": "Resizing"}
_LOST = {
    "stop": "everything that runs on it ends; its disk stays",
    "restart": "everything that runs on it ends; its disk stays",
    "resize": "everything that runs on it ends; its disk stays",
    "delete": "its disk with all files outside the workspace's shared folder is lost for good",
}
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
        self._now = now
        self._begun = begun

    def power(self, action: str, name: str, confirm: str | None) -> ComputeInstance:
        """Start, stop or restart; what is so already succeeds and does nothing.

        Raises
        ------
        CIManagerError
            Why it cannot be done; nothing was changed then.
        """
        instance = self._inventory.one(name)
        if self._judge(action, instance, confirm) is None:
            return instance
        reply = self._post(instance.name, action)
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
        if self._judge("delete", instance, confirm) is None:
            return instance
        reply = self._send(
            "DELETE",
            instance.name,
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
        quota = self._room_for(instance, vm_size)
        if self._judge("resize", instance, confirm, quota=quota) is None:
            return instance
        reply = self._post(instance.name, "resize", {"targetVMSize": vm_size})
        self._catalogue.forget_usages()
        return self._read_back(instance, "Resizing", reply)

    def set_idle_shutdown(self, name: str, minutes: int | None) -> ComputeInstance:
        """Set after how many idle minutes Azure stops the instance; ``None`` or 0: never.

        Raises
        ------
        InvalidValue
            Not 15 to 4320 minutes.
        Refused
            Azure took it and still shows another value.
        """
        check_idle(minutes)
        instance = self._inventory.one(name)
        self._judge("set_idle_shutdown", instance, instance.name)
        wanted = minutes or None
        self._post(
            instance.name,
            "updateIdleShutdownSetting",
            {"idleTimeBeforeShutdown": f"PT{wanted}M" if wanted else None},
        )
        return self._until(
            instance.name,
            lambda read: read.idle_shutdown_minutes == wanted,
            "the idle time",
        )

    def set_schedules(self, name: str, schedules: list[Schedule]) -> ComputeInstance:
        """Replace the starts and stops that Azure does by itself.

        Raises
        ------
        InvalidValue
            One of them breaks a rule; ``field`` names it.
        Refused
            Azure took them and still shows others.
        """
        check_schedules(schedules)
        instance = self._inventory.one(name)
        self._judge("set_schedules", instance, instance.name)
        self._post(instance.name, "updateSchedules", schedules_to_arm(schedules))
        wanted = sorted(_essence(s) for s in schedules)
        return self._until(
            instance.name,
            lambda read: sorted(_essence(s) for s in read.schedules) == wanted,
            "the schedules",
        )

    def coming_stop(self, name: str) -> ComputeInstance:
        """Read an instance whose coming stop shall be put off.

        Raises
        ------
        CIManagerError
            Why that cannot be done.
        """
        instance = self._inventory.one(name)
        self._judge("postpone", instance, instance.name)
        return instance

    def _judge(
        self,
        action: str,
        instance: ComputeInstance,
        confirm: str | None,
        *,
        quota: Verdict | None = None,
    ) -> Verdict | None:
        """Give the verdict, ``None`` for what is so already; raise what forbids the action."""
        permitted = {p.action: p for p in self._inventory.rights.all()}
        verdict = check(action, instance, permitted, quota=quota)
        if verdict.code == "not_permitted":
            # It may have been granted a moment ago.
            permitted = {p.action: p for p in self._inventory.rights.all(refresh=True)}
            verdict = check(action, instance, permitted, quota=quota)
        if verdict.code == "already":
            return None
        if verdict.allowed == "no":
            raise _refusal(action, instance, verdict)
        if verdict.needs_confirmation and confirm != instance.name:
            raise self._confirmation(action, instance)
        return verdict

    def _confirmation(self, action: str, instance: ComputeInstance) -> ConfirmationNeeded:
        owner = instance.assigned_user or instance.created_by
        whose = (owner.name or owner.object_id) if owner else None
        if instance.is_this_machine:
            why = f"“{instance.name}” is the machine that this Jupyter runs on"
        else:
            why = f"“{instance.name}” belongs to {whose or 'somebody else'}"
        details: dict[str, Any] = {
            "confirm": instance.name,
            "owner": whose,
            "this_machine": instance.is_this_machine,
            "lost": _LOST[action],
        }
        if instance.state == "JobRunning":
            details["running"] = "A training job runs on it."
        try:
            jobs = [job.display_name or job.name for job in jobs_on(self._session, instance.name)]
        except CIManagerError:
            jobs = []
        if jobs:
            details["jobs"] = jobs
        if instance.is_this_machine and action == "stop":
            warning = stop_warning(this_machine())
            if warning:
                details["warning"] = warning
        return ConfirmationNeeded(
            f"{why}: {_LOST[action]}.",
            hint=f"Give its name, {instance.name}, to confirm.",
            field="confirm",
            details=details,
        )

    def _room_for(self, instance: ComputeInstance, vm_size: str) -> Verdict | None:
        try:
            sizes = self._catalogue.sizes()
            judged = with_availability(sizes, self._catalogue.usages(refresh=True))
        except CIManagerError:
            return None
        known = {s.name.lower(): s for s in judged}
        size, present = known.get(vm_size.lower()), known.get((instance.vm_size or "").lower())
        if size is None and known:
            raise InvalidValue(
                f"The size {vm_size} does not exist in this region.",
                hint="Choose one of the list of sizes.",
                code="unknown_size",
                field="vm_size",
            )
        if size is None or size.available != "no":
            return None
        # What the instance holds already counts towards a bigger size of the same family.
        if present is not None and size.code.endswith("_quota"):
            freed = present.cores if present.family == size.family else 0
            if freed >= size.cores:
                return None
        code = "size_not_offered" if size.code == "not_offered" else "quota_exceeded"
        return Verdict(allowed="no", reason=size.reason, code=code)

    def set_sso(self, name: str, enabled: bool) -> None:
        """Switch single sign-on on or off; Azure tells nowhere how it stands."""
        self._post(self._inventory.one(name).name, "enableSso", {"enableSSO": enabled})

    def _post(self, name: str, action: str, body: Any = None) -> Reply:
        settings = self._session.settings
        return self._send(
            "POST",
            name,
            action,
            api_version=action_version(
                action, stable=settings.api_version, preview=settings.preview_api_version
            ),
            body=body,
        )

    def _send(self, method: Method, name: str, action: str = "", **more: Any) -> Reply:
        """Send a write; where Azure says that another operation runs, say which."""
        try:
            return self._session.client().request(method, self._session.path(name, action), **more)
        except Conflict as error:
            if error.code == "operation_running":
                with suppress(CIManagerError):
                    running = self._inventory.one(name)
                    error.details["operation"] = running.operation or running.state
                    error.message = f"“{name}” is {in_words(running.state)}: {error.message}"
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
            read = self._inventory.one(name)
            if applied(read):
                touch_changed()
                return read
            if time.monotonic() > deadline:
                raise Refused(
                    f"Azure took {what} without a word, but still shows another.",
                    hint="Look at it again in a minute; the studio may show more.",
                    code="not_applied",
                )
            time.sleep(0.25)


def _refusal(action: str, instance: ComputeInstance, verdict: Verdict) -> CIManagerError:
    details = {"state": instance.state, "action": action}
    if verdict.code == "not_permitted":
        return NotPermitted(verdict.reason, details=details)
    if verdict.code in ("quota_exceeded", "size_not_offered"):
        return QuotaExceeded(verdict.reason, code=verdict.code, field="vm_size", details=details)
    message = f"“{instance.name}”: {verdict.reason}"
    if verdict.code == "busy":
        running = instance.operation or instance.state
        return Conflict(
            message, code="operation_running", details={**details, "operation": running}
        )
    return WrongState(message, code=verdict.code or "wrong_state", details=details)


def _essence(schedule: Schedule) -> str:
    """Give what must be the same when a schedule is read back, in a form that can be compared."""
    recurrence = schedule.recurrence or {}
    plan = recurrence.get("schedule") or {}
    return repr(
        (
            schedule.action,
            schedule.trigger,
            schedule.enabled,
            schedule.expression,
            str(recurrence.get("frequency") or "").lower(),
            recurrence.get("interval"),
            sorted((k, str(v).lower()) for k, v in plan.items() if v),
            schedule.time_zone.lower(),
        )
    )
