"""The ways to sign in: which credential acts by which of them, and which shows a code."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..errors import InvalidValue
from ..sentences import say
from .clouds import is_loopback
from .credentials import azure_credential
from .emulator_tokens import EmulatorCredential, IssuedCredential

if TYPE_CHECKING:
    from ..config import Settings
    from .emulator_process import EmulatorInfo

METHODS = ("auto", "managed_identity", "cli", "device_code", "environment")


class SignInMethods:
    """What each way to sign in needs, for one endpoint.

    Parameters
    ----------
    emulator:
        Tells of the emulator that is the endpoint, as far as its ready file is known.
    account_file:
        Where the account of a device-code sign-in is kept.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        emulator: Callable[[], EmulatorInfo | None],
        account_file: Path,
    ) -> None:
        self._settings = settings
        self._emulator = emulator
        self._account_file = account_file

    @property
    def is_emulator(self) -> bool:
        """Whether tokens are of an emulator, and worth nothing in Azure."""
        return self._settings.backend == "emulator"

    def needs_code(self, method: str) -> bool:
        """Tell whether somebody has to enter a code elsewhere.

        An emulator is asked for codes only when its own sign-in service is named.

        Raises
        ------
        InvalidValue
            There is no such way to sign in.
        """
        if method not in METHODS:
            raise InvalidValue(
                say("There is no way to sign in called “{method}”.", method=method),
                hint=say("Choose one of {methods}.", methods=", ".join(METHODS)),
                field="method",
            )
        named = os.environ.get("AZURE_AUTHORITY_HOST", "")
        has_service = not self.is_emulator or is_loopback(urlsplit(named).hostname)
        return method == "device_code" and has_service

    def credential(self, method: str) -> Any:
        """Give the credential that acts by a method; asks nobody for anything yet."""
        if self.is_emulator and method != "managed_identity":
            info, user = self._emulator(), self._settings.emulator_user
            if info is not None and info.strict_auth:
                return IssuedCredential(info, user)
            return EmulatorCredential(user, self._settings.tenant_id)
        return azure_credential(
            self._settings, method, record=self._account_file if method == "device_code" else None
        )
