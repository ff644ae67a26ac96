"""The emulated cloud: every room of it, wired together."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from . import lifecycle, settings
from .clock import Clock
from .computes import Computes
from .devices import DeviceCodes
from .estate import Estate
from .faults import Faults
from .instance import Compute
from .operations import Operations
from .quota import Ledger
from .rbac import Caller, Directory, User
from .requestlog import RequestLog
from .sizes import catalogue
from .store import Store
from .throttle import Throttling
from .tokens import Tokens
from .wire import Request

TENANT = "00000000-0000-4000-8000-00000000007e"
SESSION_COOKIE = "ci-emulator-session"
StateListener = Callable[[Compute], None]
ApplicationLinks = Callable[[Compute, str, Caller], list[dict[str, str]]]
ActivitySource = Callable[[Compute], "float | None"]


class Cloud:
    """State, clock and rules. Everything in it runs on the event loop's thread."""

    def __init__(self, state_dir: Path, speed: float, strict: bool) -> None:
        """Open a state directory, or begin an empty cloud in it.

        Args:
            state_dir: An existing directory that no other emulator uses.
            speed: Emulated seconds per real second.
            strict: Take only tokens that the emulator issued.
        """
        self.store = Store(state_dir / "state.sqlite3")
        identity = self.store.get("cloud", "identity")
        self.is_new = identity is None
        if identity is None:
            identity = {
                "tenant": TENANT,
                "signing_key": secrets.token_hex(32),
                "client_id": str(uuid.uuid4()),
                # Command lines take what begins with a dash for an option.
                "client_secret": secrets.token_hex(32),
                "msi_secret": secrets.token_urlsafe(32),
                "control_key": secrets.token_urlsafe(32),
            }
            self.store.put("cloud", "identity", identity)
        self.identity: dict[str, str] = identity
        self.clock = Clock(speed, not_before=self.store.get("cloud", "clock") or 0.0)
        self.settings = settings.load(self.store)
        self.catalogue = catalogue()
        self.directory = Directory(self.store, identity["tenant"])
        self.tokens = Tokens(self.directory, bytes.fromhex(identity["signing_key"]), strict)
        self.estate = Estate(self.store)
        self.ledger = Ledger(self.store, self.catalogue)
        self.computes = Computes(self.store, self.ledger)
        self.operations = Operations(self.store)
        self.faults = Faults(self.store)
        self.device_codes = DeviceCodes()
        self.throttling = Throttling()
        self.log = RequestLog()
        self.on_state: StateListener | None = None
        self.on_removed: StateListener | None = None
        self.activity_source: ActivitySource | None = None
        self.application_links: ApplicationLinks | None = None

    def tick(self) -> None:
        """Carry out what has become due by the emulated clock."""
        lifecycle.advance(self, self.clock.now())

    def commit(self) -> None:
        """Write down all changes, and the time up to which they hold."""
        if self.store.dirty:
            self.store.put("cloud", "clock", self.clock.now())
            self.store.commit()

    def state_changed(self, compute: Compute) -> None:
        """Tell whoever keeps real machines that an instance has come to rest in another state."""
        if self.on_state is not None:
            self.on_state(compute)

    def removed(self, compute: Compute) -> None:
        """Tell whoever keeps real machines that an instance is gone."""
        if self.on_removed is not None:
            self.on_removed(compute)

    def activity_of(self, compute: Compute) -> float | None:
        """Give the emulated time at which somebody last worked on an instance, if that is known."""
        return self.activity_source(compute) if self.activity_source is not None else None

    def session_user(self, request: Request) -> User | None:
        """Give the user who has signed in to the emulator's pages, or None."""
        text = request.headers.get("Cookie", "")
        try:
            morsel = SimpleCookie(text).get(SESSION_COOKIE)
        except CookieError:
            return None
        claims = self.tokens.own_claims(morsel.value) if morsel else None
        if claims is None or claims.get("aud") != SESSION_COOKIE:
            return None
        return self.directory.find_user(str(claims.get("oid")))

    def estate_principal(self, key: str) -> str:
        """Give the object id of the identity that the service makes for a resource."""
        return str(uuid.uuid5(uuid.UUID(self.identity["tenant"]), key))

    def close(self) -> None:
        """Write everything down and close the state."""
        self.store.put("cloud", "clock", self.clock.now())
        self.store.close()
