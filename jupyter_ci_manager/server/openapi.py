"""The API's description, made from the declarations of its verbs."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import msgspec
from jupyter_server.utils import url_path_join

from .. import __version__
from .handler import ROOT
from .models import ChangeEvent, ErrorAnswer
from .operation import Operation
from .routes import Route, routes

_REF = "#/components/schemas/{name}"
_REFUSALS = {
    400: "The request is not of the right form; `field` names where.",
    401: "Nobody is signed in to Azure, or the sign-in has expired.",
    403: "This Jupyter server, or Azure, does not permit it.",
    404: "There is no such thing.",
    409: "Not possible in the present state.",
    422: "A value breaks a rule; `field` names it.",
    429: "Azure asks to wait; `Retry-After` says how long.",
    500: "Something went wrong that nobody foresaw.",
    503: "Azure, a channel or the network cannot be reached right now.",
    504: "It took longer than it may.",
    507: "Not enough room on the disk.",
}
_GOOD = {200: "Done.", 202: "Begun; it goes on by itself.", 204: "Done; there is nothing to tell."}


def structs() -> list[type]:
    """Give the structs that the API names itself, in the order of the paths."""
    seen: dict[type, None] = {}
    for route in routes():
        for struct in (route.operation.body, *route.operation.answers.values()):
            if struct is not None and issubclass(struct, msgspec.Struct):
                seen[struct] = None
    seen[ErrorAnswer] = None
    seen[ChangeEvent] = None
    return list(seen)


@functools.cache
def components() -> dict[str, dict[str, Any]]:
    """Give the JSON schema of every struct, by name.

    A field with a default may be left out of a request but is always there in an answer: a
    struct that only answers use requires all its fields.
    """
    found = _schemas(tuple(structs()))
    asked = reachable(
        {route.operation.body.__name__ for route in routes() if route.operation.body is not None},
        found,
    )
    for name, schema in found.items():
        if name not in asked and name not in _sparse():
            schema["required"] = list(schema["properties"])
        if "description" in schema:
            schema["description"] = _in_json_words(schema["description"])
    return dict(sorted(found.items()))


def reachable(names: set[str], schemas: dict[str, dict[str, Any]]) -> set[str]:
    """Give ``names`` and all that their schemas refer to."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(_references(schemas[name]))
    return found


def document(base_url: str = "/") -> dict[str, Any]:
    """Give the OpenAPI 3.1 document of a server at ``base_url``."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes():
        paths.setdefault("/" + route.path, {})[route.verb] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_ci_manager",
            "version": __version__,
            "description": "Compute instances and conda kernels, inside Jupyter.",
        },
        "servers": [{"url": url_path_join(base_url, ROOT)}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components(),
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`token <the Jupyter server's token>`",
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    declared = route.operation
    out: dict[str, Any] = {
        "operationId": operation_id(route),
        "summary": declared.summary,
        "tags": [route.path.split("/")[0]],
        "parameters": [
            *(
                {"name": part, "in": "path", "required": True, "schema": {"type": "string"}}
                for part in route.parts
            ),
            *_query(declared),
        ],
        "responses": _responses(declared),
    }
    if declared.body is not None:
        out["requestBody"] = {"required": True, "content": _content(declared.body)}
    return out


def operation_id(route: Route) -> str:
    """Give a name for the verb that is unique in the API, such as ``post_instances_name_start``."""
    words = route.path.replace("{", "").replace("}", "").replace(".", "/").replace("-", "_")
    return "_".join([route.verb, *words.split("/")])


def _query(declared: Operation) -> list[dict[str, Any]]:
    if declared.query is None:
        return []
    properties = _schemas(_queries())[declared.query.__name__]["properties"]
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(described)}
        for name, described in properties.items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out ``null``, which no query string can say."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    return kinds[0] if len(kinds) == 1 else schema


def _responses(declared: Operation) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for status, struct in sorted(declared.answers.items()):
        out[str(status)] = {"description": _GOOD[status]}
        if struct is not None:
            out[str(status)]["content"] = _content(struct)
        if status == 202:
            out[str(status)]["headers"] = {
                "Location": {"schema": {"type": "string"}, "description": "Where to look."}
            }
    for status in sorted({400, 403, 422, 500, *declared.errors}):
        out[str(status)] = {
            "description": _REFUSALS[status],
            "content": _content(ErrorAnswer),
        }
        if status in (429, 503):
            out[str(status)]["headers"] = {
                "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}
            }
    return out


def _content(struct: type) -> dict[str, Any]:
    schema = (
        {"$ref": _REF.format(name=struct.__name__)}
        if issubclass(struct, msgspec.Struct)
        else {"type": "object"}
    )
    return {"application/json": {"schema": schema}}


def _in_json_words(text: str) -> str:
    """Give a docstring as a reader of the wire wants it."""
    return inspect.cleandoc(text).replace("``None``", "``null``").replace("``", "`")


@functools.cache
def _schemas(asked: tuple[type, ...]) -> dict[str, dict[str, Any]]:
    return msgspec.json.schema_components(asked, ref_template=_REF)[1]


@functools.cache
def _queries() -> tuple[type, ...]:
    asked = (route.operation.query for route in routes())
    return tuple(dict.fromkeys(query for query in asked if query is not None))


def _references(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else []
        return own + [name for value in schema.values() for name in _references(value)]
    if isinstance(schema, list):
        return [name for value in schema for name in _references(value)]
    return []


def _sparse() -> set[str]:
    """Give the structs that leave out what has its default value."""
    from ..jobs.models import JobEvent

    return {JobEvent.__name__}
