"""From Azure's JSON to our structs. Whatever cannot be read is left unknown; nothing raises.

A null, a missing field, a state nobody has heard of or a wrong type must never hide an instance,
let alone a whole list: every part is read by itself, and ``is_complete`` says if one could not be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from ..sentences import say
from .arm_errors import explain, unwrap
from .costs import tell_costs
from .image import read_image
from .models import (
    Application,
    ComputeInstance,
    InstanceError,
    LastOperation,
    Person,
    Schedule,
    Ssh,
)
from .setup_state import has_scripts, tell_setup
from .states import RUNNING, TRANSITIONS
from .times import minutes_of, utc

T = TypeVar("T")


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """What else must be known to read an instance.

    ``me`` are the object ids that count as oneself, empty when unknown; ``prices`` are USD per
    hour by size in lower case.
    """

    me: frozenset[str] = frozenset()
    this_machine: str | None = None
    prices: Mapping[str, float] = {}
    studio: Callable[[str], str] | None = None


def is_instance(raw: Any) -> bool:
    """Tell a compute instance from clusters and attached computes."""
    properties = raw.get("properties") if isinstance(raw, dict) else None
    kind = properties.get("computeType") if isinstance(properties, dict) else None
    return isinstance(kind, str) and kind.lower() == "computeinstance"


def owner_of(raw: Any) -> str | None:
    """Give the object id of whom an instance belongs to: its assigned user, else its creator."""
    inner = ((raw.get("properties") or {}).get("properties") or {}) if isinstance(raw, dict) else {}
    try:
        owner = _assigned(inner.get("personalComputeInstanceSettings"))
        owner = owner or _creator(inner.get("createdBy"))
    except (AttributeError, TypeError):
        return None
    return owner.object_id if owner else None


def is_unreadable(raw: Any) -> bool:
    """Tell a compute that does not say of which kind it is: shown with what can be read of it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("name"), str):
        return False
    properties = raw.get("properties")
    return not isinstance(properties, dict) or not isinstance(properties.get("computeType"), str)


def read_instance(raw: Any, reader: Reader, now: datetime) -> ComputeInstance:
    """Read one compute instance from ARM's JSON; gives what could be read.

    Parameters
    ----------
    now:
        With a zone; for what depends on the time.
    """
    parts = _Parts()
    top = raw if isinstance(raw, dict) else {}
    outer: dict[str, Any] = parts.take(lambda: _dict(top.get("properties")), {})
    inner: dict[str, Any] = parts.take(lambda: _dict(outer.get("properties")), {})
    name = parts.take(lambda: str(top.get("name") or str(top["id"]).rsplit("/", 1)[-1]), "?")
    last = parts.take(lambda: _last_operation(inner.get("lastOperation")), None)
    state = parts.take(
        lambda: _state(inner.get("state"), outer.get("provisioningState")), "Unknown"
    )
    creator = parts.take(lambda: _creator(inner.get("createdBy")), None)
    assigned = parts.take(lambda: _assigned(inner.get("personalComputeInstanceSettings")), None)
    mine = _is_mine(creator, assigned, reader.me)
    ends: dict[str, Any] = parts.take(lambda: _dict(inner.get("connectivityEndpoints")), {})
    size = parts.take(lambda: _optional_text(inner.get("vmSize")), None)
    created = parts.take(lambda: utc(outer.get("createdOn")), None)
    instance = ComputeInstance(
        name=name,
        state=state,
        vm_size=size,
        location=parts.take(
            lambda: _optional_text(outer.get("computeLocation") or top.get("location")), None
        ),
        id=parts.take(lambda: _optional_text(top.get("id")), None),
        provisioning_state=parts.take(lambda: _optional_text(outer.get("provisioningState")), None),
        created_on=created,
        modified_on=parts.take(lambda: utc(outer.get("modifiedOn")), None),
        created_by=creator,
        assigned_user=assigned,
        is_mine=mine,
        is_this_machine=bool(reader.this_machine and reader.this_machine.lower() == name.lower()),
        ssh=parts.take(lambda: _ssh(inner.get("sshSettings"), ends, state), Ssh()),
        public_ip=parts.take(lambda: _optional_text(ends.get("publicIpAddress")), None),
        private_ip=parts.take(lambda: _optional_text(ends.get("privateIpAddress")), None),
        subnet=parts.take(lambda: _optional_text(_dict(inner.get("subnet")).get("id")), None),
        applications=[]
        if mine is False
        else parts.take(lambda: _applications(inner.get("applications")), []),
        idle_shutdown_minutes=parts.take(
            lambda: minutes_of(inner.get("idleTimeBeforeShutdown")), None
        ),
        schedules=parts.take(lambda: read_schedules(inner.get("schedules")), []),
        last_operation=last,
        errors=parts.take(
            lambda: _errors(inner.get("errors"), outer.get("provisioningErrors")), []
        ),
        price_per_hour=reader.prices.get((size or "").lower()),
        sso_enabled=parts.take(lambda: _optional_bool(inner.get("enableSSO")), None),
        managed_identity=parts.take(
            lambda: _optional_text(_dict(top.get("identity")).get("type")), None
        ),
        image=parts.take(lambda: read_image(inner.get("osImageMetadata"), now), None),
        tags=parts.take(lambda: {str(k): str(v) for k, v in _dict(top.get("tags")).items()}, {}),
        description=parts.take(lambda: _optional_text(outer.get("description")), None),
    )
    instance.terminal_url = _terminal(instance.applications)
    tell_costs(instance, now)
    if reader.studio is not None:
        instance.studio_url = reader.studio(name)
    creation, startup = has_scripts(inner.get("setupScripts"))
    tell_setup(instance, creation=creation, startup=startup)
    if state in TRANSITIONS:
        instance.operation = last.name if last and last.status == "InProgress" else state
    instance.is_complete = parts.complete and isinstance(raw, dict)
    return instance


