"""The request log: the latest requests in memory, without tokens and other secrets."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import Any

_KEPT = 2000
_SECRET_HEADERS = {"authorization", "secret", "cookie", "x-identity-header", "x-emulator-key"}
_SECRET_VALUES = re.compile(
    r"((?:access_token|refresh_token|client_secret|client_assertion|device_code|code|ticket|token|"
    r"key|password|adminPublicKey|scriptData|secret)(?:\"\s*:\s*\"|=))[^\"&\s]+",
    re.IGNORECASE,
)
_LONGEST_BODY = 4000
_PAGE_DATA = "/emulator/summary"


def redact(text: str) -> str:
    """Replace the values of secrets in a query or a body."""
    return _SECRET_VALUES.sub(r"\1<redacted>", text)


class RequestLog:
    """The latest requests."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._count = 0

    @property
    def count(self) -> int:
        """How many requests there have been."""
        return self._count

    def add(
        self,
        method: str,
        path: str,
        query: str,
        headers: dict[str, str],
        body: bytes,
        status: int,
        caller: str | None,
        seconds: float,
        fault: str | None,
    ) -> None:
        """Note a request; the text is made presentable only when the log is read."""
        self._count += 1
        if path == _PAGE_DATA:
            # An open page asks every two seconds and would push out everything else.
            return
        self._entries.append(
            {
                "number": self._count,
                "time": time.time(),
                "method": method,
                "path": path,
                "query": query,
                "headers": headers,
                "body": body[:_LONGEST_BODY],
                "status": status,
                "caller": caller,
                "milliseconds": round(seconds * 1000, 2),
                "fault": fault,
            }
        )

    def entries(self, after: int = 0) -> list[dict[str, Any]]:
        """Give the requests that came after a number, oldest first, with secrets redacted."""
        return [self._presentable(entry) for entry in self._entries if entry["number"] > after]

    def latest(self, count: int) -> list[dict[str, Any]]:
        """Give so many of the latest requests, oldest first, without headers and bodies."""
        shown = ("number", "method", "path", "status", "caller")
        latest = list(self._entries)[-count:]
        return [{key: entry[key] for key in shown} for entry in latest]

    @staticmethod
    def _presentable(entry: dict[str, Any]) -> dict[str, Any]:
        headers = {
            name: "<redacted>" if name.lower() in _SECRET_HEADERS else value
            for name, value in entry["headers"].items()
        }
        body = redact(entry["body"].decode("utf-8", "replace"))
        return {**entry, "headers": headers, "body": body, "query": redact(entry["query"])}

    def clear(self) -> None:
        """Forget all requests."""
        self._entries.clear()
