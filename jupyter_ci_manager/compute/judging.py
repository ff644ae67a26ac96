"""Whether an instance may be changed as asked: judged before the call, refused with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import (
    CIManagerError,
    ConfirmationNeeded,
    Conflict,
    InvalidValue,
    NotPermitted,
    QuotaExceeded,
    WrongState,
)
from ..sentences import joined, say
from .actions import check
from .catalogue import with_availability, without
from .instance_jobs import jobs_on
from .models import ComputeInstance, Verdict
from .this_machine import stop_warning, this_machine

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .inventory import Inventory
    from .session import Session

_LOST = {
    "stop": say("everything that runs on it ends; its disk stays"),
    "restart": say("everything that runs on it ends; its disk stays"),
    "resize": say("everything that runs on it ends; its disk stays"),
    "delete": say("its disk with all files outside the workspace's shared folder is lost for good"),
}


class Judging:
    """Asks the table of actions about instances as they were just read."""

    def __init__(self, session: Session, inventory: Inventory, catalogue: Catalogue) -> None:
        self._session = session
        self._inventory = inventory
        self._catalogue = catalogue

    def judge(
        self,
        action: str,
        instance: ComputeInstance,
        confirm: str | None,
        *,
        quota: Verdict | None = None,
    ) -> Verdict | None:
        """Give the verdict on an action; ``None`` for what is so already.

        Raises
        ------
        ConfirmationNeeded
            Something would be lost whose name was not given.
        CIManagerError
            What forbids it.
        """
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
        """Name what would be lost: whose it is, what runs there, and what Azure may refuse."""
        owner = instance.assigned_user or instance.created_by
        whose = (owner.name or owner.object_id) if owner else None
        jobs = self._jobs(instance)
        if instance.is_this_machine:
            why = say("“{name}” is the machine that this Jupyter runs on", name=instance.name)
        elif instance.is_mine is False:
            why = say(
                "“{name}” belongs to {whose}",
                name=instance.name,
                whose=whose or say("somebody else"),
            )
        else:
            why = say("A training job runs on “{name}”", name=instance.name)
        details: dict[str, Any] = {
            "confirm": instance.name,
            "owner": whose,
            "this_machine": instance.is_this_machine,
            "lost": _LOST[action],
        }
        said: list[str] = [say("{why}: {lost}.", why=why, lost=_LOST[action])]
        if jobs:
            details["jobs"] = jobs
            said.append(say("Training jobs that use it: {jobs}.", jobs=", ".join(jobs)))
        elif instance.state == "JobRunning":
            details["running"] = say("A training job runs on it.")
            if instance.is_this_machine or instance.is_mine is False:
                said.append(details["running"])
        warning = stop_warning(this_machine()) if instance.is_this_machine else ""
        if warning and action == "stop":
            details["warning"] = warning
            said.append(warning)
        return ConfirmationNeeded(
            joined(said),
            hint=say("Give its name, {name}, to confirm.", name=instance.name),
            field="confirm",
            details=details,
        )

    def _jobs(self, instance: ComputeInstance) -> list[str]:
        try:
            found = jobs_on(self._session, instance.name).jobs
        except CIManagerError:
            return []
        return [job.display_name or job.name for job in found]

    def room_for(self, instance: ComputeInstance, vm_size: str) -> Verdict | None:
        """Say that the quota has no room for another size; ``None`` where nothing is known of that.

        Raises
        ------
        InvalidValue
            There is no such size.
        """
        try:
            sizes = self._catalogue.sizes()
            present = next(
                (s for s in sizes if s.name.lower() == (instance.vm_size or "").lower()), None
            )
            usages = without(self._catalogue.usages(refresh=True), present)
        except CIManagerError:
            return None
        known = {s.name.lower(): s for s in with_availability(sizes, usages)}
        size = known.get(vm_size.lower())
        if size is None and known:
            raise InvalidValue(
                say("The size {vm_size} does not exist in this region.", vm_size=vm_size),
                hint=say("Choose one of the list of sizes."),
                code="unknown_size",
                field="vm_size",
            )
        if size is None or size.available != "no":
            return None
        code = "size_not_offered" if size.code == "not_offered" else "quota_exceeded"
        return Verdict(allowed="no", reason=size.reason, code=code)


def _refusal(action: str, instance: ComputeInstance, verdict: Verdict) -> CIManagerError:
    details = {"state": instance.state, "action": action}
    if verdict.code == "not_permitted":
        return NotPermitted(verdict.reason, details=details)
    if verdict.code in ("quota_exceeded", "size_not_offered"):
        return QuotaExceeded(verdict.reason, code=verdict.code, field="vm_size", details=details)
    message = say("“{name}”: {reason}", name=instance.name, reason=verdict.reason)
    if verdict.code == "busy":
        running = instance.operation or instance.state
        return Conflict(
            message, code="operation_running", details={**details, "operation": running}
        )
    return WrongState(message, code=verdict.code or "wrong_state", details=details)
