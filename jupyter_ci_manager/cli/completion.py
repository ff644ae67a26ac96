"""What may come next on a command line: asked by the shells' completion scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..commands.completing import candidates
from ..commands.failure import Failure


def complete(words: Sequence[str], engine_for: Callable[[dict[str, Any]], Any]) -> list[str]:
    """Give what the last of ``words`` may become.

    Parameters
    ----------
    words:
        The words after ``jupyter ci``; the last one is being typed and may be empty.
    engine_for:
        Makes the engine when names of instances or environments are wanted.
    """
    engine = engine_for({})
    try:
        return candidates(list(words) or [""], "terminal", engine)
    except Failure:
        return []
    finally:
        engine.close()
