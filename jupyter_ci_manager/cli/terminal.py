"""Speaking to a person at a terminal, or to a pipe."""

from __future__ import annotations

import shutil
import sys

from ..commands.answer import one_line, width
from ..commands.context import Face


class Terminal(Face):
    """Progress on a terminal only, on standard error; questions where somebody can answer."""

    def __init__(self) -> None:
        super().__init__("terminal", "jupyter ci")
        self._shown = False
        self._last = ""

    def progress(self, line: str) -> None:
        """Show how far it is, where somebody watches."""
        if not sys.stderr.isatty() or line == self._last:
            return
        columns = shutil.get_terminal_size().columns
        shown = one_line(line)
        while width(shown) >= columns:
            shown = shown[:-1]
        sys.stderr.write("\r\x1b[K" + shown)
        sys.stderr.flush()
        self._shown, self._last = True, line

    def progress_ends(self) -> None:
        """Take that line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        self._shown, self._last = False, ""

    def log(self, line: str) -> None:
        """Print one line that stays."""
        self.progress_ends()
        sys.stdout.write(one_line(line) + "\n")
        sys.stdout.flush()

    def remark(self, line: str) -> None:
        """Print one line beside the answer, on standard error."""
        if line:
            self.progress_ends()
            sys.stderr.write(one_line(line) + "\n")
            sys.stderr.flush()

    def confirmed(self, question: str, name: str) -> bool:
        """Ask for the name, where somebody can answer."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        self.progress_ends()
        sys.stderr.write(f"{one_line(question)}\nType {one_line(name)} to go on: ")
        sys.stderr.flush()
        return sys.stdin.readline().strip() == name
