"""Writes what is made from the API's declarations: the front end's types and the reference.

``python -m jupyter_ci_manager.server.generate --typescript FILE --markdown FILE``; with
``--check`` it writes nothing and fails where they differ.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from .markdown import markdown
from .typescript import typescript


def main(argv: list[str] | None = None) -> int:
    """Write the generated files, or check that they are as they would be written."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_ci_manager.server.generate",
        description="Generate what is made from the REST API's declarations.",
    )
    parser.add_argument("--typescript", type=Path, metavar="FILE", help="the front end's types")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="the reference")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    arguments = parser.parse_args(argv)
    makers: list[tuple[Path | None, Callable[[], str]]] = [
        (arguments.typescript, typescript),
        (arguments.markdown, markdown),
    ]
    stale = []
    for path, make in makers:
        if path is None:
            continue
        text = make()
        if not arguments.check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path))
    if stale:
        sys.stderr.write(
            f"Not as the code says: {', '.join(stale)}. "
            "Run the same command without --check and commit the result.\n"
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
