"""From structs to bytes, in pieces where there are many."""

from __future__ import annotations

import functools
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


def encode_in_pieces(value: msgspec.Struct, encode: Encode) -> bytes:
    """Give a struct as JSON, letting other threads run between the items of its lists.

    One call into the encoder holds the interpreter until it is through: 50 ms for 5,000
    instances, in which the loop could do nothing, whichever thread called.
    """
    fields = []
    for name in value.__struct_fields__:
        part = getattr(value, name)
        if isinstance(part, list):
            text = b"[" + b",".join([encode(item) for item in part]) + b"]"
        else:
            text = encode(part)
        fields.append(encode(name) + b":" + text)
    return b"{" + b",".join(fields) + b"}"
