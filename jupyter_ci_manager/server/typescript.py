"""The front end's types, from the same schemas as the OpenAPI document."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from ..compute import models as compute_models
from ..jobs import models as job_models
from .events import INSTANCE_SCHEMA, JOB_SCHEMA
from .openapi import components

_HEADER = """\
/*
 * Generated from the server's declarations; do not edit.
 * python -m jupyter_ci_manager.server.generate --typescript labextension/src/types.gen.ts
 */
"""
_WIDTH = 100
_KINDS = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def typescript() -> str:
    """Give the whole file: named unions, interfaces, and the ids of the two event schemas."""
    names = _named_unions()
    parts = [_HEADER]
    parts += [
        "/** Schema of the events that say an instance changed. */\n"
        + _constant("INSTANCE_EVENT", INSTANCE_SCHEMA),
        "/** Schema of the events that say a job changed or ended. */\n"
        + _constant("JOB_EVENT", JOB_SCHEMA),
    ]
    parts += [_union(name, values) for values, name in sorted(names.items(), key=lambda i: i[1])]
    parts += [_interface(name, schema, names) for name, schema in components().items()]
    return "\n".join(parts)


def _named_unions() -> dict[tuple[str, ...], str]:
    """Give the unions of words that the structs' modules have a name for."""
    found: dict[tuple[str, ...], str] = {}
    for module in (compute_models, job_models):
        for name, value in vars(module).items():
            if get_origin(value) is Literal:
                found[tuple(sorted(get_args(value)))] = name
    return found


def _constant(name: str, value: str) -> str:
    line = f"export const {name} = '{value}';"
    if len(line) > _WIDTH:
        line = f"export const {name} =\n  '{value}';"
    return line + "\n"


def _union(name: str, values: tuple[str, ...]) -> str:
    return _property(f"export type {name} = ", [_quoted(value) for value in values], "") + "\n"


def _interface(name: str, schema: dict[str, Any], names: dict[tuple[str, ...], str]) -> str:
    lines = _comment(schema.get("description", ""), "")
    lines.append(f"export interface {name} {{")
    required = schema.get("required", [])
    for field, described in schema["properties"].items():
        mark = "" if field in required else "?"
        lines.append(_property(f"  {field}{mark}: ", _alternatives(described, names)))
    lines.append("}")
    return "\n".join(lines) + "\n"


def _property(head: str, kinds: list[str], indent: str = "  ") -> str:
    """Lay out a union as prettier does: on the line, below it, or a line for each member."""
    union = " | ".join(kinds) + ";"
    if len(head + union) <= _WIDTH or len(kinds) == 1:
        return head + union
    below = f"\n{indent}  "
    if len(union) + len(below) - 1 <= _WIDTH:
        return head.rstrip() + below + union
    return head.rstrip() + "".join(f"{below}| {kind}" for kind in kinds) + ";"


def _alternatives(schema: dict[str, Any], names: dict[tuple[str, ...], str]) -> list[str]:
    """Give the members of the union that a schema stands for."""
    if "anyOf" in schema:
        kinds = [kind for one in schema["anyOf"] for kind in _alternatives(one, names)]
        return [kind for kind in kinds if kind != "null"] + ["null"] * ("null" in kinds)
    if "$ref" in schema:
        return [schema["$ref"].rsplit("/", 1)[1]]
    if "enum" in schema:
        words = [word for word in schema["enum"] if word is not None]
        nothing = ["null"] if None in schema["enum"] else []
        named = names.get(tuple(sorted(words)))
        return ([named] if named else [_quoted(word) for word in words]) + nothing
    kind = schema.get("type")
    if kind == "array":
        item = _alternatives(schema["items"], names)
        return [f"{item[0]}[]" if len(item) == 1 else f"({' | '.join(item)})[]"]
    if kind == "object":
        value = schema.get("additionalProperties", {})
        inner = _alternatives(value, names) if value else ["unknown"]
        return [f"Record<string, {' | '.join(inner)}>"]
    return [_KINDS[kind]] if kind else ["unknown"]


def _comment(text: str, indent: str) -> list[str]:
    if not text:
        return []
    words = text.splitlines()
    if len(words) == 1 and len(words[0]) <= _WIDTH - 8:
        return [f"{indent}/** {words[0]} */"]
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in words), f"{indent} */"]


def _quoted(word: str) -> str:
    return f"'{word}'"
