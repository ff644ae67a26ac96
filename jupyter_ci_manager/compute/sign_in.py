"""Signing in as a state machine: signed out, signing in (with a code to show), signed in.

A missing or expired sign-in is a state, not a storm of errors: after one refusal nobody asks
again for :data:`RETRY_SECONDS`, unless the user acts. Nothing changes who acts behind the user's
back: who is signed in stays so until another sign-in has succeeded, one that fails or is given up
leaves all as it was, and a sign-out holds until the next sign-in.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import CIManagerError, SignedOut, TimedOut
from ..sentences import say
from .code_sign_in import CodeSignIn, end_requests
from .credentials import (
    credential_name,
    forget_kept_tokens,
    identity_of,
    save_record,
)
from .models import ErrorInfo, Identity
from .sign_in_failures import (
    carried,
    is_network,
    out_of_reach,
    signed_out,
)
from .sign_in_methods import SignInMethods

if TYPE_CHECKING:
    from ..config import Settings
    from .emulator_process import EmulatorInfo

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
        self._methods = SignInMethods(settings, emulator=emulator, account_file=account_file)
        self._on_change = on_change
        self._lock = threading.RLock()
        self._method = settings.credential
        if self._method == "auto" and settings.persist_tokens and account_file.exists():
            self._method = "device_code"
        self._credential: Any = None
        self._identity = Identity()
        self._refused: SignedOut | None = None
        self._refused_until = 0.0
        #: The sign-in that waits for its code, beside whoever is signed in.
        self._waiting: CodeSignIn | None = None
        #: Why the last sign-in came to nothing, while who was signed in before still is.
        self._in_vain: ErrorInfo | None = None
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
            if self._waiting is not None and self._identity.state != "signed_in":
                # Whoever asks meanwhile must not disturb the sign-in that waits.
                raise carried(
                    SignedOut(
                        say("A sign-in waits for its code."),
                        hint=say("Enter the code that is shown."),
                    )
                )
            if self._refused is not None and time.monotonic() < self._refused_until:
                raise carried(self._refused)
            if self._credential is None:
                self._credential = self._methods.credential(self._method)
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
            if credential is self._credential:
                known = self._identity
                self._refused = None
                self._identity = identity_of(
                    token.token,
                    credential_name(credential),
                    emulator=self._methods.is_emulator,
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
            known = self._shown()
            settled = known.state in ("signed_in", "signing_in") or (
                self._refused is not None and time.monotonic() < self._refused_until
            )
        if ask and not settled:
            with suppress(Exception):
                self.get_token_info(self._scope)
        with self._lock:
            return self._shown()

    def sign_in(self, method: str) -> Identity:
        """Begin to sign in; for a code, the answer carries it and the sign-in goes on by itself.

        Raises
        ------
        InvalidValue
            There is no such method.
        SignedOut
            It did not succeed; who was signed in still is.
        """
        with_code = self._methods.needs_code(method)
        with self._lock:
            if with_code and self._waiting is not None and self._waiting.prompt is not None:
                return self._shown()
            is_signed_in = self._identity.state == "signed_in"
        self._give_up()
        if with_code:
            return self._begin_with_code()
        try:
            if is_signed_in:
                instead = self._methods.credential(method)
                instead.get_token_info(self._scope, options={"enable_cae": True})
                self._take(instead, method)
            else:
                self._take(None, method)
            self.get_token_info(self._scope)
        except Exception as error:
            known = getattr(error, "ci_error", None)
            if isinstance(known, CIManagerError):
                raise known from error
            raise (out_of_reach if is_network(error) else signed_out)(error) from error
        return self.identity(ask=False)

    def sign_out(self, *, only_waiting: bool = False) -> Identity:
        """Forget who acts; holds until the next sign-in.

        Parameters
        ----------
        only_waiting:
            Only give up a sign-in that waits for its code: who was signed in before still is.
        """
        if self._give_up():
            self._on_change(False)
        if only_waiting:
            return self.identity(ask=False)
        self._take(None, self._method)
        forget_kept_tokens(self._account_file)
        self._refuse(
            SignedOut(say("You have signed out."), hint=say("Sign in to go on.")),
            for_seconds=float("inf"),
        )
        return self.identity(ask=False)

    def close(self) -> None:
        """Give up a waiting sign-in and let go of connections."""
        self._give_up()
        self._take(None, self._method)

    def _shown(self) -> Identity:
        """Give who acts, with the sign-in that waits beside it, or why the last one failed."""
        known, waiting = self._identity, self._waiting
        if known.state == "signed_in":
            prompt = waiting.prompt if waiting else None
            return msgspec.structs.replace(known, prompt=prompt, error=self._in_vain)
        if waiting is None:
            return known
        return Identity(
            state="signing_in",
            tenant_id=waiting.tenant or None,
            credential="DeviceCodeCredential",
            prompt=waiting.prompt,
        )

    def _begin_with_code(self) -> Identity:
        tenant = "" if self._settings.tenant_id else (self._find_tenant() or "")
        waiting = CodeSignIn(
            self._settings,
            tenant=tenant,
            on_prompt=lambda: self._on_change(False),
            on_success=self._entered,
            on_failure=self._not_entered,
        )
        with self._lock:
            self._waiting = waiting
        if not waiting.begin(self._scope, self._claims, seconds=_PROMPT_SECONDS):
            failure = TimedOut(
                say("The sign-in service did not give a code in time."),
                hint=say("Look at the network and the proxy settings, then try again."),
            )
            self._not_entered(
                waiting,
                SignedOut(failure.message, hint=failure.hint),
                for_seconds=RETRY_SECONDS,
            )
            raise failure
        if waiting.failure is not None:
            raise waiting.failure
        return self.identity(ask=False)

    def _entered(self, waiting: CodeSignIn, account: Any) -> None:
        """A code was entered: who entered it acts from now on."""
        with self._lock:
            if waiting is not self._waiting:
                return
            if self._settings.persist_tokens:
                save_record(self._account_file, account)
            self._claims = None
            self._waiting = None
            self._take(waiting.credential, "device_code")
        self.identity()

    def _not_entered(
        self, waiting: CodeSignIn, failure: SignedOut, *, for_seconds: float = float("inf")
    ) -> None:
        """A sign-in came to nothing: who was signed in before still is."""
        with self._lock:
            if waiting is not self._waiting:
                return
            self._give_up()
            is_signed_in = self._identity.state == "signed_in"
            if is_signed_in:
                self._in_vain = ErrorInfo.of(failure)
        if is_signed_in:
            self._on_change(False)
        else:
            self._refuse(failure, for_seconds=for_seconds)

    def _give_up(self) -> bool:
        """Give up the sign-in that waits, and tell whether there was one, or why it failed."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
            was_known, self._in_vain = self._in_vain is not None, None
        if waiting is not None:
            waiting.give_up()
        return waiting is not None or was_known

    def _take(self, credential: Any, method: str) -> None:
        """Let another credential act; ``None``: the one that ``method`` makes when it is needed."""
        with self._lock:
            before, self._credential = self._credential, credential
            self._method, self._refused, self._in_vain = method, None, None
            self._identity = Identity()
            self.epoch += 1
        end_requests(before)

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
