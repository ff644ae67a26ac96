"""A channel that cannot be used: which one, why, and what to do, from a package manager's words."""

from __future__ import annotations

import re

from ...errors import Unavailable
from ...sentences import say

_ADDRESS = re.compile(r"(?:https?|file)://[^\s()'\"<>,]+")
#: What follows a channel's own address: a platform, and what lies there.
_BELOW = re.compile(r"/(?:noarch|(?:linux|osx|win|emscripten|wasi)-\w+)(?:/.*)?$")
_ANSWER = re.compile(
    r"status (?:client|server) error \((?P<rattler>\d{3}[^)]*)\)|\bHTTP (?P<conda>[1-5]\d\d\b[^\n]*?)"
    r"(?= for | with |$)|\bresponse (?:code|status):? (?P<mamba>[1-5]\d\d)\b",
    re.IGNORECASE | re.MULTILINE,
)
_CAUSES = (
    (
        r"failed to lookup|name or service not known|dns error|nameresolution|could not resolve",
        say("no machine of that name is known here"),
        say("Look at the address and the network; behind a proxy, name it in your .condarc."),
    ),
    (
        r"certificate|ssl",
        say("its certificate is not trusted here"),
        say("Name your organisation's certificates as ssl_verify in your .condarc."),
    ),
    (
        r"connection refused|os error 111|newconnectionerror",
        say("nothing answers there"),
        say("Look at the address, the proxy and the network; then try again."),
    ),
    (
        r"timed? ?out",
        say("it does not answer in time"),
        say("Try again; behind a proxy, name it in your .condarc."),
    ),
    (
        r"\boffline\b|no usable repodata cache|no cached|not cached|cache[- ]only",
        say("conda is set to stay offline, and this was never fetched"),
        say("Set “offline: false” in your .condarc, or ask for what is in the cache."),
    ),
)
_ANSWERS = {
    "401": say("Sign in to the channel as conda does (conda token, .condarc or rattler's store)."),
    "403": say("Sign in to the channel as conda does (conda token, .condarc or rattler's store)."),
    "404": say("Look at the channel's name."),
    "407": say(
        "The proxy wants a user and a password: name both in your .condarc's proxy_servers."
    ),
    "429": say("Try again in a few minutes."),
}


def unavailable(text: str) -> Unavailable:
    """Say which channel cannot be used, and why.

    Parameters
    ----------
    text:
        Everything the package manager said, credentials taken out.
    """
    address = _ADDRESS.search(text)
    which = _BELOW.sub("", address.group().rstrip("/.:")) if address else say("A channel")
    why, hint = _cause(text)
    return Unavailable(
        say("{which} cannot be used: {why}.", which=which, why=why)
        if why
        else say("{which} cannot be used.", which=which),
        hint=hint,
        code="channel_unavailable",
        details={"error": text[-4000:]},
    )


def _cause(text: str) -> tuple[str, str]:
    answer = _ANSWER.search(text)
    if answer is not None:
        said = next(group for group in answer.groups() if group).strip()
        return (
            say("it answers {said}", said=said),
            _ANSWERS.get(said[:3], say("Try again later, or use another channel.")),
        )
    for pattern, why, hint in _CAUSES:
        if re.search(pattern, text, re.IGNORECASE):
            return why, hint
    return "", say("Look at the address of the channel, the proxy and the network; then try again.")
