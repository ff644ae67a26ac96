"""Bearer tokens: reading any JWT, and issuing the emulator's own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import msgspec

from .errors import ArmError
from .rbac import Caller, Directory, User

LIFETIME = 3600
_FOREIGN = (
    "graph.microsoft.com",
    "graph.windows.net",
    "vault.azure.net",
    "storage.azure.com",
    "database.windows.net",
)
_ARM_AUDIENCES = ("management.azure.com", "management.core.windows.net", "127.0.0.1", "localhost")
_CACHE_SIZE = 4096
NOBODY = "00000000-0000-0000-0000-000000000000"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> Any:
    return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def _refusal(tenant: str, code: str, message: str) -> ArmError:
    return ArmError(
        401,
        code,
        message,
        headers={
            "WWW-Authenticate": "Bearer authorization_uri="
            f'"https://login.microsoftonline.com/{tenant}", '
            f'error="invalid_token", error_description="{message}"'
        },
    )


class Tokens:
    """Issues tokens and reads those of others."""

    def __init__(self, directory: Directory, secret: bytes, strict: bool) -> None:
        """Remember how tokens are signed.

        Args:
            directory: Who can sign in.
            secret: The key of the emulator's own signatures.
            strict: Take only tokens with that signature.
        """
        self._directory = directory
        self._secret = secret
        self._strict = strict
        self._issuer = f"https://sts.windows.net/{directory.tenant}/"
        self._read: dict[str, tuple[Caller, float]] = {}

    @property
    def strict(self) -> bool:
        """Whether only the emulator's own tokens are taken."""
        return self._strict

    def _sign(self, text: str) -> str:
        return _encode(hmac.new(self._secret, text.encode(), hashlib.sha256).digest())

    def issue(self, user: User, audience: str, lifetime: float = LIFETIME, **more: Any) -> str:
        """Give a signed token that speaks for a user.

        Args:
            user: For whom.
            audience: The resource it is for.
            lifetime: Seconds until it expires, on the machine's clock.
            more: Further claims.
        """
        now = int(time.time())
        claims = {
            "aud": audience,
            "iss": self._issuer,
            "iat": now,
            "nbf": now - 60,
            "exp": now + int(lifetime),
            "oid": user.oid,
            "sub": user.oid,
            "tid": self._directory.tenant,
            "upn": user.upn,
            "unique_name": user.upn,
            "preferred_username": user.upn,
            "name": user.name,
            "ver": "1.0",
            **more,
        }
        header = _encode(msgspec.json.encode({"typ": "JWT", "alg": "HS256"}))
        text = f"{header}.{_encode(msgspec.json.encode(claims))}"
        return f"{text}.{self._sign(text)}"

    def own_claims(self, token: str) -> dict[str, Any] | None:
        """Give the claims of an unexpired token that the emulator issued, or None."""
        try:
            text, _, signature = token.rpartition(".")
            if not hmac.compare_digest(self._sign(text).encode(), signature.encode()):
                return None
            claims: dict[str, Any] = _decode(text.partition(".")[2])
        except (ValueError, msgspec.DecodeError):
            return None
        return claims if claims.get("exp", 0) > time.time() else None

    def caller(self, authorization: str | None) -> Caller:
        """Say whom an ``Authorization`` header speaks for.

        Raises:
            ArmError: 401: no token, not a JWT, expired, for another audience, or (strict) not ours.
        """
        if not authorization:
            raise _refusal(
                self._directory.tenant,
                "AuthenticationFailed",
                "Authentication failed. The 'Authorization' header is missing.",
            )
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise _refusal(
                self._directory.tenant,
                "AuthenticationFailedInvalidHeader",
                "Authentication failed. The 'Authorization' header is provided in an invalid "
                "format.",
            )
        caller, expires = self._read.get(token) or self._parse(token)
        if expires <= time.time():
            raise _refusal(
                self._directory.tenant,
                "ExpiredAuthenticationToken",
                "The access token expiry UTC time has passed. Please refresh the token and retry.",
            )
        return caller

    def _parse(self, token: str) -> tuple[Caller, float]:
        try:
            header, payload, signature = token.split(".")
            if not isinstance(_decode(header), dict):
                raise ValueError("the header is not an object")
            claims = _decode(payload)
            expires = float(claims["exp"]) if "exp" in claims else float("inf")
            oid = str(claims.get("oid") or claims.get("sub") or NOBODY)
        except (ValueError, TypeError, AttributeError, msgspec.DecodeError):
            raise _refusal(
                self._directory.tenant, "InvalidAuthenticationToken", "The access token is invalid."
            ) from None
        own = hmac.compare_digest(self._sign(f"{header}.{payload}").encode(), signature.encode())
        audience = str(claims.get("aud", "")).lower()
        if self._strict and not own:
            raise _refusal(
                self._directory.tenant,
                "InvalidAuthenticationToken",
                "The access token is from an unknown issuer: this emulator takes only tokens that "
                "it issued.",
            )
        foreign = any(name in audience for name in _FOREIGN)
        if foreign or (own and not any(name in audience for name in _ARM_AUDIENCES)):
            raise _refusal(
                self._directory.tenant,
                "InvalidAuthenticationTokenAudience",
                "The access token has been obtained for wrong audience or resource "
                f"'{audience}'. It should exactly match with one of the allowed audiences "
                "'https://management.core.windows.net/','https://management.azure.com/'.",
            )
        user = self._directory.find_user(oid)
        upn = claims.get("upn") or claims.get("unique_name") or claims.get("preferred_username")
        caller = Caller(
            oid=oid,
            upn=str(user.upn if user else upn or oid),
            tid=str(claims.get("tid") or self._directory.tenant),
            name=str(claims.get("name") or (user.name if user else upn or oid)),
        )
        if len(self._read) >= _CACHE_SIZE:
            self._read.clear()
        self._read[token] = caller, expires
        return caller, expires
