"""How one instance is laid out for people, with everything that is known of it."""

from typing import Any, Dict, List

from .answer import Answer, Cell, Facts, Part, Table
from .wording import (
    TRANSIENT,
    age,
    local_time,
    money,
    money_per_hour,
    state_in_words,
    tone_of,
)

Json = Dict[str, Any]


def state_cell(instance: Json) -> Cell:
    """Say a state; one that passes has its age."""
    state = instance.get("state")
    words = state_in_words(state)
    since = age(instance.get("state_since")) if state in TRANSIENT else ""
    return Cell(f"{words} {since}".strip(), tone_of(state))


def person_of(instance: Json) -> str:
    """Name whom an instance belongs to, as well as it is known."""
    person = instance.get("assigned_user") or instance.get("created_by") or {}
    if person.get("name"):
        return str(person["name"])
    return "you" if instance.get("is_mine") else str(person.get("object_id") or "")


def schedule_lines(instance: Json) -> List[List[str]]:
    """Give one row for each planned start or stop."""
    return [
        [
            schedule.get("action") or "",
            schedule.get("expression") or str(schedule.get("recurrence") or ""),
            schedule.get("time_zone") or "",
            "on" if schedule.get("enabled", True) else "off",
        ]
        for schedule in instance.get("schedules") or []
    ]


def idle_in_words(instance: Json) -> str:
    """Say after how long without use the instance stops."""
    minutes = instance.get("idle_shutdown_minutes")
    if not minutes:
        return "never: it bills until it is stopped"
    return f"after {minutes} minutes without use"


def put_off_in_words(instance: Json) -> str:
    """Say before when it is not stopped and what counts then; nothing when no stop is put off."""
    postponed = instance.get("postponed")
    if not postponed:
        return ""
    return "It is not stopped before {}; then its own settings count again: {}.".format(
        local_time(postponed["until"]), postponed.get("restores") or "as it was"
    )


def idle_remarks(instance: Json) -> List[str]:
    """Say what Azure counts as use, and what else decides whether the idle stop comes."""
    remarks = [put_off_in_words(instance)]
    if instance.get("idle_shutdown_minutes"):
        remarks.append("Azure counts kernels, terminals and jobs as use, but no SSH.")
        if (instance.get("managed_identity") or "None") != "None":
            remarks.append(
                "It has a managed identity: the idle stop works only if that identity is "
                "Contributor of the workspace."
            )
    return [remark for remark in remarks if remark]


def instance_details(instance: Json, *first: Part) -> Answer:
    """Lay out everything that is known of one instance."""
    parts: List[Part] = [*first, Facts(_facts(instance))]
    rows = schedule_lines(instance)
    if rows:
        parts.append(Table(["Schedule", "When", "Time zone", ""], rows))
    # What is wrong with a setup script has a line of its own already.
    if instance.get("advice") and (instance.get("setup") or {}).get("state") != "failed":
        parts.append(instance["advice"])
    for error in instance.get("errors") or []:
        code = error.get("code")
        words = [error.get("explanation"), error.get("message")]
        parts.append(
            "Error{}: {}".format(" " + code if code else "", " - ".join(w for w in words if w))
        )
    refused = [
        [action.replace("_", " "), verdict.get("reason") or ""]
        for action, verdict in sorted((instance.get("actions") or {}).items())
        if verdict.get("allowed") == "no" or verdict.get("code") == "warming_up"
    ]
    if refused:
        parts.append(Table(["Not possible now", "Why"], refused))
    return Answer(instance, *parts)


def _facts(instance: Json) -> List[List[Any]]:
    operation = instance.get("last_operation") or {}
    ssh = instance.get("ssh") or {}
    since = instance.get("running_since")
    links = [[a["name"], a["url"]] for a in instance.get("applications") or []]
    links += [["Terminal", instance.get("terminal_url")], ["Studio", instance.get("studio_url")]]
    tags = sorted((instance.get("tags") or {}).items())
    next_stop = [local_time(instance.get("next_stop")), instance.get("next_stop_reason")]
    return [
        ["Name", instance["name"]],
        ["State", state_cell(instance)],
        ["Size", instance.get("vm_size")],
        ["Location", instance.get("location")],
        ["Price", money_per_hour(instance.get("price_per_hour"))],
        ["Running since", f"{local_time(since)} ({age(since)})" if since else ""],
        ["Cost since start", _estimate(instance.get("cost_since_start"))],
        ["Billing", instance.get("billing")],
        ["Stops by itself", idle_in_words(instance)],
        ["Next stop", ". ".join(filter(None, next_stop))],
        ["Put off", put_off_in_words(instance)],
        ["Person", person_of(instance)],
        ["Created", local_time(instance.get("created_on"))],
        ["Last operation", _operation(operation)],
        ["Setup script", (instance.get("setup") or {}).get("message")],
        ["Setup log", _link((instance.get("setup") or {}).get("log_url"))],
        ["Image", _image(instance.get("image") or {})],
        ["Identity", _identity(instance.get("managed_identity"))],
        ["Single sign-on", {True: "on", False: "off"}.get(instance.get("sso_enabled"))],  # type: ignore[arg-type]
        ["SSH", ssh.get("command") or ("on" if ssh.get("enabled") else "off")],
        ["Public address", instance.get("public_ip")],
        ["Private address", instance.get("private_ip")],
        *([name, _link(address)] for name, address in links),
        ["Tags", ", ".join("{}={}".format(*tag) for tag in tags)],
        ["Description", instance.get("description")],
    ]


def _estimate(amount: Any) -> str:
    said = money(amount)
    return said + ", estimated from the list price" if said else ""


def _operation(operation: Json) -> str:
    by = {"Schedule": "by its schedule", "IdleShutdown": "because it was idle"}
    words = [
        operation.get("name"),
        operation.get("status"),
        by.get(operation.get("trigger") or ""),
        local_time(operation.get("time")),
    ]
    return " ".join(word for word in words if word)


def _image(image: Json) -> str:
    days = image.get("age_days")
    said = [image.get("current"), "" if days is None else f"{days} days old"]
    known = ", ".join(word for word in said if word)
    return ". ".join(filter(None, [known, image.get("advice")]))


def _identity(kind: Any) -> str:
    return "" if kind in (None, "None") else str(kind)


def _link(address: Any) -> Any:
    return Cell(address, link=address) if address else ""
