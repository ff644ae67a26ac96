"""How protection and snapshots are laid out for people."""

import time
from typing import Any, Dict, List

from .answer import Answer, Part, Table
from .wording import duration

Json = Dict[str, Any]


def protected_list(environments: List[Json], kernels: List[Json]) -> Answer:
    """Lay out what is protected, why, and what a loss would mean."""
    rows = [
        [
            "environment",
            e["name"],
            e["protection_reason"],
            e.get("broken_reason") or e.get("outlook") or "",
        ]
        for e in environments
    ]
    rows += [["kernel", k["name"], k["protection_reason"], ""] for k in kernels]
    headings = ["What", "Name", "Why", "State"]
    table = Table(headings, rows, empty="Nothing here needs protection.")
    return Answer({"environments": environments, "kernels": kernels}, table)


def snapshot_list(found: Json) -> Answer:
    """Lay out the snapshots of an environment."""
    rows = [
        [
            str(snapshot["number"]),
            duration(time.time() - snapshot["taken"]) + " ago",
            str(snapshot["package_count"]),
            f"{snapshot['files']:,}",
            ", ".join(snapshot.get("kernels") or []),
        ]
        for snapshot in found["snapshots"]
    ]
    headings = ["Snapshot", "Taken", "Packages>", "Files>", "Kernels"]
    parts: List[Part] = [Table(headings, rows, empty="There are no snapshots."), found["outlook"]]
    parts += found.get("problems") or []
    lost = found.get("lost_kernels") or []
    if lost:
        parts.append("Gone or changed: the kernels {}.".format(", ".join(lost)))
    return Answer(found, *parts)
