"""How instances, sizes, usage and the like are laid out for people."""

from typing import Any, Dict, List

from .answer import Answer, Cell, Facts, Part, Table
from .wording import (
    RUNNING,
    age,
    local_time,
    money,
    money_per_hour,
    state_in_words,
    tone_of,
)

Json = Dict[str, Any]


def _state(instance: Json) -> Cell:
    state = instance.get("state")
    return Cell(state_in_words(state), tone_of(state))


def _note(instance: Json) -> str:
    notes = []
    if instance.get("is_this_machine"):
        notes.append("this machine")
    for error in instance.get("errors") or []:
        notes.append(error.get("explanation") or error.get("message") or error.get("code") or "")
    if instance.get("next_stop") and instance.get("state") in RUNNING:
        notes.append("stops " + local_time(instance["next_stop"]))
    if not instance.get("is_complete", True):
        notes.append("could not be read wholly")
    text = "; ".join(note for note in notes if note)
    return text if len(text) <= 72 else text[:71] + "…"


def instance_list(answer: Json) -> Answer:
    """Lay out the instances of a workspace, with what they cost now."""
    rows = [
        [
            instance["name"],
            _state(instance),
            instance.get("vm_size") or "",
            money_per_hour(instance.get("price_per_hour")),
            age(instance.get("running_since")) if instance.get("state") in RUNNING else "",
            (instance.get("assigned_user") or instance.get("created_by") or {}).get("name") or "",
            _note(instance),
        ]
        for instance in answer.get("instances") or []
    ]
    parts: List[Part] = [
        Table(
            ["Name", "State", "Size", "Price>", "Runs for>", "Person", "Note"],
            rows,
            empty="There are no compute instances.",
        )
    ]
    if answer.get("cost_per_hour"):
        parts.append(
            "What runs now costs about {} (estimated from list prices).".format(
                money_per_hour(answer["cost_per_hour"])
            )
        )
    error = answer.get("error")
    if error:
        stale = answer.get("age_seconds")
        parts.append(
            "This is the last list{}: {} {}".format(
                "" if stale is None else f", {stale:.0f} s old",
                error.get("message", ""),
                error.get("hint", ""),
            ).rstrip()
        )
    return Answer(answer, *parts)


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


def instance_details(instance: Json, *first: Part) -> Answer:
    """Lay out everything that is known of one instance."""
    operation = instance.get("last_operation") or {}
    ssh = instance.get("ssh") or {}
    person = instance.get("assigned_user") or instance.get("created_by") or {}
    since = instance.get("running_since")
    pairs = [
        ["Name", instance["name"]],
        ["State", _state(instance)],
        ["Size", instance.get("vm_size")],
        ["Location", instance.get("location")],
        ["Price", money_per_hour(instance.get("price_per_hour"))],
        ["Running since", f"{local_time(since)} ({age(since)})" if since else ""],
        ["Cost since start", money(instance.get("cost_since_start"))],
        ["Stops by itself", idle_in_words(instance)],
        ["Next stop", local_time(instance.get("next_stop"))],
        ["Person", person.get("name")],
        ["Created", local_time(instance.get("created_on"))],
        [
            "Last operation",
            " ".join(
                filter(
                    None,
                    [
                        operation.get("name"),
                        operation.get("status"),
                        local_time(operation.get("time")),
                    ],
                )
            ),
        ],
        ["SSH", ssh.get("command") or ("on" if ssh.get("enabled") else "off")],
        ["Public address", instance.get("public_ip")],
        ["Private address", instance.get("private_ip")],
        ["Studio", Cell("open", link=instance["studio_url"]) if instance.get("studio_url") else ""],
    ]
    for application in instance.get("applications") or []:
        pairs.append([application["name"], Cell(application["url"], link=application["url"])])
    if instance.get("tags"):
        tags = sorted(instance["tags"].items())
        pairs.append(["Tags", ", ".join("{}={}".format(*tag) for tag in tags)])
    parts: List[Part] = [*first, Facts(pairs)]
    rows = schedule_lines(instance)
    if rows:
        parts.append(Table(["Schedule", "When", "Time zone", ""], rows))
    for error in instance.get("errors") or []:
        code = error.get("code")
        words = [error.get("explanation"), error.get("message")]
        parts.append(
            "Error{}: {}".format(" " + code if code else "", " - ".join(w for w in words if w))
        )
    refused = [
        [action.replace("_", " "), verdict.get("reason") or ""]
        for action, verdict in sorted((instance.get("actions") or {}).items())
        if verdict.get("allowed") == "no"
    ]
    if refused:
        parts.append(Table(["Not possible now", "Why"], refused))
    return Answer(instance, *parts)


