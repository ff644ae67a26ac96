"""One sign-in with a code: it is asked for and shown, and entered by the user somewhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from ..errors import SignedOut
from ..sentences import say
from .credentials import azure_credential
from .models import SignInPrompt
from .sign_in_failures import device_code_failure

if TYPE_CHECKING:
    from ..config import Settings


class CodeSignIn:
    """A sign-in that waits for its code to be entered; who acts meanwhile is none of its business.

    Parameters
    ----------
    tenant:
        The tenant that Azure wants; empty for the one that the settings name.
    on_prompt:
        Called when there is a code.
    on_success:
        Called with the sign-in and its account when the code was entered; what it raises counts as
        a failure.
    on_failure:
        Called with the sign-in and why it came to nothing.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        tenant: str,
        on_prompt: Callable[[], None],
        on_success: Callable[[CodeSignIn, Any], None],
        on_failure: Callable[[CodeSignIn, SignedOut], None],
    ) -> None:
        self.tenant = tenant
        self.prompt: SignInPrompt | None = None
        self.failure: SignedOut | None = None
        self.credential: Any = azure_credential(
            settings, "device_code", tenant_id=tenant, prompt=self._show
        )
        self._on_prompt = on_prompt
        self._on_success = on_success
        self._on_failure = on_failure
        self._shown = threading.Event()

    def begin(self, scope: str, claims: str | None, *, seconds: float) -> bool:
        """Ask for the code, and go on in the background; tells whether something came in time.

        Parameters
        ----------
        claims:
            What Azure wants of the sign-in, beside the usual.
        seconds:
            How long to wait for the code, or for its refusal.
        """
        wanted = {"claims": claims} if claims else {}

        def run() -> None:
            try:
                account = self.credential.authenticate(scopes=[scope], enable_cae=True, **wanted)
                self._on_success(self, account)
            except Exception as error:
                self.failure = device_code_failure(error)
                self._on_failure(self, self.failure)
            self._shown.set()

        threading.Thread(target=run, name="ci-manager-sign-in", daemon=True).start()
        return self._shown.wait(seconds)

    def give_up(self) -> None:
        """Ask no more whether the code was entered; a question in flight is the last one."""
        end_requests(self.credential)

    def _show(self, url: str, code: str, expires_on: datetime) -> None:
        self.prompt = SignInPrompt(
            code=code,
            url=url,
            expires_on=expires_on.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            message=say("Open {url} and enter the code {code}.", url=url, code=code),
        )
        self._shown.set()
        self._on_prompt()


def end_requests(credential: Any) -> None:
    """Let a credential that is used no more send no further request."""
    transport = getattr(credential, "ci_transport", None)
    if transport is not None:
        transport.cancelled = True
