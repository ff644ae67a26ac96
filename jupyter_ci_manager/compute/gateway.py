"""Whether anything answers at an instance's address; imported with the first question."""

from __future__ import annotations

import os
import ssl
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from .clouds import is_loopback

#: Seconds that one question may take.
_PROBE_SECONDS = 2.0
#: What the gateway says while nothing listens behind it.
_NOT_YET = frozenset(
    {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
)


def answers(url: str) -> bool | None:
    """Ask an address whether anything is behind it; ``None`` when that cannot be told from here.

    Any status but 502, 503 and 504 is an answer: a sign-in page and a redirect to one, too.
    """
    # Not requests: that would send a password of the user's .netrc along.
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or None
    try:
        is_folder = bundle is not None and Path(bundle).is_dir()
        trust = ssl.create_default_context(
            cafile=None if is_folder else bundle, capath=bundle if is_folder else None
        )
        handlers: list[Any] = [_NoRedirects(), urllib.request.HTTPSHandler(context=trust)]
        if is_loopback(urlsplit(url).hostname):
            handlers.append(urllib.request.ProxyHandler({}))
        with urllib.request.build_opener(*handlers).open(url, timeout=_PROBE_SECONDS):
            return True
    except HTTPError as error:
        error.close()
        return error.code not in _NOT_YET
    except URLError as error:
        return False if isinstance(error.reason, ConnectionRefusedError) else None
    except (OSError, ValueError):
        # Timed out, broken off or not HTTP: a network that does not lead there looks the same.
        return None


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow none: the redirect is the answer."""
