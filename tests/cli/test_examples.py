"""Every example of the reference is run, as it stands there, and does what it says."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_ci_manager.cli import exit_codes
from jupyter_ci_manager.commands.catalogue import COMMANDS
from jupyter_ci_manager.commands.help import reference
from tests.channel.server import ChannelServer, serve
from tests.sample_workspace import ROOT, SampleWorkspace, sample_workspace

LINES = [
    example.line
    for command in COMMANDS
    for example in command.examples
    if "terminal" in command.faces
]

#: What must be so before an example can be given.
BEFORE = {
    "restart ds-anna --wait": ["wait ds-anna", "start ds-anna --wait"],
    "resize old-vm Standard_DS11_v2": [
        "wait old-vm --until deleted",
        "create old-vm --wait",
        "stop old-vm --wait",
    ],
    "wait ds-anna --until running --timeout 600": ["start ds-anna"],
    "open ds-anna --print": ["start ds-anna --wait"],
    "ssh ds-anna --print": ["start ds-anna --wait"],
    "env remove-package newenv six --dry-run": ["env install newenv six"],
    "env restore newenv": ["env protect newenv", "env remove-package newenv six"],
    "env remove newenv --confirm newenv": ["env protect newenv --off"],
}


#: One whose kernel is gone.
NOTEBOOK = """{
  "cells": [{"cell_type": "code", "source": "import ipykernel"}],
  "metadata": {"kernelspec": {"name": "gone", "language": "python"}}
}"""


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, channel: Path) -> Iterator[SampleWorkspace]:
    """One home in which all examples are given, in the order of the reference."""
    with sample_workspace(tmp_path_factory.mktemp("home"), channel=channel) as sample:
        sample.emulator.control("POST", "clock", {"speed": 0.01})
        (sample.work / "analysis.ipynb").write_text(NOTEBOOK, encoding="utf-8")
        yield sample


def give(story: SampleWorkspace, line: str) -> str:
    """Give a line; Azure is quick only while somebody waits, so that nothing stops by itself."""
    words, own = shlex.split(line), {}
    if words[0] == "emulator":
        own = {"CI_MANAGER_ENDPOINT": ""}
    waits = "--wait" in words or words[0] == "wait"
    if waits:
        story.emulator.control("POST", "clock", {"speed": 200})
    try:
        done = story.run(*words, timeout=300, **own)
    finally:
        if waits:
            story.emulator.control("POST", "clock", {"speed": 0.01})
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert done.stderr == ""
    return done.stdout


@pytest.fixture(scope="module")
def slow_channel(channel: Path) -> Iterator[ChannelServer]:
    """The channel, from which no package comes until ``hold`` is set."""
    with serve(channel) as server:
        server.hold.clear()
        yield server


@pytest.mark.parametrize("line", LINES)
def test_an_example_works(story, slow_channel, line):
    for earlier in BEFORE.get(line, []):
        give(story, earlier)
    if line == "job cancel newenv":
        # A job that cannot end before it is cancelled: it waits for its first package.
        words = ("kernel", "create", "newenv", "--no-wait")
        empty = str(story.home / "empty-cache")
        own = {"CI_MANAGER_CHANNELS": slow_channel.url, "CONDA_PKGS_DIRS": empty}
        assert story.run(*words, **own).returncode == 0
        assert slow_channel.held.wait(120)
    assert give(story, line).strip()
    if line == "job cancel newenv":
        slow_channel.hold.set()


def test_the_reference_in_the_docs_is_the_catalogues():
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == reference(), "write it anew: jupyter ci --reference > docs/commands.md"


def test_the_docs_tell_every_exit_code():
    told = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    for code, meaning in exit_codes.MEANINGS.items():
        assert f"| {code} | {meaning} |" in told
