"""Throttling: the counters that every answer carries, and refusals when a bucket is empty."""

from __future__ import annotations

import math
import time

from .errors import ArmError
from .settings import Settings

_KINDS = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
_STARTS = {"reads": 12_000, "writes": 1_200, "deletes": 15_000}
_HOUR = 3600.0


class Throttling:
    """Counts per caller and kind of request, on the machine's clock."""

    def __init__(self) -> None:
        """Start with full buckets."""
        self._windows: dict[tuple[str, str, int], tuple[float, int]] = {}

    def count(self, settings: Settings, method: str, subscription: str, oid: str) -> dict[str, str]:
        """Count a request and give the headers that say what is left.

        Raises:
            ArmError: The bucket set for this kind is empty (429 with ``Retry-After``).
        """
        kind = _KINDS.get(method, "writes")
        bucket = getattr(settings.throttle, kind)
        limit, seconds = (bucket.limit, bucket.seconds) if bucket else (_STARTS[kind], _HOUR)
        now = time.monotonic()
        began, used = self._windows.get((oid, kind, limit), (now, 0))
        if now - began >= seconds:
            began, used = now, 0
        if bucket and used >= limit:
            wait = max(1, math.ceil(began + seconds - now))
            raise ArmError(
                429,
                "SubscriptionRequestsThrottled",
                f"Number of '{kind.removesuffix('s')}' requests for subscription '{subscription}' "
                f"actor '{oid}' exceeded. Please try again after '{wait}' seconds.",
                headers={"Retry-After": str(wait)},
            )
        self._windows[oid, kind, limit] = began, used + 1
        left = max(limit - used - 1, 0)
        return {f"x-ms-ratelimit-remaining-subscription-{kind}": str(left)}
