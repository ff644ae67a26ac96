"""The switches: where Azure's behaviour is uncertain, or a test wants another one.

They are read and changed through the control API and survive a restart.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from .errors import ArmError
from .store import Store

Seconds = Annotated[float, msgspec.Meta(ge=0)]
Count = Annotated[int, msgspec.Meta(ge=1)]


class Durations(msgspec.Struct, forbid_unknown_fields=True):
    """How long each operation takes, in emulated seconds; the first four were seen in Azure."""

    create: Seconds = 160
    start: Seconds = 120
    stop: Seconds = 60
    restart: Seconds = 90
    resize: Seconds = 150
    delete: Seconds = 45
    cluster: Seconds = 20


class Bucket(msgspec.Struct, forbid_unknown_fields=True):
    """A throttling bucket: so many requests, refilled wholly every so many real seconds."""

    limit: Count
    seconds: Annotated[float, msgspec.Meta(gt=0)] = 10


class Throttle(msgspec.Struct, forbid_unknown_fields=True):
    """Buckets per kind of request; None: no limit."""

    reads: Bucket | None = None
    writes: Bucket | None = None
    deletes: Bucket | None = None


class Policy(msgspec.Struct, forbid_unknown_fields=True):
    """An Azure Policy assignment that new and replaced computes must satisfy."""

    name: str
    required_tags: list[str] = []
    denied_sizes: list[str] = []
    deny_public_ssh: bool = False


class SignInRefusals(msgspec.Struct, forbid_unknown_fields=True):
    """What the sign-in service says in place of a token; empty: it gives one."""

    device_code: str = ""
    refresh_token: str = ""


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """All switches with their defaults."""

    durations: Durations = msgspec.field(default_factory=Durations)
    operation_headers: Literal["recorded", "location", "both", "none"] = "recorded"
    """``recorded``: Azure-AsyncOperation, as real traffic shows; ``location``: as the spec says."""
    retry_after: Literal["auto", "never"] | Annotated[int, msgspec.Meta(ge=1)] = "auto"
    """``auto``: nothing at real speed (as recorded), milliseconds when the clock runs faster."""
    start_refusal: Literal["sync", "operation"] = "sync"
    """Whether starting a running instance fails at once or through its operation."""
    page_size: Count = 1000
    skip_encoded: bool = True
    """Whether ``$skip`` in a next link is percent-encoded."""
    busy_refusal: bool = True
    """Whether an operation is refused with 409 while another one is running."""
    idle_shutdown_at_2021_07_01: bool = True
    """Azure's guide posts ``updateIdleShutdownSetting`` at that version; its spec has it not."""
    list_in_order: Literal["name", "created"] = "name"
    device_sign_in: str = "page"
    """``page``: somebody confirms the code on the page; else the user who signs in at once."""
    device_code_seconds: Annotated[int, msgspec.Meta(ge=1)] = 900
    """How long a device code is good, in real seconds."""
    sign_in_refusals: SignInRefusals = msgspec.field(default_factory=SignInRefusals)
    """Such as ``AADSTS53003: ...`` for a code that Conditional Access blocks."""
    managed_identity_user: str = "anna@contoso.example"
    """For whom the managed identity endpoint speaks; unproven whose identity Azure gives there."""
    throttle: Throttle = msgspec.field(default_factory=Throttle)
    policies: list[Policy] = []


def load(store: Store) -> Settings:
    """Read the switches, or give the defaults."""
    found = store.get("settings", "all")
    return msgspec.convert(found, Settings) if found else Settings()


def change(store: Store, settings: Settings, changes: dict[str, Any]) -> Settings:
    """Give the switches with some changed, and note them to be written.

    Raises:
        ArmError: A name or a value is not one of those allowed; nothing was changed.
    """
    merged = _merge(msgspec.to_builtins(settings), changes)
    try:
        changed = msgspec.convert(merged, Settings)
    except msgspec.ValidationError as error:
        raise ArmError(400, "InvalidSetting", str(error)) from None
    store.put("settings", "all", changed)
    return changed


def _merge(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        below = merged.get(name)
        merged[name] = _merge(below, value) if isinstance(below, dict) and value else value
    return merged
