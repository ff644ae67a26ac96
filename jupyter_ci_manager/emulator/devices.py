"""Device codes: what a device polls with, and the short code that a person confirms."""

from __future__ import annotations

import secrets
import time

import msgspec

_ALPHABET = "BCDFGHJKLMNPQRSTVWXYZ23456789"


class DeviceCode(msgspec.Struct):
    """A device code that somebody may approve."""

    user_code: str
    expires: float
    oid: str | None = None
    declined: bool = False


class DeviceCodes:
    """The device codes that wait; they live minutes and are not kept over a restart."""

    def __init__(self) -> None:
        """Start with none."""
        self._waiting: dict[str, DeviceCode] = {}

    def begin(self, seconds: float) -> tuple[str, DeviceCode]:
        """Make a code for a device, and the short one for a person, good for so many seconds."""
        now = time.time()
        self._waiting = {key: code for key, code in self._waiting.items() if code.expires > now}
        user_code = "".join(secrets.choice(_ALPHABET) for _ in range(9))
        device_code = secrets.token_urlsafe(48)
        code = DeviceCode(user_code, now + seconds)
        self._waiting[device_code] = code
        return device_code, code

    def decide(self, user_code: str, oid: str | None) -> bool:
        """Approve a code for a user, or decline it (None); False: there is no such code."""
        code = self._shown(user_code)
        if code is not None:
            code.oid, code.declined = oid, oid is None
        return code is not None

    def expire(self, user_code: str) -> bool:
        """Let a code be too old from now on; False: there is no such code."""
        code = self._shown(user_code)
        if code is not None:
            code.expires = time.time()
        return code is not None

    def find(self, device_code: str) -> DeviceCode | None:
        """Give a waiting code, or None."""
        return self._waiting.get(device_code)

    def spend(self, device_code: str) -> None:
        """Forget a code that was turned into a token."""
        self._waiting.pop(device_code, None)

    def _shown(self, user_code: str) -> DeviceCode | None:
        wanted = user_code.strip().upper()
        good = (c for c in self._waiting.values() if c.expires > time.time())
        return next((c for c in good if c.user_code == wanted), None)
