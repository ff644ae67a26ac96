"""One verb on one path: what it takes, what it answers, and how it is carried out.

A verb is written once. :func:`operation` decodes what came, calls the method and sends what it
gave; the OpenAPI document, the reference in ``docs/rest.md`` and the front end's types are made
from the same declaration.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from .decoding import check_parts, decode_body, decode_query

if TYPE_CHECKING:
    from .handler import Handler

Verb = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Operation:
    """What a verb takes and answers.

    Parameters
    ----------
    summary:
        One line for the reference.
    answers:
        The struct answered for each status of success; ``None`` for an empty answer.
    body:
        The struct that the request's body is decoded into.
    query:
        The struct that the query string is decoded into.
    errors:
        Statuses of refusal beyond 400, 403, 422 and 500, which any verb may give.
    """

    summary: str
    answers: Mapping[int, type | None]
    body: type[msgspec.Struct] | None = None
    query: type[msgspec.Struct] | None = None
    errors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Reply:
    """An answer whose status or ``Location`` is not the obvious one.

    ``location`` is a path below the REST root, already percent-encoded.
    """

    value: Any = None
    status: int | None = None
    location: str | None = field(default=None)


def operation(
    summary: str,
    answers: Mapping[int, type | None] | type,
    *,
    body: type[msgspec.Struct] | None = None,
    query: type[msgspec.Struct] | None = None,
    errors: tuple[int, ...] = (),
) -> Callable[[Callable[..., Awaitable[Any]]], Verb]:
    """Make a handler's method a verb of the REST API.

    The method gets the path's parts by name, and ``body`` and ``query`` where they are declared.
    It gives the struct to answer, ``None`` for 204, or a :class:`Reply`.
    """
    declared = Operation(
        summary=summary,
        answers=answers if isinstance(answers, Mapping) else {200: answers},
        body=body,
        query=query,
        errors=errors,
    )

    def decorate(method: Callable[..., Awaitable[Any]]) -> Verb:
        @functools.wraps(method)
        async def verb(self: Handler, **path: str) -> None:
            check_parts(path)
            arguments: dict[str, Any] = dict(path)
            if query is not None:
                arguments["query"] = decode_query(query, self.request.query_arguments)
            if body is not None:
                arguments["body"] = decode_body(body, self.request.body)
            given = await method(self, **arguments)
            await self.answer(given if isinstance(given, Reply) else Reply(given), declared)

        verb.operation = declared  # type: ignore[attr-defined]
        return verb

    return decorate
