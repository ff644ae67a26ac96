"""Which workspace is looked at, in the Azure that we are connected to."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from ..errors import CIManagerError, InvalidValue, NotFound, NotPermitted
from ..sentences import say
from .api_versions import SUBSCRIPTIONS_VERSION, WORKSPACE_VERSION
from .changed import data_folder
from .clouds import studio_links
from .connection import Connection
from .models import Workspace
from .workspace import Choice, arm_id, chosen_before, make, read_workspace, remember, resolve

if TYPE_CHECKING:
    from ..config import Settings

#: How many subscriptions are asked for workspaces at the same time.
_PARALLEL = 6


class Session(Connection):
    """Endpoint, sign-in and workspace. Thread-safe; the network is used on first need.

    Parameters
    ----------
    start:
        Where ``config.json`` is looked for from, upwards.
    on_change:
        Called when the sign-in's state or the workspace changed; with true when what was read so
        far is somebody else's or another workspace's.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        start: Path | None = None,
        environ: Mapping[str, str] | None = None,
        on_change: Callable[[bool], None] = lambda somebody_else: None,
    ) -> None:
        super().__init__(settings, on_change=on_change)
        self._start = start or Path.cwd()
        self._environ = os.environ if environ is None else environ
        self._on_change = on_change
        self._choice: Choice | None = None
        self._passes_over_last = False
        self._detailed: Workspace | None = None

    def choice(self) -> Choice:
        """Give the workspace and why it is this one; asks Azure only when nothing names one.

        Raises
        ------
        NotFound
            Nothing names a workspace and there are several, or none.
        """
        with self._lock:
            if self._choice is not None:
                return self._choice
        choice = self._named() or self._only_one()
        with self._lock:
            self._choice = self._choice or choice
            return self._choice

    def known_choice(self) -> Choice | None:
        """Give the workspace as far as it is known without asking anybody."""
        with self._lock:
            if self._choice is None:
                self._choice = self._named()
            return self._choice

    def known_workspace(self) -> Workspace | None:
        """Give the workspace with all that is known of it, without asking anybody."""
        try:
            known = self.known_choice()
        except InvalidValue:
            return None
        return self._detailed or (known.workspace if known else None)

    def workspace(self) -> Workspace:
        """Give the workspace with its location and network; without them where it may not be read.

        Raises
        ------
        CIManagerError
            There is none, or Azure cannot be asked.
        """
        with self._lock:
            if self._detailed is not None:
                return self._detailed
        named = self.choice().workspace
        try:
            detailed = read_workspace(self.workspace_payload())
        except NotFound:
            if not self.choice().is_kept:
                raise
            # What was chosen an earlier time is not there for whoever acts now: it is as if
            # nothing had been chosen.
            with self._lock:
                self._choice, self._passes_over_last = None, True
            return self.workspace()
        except NotPermitted:
            # A Compute Operator may manage computes but not read the workspace itself.
            detailed = named
        with self._lock:
            if self._choice is not None and self._choice.workspace == named:
                self._detailed = detailed
        return detailed

    def workspace_payload(self) -> dict[str, Any]:
        """Read the workspace in Azure's own JSON."""
        return self.client().get(arm_id(self.choice().workspace), api_version=WORKSPACE_VERSION)

    def learn_location(self, location: str | None) -> None:
        """Take the location from an instance where the workspace may not be read."""
        with self._lock:
            if location and self._detailed is not None and not self._detailed.location:
                self._detailed = msgspec.structs.replace(self._detailed, location=location)

    def workspaces(self) -> list[Workspace]:
        """List the workspaces that the signed-in user can see, in all subscriptions, by name."""
        from concurrent.futures import ThreadPoolExecutor
        from contextvars import copy_context

        client = self.client()
        subscriptions = [
            str(entry["subscriptionId"])
            for entry in client.pages("/subscriptions", api_version=SUBSCRIPTIONS_VERSION)
            if isinstance(entry, dict) and entry.get("subscriptionId")
        ]

        def of(subscription: str) -> list[Workspace]:
            path = (
                f"/subscriptions/{quote(subscription)}"
                "/providers/Microsoft.MachineLearningServices/workspaces"
            )
            found = []
            for raw in client.pages(path, api_version=WORKSPACE_VERSION):
                try:
                    found.append(read_workspace(raw))
                except InvalidValue:
                    continue
            return found

        with ThreadPoolExecutor(_PARALLEL) as pool:
            # Each in a context of its own: how long somebody waits is known there, too.
            asked = [pool.submit(copy_context().run, of, each) for each in subscriptions]
        found, failures = [], []
        for answer in asked:
            try:
                found += answer.result()
            except CIManagerError as error:
                failures.append(error)
        if failures and not found:
            raise failures[0]
        return sorted(found, key=lambda w: (w.name.lower(), w.resource_group, w.subscription_id))

    def select(self, workspace: Workspace) -> None:
        """Look at another workspace from now on, and remember it for the next time.

        Raises
        ------
        CIManagerError
            It does not exist, or may not be read; the present one stays.
        """
        named = make(workspace.subscription_id, workspace.resource_group, workspace.name)
        try:
            detailed = read_workspace(
                self.client().get(arm_id(named), api_version=WORKSPACE_VERSION)
            )
        except NotPermitted:
            detailed = named
        otherwise = self._named(kept=False)
        with self._lock:
            self._choice = Choice(named, "your choice", note=_how_long(otherwise))
            self._detailed = detailed
        remember(self._remembered, named, instead_of=otherwise and otherwise.workspace)
        self._on_change(True)

    def path(self, name: str = "", action: str = "") -> str:
        """Give the path of the workspace's computes, of one of them, or of an action on it."""
        parts = [arm_id(self.choice().workspace), "computes"]
        parts += [quote(name, safe="")] if name else []
        parts += [action] if action else []
        return "/".join(parts)

    def location_path(self, what: str) -> str | None:
        """Give the path of the region's ``vmSizes`` or ``usages``; ``None``: region unknown."""
        workspace = self.workspace()
        if not workspace.location:
            return None
        return (
            f"/subscriptions/{workspace.subscription_id}/providers/"
            f"Microsoft.MachineLearningServices/locations/{quote(workspace.location)}/{what}"
        )

    def links(self) -> dict[str, str]:
        """Give the studio's pages for the workspace; none in the emulator, which has no studio."""
        known = self.known_choice()
        if known is None or self.is_emulator:
            return {}
        workspace = self._detailed or known.workspace
        return studio_links(self.cloud.studio, arm_id(workspace), workspace.tenant_id)

    @property
    def _remembered(self) -> Path:
        backend = "emulator" if self.is_emulator else self.settings.cloud
        return data_folder() / f"workspace-{backend}.json"

    def _named(self, *, kept: bool = True) -> Choice | None:
        """Find what names a workspace without asking Azure; ``kept``: an earlier choice counts."""
        remembered = self._remembered if kept and not self._passes_over_last else None
        if not self.is_own_emulator:
            return resolve(
                self.settings, start=self._start, environ=self._environ, remembered=remembered
            )
        # An emulator of one's own knows nothing of the workspace that a config.json of the real
        # Azure names: only an explicit setting or an earlier choice in it counts.
        given = (
            self.settings.subscription_id,
            self.settings.resource_group,
            self.settings.workspace,
        )
        if all(given):
            return Choice(make(*given), "the settings", is_explicit=True)
        own = self._own
        emulator = (
            Choice(
                make(own.subscription_id, own.resource_group, own.workspace), say("the emulator")
            )
            if own
            else None
        )
        before = chosen_before(remembered, otherwise=emulator)
        if before is not None and (
            own is None or before.workspace.subscription_id == own.subscription_id
        ):
            return before
        return emulator

    def _only_one(self) -> Choice:
        if self.is_own_emulator:
            self.client()
            named = self._named()
            if named is not None:
                return named
        visible = self.workspaces()
        if visible and (len(visible) == 1 or self.is_emulator):
            why = say("the emulator") if self.is_emulator else say("the only one that you can see")
            return Choice(
                make(visible[0].subscription_id, visible[0].resource_group, visible[0].name), why
            )
        raise NotFound(
            say("No workspace is chosen.")
            if visible
            else say("You can see no Azure ML workspace."),
            hint=say("Choose one, or put its config.json into the working directory.")
            if visible
            else say(
                "Ask for a role in one, sign in with another account, or set "
                "CIManager.subscription_id, resource_group and workspace."
            ),
            code="no_workspace",
        )

    def _find_tenant(self) -> str | None:
        known = self.known_choice()
        subscription = known.workspace.subscription_id if known else ""
        path = f"/subscriptions/{subscription}" if subscription else "/subscriptions"
        return self.client().tenant_of_challenge(path, api_version=SUBSCRIPTIONS_VERSION)


def _how_long(otherwise: Choice | None) -> str:
    """Say that a choice does not outlive this process, where something else decides then."""
    if otherwise is None or not otherwise.is_explicit:
        return ""
    name = otherwise.workspace.name
    if otherwise.source.endswith("settings"):
        return say(
            "It holds for this session only: the settings name “{name}”, and that counts first.",
            name=name,
        )
    return say(
        "It holds for this session only: {source} names “{name}”, and that counts first.",
        source=otherwise.source,
        name=name,
    )
