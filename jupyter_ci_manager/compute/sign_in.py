"""Signing in as a state machine: signed out, signing in (with a code to show), signed in.

A missing or expired sign-in is a state, not a storm of errors: after one refusal nobody asks
again for :data:`RETRY_SECONDS`, unless the user acts. Nothing changes who acts behind the user's
back: a sign-in that fails leaves nobody signed in, and a sign-out holds until the next sign-in.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import CIManagerError, InvalidValue, SignedOut, TimedOut
from ..sentences import say
from .clouds import is_loopback
from .credentials import (
    azure_credential,
    credential_name,
    forget_kept_tokens,
    identity_of,
    save_record,
)
from .emulator_tokens import EmulatorCredential, IssuedCredential
from .models import ErrorInfo, Identity, SignInPrompt
from .sign_in_failures import (
    carried,
    device_code_failure,
    is_network,
    out_of_reach,
    signed_out,
)

if TYPE_CHECKING:
    from ..config import Settings
    from .emulator_process import EmulatorInfo

METHODS = ("auto", "managed_identity", "cli", "device_code", "environment")

#: Seconds between two tries while nobody is signed in.
RETRY_SECONDS = 20.0
#: Seconds that a sign-in may take to show its code.
_PROMPT_SECONDS = 9.0


class SignIn:
    """Who acts, for one endpoint. Is itself the credential that the ARM client uses.

    Parameters
    ----------
    scope:
        The OAuth scope of Resource Manager.
    find_tenant:
        Asks Azure which tenant it wants; called once, when a code is asked for.
    emulator:
        Tells of the emulator that is the endpoint, as far as its ready file is known.
    account_file:
        Where the account of a device-code sign-in is kept, when the settings allow it.
    on_change:
        Called whenever the sign-in's state has changed; with true when somebody else acts now.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        scope: str,
        find_tenant: Callable[[], str | None],
        account_file: Path,
        emulator: Callable[[], EmulatorInfo | None] = lambda: None,
        on_change: Callable[[bool], None] = lambda somebody_else: None,
    ) -> None:
        self._settings = settings
        self._scope = scope
        self._find_tenant = find_tenant
        self._account_file = account_file
        self._emulator = emulator
        self._on_change = on_change
        self._lock = threading.RLock()
        self._method = settings.credential
        if self._method == "auto" and settings.persist_tokens and account_file.exists():
            self._method = "device_code"
        self._credential: Any = None
        self._identity = Identity()
        self._refused: SignedOut | None = None
        self._refused_until = 0.0
        self._attempt = 0
        self._last_person: str | None = None
        #: What Azure wants of the next sign-in, beside the usual.
        self._claims: str | None = None
        #: Counts up whenever tokens given so far must not be used any more.
        self.epoch = 0

    def get_token_info(self, *scopes: str, options: Any = None) -> Any:
        """Give a token for whoever acts.

        Raises
        ------
        SignedOut
            Nobody is signed in; the same answer for a while, without asking again.
        """
        with self._lock:
            if self._refused is not None and time.monotonic() < self._refused_until:
                raise carried(self._refused)
            if self._waits_for_code():
                # Whoever asks meanwhile must not disturb the sign-in that waits.
                raise carried(
                    SignedOut(
                        say("A sign-in waits for its code."),
                        hint=say("Enter the code that is shown."),
                    )
                )
            if self._credential is None:
                self._credential = self._make(self._method)
            credential = self._credential
        try:
            # One kind of token throughout: azure-identity keeps those that Azure can revoke at
            # once (continuous access evaluation) apart from the others.
            token = credential.get_token_info(
                *(scopes or (self._scope,)), options={"enable_cae": True, **(options or {})}
            )
        except Exception as error:
            if is_network(error):
                # What never got an answer is no refusal: it says nothing of who is signed in.
                raise carried(out_of_reach(error)) from error
            failure = signed_out(error)
            self._claims = getattr(error, "claims", None) or self._claims
            # Only a new sign-in helps where Azure wants one: asking again would be in vain.
            lasts = float("inf") if failure.code == "sign_in_again" else RETRY_SECONDS
            self._refuse(failure, for_seconds=lasts, only_for=credential)
            raise carried(failure) from error
        with self._lock:
            if credential is self._credential and not self._waits_for_code():
                known = self._identity
                self._refused = None
                self._identity = identity_of(
                    token.token,
                    credential_name(credential),
                    emulator=self._is_emulator,
                    is_kept=self._settings.persist_tokens and self._method == "device_code",
                )
                changed = known != self._identity
                person = self._identity.object_id
                somebody_else = self._last_person not in (None, person)
                self._last_person = person
            else:
                changed = somebody_else = False
        if changed:
            self._on_change(somebody_else)
        return token

    def identity(self, *, ask: bool = True) -> Identity:
        """Say who acts; asks for a token when that is not known yet and ``ask`` allows it."""
        with self._lock:
            known = self._identity
            settled = known.state in ("signed_in", "signing_in") or (
                self._refused is not None and time.monotonic() < self._refused_until
            )
        if ask and not settled:
            try:
                self.get_token_info(self._scope)
            except Exception:
                return self._identity
        return self._identity

    def sign_in(self, method: str) -> Identity:
        """Begin to sign in; for a code, the answer carries it and the sign-in goes on by itself.

        Raises
        ------
        InvalidValue
            There is no such method.
        SignedOut
            It did not succeed.
        """
        if method not in METHODS:
            raise InvalidValue(
                say("There is no way to sign in called “{method}”.", method=method),
                hint=say("Choose one of {methods}.", methods=", ".join(METHODS)),
                field="method",
            )
        with self._lock:
            if (
                method == "device_code"
                and self._identity.state == "signing_in"
                and self._identity.prompt is not None
            ):
                return self._identity
        self._cancel()
        if method == "device_code" and self._has_sign_in_service:
            return self._begin_device_code()
        with self._lock:
            self._method, self._credential, self._refused = method, None, None
            self._identity = Identity()
        try:
            self.get_token_info(self._scope)
        except Exception as error:
            known = getattr(error, "ci_error", None)
            raise (known if isinstance(known, CIManagerError) else signed_out(error)) from error
        return self._identity

    def sign_out(self) -> Identity:
        """Forget who acts, or give up a sign-in that waits; holds until the next sign-in."""
        self._cancel()
        forget_kept_tokens(self._account_file)
        self._refuse(
            SignedOut(say("You have signed out."), hint=say("Sign in to go on.")),
            for_seconds=float("inf"),
        )
        return self._identity

    def close(self) -> None:
        """Give up a waiting sign-in and let go of connections."""
        self._cancel()

    @property
    def _is_emulator(self) -> bool:
        return self._settings.backend == "emulator"

    @property
    def _has_sign_in_service(self) -> bool:
        """Tell whether codes can be asked for: of an emulator only when its own service is named."""
        named = os.environ.get("AZURE_AUTHORITY_HOST", "")
        return not self._is_emulator or is_loopback(urlsplit(named).hostname)

    def _waits_for_code(self) -> bool:
        return self._identity.state == "signing_in"

    def _make(self, method: str) -> Any:
        if self._is_emulator and method != "managed_identity":
            info, user = self._emulator(), self._settings.emulator_user
            if info is not None and info.strict_auth:
                return IssuedCredential(info, user)
            return EmulatorCredential(user, self._settings.tenant_id)
        return azure_credential(
            self._settings, method, record=self._account_file if method == "device_code" else None
        )

    def _begin_device_code(self) -> Identity:
        shown = threading.Event()
        tenant = "" if self._settings.tenant_id else (self._find_tenant() or "")
        with self._lock:
            self._attempt += 1
            attempt = self._attempt

        def prompt(url: str, code: str, expires_on: datetime) -> None:
            with self._lock:
                if attempt == self._attempt:
                    expiry = expires_on.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                    self._identity = Identity(
                        state="signing_in",
                        tenant_id=tenant or None,
                        credential="DeviceCodeCredential",
                        prompt=SignInPrompt(
                            code=code,
                            url=url,
                            expires_on=expiry,
                            message=say(
                                "Open {url} and enter the code {code}.", url=url, code=code
                            ),
                        ),
                    )
            shown.set()
            self._on_change(False)

        credential: Any = azure_credential(
            self._settings, "device_code", tenant_id=tenant, prompt=prompt
        )
        with self._lock:
            self._credential, self._method, self._refused = credential, "device_code", None
            self._identity = Identity(state="signing_in", credential="DeviceCodeCredential")

        def run() -> None:
            try:
                wanted = {"claims": self._claims} if self._claims else {}
                record = credential.authenticate(scopes=[self._scope], enable_cae=True, **wanted)
                self._claims = None
                if self._settings.persist_tokens:
                    save_record(self._account_file, record)
            except Exception as error:
                failure = device_code_failure(error)
                self._refuse(failure, for_seconds=float("inf"), only_for=credential)
            else:
                with self._lock:
                    if credential is self._credential:
                        self._identity = Identity()
                if credential is self._credential:
                    self.identity()
            shown.set()

        threading.Thread(target=run, name="ci-manager-sign-in", daemon=True).start()
        if not shown.wait(_PROMPT_SECONDS):
            self._cancel()
            failure = TimedOut(
                say("The sign-in service did not give a code in time."),
                hint=say("Look at the network and the proxy settings, then try again."),
            )
            self._refuse(SignedOut(failure.message, hint=failure.hint), for_seconds=RETRY_SECONDS)
            raise failure
        if self._identity.state == "signed_out" and self._refused is not None:
            raise self._refused
        return self._identity

    def _cancel(self) -> None:
        """Give up the credential in use; a device-code poll in flight ends at its next request."""
        with self._lock:
            self._attempt += 1
            self.epoch += 1
            credential, self._credential = self._credential, None
            if self._identity.state == "signing_in":
                self._identity = Identity(state="signed_out")
        transport = getattr(credential, "ci_transport", None)
        if transport is not None:
            transport.cancelled = True

    def _refuse(self, error: SignedOut, *, for_seconds: float, only_for: Any = None) -> None:
        with self._lock:
            if only_for is not None and only_for is not self._credential:
                return
            self._refused, self._refused_until = error, time.monotonic() + for_seconds
            before = self._identity
            self._identity = Identity(state="signed_out", error=ErrorInfo.of(error))
            changed = before != self._identity
        if changed:
            self._on_change(False)
