"""Azure's rule for the names of instances, and a free name when one is taken."""

from __future__ import annotations

import re

from ..sentences import say

#: 3 to 24 letters, digits and dashes; a letter first; digits alone may not follow the last dash.
#: Source: the published specification of the computes' path, and Azure's own refusal.
_RULE = re.compile(r"[a-zA-Z](?![a-zA-Z0-9-]*-\d+\Z)[a-zA-Z0-9-]{2,23}\Z")
_LONGEST = 24

#: Names that Azure ML gives to other targets.
_RESERVED = frozenset({"amlcompute", "local", "containerinstance"})

HINT = say(
    "3 to 24 letters, digits or dashes; a letter first, no dash at the end, and not only digits "
    "after the last dash."
)


def broken_rule(name: str) -> str | None:
    """Say which part of the rule ``name`` breaks; ``None`` when it breaks none."""
    if not name:
        return say("A name is needed.")
    if len(name) < 3 or len(name) > _LONGEST:
        return say(
            "A name has 3 to {longest} characters; this one has {characters}.",
            longest=_LONGEST,
            characters=len(name),
        )
    if not re.match(r"[a-zA-Z]", name):
        return say("A name begins with a letter.")
    wrong = re.search(r"[^a-zA-Z0-9-]", name)
    if wrong:
        return say(
            "A name has only letters, digits and dashes, so no “{value}”.", value=wrong.group()
        )
    if name.endswith("-"):
        return say("A name does not end with a dash.")
    if not _RULE.match(name):
        return say("After the last dash there must be a letter: Azure refuses names like “gpu-1”.")
    if name.lower() in _RESERVED:
        return say("“{name}” is a name that Azure ML keeps for itself.", name=name)
    return None


def proposals(name: str) -> list[str]:
    """Give names near ``name`` that keep the rule, most alike first; for when it is not free."""
    base = re.sub(r"[^a-zA-Z0-9-]+", "-", name).strip("-")
    base = re.sub(r"^[^a-zA-Z]+", "", base) or "ci"
    base = re.sub(r"-+(\d+)\Z", r"\1", base)
    if len(base) < 3:
        base = f"{base}-ci"
    found = []
    for ending in ("", *(str(n) for n in range(2, 10)), "-b", "-c", "-d", "-new"):
        stem = base[: _LONGEST - len(ending)].rstrip("-")
        proposal = stem + ending
        if proposal != name and broken_rule(proposal) is None:
            found.append(proposal)
    return found
