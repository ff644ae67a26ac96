"""Taking credentials out of what people and files will see."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...errors import InvalidValue
from ...sentences import say

_USER_INFO = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)[^/\s@'\"<>]+@")
_TOKEN_PATH = re.compile(r"(?P<before>/t/)[^/\s'\"<>]+(?=/|$|[\s'\"<>])")
_QUERY = re.compile(
    r"(?P<before>[?&](?:token|sig|signature|key|api_key|apikey|password|access_token)=)[^&\s'\"<>]+",
    re.IGNORECASE,
)
#: As conda tells of a channel in its JSON.
_MEMBER = re.compile(r'(?P<before>"(?:token|auth)"\s*:\s*")[^"]+(?=")')


def hide_credentials(text: str) -> str:
    """Replace user names with passwords, channel tokens and signatures in addresses by ``***``."""
    text = _USER_INFO.sub(r"\g<scheme>***@", text)
    text = _TOKEN_PATH.sub(r"\g<before>***", text)
    text = _MEMBER.sub(r"\g<before>***", text)
    return _QUERY.sub(r"\g<before>***", text)


def strip_credentials(url: str) -> str:
    """Give ``url`` without any credentials, as it may be stored where others read."""
    url = _USER_INFO.sub(r"\g<scheme>", url)
    url = re.sub(r"/t/[^/\s]+(?=/|$)", "", url)
    return url.partition("?")[0]


def check_channels(channels: Iterable[str]) -> None:
    """See that no channel carries credentials: a request is kept, and shown to others.

    Raises
    ------
    InvalidValue
        One does; ``field`` names it.
    """
    for position, channel in enumerate(channels):
        check_plain(channel, f"channels[{position}]")


def check_plain(text: str, field: str) -> None:
    """See that an address in a request, a channel's or one below it, holds no credentials.

    Raises
    ------
    InvalidValue
        It holds some; ``field`` names it.
    """
    if hide_credentials(text) != text:
        raise InvalidValue(
            say("A channel's address must not hold a user, a password or a token."),
            hint=say(
                "Sign in to the channel as conda does (conda token, .condarc or "
                "rattler's store) and name the channel without them."
            ),
            code="credentials_in_url",
            field=field,
        )
