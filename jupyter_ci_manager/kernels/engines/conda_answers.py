"""What conda answers to a dry run."""

from __future__ import annotations

from typing import Any

from .base import Action, PackageAction
from .secrets import hide_credentials


def package_actions(answer: dict[str, Any]) -> list[PackageAction]:
    """Give what would be done to each package, out of ``actions`` in the JSON of a dry run."""
    fetched = {_dist(entry): entry for entry in answer.get("FETCH") or []}
    unlinked = {entry["name"]: entry for entry in answer.get("UNLINK") or []}
    linked = {entry["name"]: entry for entry in answer.get("LINK") or []}
    actions = []
    for name, entry in linked.items():
        before = unlinked.get(name)
        fetch = fetched.get(_dist(entry))
        what: Action = "install"
        was = None
        if before is not None:
            same = _dist(before) == _dist(entry)
            what = "reinstall" if same else "change"
            version = str(before["version"])
            differs = same or version != str(entry["version"])
            was = version if differs else f"{version} {_build(before)}"
        size = (fetch or entry).get("size")
        actions.append(
            PackageAction(
                name=name,
                version=str(entry["version"]),
                build=_build(entry),
                channel=hide_credentials(str(entry.get("channel") or "")),
                action=what,
                size_bytes=size if isinstance(size, int) else None,
                before=was,
                cached=fetch is None,
            )
        )
    actions += [
        PackageAction(
            name=name,
            version=str(entry["version"]),
            build=_build(entry),
            channel=hide_credentials(str(entry.get("channel") or "")),
            action="remove",
        )
        for name, entry in unlinked.items()
        if name not in linked
    ]
    return actions


def _build(entry: dict[str, Any]) -> str:
    return str(entry.get("build_string") or entry.get("build") or "")


def _dist(entry: dict[str, Any]) -> tuple[str, str, str]:
    return str(entry["name"]), str(entry["version"]), _build(entry)
