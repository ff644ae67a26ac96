"""The words in which protection refuses: what, why, and what to do instead."""

from __future__ import annotations

from typing import Literal

from ..errors import ProtectedEnvironment
from .protected_names import CLONE_HINT

Operation = Literal[
    "remove", "create", "rename", "move", "clean", "rename_onto", "restore",
    "discard",
]  # fmt: skip
_WORDS = {
    "remove": "removed",
    "create": "created over",
    "rename": "renamed",
    "move": "moved",
    "clean": "cleaned up",
    "rename_onto": "overwritten",
    "restore": "brought back",
    "discard": "left without its snapshots",
}


def refusal(
    name: str, operation: Operation, reason: str, prefix: str | None, *, verb: str = ""
) -> ProtectedEnvironment:
    """Give the refusal of an operation on an environment; ``verb`` says it in other words."""
    return ProtectedEnvironment(
        f"The environment {name} cannot be {verb or _WORDS[operation]}. {reason}",
        hint=CLONE_HINT if operation != "create" else "Choose another name.",
        details={"environment": name, "operation": operation}
        | ({"prefix": prefix} if prefix else {}),
    )


def kernel_refusal(message: str, name: str) -> ProtectedEnvironment:
    """Give the refusal of what concerns a kernel spec."""
    return ProtectedEnvironment(
        message,
        hint="Make a kernel of your own: clone the environment under another name.",
        details={"kernel": name},
    )
