"""From structs to bytes: in pieces where there are many, and packed for whoever can read that."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Callable
from typing import Any

import msgspec

from .translation import Say

#: Items of a list beyond which encoding it at once would hold up the loop.
MANY = 200

Encode = Callable[[Any], bytes]


@functools.cache
def encoder(say: Say) -> Encode:
    """Give what makes JSON of a struct, with its sentences in a language."""
    return msgspec.json.Encoder(enc_hook=say).encode


def is_large(value: Any) -> bool:
    """Say whether one of a struct's lists is so long that a worker thread should encode it."""
    return isinstance(value, msgspec.Struct) and any(
        isinstance(part := getattr(value, name), list) and len(part) > MANY
        for name in value.__struct_fields__
    )


class Pieces:
    """Encodes long lists item by item, those that it knows from the last time not again.

    An item counts as known while it is the same object: whoever keeps items for several answers,
    as the list of instances is kept, replaces what has changed and alters none. Thread-safe.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[Encode, type, str], dict[int, tuple[Any, bytes]]] = {}

    def encode(self, value: msgspec.Struct, encode: Encode) -> bytes:
        """Give a struct as JSON, letting other threads run between the items of its lists.

        One call into the encoder holds the interpreter until it is through: 50 ms for 5,000
        instances, in which the loop could do nothing, whichever thread called.
        """
        fields = []
        for name in value.__struct_fields__:
            part = getattr(value, name)
            if isinstance(part, list):
                text = self._list(part, encode, (encode, type(value), name))
            else:
                text = encode(part)
            fields.append(encode(name) + b":" + text)
        return b"{" + b",".join(fields) + b"}"

    def _list(self, items: list[Any], encode: Encode, key: tuple[Encode, type, str]) -> bytes:
        # Nobody else can be at an item's address while the item itself is held here.
        before = self._known.get(key, {})
        now = {id(item): before.get(id(item)) or (item, encode(item)) for item in items}
        if len(items) > MANY:
            self._known[key] = now
        return b"[" + b",".join([now[id(item)][1] for item in items]) + b"]"


def pack(body: bytes) -> bytes:
    """Compress an answer, quickly: a thousand instances are 2.8 MB, and 0.1 MB within 5 ms."""
    return gzip.compress(body, compresslevel=1, mtime=0)


def takes_packed(accept_encoding: str) -> bool:
    """Say whether an ``Accept-Encoding`` names gzip, and not to refuse it."""
    offers = (part.replace(" ", "").lower() for part in accept_encoding.split(","))
    return any(offer.startswith("gzip") and not offer.endswith(";q=0") for offer in offers)
