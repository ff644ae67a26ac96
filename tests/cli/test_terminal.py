"""What a person at a terminal sees and is asked: a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import sys

import pytest

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")


class Terminal:
    """``jupyter ci`` at a terminal; reads until something is said."""

    def __init__(self, sample, *words: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(sample.work)
            argv = [sys.executable, "-m", "jupyter_ci_manager.cli", *words]
            os.execve(sys.executable, argv, sample.environment)
        self.seen = ""

    def until(self, pattern: str) -> None:
        """Read until the screen shows ``pattern``."""
        while not re.search(pattern, self.seen):
            assert self._read(), f"it ended without {pattern!r}:\n{self.seen}"

    def write(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def end(self) -> int:
        """Read to the end; give the exit code."""
        while self._read():
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self) -> bool:
        try:
            chunk = os.read(self.fd, 4096)
        except OSError:  # Linux says so when the other end is closed.
            return False
        self.seen += chunk.decode(errors="replace")
        return bool(chunk)


def test_a_delete_asks_for_the_name_and_takes_no_other(sample):
    terminal = Terminal(sample, "delete", "old-vm")
    terminal.until(r"Type old-vm to go on")
    terminal.write("yes\n")
    assert terminal.end() == 10
    assert sample.state("old-vm") == "Stopped"


def test_a_delete_goes_on_when_its_name_is_typed(sample):
    terminal = Terminal(sample, "delete", "old-vm", "--wait")
    terminal.until(r"Type old-vm to go on")
    terminal.write("old-vm\n")
    terminal.until(r"old-vm is deleted\.")
    assert terminal.end() == 0


def test_progress_is_shown_at_a_terminal_and_ctrl_c_ends_only_the_wait(sample):
    sample.emulator.control("POST", "clock", {"speed": 0.01})
    try:
        terminal = Terminal(sample, "start", "winding-down", "--wait")
        terminal.until(r"winding-down\s+Starting")
        terminal.write("\x03")
        terminal.until(r"it goes on")
        assert terminal.end() == 130
        assert sample.state("winding-down") == "Starting"
    finally:
        sample.emulator.control("POST", "clock", {"speed": 200})
    assert sample.run("wait", "winding-down").stdout == "winding-down is running.\n"


def test_nothing_but_the_answer_goes_into_a_pipe(sample):
    done = sample.run("restart", "ds-anna", "--yes", "--wait")
    if done.returncode == 4:
        done = sample.run("start", "ds-anna", "--wait")
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
