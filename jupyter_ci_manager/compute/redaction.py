"""Takes out of Azure's answers whatever tells who somebody is, what he has, or a secret.

The same thing gets the same word each time, so that the picture stays whole. What is public (regions,
sizes, states, kinds of resources) stays as it is.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any

_PATTERNS = (
    ("guid", re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)),
    ("key", re.compile(r"(?:ssh-rsa|ssh-ed25519|ecdsa-sha2-\S+) [A-Za-z0-9+/=]+[^\"\n]*")),
    ("person", re.compile(r"[A-Za-z0-9._%+#-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")),
    ("address", re.compile(r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b")),
    (
        "host",
        re.compile(
            r"[A-Za-z0-9-]+(?=\.(?:(?:blob|file|queue|table|dfs)\.core|vault|vaultcore|azurecr"
            r"|database|[a-z0-9]+\.instances|[a-z0-9]+\.notebooks)\.)"
        ),
    ),
)
#: Signatures, and places in a list, which Azure may have put anything into.
_IN_QUERY = re.compile(r"([?&](?:t|c|s|h|sig|(?:\$|%24)skip(?:token)?)=)([^&\s\"]+)", re.I)
_ARM_ID = re.compile(r"/subscriptions/[^\s\"'?,)]+", re.I)
#: What somebody wrote himself, or what is secret; keys in lower case.
_HIDDEN = frozenset(
    {
        "username",
        "description",
        "displayname",
        "friendlyname",
        "experimentname",
        "scriptdata",
        "scriptarguments",
        "adminpublickey",
        "command",
        "inputs",
        "outputs",
        "parameters",
        "environmentvariables",
        "tags",
    }
)
_SECRET = re.compile(r"password|secret|token|connectionstring|sas$|(?:access|primary|secondary)key")


class Redactor:
    """Redacts text and JSON; remembers which word stands for what."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, str], str] = {}
        self._names: dict[str, str] = {}

    def name(self, kind: str, value: Any) -> None:
        """Have a name replaced wherever it appears as a whole word."""
        if isinstance(value, str) and len(value) > 1:
            self._names.setdefault(value.lower(), f"<{kind}-{len(self._names) + 1}>")

    def learn(self, value: Any) -> None:
        """Take from an answer the names of resources, so that they are replaced everywhere."""
        if isinstance(value, list):
            for entry in value:
                self.learn(entry)
        if not isinstance(value, dict):
            return
        identifier, name = value.get("id"), value.get("name")
        if (
            isinstance(identifier, str)
            and isinstance(name, str)
            and identifier.lower().endswith(f"/{name.lower()}")
            and "/locations/" not in identifier.lower()
        ):
            self.name("name", name)
        for entry in value.values():
            self.learn(entry)

    def text(self, text: str) -> str:
        """Redact a text."""
        text = _ARM_ID.sub(self._id, text)
        text = _IN_QUERY.sub(lambda m: m.group(1) + self._word("opaque", m.group(2)), text)
        for kind, pattern in _PATTERNS:
            text = pattern.sub(partial(self._found, kind), text)
        if self._names:
            longest = sorted(self._names, key=len, reverse=True)
            words = "|".join(re.escape(name) for name in longest)
            text = re.sub(
                rf"(?<![A-Za-z0-9<])(?:{words})(?![A-Za-z0-9>])",
                lambda m: self._names[m.group().lower()],
                text,
                flags=re.IGNORECASE,
            )
        return text

    def value(self, value: Any) -> Any:
        """Redact JSON; what is hidden as a whole still tells whether there was anything."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(entry) for entry in value]
        if isinstance(value, dict):
            is_application = "endpointUri" in value
            return {
                self.text(str(k)): "<hidden>"
                if v and _is_hidden(str(k)) and not (is_application and k == "displayName")
                else self.value(v)
                for k, v in value.items()
            }
        return value

    def _id(self, found: re.Match[str]) -> str:
        """Replace the names in a resource's id: every second segment."""
        segments = found.group().split("/")
        n = 1
        while n + 1 < len(segments):
            kind, name = segments[n].lower(), segments[n + 1]
            if kind == "locations":
                # From here on it is about a region: names of sizes and families.
                break
            if kind == "providers":
                # The namespace is public; pairs of kind and name follow.
                n += 2
                continue
            if name and name.lower() not in self._names:
                is_guid = _PATTERNS[0][1].fullmatch(name)
                segments[n + 1] = self._word("guid" if is_guid else "name", name)
            n += 2
        return "/".join(segments)

    def _found(self, kind: str, found: re.Match[str]) -> str:
        return self._word(kind, found.group())

    def _word(self, kind: str, text: str) -> str:
        return self._words.setdefault((kind, text.lower()), f"<{kind}-{len(self._words) + 1}>")


def _is_hidden(key: str) -> bool:
    return key.lower() in _HIDDEN or _SECRET.search(key.lower()) is not None
