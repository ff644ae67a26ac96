"""Tokens for an emulator: of our own making, or issued by one that takes no others."""

from __future__ import annotations

import base64
import time
import urllib.request
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from .clouds import checked_endpoint

if TYPE_CHECKING:
    from .emulator_process import EmulatorInfo

#: Who acts in the emulator unless somebody else is named: the first person of its sample.
EMULATOR_USER = "9f9e68bc-5513-5bac-a94e-bd9970c37d36"
EMULATOR_TENANT = "00000000-0000-4000-8000-00000000007e"

_TOKEN_SECONDS = 3600
#: A token is renewed so many seconds before it expires, and an answer may take so many.
_EARLY_SECONDS, _ANSWER_SECONDS = 300, 5.0


class _Token(NamedTuple):
    token: str
    expires_on: int
    token_type: str = "Bearer"  # noqa: S105
    refresh_on: int | None = None


class EmulatorCredential:
    """Tokens that say who calls and prove nothing: the emulator believes them.

    Parameters
    ----------
    object_id, tenant_id:
        Who acts; empty for the emulator's default.
    """

    def __init__(self, object_id: str = "", tenant_id: str = "") -> None:
        self._object_id = object_id or EMULATOR_USER
        self._tenant_id = tenant_id or EMULATOR_TENANT

    def get_token_info(self, *scopes: str, options: Any = None) -> _Token:
        """Make a token that is good for an hour."""
        now = int(time.time())
        claims = {
            "aud": (scopes[0] if scopes else "https://management.azure.com").removesuffix(
                "/.default"
            ),
            "iss": f"https://sts.windows.net/{self._tenant_id}/",
            "iat": now,
            "nbf": now - 300,
            "exp": now + _TOKEN_SECONDS,
            "oid": self._object_id,
            "tid": self._tenant_id,
            "idtyp": "user",
            "ver": "1.0",
        }
        if self._object_id == EMULATOR_USER:
            claims |= {"upn": "anna@contoso.example", "name": "Anna Example"}
        head = _segment({"alg": "none", "typ": "JWT"})
        return _Token(f"{head}.{_segment(claims)}.", now + _TOKEN_SECONDS)

    def close(self) -> None:
        """Nothing is held."""


class IssuedCredential:
    """Tokens that an emulator issues to whoever can read its ready file.

    Parameters
    ----------
    info:
        What its ready file tells.
    object_id:
        Who acts; empty for the emulator's default.
    """

    def __init__(self, info: EmulatorInfo, object_id: str = "") -> None:
        self._url = checked_endpoint(info.url)
        self._key = info.control_key or ""
        self._user = object_id or EMULATOR_USER
        self._token: _Token | None = None

    def get_token_info(self, *scopes: str, options: Any = None) -> _Token:
        """Ask for a token; one that is good for a while yet is given again.

        Raises
        ------
        OSError
            The emulator does not answer, or does not know the user.
        """
        if self._token is not None and self._token.expires_on > time.time() + _EARLY_SECONDS:
            return self._token
        asked = urllib.request.Request(  # noqa: S310 - the address was checked
            f"{self._url}/emulator/tokens",
            method="POST",
            data=msgspec.json.encode({"user": self._user}),
            headers={"X-Emulator-Key": self._key, "Content-Type": "application/json"},
        )
        # An emulator is on this machine, where no proxy has any business.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(asked, timeout=_ANSWER_SECONDS) as answer:
            given = msgspec.json.decode(answer.read())
        self._token = _Token(given["access_token"], int(given["expires_on"]))
        return self._token

    def close(self) -> None:
        """Nothing is held."""


def _segment(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()
