"""How instances, sizes, usage and the like are laid out for people."""

from typing import Any, Dict, List

from .answer import Answer, Cell, Part, Table
from .instance_details import person_of, state_cell
from .wording import (
    RUNNING,
    TRANSIENT,
    age,
    local_time,
    money_per_hour,
)

Json = Dict[str, Any]


def _note(instance: Json) -> str:
    notes = []
    if instance.get("is_this_machine"):
        notes.append("this machine")
    for error in instance.get("errors") or []:
        notes.append(error.get("explanation") or error.get("message") or error.get("code") or "")
    if instance.get("state") in TRANSIENT and instance.get("advice"):
        notes.append(instance["advice"])
    if instance.get("postponed"):
        notes.append("not stopped before " + local_time(instance["postponed"]["until"]))
    elif instance.get("next_stop") and instance.get("state") in RUNNING:
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
            state_cell(instance),
            instance.get("vm_size") or "",
            money_per_hour(instance.get("price_per_hour")),
            age(instance.get("running_since")) if instance.get("state") in RUNNING else "",
            person_of(instance),
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
        holders = ", ".join(_holders(usage))
        said = "{} of {}".format(usage["used"], limit) if limit is not None else str(usage["used"])
        rows.append([usage["name"], _bar(usage["used"], limit), said, holders])
    table = Table(["Cores", "", "Used>", "Held by"], rows, empty="Nothing is used.")
    return Answer(usages, table, "A stopped instance holds its cores; deleting it frees them.")


def _holders(usage: Json) -> List[str]:
    """Name who holds the cores of a family; what is held in other workspaces is only a number."""
    holders = usage.get("holders") or []
    said = []
    for holder in holders:
        facts = [str(holder["cores"])]
        if holder.get("kind") == "cluster":
            facts.append("cluster")
        elif holder.get("state") == "Stopped":
            facts.append("stopped")
        said.append("{} ({})".format(holder["name"], ", ".join(facts)))
    elsewhere = usage["used"] - sum(holder["cores"] for holder in holders)
    return [*said, f"{elsewhere} elsewhere in the subscription"] if elsewhere > 0 else said


def _bar(used: int, limit: Any) -> str:
    if not limit:
        return "full" if limit == 0 else ""
    filled = min(10, int(10.0 * used / limit + 0.5))
    return "=" * filled + "-" * (10 - filled)


def run_list(answer: Json) -> Answer:
    """Lay out the training jobs on an instance."""
    rows = [
        [
            Cell(run.get("display_name") or run["name"], link=run.get("studio_url") or ""),
            run.get("status") or "",
            run.get("created_by") or "",
            local_time(run.get("created_on")),
        ]
        for run in answer["jobs"]
    ]
    headings = ["Job", "State", "Person", "Since"]
    table = Table(headings, rows, empty="No training job runs or waits on it.")
    more = "The workspace has very many jobs: old ones were not looked at."
    return Answer(answer["jobs"], table, *([] if answer["is_complete"] else [more]))


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
