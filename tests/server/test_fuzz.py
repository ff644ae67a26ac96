"""The REST API asked what its own description allows, and what it does not.

Whatever is sent: the status is a declared one, the answer has the declared shape, and nothing is
a 500. ``CI_MANAGER_FUZZ=500`` asks so often instead of a few times.
"""

from __future__ import annotations

import os
import string
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_ci_manager.server.models import ErrorAnswer
from jupyter_ci_manager.server.openapi import document
from jupyter_ci_manager.server.routes import Route, routes

from .azure import cloud, on_azure  # noqa: F401
from .conftest import Ask

pytestmark = pytest.mark.usefixtures("on_azure")

EXAMPLES = int(os.environ.get("CI_MANAGER_FUZZ", "8"))
DOCUMENT = document()
SCHEMAS = DOCUMENT["components"]["schemas"]
#: These begin real work that takes its time: what they refuse is tested by name.
SKIPPED = {
    ("post", "manifest/rebuild"),
    ("post", "kernels/{name}/repair"),
    ("post", "sign-in"),
    ("delete", "sign-in"),
}
ROUTES = [route for route in routes() if (route.verb, route.path) not in SKIPPED]

words = st.one_of(
    st.text(max_size=30),
    st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=24),
    st.sampled_from(
        ["..", "-rf", "a b", "$(id)", "a" * 300, "base", "azureml_py36", "'; --", "\0"]
    ),
)
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give values that a schema allows."""
    if "$ref" in schema:
        return fitting(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return st.one_of([fitting(one) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "string":
            return words
        case "integer":
            return st.integers(-10, 5000) | st.integers()
        case "number":
            return st.floats(allow_nan=False, allow_infinity=False)
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case "array":
            return st.lists(fitting(schema["items"]), max_size=3)
        case "object" if "properties" in schema:
            needed = set(schema.get("required", []))
            fields = {name: fitting(one) for name, one in schema["properties"].items()}
            return st.fixed_dictionaries(
                {name: one for name, one in fields.items() if name in needed},
                optional={name: one for name, one in fields.items() if name not in needed},
            )
        case "object":
            return st.dictionaries(
                words, fitting(schema.get("additionalProperties") or {}), max_size=2
            )
    return junk


def requests(route: Route) -> st.SearchStrategy[tuple[str, Any]]:
    """Give a path with its query, and a body."""
    described = DOCUMENT["paths"]["/" + route.path][route.verb]
    part = words.filter(lambda text: text not in ("", ".", ".."))
    query = st.fixed_dictionaries(
        {},
        optional={
            one["name"]: fitting(one["schema"]).map(str) | words
            for one in described["parameters"]
            if one["in"] == "query"
        },
    )

    def address(parts: list[str], asked: dict[str, str]) -> str:
        path = route.path
        for name, value in zip(route.parts, parts, strict=True):
            path = path.replace("{" + name + "}", quote(value, safe=""))
        return path + "?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in asked.items())

    paths = st.builds(address, st.tuples(*[part for _ in route.parts]), query)
    if route.operation.body is None:
        return st.tuples(paths, st.none())
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    body = fitting(schema)
    if "dry_run" in route.operation.body.__struct_fields__:
        # A request that happens to be right would begin to make an environment.
        body = body.map(lambda value: value | {"dry_run": True})
    return st.tuples(paths, body | junk)


@pytest.mark.parametrize("jp_base_url", ["/"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.verb} {route.path}")
def test_only_declared_answers(ask: Ask, jp_asyncio_loop: Any, route: Route) -> None:
    declared = DOCUMENT["paths"]["/" + route.path][route.verb]["responses"]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(route))
    def run(request: tuple[str, Any]) -> None:
        path, sent = request
        answer = jp_asyncio_loop.run_until_complete(ask(route.verb.upper(), path, sent))
        assert answer.status != 500, (path, sent, answer.body)
        assert str(answer.status) in declared, (path, sent, answer.status, answer.body)
        if answer.status >= 400:
            refusal = msgspec.json.decode(answer.body, type=ErrorAnswer)
            assert refusal.message
            assert refusal.code
        else:
            struct = route.operation.answers[answer.status]
            if struct is None:
                assert answer.body == b""
            else:
                msgspec.json.decode(answer.body, type=struct)

    run()
