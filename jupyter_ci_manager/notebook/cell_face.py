"""Speaking from a cell: progress that replaces itself, lines that stay."""

import sys
import time
from typing import Any

from ..commands.context import Face

_SHORTEST_PAUSE = 0.2


class CellFace(Face):
    """Progress below the running cell; in a plain terminal IPython, on one line of it.

    Parameters
    ----------
    prefix:
        ``%ci``, as hints shall name it.
    is_kernel:
        Whether there is a notebook to show things in.
    """

    def __init__(self, prefix: str, is_kernel: bool) -> None:
        super().__init__("cell", prefix)
        self._is_kernel = is_kernel
        self._handle: Any = None
        self._last = 0.0

    def progress(self, line: str) -> None:
        """Show how far it is, in place of what was shown before."""
        now = time.monotonic()
        if now - self._last < _SHORTEST_PAUSE:
            return
        self._last = now
        if self._is_kernel:
            self._show(line)
        elif sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K" + line)
            sys.stderr.flush()
            self._handle = True

    def progress_ends(self) -> None:
        """Take the line away."""
        if self._handle is None:
            return
        if self._is_kernel:
            self._show("")
        else:
            sys.stderr.write("\r\x1b[K")
        self._handle, self._last = None, 0.0

    def log(self, line: str) -> None:
        """Print one line that stays."""
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def _show(self, line: str) -> None:
        from IPython.display import display

        content = {"text/plain": line}
        if self._handle is None:
            self._handle = display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)