def read_schedules(raw: Any) -> list[Schedule]:
    """Read ``schedules.computeStartStop``; one that cannot be read raises."""
    found = []
    for entry in _dict(raw).get("computeStartStop") or []:
        kind = str(entry.get("triggerType") or ("Cron" if entry.get("cron") else "Recurrence"))
        cron = kind.lower() == "cron"
        inner = _dict(entry.get("cron" if cron else "recurrence"))
        found.append(
            Schedule(
                action="start" if str(entry.get("action")).lower() == "start" else "stop",
                trigger="cron" if cron else "recurrence",
                enabled=str(entry.get("status") or "Enabled").lower() == "enabled",
                expression=_optional_text(inner.get("expression")) if cron else None,
                recurrence=None
                if cron
                else {
                    k: v
                    for k, v in inner.items()
                    if k in ("frequency", "interval", "schedule") and v is not None
                },
                time_zone=str(inner.get("timeZone") or "UTC"),
                start_time=_optional_text(inner.get("startTime")),
                id=_optional_text(entry.get("id")),
                provisioning_status=_optional_text(entry.get("provisioningStatus")),
            )
        )
    return found


def read_error(raw: Any) -> InstanceError:
    """Read one of Azure's errors, verbatim and in plain words."""
    arm = unwrap(raw)
    details = raw if isinstance(raw, dict) else {}
    return InstanceError(
        code=arm.code,
        message=arm.message or say("Azure gave no reason."),
        explanation=explain(arm.code, arm.message),
        details=details,
    )


class _Parts:
    """Reads part after part and remembers whether one could not be read."""

    def __init__(self) -> None:
        self.complete = True

    def take(self, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except (AttributeError, KeyError, TypeError, ValueError):
            self.complete = False
            return otherwise


def _dict(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(value)
    return value


def _optional_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise TypeError(value)


def _optional_bool(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(value)


def _state(state: Any, provisioning: Any) -> str:
    known = _optional_text(state)
    if known:
        return known
    # The answer to a create has no state yet; the provisioning state says what is going on.
    provisional = _optional_text(provisioning)
    if provisional in ("Creating", "Deleting", "Updating"):
        return provisional
    return "CreateFailed" if provisional in ("Failed", "Canceled") else "Unknown"


def _creator(raw: Any) -> Person | None:
    given = _dict(raw)
    person = Person(
        name=_optional_text(given.get("userName")),
        object_id=_optional_text(given.get("userId")),
        tenant_id=_optional_text(given.get("userOrgId")),
    )
    return person if person.name or person.object_id else None


def _assigned(raw: Any) -> Person | None:
    given = _dict(_dict(raw).get("assignedUser"))
    if not given.get("objectId"):
        return None
    return Person(object_id=str(given["objectId"]), tenant_id=_optional_text(given.get("tenantId")))


def _is_mine(creator: Person | None, assigned: Person | None, me: frozenset[str]) -> bool | None:
    owner = assigned or creator
    if not me or owner is None or not owner.object_id:
        return None
    return owner.object_id.lower() in me


def _ssh(raw: Any, ends: dict[str, Any], state: str) -> Ssh:
    given = _dict(raw)
    if str(given.get("sshPublicAccess") or "").lower() != "enabled":
        return Ssh(enabled=False)
    host = _optional_text(ends.get("publicIpAddress")) or _optional_text(
        ends.get("privateIpAddress")
    )
    port, user = given.get("sshPort"), _optional_text(given.get("adminUserName")) or "azureuser"
    works = bool(host and isinstance(port, int) and state in RUNNING)
    return Ssh(
        enabled=True,
        host=host,
        port=port if isinstance(port, int) else None,
        user=user,
        command=f"ssh -p {port} {user}@{host}" if works else None,
    )


def _applications(raw: Any) -> list[Application]:
    return [
        Application(
            name=str(entry.get("displayName") or "Application"), url=str(entry["endpointUri"])
        )
        for entry in raw or []
        if str(entry.get("endpointUri") or "").startswith(("https://", "http://"))
    ]


def _terminal(applications: list[Application]) -> str | None:
    """Give the terminal page of the instance's own Jupyter, which lies beside its tree."""
    for application in applications:
        url = urlsplit(application.url)
        base, tree, _ = url.path.partition("/tree")
        if tree:
            return url._replace(path=f"{base}/terminals/1").geturl()
    return None


def _last_operation(raw: Any) -> LastOperation | None:
    given = _dict(raw)
    if not given:
        return None
    return LastOperation(
        name=_optional_text(given.get("operationName")),
        status=_optional_text(given.get("operationStatus")),
        trigger=_optional_text(given.get("operationTrigger")),
        time=utc(given.get("operationTime")),
    )


def _errors(*lists: Any) -> list[InstanceError]:
    found: list[InstanceError] = []
    for entry in (entry for raw in lists for entry in raw or [] if entry):
        error = read_error(entry)
        # Azure often says the same in both of its lists.
        if all((e.code, e.message) != (error.code, error.message) for e in found):
            found.append(error)
    return found
