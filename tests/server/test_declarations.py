"""Every verb is guarded and declared, and what is generated from that is what is checked in."""

from __future__ import annotations

import json
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from jupyter_ci_manager.server.generate import main
from jupyter_ci_manager.server.openapi import document
from jupyter_ci_manager.server.routes import PATHS, Route, handlers, routes

REPOSITORY = Path(__file__).resolve().parents[2]
ROUTES = list(routes())
VERBS = ("get", "head", "post", "put", "patch", "delete")


def name(route: Route) -> str:
    return f"{route.verb.upper()} {route.path}"


def layers(function: Any) -> list[str]:
    """The files of a method's wrappers, outermost first."""
    found = []
    while function is not None:
        assert isinstance(function, FunctionType)
        found.append(Path(function.__code__.co_filename).name)
        function = getattr(function, "__wrapped__", None)
    return found


@pytest.mark.parametrize("route", ROUTES, ids=name)
def test_every_verb_asks_who_then_whether_he_may(route: Route) -> None:
    method = getattr(route.handler, route.verb)
    guards = [file for file in layers(method) if file in ("web.py", "decorator.py")]
    assert guards == ["web.py", "decorator.py"]
    assert route.handler.auth_resource.startswith("ci_manager:")


def test_no_handler_has_a_verb_that_is_not_declared() -> None:
    declared = {(route.handler, route.verb) for route in ROUTES}
    written = {
        (handler, verb)
        for _, handler in PATHS
        for verb in VERBS
        for base in handler.__mro__
        if base.__module__.startswith("jupyter_ci_manager") and verb in vars(base)
    }
    assert written == declared


def test_the_architecture_page_names_every_path() -> None:
    page = (REPOSITORY / "docs/architecture.md").read_text("utf-8")
    missing = [
        path
        for path, _ in PATHS
        if f"`{path}`" not in page
        and f"`/{path.rsplit('/', 1)[-1]}`" not in page
        and path not in page
    ]
    assert missing == []


def test_patterns_keep_to_one_path_segment() -> None:
    for pattern, _ in handlers():
        assert pattern.startswith("/jupyter-ci-manager/")
        assert ".*" not in pattern


def test_operation_ids_are_unique_and_references_resolve() -> None:
    described = document("/user/x/")
    text = json.dumps(described)
    ids = [op["operationId"] for path in described["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids)) == len(ROUTES)
    assert described["servers"] == [{"url": "/user/x/jupyter-ci-manager"}]
    schemas = described["components"]["schemas"]
    for reference in set(text.split('"$ref": "')[1:]):
        assert reference.split('"')[0].rsplit("/", 1)[1] in schemas


def test_answers_have_all_their_fields_and_requests_need_only_some() -> None:
    schemas = document()["components"]["schemas"]
    assert schemas["KernelRequest"]["required"] == ["name"]
    instance = schemas["ComputeInstance"]
    assert instance["required"] == list(instance["properties"])


def test_generated_files_are_as_the_code_says(tmp_path: Path) -> None:
    arguments = [
        "--typescript",
        str(REPOSITORY / "labextension/src/types.gen.ts"),
        "--markdown",
        str(REPOSITORY / "docs/rest.md"),
    ]
    assert main([*arguments, "--check"]) == 0


def test_the_check_tells_a_stale_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "types.ts"
    assert main(["--typescript", str(page)]) == 0
    page.write_text(page.read_text() + "// by hand\n")
    assert main(["--typescript", str(page), "--check"]) == 1
    assert str(page) in capsys.readouterr().err
