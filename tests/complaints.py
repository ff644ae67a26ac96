"""Whether a test that answers a complaint is still there, in Python or in TypeScript."""

from __future__ import annotations

import ast
from pathlib import Path

TESTS = Path(__file__).resolve().parent
JEST = TESTS.parent / "labextension" / "src" / "__tests__"


def is_there(answer: str) -> bool:
    """Say whether there is such a test.

    Parameters
    ----------
    answer:
        ``file::name``, the file below ``tests/``; ``jest/file::title`` for one of the front end.
    """
    file, _, name = answer.partition("::")
    if file.endswith(".py"):
        tree = ast.parse((TESTS / file).read_text("utf-8"))
        functions = ast.FunctionDef | ast.AsyncFunctionDef
        return any(isinstance(n, functions) and n.name == name for n in ast.walk(tree))
    path = JEST / file.removeprefix("jest/") if file.startswith("jest/") else TESTS / file
    text = path.read_text("utf-8")
    return any(
        f"{call}({quote}{name}{quote}" in text for call in ("test", "it") for quote in ("'", "`")
    )
