"""What all tests share."""

from __future__ import annotations

import os
import signal

import pytest

pytest_plugins = ["pytest_jupyter.jupyter_server", "tests.channel.fixtures"]


def pytest_configure() -> None:
    """Let children hear Ctrl-C: a shell's background job would have them ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: most tests wait for the processes they started."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process is left alone with one."""
    items.sort(key=lambda item: not item.path.name.startswith("test_assault"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have told (``record_property("told", ...)``), also in a quiet run."""
    told = [
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "told"
    ]
    for line in dict.fromkeys(told):
        terminalreporter.write_line(line)
