"""Where we are connected to and as whom: endpoint, sign-in and workspace, made when first needed.

For the backend ``emulator`` without an endpoint this is the user's own emulator, which is started
here and found again should it have ended meanwhile.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from ..errors import CIManagerError, InvalidValue, NotFound, NotPermitted
from .arm import SUBSCRIPTIONS_VERSION, WORKSPACE_VERSION, ArmClient
from .clouds import CLOUDS, checked_endpoint, studio_links
from .models import Workspace
from .sign_in import SignIn
from .workspace import LAST_CHOICE, Choice, arm_id, make, read_workspace, recall, remember, resolve

if TYPE_CHECKING:
    from ..config import Settings
    from .emulator_process import EmulatorInfo

#: Seconds between two looks whether the user's own emulator still runs.
_LOOK_SECONDS = 2.0
#: How many subscriptions are asked for workspaces at the same time.
_PARALLEL = 6


class Session:
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
        self.settings = settings
        self.cloud = CLOUDS[settings.cloud]
        self._start = start or Path.cwd()
        self._environ = os.environ if environ is None else environ
        self._on_change = on_change
        self._lock = threading.RLock()
        self._client: ArmClient | None = None
        self._own: EmulatorInfo | None = None
        self._looked = 0.0
        self._choice: Choice | None = None
        self._passes_over_last = False
        self._detailed: Workspace | None = None
        self.sign_in = SignIn(
            settings,
            scope=self.cloud.scope,
            find_tenant=self._find_tenant,
            account_file=data_folder() / "account.json",
            emulator_user=settings.emulator_user,
            on_change=on_change,
        )

    @property
    def is_emulator(self) -> bool:
        """Tell whether this is a stand-in and not Azure."""
        return self.settings.backend == "emulator"

    @property
    def endpoint(self) -> str:
        """Give the address in use; empty for an emulator of one's own that nobody needed yet."""
        if self.settings.endpoint:
            return self.settings.endpoint.rstrip("/")
        if not self.is_emulator:
            return self.cloud.arm
        return self._own.url if self._own else ""

    def client(self) -> ArmClient:
        """Give the ARM client; starts the user's own emulator where that is the backend.

        Raises
        ------
        CIManagerError
            The endpoint is refused, or the emulator does not start.
        """
        with self._lock:
            own = self.is_emulator and not self.settings.endpoint
            if self._client is not None and (
                not own or time.monotonic() - self._looked < _LOOK_SECONDS
            ):
                return self._client
            if own:
                self._look_for_own()
            if self._client is None:
                endpoint = checked_endpoint(self.endpoint)
                if not self.is_emulator and endpoint.startswith("http://"):
                    raise InvalidValue(
                        "A real sign-in never goes over plain http.",
                        hint="Give the endpoint as https, or choose the backend “emulator”.",
                        code="invalid_endpoint",
                        field="endpoint",
                    )
                self._client = ArmClient(endpoint, self.sign_in, scope=self.cloud.scope)
            return self._client

    @property
    def clock_skew(self) -> float:
        """Give by how many seconds Azure's clock is ahead of this machine's, as last seen."""
        return self._client.clock_skew if self._client is not None else 0.0

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
            if self.choice().source != LAST_CHOICE:
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
            asked = [pool.submit(of, subscription) for subscription in subscriptions]
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
        with self._lock:
            self._choice = Choice(named, "your choice")
            self._detailed = detailed
        remember(self._remembered, named)
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

    def close(self) -> None:
        """Close connections and give up a waiting sign-in; an own emulator goes on."""
        self.sign_in.close()
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    @property
    def _remembered(self) -> Path:
        backend = "emulator" if self.is_emulator else self.settings.cloud
        return data_folder() / f"workspace-{backend}.json"

    def _named(self) -> Choice | None:
        own = self.is_emulator and not self.settings.endpoint
        if not own:
            return resolve(
                self.settings,
                start=self._start,
                environ=self._environ,
                remembered=None if self._passes_over_last else self._remembered,
            )
        # An emulator of one's own knows nothing of the workspace that a config.json of the real
        # Azure names: only an explicit setting or an earlier choice in it counts.
        given = (
            self.settings.subscription_id,
            self.settings.resource_group,
            self.settings.workspace,
        )
        if all(given):
            return Choice(make(*given), "the settings")
        kept = None if self._passes_over_last else recall(self._remembered)
        if kept is not None and (
            self._own is None or kept.subscription_id == self._own.subscription_id
        ):
            return Choice(kept, LAST_CHOICE)
        if self._own is None:
            return None
        info = self._own
        return Choice(
            make(info.subscription_id, info.resource_group, info.workspace), "the emulator"
        )

    def _only_one(self) -> Choice:
        if self.is_emulator and not self.settings.endpoint:
            self.client()
            named = self._named()
            if named is not None:
                return named
        visible = self.workspaces()
        if visible and (len(visible) == 1 or self.is_emulator):
            why = "the emulator" if self.is_emulator else "the only one that you can see"
            return Choice(
                make(visible[0].subscription_id, visible[0].resource_group, visible[0].name), why
            )
        raise NotFound(
            "No workspace is chosen." if visible else "You can see no Azure ML workspace.",
            hint="Choose one, or put its config.json into the working directory."
            if visible
            else "Ask for a role in one, sign in with another account, or set "
            "CIManager.subscription_id, resource_group and workspace.",
            code="no_workspace",
        )

    def _look_for_own(self) -> None:
        from .emulator_process import start_emulator

        info = start_emulator()
        self._looked = time.monotonic()
        if self._own is None or info.url != self._own.url:
            if self._client is not None:
                self._client.close()
            self._client, self._own = None, info

    def _find_tenant(self) -> str | None:
        known = self.known_choice()
        subscription = known.workspace.subscription_id if known else ""
        path = f"/subscriptions/{subscription}" if subscription else "/subscriptions"
        return self.client().tenant_of_challenge(path, api_version=SUBSCRIPTIONS_VERSION)


def data_folder() -> Path:
    """Give our folder among Jupyter's data."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "ci-manager"


def touch_changed() -> None:
    """Tell the user's other servers that something was changed in Azure from here.

    The file's content is a fresh word each time: it tells a write to Azure from the mere touch
    that other changes give the same file.
    """
    import secrets

    path = data_folder() / "changed"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(8))
    except OSError:
        # A hint only: the other servers' own watching finds the change a little later.
        return
