"""The words in which protection refuses: what, why, and what to do instead."""

from __future__ import annotations

from typing import Literal

from ..errors import ProtectedEnvironment
from ..sentences import say
from .protected_names import CLONE_HINT

Operation = Literal[
    "remove", "create", "rename", "move", "clean", "rename_onto", "restore",
    "discard",
]  # fmt: skip
_WORDS = {
    "remove": say("removed"),
    "create": say("created over"),
    "rename": say("renamed"),
    "move": say("moved"),
    "clean": say("cleaned up"),
    "rename_onto": say("overwritten"),
    "restore": say("brought back"),
    "discard": say("left without its snapshots"),
}


def refusal(
    name: str, operation: Operation, reason: str, prefix: str | None, *, verb: str = ""
) -> ProtectedEnvironment:
    """Give the refusal of an operation on an environment; ``verb`` says it in other words."""
    return ProtectedEnvironment(
        say(
            "The environment {name} cannot be {verb}. {reason}",
            name=name,
            verb=verb or _WORDS[operation],
            reason=reason,
        ),
        hint=CLONE_HINT if operation != "create" else say("Choose another name."),
        details={"environment": name, "operation": operation}
        | ({"prefix": prefix} if prefix else {}),
    )


def kernel_refusal(message: str, name: str) -> ProtectedEnvironment:
    """Give the refusal of what concerns a kernel spec."""
    return ProtectedEnvironment(
        message,
        hint=say("Make a kernel of your own: clone the environment under another name."),
        details={"kernel": name},
    )
