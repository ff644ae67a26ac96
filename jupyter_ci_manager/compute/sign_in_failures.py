"""What a sign-in that failed means, and what to do next; from azure-identity's words."""

from __future__ import annotations

import re
from typing import Any

from ..errors import CIManagerError, SignedOut, Unavailable
from ..sentences import say

_MOST_OF_CAUSE = 1500


def signed_out(error: Exception) -> SignedOut:
    """Say why nobody is signed in, from azure-identity's words."""
    text = str(error)
    if "AADSTS53003" in text:
        return SignedOut(
            say("Your organisation's Conditional Access blocks signing in with a code."),
            hint=say(
                "Run “az login” in a terminal of this machine, then sign in with method “cli”."
            ),
            code="device_code_blocked",
            details={"cause": text[:_MOST_OF_CAUSE]},
        )
    if "claims challenge" in text:
        command = re.search(r"az login --claims-challenge \S+", text)
        return SignedOut(
            say(
                "Azure asks for a new sign-in: your organisation's rules want more than the present one."
            ),
            hint=say("Run “{value}” in a terminal of this machine.", value=command.group())
            if command
            else say("Run “az login” in a terminal of this machine."),
            code="sign_in_again",
            details={"cause": text[:_MOST_OF_CAUSE]},
        )
    if getattr(error, "claims", None) or "AADSTS50076" in text or "AADSTS50079" in text:
        return SignedOut(
            say(
                "Azure asks for a new sign-in: your organisation's rules want more than the present one."
            ),
            hint=say("Sign in again, with everything that is asked of you."),
            code="sign_in_again",
            details={"cause": text[:_MOST_OF_CAUSE]},
        )
    if "expired" in text.lower() or "AADSTS70043" in text or "AADSTS50173" in text:
        return SignedOut(
            say("The sign-in has expired."),
            hint=say("Sign in again."),
            code="sign_in_expired",
            details={"cause": text[:_MOST_OF_CAUSE]},
        )
    return SignedOut(
        say("Nobody is signed in to Azure."),
        hint=say("Sign in with a code, or run “az login” in a terminal of this machine."),
        details={"cause": text[:_MOST_OF_CAUSE]},
    )


def out_of_reach(error: Exception) -> Unavailable:
    """Say that the sign-in service was not reached: that tells nothing of who is signed in."""
    return Unavailable(
        say("The service that signs in to Azure cannot be reached."),
        hint=say(
            "Look at the network and the proxy settings. Nothing is lost: the sign-in still holds "
            "when they are back."
        ),
        code="sign_in_unreachable",
        details={"cause": str(error)[:_MOST_OF_CAUSE]},
    )


def carried(error: CIManagerError) -> Exception:
    """Wrap our error in the one that azure-core passes through its retries untouched."""
    from azure.core.exceptions import ClientAuthenticationError

    wrapped: Any = ClientAuthenticationError(error.message)
    wrapped.ci_error = error
    return wrapped  # type: ignore[no-any-return]


def is_network(error: Exception) -> bool:
    """Tell a sign-in service out of reach from one that says no.

    A way to sign in that this machine does not offer (no identity endpoint) counts as a no.
    """
    from azure.core.exceptions import ServiceRequestError, ServiceResponseError
    from azure.identity import CredentialUnavailableError

    if isinstance(error, CredentialUnavailableError):
        return False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ServiceRequestError | ServiceResponseError):
            return True
        cause = cause.__cause__
    return False


def device_code_failure(error: Exception) -> SignedOut:
    """Say why a sign-in with a code came to nothing."""
    if is_network(error):
        away = out_of_reach(error)
        return SignedOut(
            away.message,
            hint=say("Look at the network and the proxy settings, then sign in again."),
            code=away.code,
            details=away.details,
        )
    text = str(error).lower()
    if "timed out" in text or "expired" in text:
        return SignedOut(
            say("The code has expired before it was entered."),
            hint=say("Sign in again to get a new one."),
            code="sign_in_expired",
        )
    if "declined" in text:
        return SignedOut(
            say("The sign-in was declined."), hint=say("Sign in again."), code="sign_in_declined"
        )
    return signed_out(error)