def size_list(sizes: List[Json]) -> Answer:
    """Lay out VM sizes."""
    rows = [
        [
            size["name"],
            str(size["cores"]),
            "{:g} GB".format(size["memory_gb"]),
            str(size["gpus"]) if size.get("gpus") else "",
            money_per_hour(size.get("price_per_hour")),
            {"yes": "yes", "no": "no"}.get(size.get("available") or "", "unknown"),
            size.get("reason") or "",
        ]
        for size in sizes
    ]
    headings = ["Size", "Cores>", "Memory>", "GPUs>", "Price>", "Available", "Why"]
    return Answer(sizes, Table(headings, rows, empty="There are no such sizes."))


def usage_list(usages: List[Json]) -> Answer:
    """Lay out the use of cores, with a bar and who holds them."""
    rows = []
    for usage in usages:
        limit = usage.get("limit")
        holders = ", ".join(
            "{} ({})".format(holder["name"], holder["cores"])
            for holder in usage.get("holders") or []
        )
        said = "{} of {}".format(usage["used"], limit) if limit is not None else str(usage["used"])
        rows.append([usage["name"], _bar(usage["used"], limit), said, holders])
    return Answer(usages, Table(["Cores", "", "Used>", "Held by"], rows, empty="Nothing is used."))


def _bar(used: int, limit: Any) -> str:
    if not limit:
        return "full" if limit == 0 else ""
    filled = min(10, int(10.0 * used / limit + 0.5))
    return "=" * filled + "-" * (10 - filled)


def run_list(runs: List[Json]) -> Answer:
    """Lay out the training jobs on an instance."""
    rows = [
        [
            Cell(run.get("display_name") or run["name"], link=run.get("studio_url") or ""),
            run.get("status") or "",
            run.get("created_by") or "",
            local_time(run.get("created_on")),
        ]
        for run in runs
    ]
    headings = ["Job", "State", "Person", "Since"]
    return Answer(runs, Table(headings, rows, empty="No training job runs or waits on it."))


def permission_list(permissions: List[Json]) -> Answer:
    """Lay out what the user may do."""
    rows = [
        [
            permission["action"].replace("_", " "),
            permission["allowed"],
            permission.get("reason") or "",
            permission.get("azure_action") or "",
        ]
        for permission in permissions
    ]
    return Answer(permissions, Table(["Action", "Allowed", "Why", "Azure's name"], rows))


def workspace_list(workspaces: List[Json], selected: Any) -> Answer:
    """Lay out workspaces; the one in use is marked."""

    def key(workspace: Any) -> Any:
        names = ("subscription_id", "resource_group", "name")
        return [str((workspace or {}).get(name)).lower() for name in names]

    rows = [
        [
            workspace["name"],
            workspace["resource_group"],
            workspace.get("location") or "",
            workspace["subscription_id"],
            "in use" if selected and key(workspace) == key(selected) else "",
        ]
        for workspace in workspaces
    ]
    headings = ["Workspace", "Resource group", "Location", "Subscription", ""]
    return Answer(workspaces, Table(headings, rows, empty="You can see no workspace."))
