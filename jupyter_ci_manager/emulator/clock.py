"""The emulator's clock: it may run faster than the world's, and can be moved forward."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class Clock:
    """Emulated time in seconds since the epoch.

    It runs ``speed`` times as fast as the machine's clock and never goes backwards: after a restart
    it goes on from the latest time that was written down, or from the real time if that is later.
    """

    def __init__(self, speed: float = 1.0, not_before: float = 0.0) -> None:
        """Start the clock.

        Args:
            speed: Emulated seconds per real second.
            not_before: A time (seconds since the epoch) that the clock had already reached.
        """
        self._speed = speed
        self._anchor = max(time.time(), not_before)
        self._real = time.monotonic()
        self.changes = 0
        """How often speed or time were changed by hand: timers set before are wrong then."""

    @property
    def speed(self) -> float:
        """Emulated seconds per real second."""
        return self._speed

    def now(self) -> float:
        """Give the emulated time in seconds since the epoch."""
        return self._anchor + (time.monotonic() - self._real) * self._speed

    def set_speed(self, speed: float) -> None:
        """Run faster or slower from this moment on."""
        self._anchor, self._real = self.now(), time.monotonic()
        self._speed = speed
        self.changes += 1

    def advance(self, seconds: float) -> None:
        """Move the clock forward by this many emulated seconds."""
        self._anchor += seconds
        self.changes += 1

    def real_delay(self, deadline: float) -> float:
        """Give the real seconds from now until the emulated time ``deadline`` (0 if it passed)."""
        return max(0.0, (deadline - self.now()) / self._speed)


def timestamp(seconds: float) -> str:
    """Write a time as the service does: UTC with seven fractional digits."""
    moment = datetime.fromtimestamp(seconds, tz=timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0+00:00"
