"""How far conda is: phases by what it prints, packages by the records it has written."""

from __future__ import annotations

from pathlib import Path

from .base import Report


class CondaProgress:
    """Tells a report of a program that works on ``prefix``, on so many ``packages``."""

    def __init__(self, prefix: Path, packages: int, report: Report) -> None:
        self._meta = prefix / "conda-meta"
        self._packages = packages
        self._report = report
        self._phase = ""
        self._told = -1

    def line(self, text: str) -> None:
        """Look at one line of output."""
        lowered = text.lower()
        if "download" in lowered and "packages" in lowered:
            self._enter("download")
        elif "executing transaction" in lowered or lowered.startswith("linking"):
            self._enter("link")

    def look(self) -> None:
        """Tell how many packages are in place."""
        if self._phase != "link" or not self._packages:
            return
        done = sum(1 for _ in self._meta.glob("*.json"))
        if done != self._told:
            self._told = done
            self._report.progress(min(done, self._packages), self._packages, "packages")

    def _enter(self, phase: str) -> None:
        if phase != self._phase:
            self._phase = phase
            self._report.phase(phase)
