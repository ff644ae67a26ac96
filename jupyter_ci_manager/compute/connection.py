"""Where we are connected to and as whom: endpoint, client and sign-in, made when first needed.

For the backend ``emulator`` without an endpoint this is the user's own emulator, which is started
here and found again should it have ended meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidValue, Unavailable
from ..sentences import say
from .api_versions import SUBSCRIPTIONS_VERSION
from .arm import ArmClient
from .changed import data_folder
from .clouds import CLOUDS, checked_endpoint
from .sign_in import SignIn

if TYPE_CHECKING:
    from ..config import Settings
    from .emulator_process import EmulatorInfo

#: Seconds between two looks whether the user's own emulator still runs.
_LOOK_SECONDS = 2.0

_STRICT_HINT = say(
    "This emulator takes only tokens that it issued: name its ready file in "
    "CIManager.emulator_ready_file, or sign in with the identity that its MSI_ENDPOINT gives."
)


class Connection:
    """One Azure, and who acts in it. Thread-safe; the network is used on first need.

    Parameters
    ----------
    on_change:
        Called when the sign-in's state changed; with true when somebody else acts now.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        on_change: Callable[[bool], None] = lambda somebody_else: None,
    ) -> None:
        self.settings = settings
        self.cloud = CLOUDS[settings.cloud]
        self._lock = threading.RLock()
        self._client: ArmClient | None = None
        self._own: EmulatorInfo | None = None
        self._looked = 0.0
        self.sign_in = SignIn(
            settings,
            scope=self.cloud.scope,
            find_tenant=self._find_tenant,
            account_file=data_folder() / "account.json",
            emulator=lambda: self._own,
            on_change=on_change,
        )

    @property
    def is_emulator(self) -> bool:
        """Tell whether this is a stand-in and not Azure."""
        return self.settings.backend == "emulator"

    @property
    def is_own_emulator(self) -> bool:
        """Tell whether it is the user's own emulator, started and found again by us."""
        return self.is_emulator and not (
            self.settings.endpoint or self.settings.emulator_ready_file
        )

    @property
    def endpoint(self) -> str:
        """Give the address in use; empty for an emulator of one's own that nobody needed yet."""
        if self.settings.endpoint:
            return self.settings.endpoint.rstrip("/")
        if not self.is_emulator:
            return self.cloud.arm
        return self._own.url if self._own else ""

    @property
    def realm(self) -> str:
        """Name the Azure that this is, the same the next time: an emulator's address may change."""
        return "emulator" if self.is_emulator else self.endpoint

    def client(self) -> ArmClient:
        """Give the ARM client; starts the user's own emulator where that is the backend.

        Raises
        ------
        CIManagerError
            The endpoint is refused, or the emulator does not start.
        """
        with self._lock:
            told = self.is_emulator and not self.settings.endpoint
            if self._client is not None and (
                not told or time.monotonic() - self._looked < _LOOK_SECONDS
            ):
                return self._client
            if told or self.settings.emulator_ready_file:
                self._look_for_emulator()
            if self._client is None:
                endpoint = checked_endpoint(self.endpoint)
                if not self.is_emulator and endpoint.startswith("http://"):
                    raise InvalidValue(
                        say("A real sign-in never goes over plain http."),
                        hint=say("Give the endpoint as https, or choose the backend “emulator”."),
                        code="invalid_endpoint",
                        field="endpoint",
                    )
                self._client = ArmClient(
                    endpoint,
                    self.sign_in,
                    scope=self.cloud.scope,
                    refused_hint=_STRICT_HINT if self.is_emulator else "",
                )
            return self._client

    @property
    def clock_skew(self) -> float:
        """Give by how many seconds Azure's clock is ahead of this machine's, as last seen."""
        return self._client.clock_skew if self._client is not None else 0.0

    def close(self) -> None:
        """Close connections and give up a waiting sign-in; an own emulator goes on."""
        self.sign_in.close()
        with self._lock:
            if self._client is not None:
                self._client.close()
                self._client = None

    def _find_tenant(self) -> str | None:
        """Ask Azure which tenant it wants a sign-in to."""
        return self.client().tenant_of_challenge(
            "/subscriptions", api_version=SUBSCRIPTIONS_VERSION
        )

    def _look_for_emulator(self) -> None:
        """Find the emulator by its ready file, or start the user's own.

        Raises
        ------
        CIManagerError
            The one that was named does not run, or one's own does not start.
        """
        from .emulator_process import read_ready_file, start_emulator

        self._looked = time.monotonic()
        if self.is_own_emulator:
            info = start_emulator(machines=self.settings.emulator_machines)
        else:
            file = Path(self.settings.emulator_ready_file).expanduser()
            named = read_ready_file(file)
            if named is None:
                raise Unavailable(
                    say("The emulator of {file} does not run.", file=file),
                    hint=say(
                        "Start it with --ready-file, or change CIManager.emulator_ready_file."
                    ),
                    code="emulator_gone",
                )
            info = named
        if self._own is None or info.url != self._own.url:
            if self._client is not None:
                self._client.close()
            self._client, self._own = None, info
