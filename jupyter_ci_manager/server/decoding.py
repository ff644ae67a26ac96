"""From bytes to structs, and from msgspec's complaints to refusals that name the field."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from ..errors import BadRequest, CIManagerError, InvalidValue
from ..sentences import say

T = TypeVar("T", bound=msgspec.Struct)

#: No request is longer: lock files of large environments are well below.
LARGEST_BODY = 8 * 1024 * 1024

_PLACE = re.compile(r" - at `(?P<kind>key in )?\$(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>.*)`$")
#: Complaints about a value rather than about the form of the request.
_VALUE = re.compile(r"^(Invalid enum value|Expected `\w+` (?:of length )?[<>=])|out of range")


def decode_body(struct: type[T], body: bytes) -> T:
    """Decode a request's body.

    Raises
    ------
    BadRequest
        It is not JSON, or a field is unknown, missing or of the wrong type.
    InvalidValue
        A value is not one of those allowed.
    """
    if len(body) > LARGEST_BODY:
        raise BadRequest(
            say("The body is longer than {largest_body} MiB.", largest_body=LARGEST_BODY // 2**20),
            code="body_too_large",
        )
    if not body or body.isspace():
        raise BadRequest(
            say("The request has no body."), hint=say("Send a JSON object."), code="body_missing"
        )
    try:
        return msgspec.json.decode(body, type=struct)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(
            say("The body is not JSON: {error}.", error=error),
            hint=say("Send a JSON object."),
            code="not_json",
        ) from None


def check_parts(parts: Mapping[str, str]) -> None:
    """Refuse what no name can hold, before it reaches a file system or Azure.

    Raises
    ------
    InvalidValue
        A part of the path holds a control character.
    """
    for name, value in parts.items():
        if not value.isprintable() and any(ord(sign) < 32 or ord(sign) == 127 for sign in value):
            raise InvalidValue(
                say("The {name} in the path holds a control character.", name=name),
                field=name,
                code="invalid_name",
            )


def decode_query(struct: type[T], arguments: Mapping[str, Sequence[bytes]]) -> T:
    """Decode a query string; what the struct does not know is left alone.

    Raises
    ------
    BadRequest, InvalidValue
        As :func:`decode_body`.
    """
    given: dict[str, str] = {}
    for field in msgspec.structs.fields(struct):
        values = arguments.get(field.encode_name)
        if values:
            try:
                given[field.encode_name] = values[-1].decode()
            except UnicodeDecodeError:
                raise BadRequest(
                    say("The query is not UTF-8."), field=field.encode_name, code="not_utf8"
                ) from None
    try:
        return msgspec.convert(given, type=struct, strict=False)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None


def words(text: str) -> list[str]:
    """Give the words of a query's value that are divided by commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def _refusal(complaint: str) -> CIManagerError:
    """Say what is wrong and where, in the words of the request."""
    place = _PLACE.search(complaint)
    text = complaint[: place.start()] if place else complaint
    parent = place["path"].lstrip(".") if place else ""

    def inside(name: str) -> str:
        return f"{parent}.{name}" if parent else name

    if unknown := _UNKNOWN.match(text):
        field = inside(unknown["name"])
        return BadRequest(
            say("There is no field {field!r}.", field=field),
            field=field,
            code="unknown_field",
            hint=say("Look the fields up in the API reference; nothing was changed."),
        )
    if missing := _MISSING.match(text):
        field = inside(missing["name"])
        return BadRequest(
            say("The field {field!r} is missing.", field=field), field=field, code="missing_field"
        )
    if _VALUE.match(text):
        return InvalidValue(
            say("{place}: {complaint}.", place=parent, complaint=text), field=parent or None
        )
    where = parent or say("The body")
    return BadRequest(
        say("{place}: {complaint}.", place=where, complaint=text),
        field=parent or None,
        code="wrong_type",
    )
