"""The reference page, from the same declarations as the OpenAPI document."""

from __future__ import annotations

from typing import Any

import msgspec

from .events import INSTANCE_SCHEMA, JOB_SCHEMA
from .handler import ROOT
from .openapi import components
from .routes import Route, routes

_HEADER = f"""\
# REST reference

Generated from the code by `python -m jupyter_ci_manager.server.generate --markdown docs/rest.md`; do
not edit. The same as OpenAPI 3.1 is served at `{ROOT}/openapi.json`.

Everything lies under `{ROOT}/` behind the server's `base_url`. A request carries the Jupyter server's
token (`Authorization: token ...`), or its cookie and the `X-XSRFToken` header. Every verb is asked of the
server's authorizer too, with the resource named below: GET is `read`, all else is `write`.

A refusal is an `ErrorAnswer`. A body that is not JSON, or has an unknown field or a wrong type, is a
400; a value that breaks a rule is a 422; both name the `field`, and nothing has been changed. 429 and
503 carry `Retry-After`. `Location` headers include `base_url`.

Sentences for people (messages, hints, reasons, advice, titles) are English, or in the language that
`Accept-Language` asks for where there is a catalogue of it; `Content-Language` says which. Names and
Azure's own words stay as they are. A `code` is the same in every language.

On Jupyter's event bus (`api/events/subscribe`) a `ChangeEvent` of schema
`{INSTANCE_SCHEMA}` or
`{JOB_SCHEMA}` is a hint that something changed; read it
again. A job's event of kind `ended` means that kernel specs may have changed.
"""


def markdown() -> str:
    """Give the whole page."""
    parts = [_HEADER, "## Paths\n"]
    for path in dict.fromkeys(route.path for route in routes()):
        parts.append(_path(path, [route for route in routes() if route.path == path]))
    parts.append("## Structs\n\nA field with `?` may be left out.\n")
    parts += [_struct(name, schema) for name, schema in components().items()]
    return "\n".join(parts)


def _path(path: str, verbs: list[Route]) -> str:
    lines = [f"### `{path}`", "", f"Resource `{verbs[0].handler.auth_resource}`.", ""]
    lines += ["| verb | does | takes | answers |", "|---|---|---|---|"]
    for route in verbs:
        declared = route.operation
        takes = []
        if declared.query is not None:
            takes += [f"`?{field.name}=`" for field in msgspec.structs.fields(declared.query)]
        if declared.body is not None:
            takes.append(_link(declared.body.__name__))
        answers = [
            f"{status} {_link(struct.__name__) if struct not in (None, dict) else ''}".strip()
            for status, struct in declared.answers.items()
            if struct is None or isinstance(struct, type)
        ]
        lines.append(
            f"| {route.verb.upper()} | {declared.summary} | {' '.join(takes)} | "
            f"{', '.join(answers)} |"
        )
    return "\n".join(lines) + "\n"


def _struct(name: str, schema: dict[str, Any]) -> str:
    text = schema.get("description", "")
    lines = [f"### {name}", "", *([text, ""] if text else []), "| field | type |", "|---|---|"]
    required = schema.get("required", [])
    for field, described in schema["properties"].items():
        mark = "" if field in required else "?"
        lines.append(f"| `{field}`{mark} | {' or '.join(_kinds(described))} |")
    return "\n".join(lines) + "\n"


def _kinds(schema: dict[str, Any]) -> list[str]:
    if "anyOf" in schema:
        return [kind for one in schema["anyOf"] for kind in _kinds(one)]
    if "$ref" in schema:
        return [_link(schema["$ref"].rsplit("/", 1)[1])]
    if "enum" in schema:
        return [f"`{word}`" if word is not None else "null" for word in schema["enum"]]
    if schema.get("type") == "array":
        return [f"list of {' or '.join(_kinds(schema['items']))}"]
    if schema.get("type") == "object":
        value = schema.get("additionalProperties", {})
        return [f"map to {' or '.join(_kinds(value))}" if value else "object"]
    return [schema.get("type", "anything")]


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"
