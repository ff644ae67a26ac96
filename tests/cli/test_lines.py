"""What is refused before anything is done, and what help says."""

from __future__ import annotations

import pytest

from jupyter_ci_manager.cli import main
from jupyter_ci_manager.commands.catalogue import COMMANDS


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a line that must be refused as wrong; give the one line that says why."""
    assert main(list(words)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["strat", "x"], "jupyter ci start"),
        (["lst"], "jupyter ci list"),
        (["delte", "x"], "jupyter ci delete"),
        (["kernel", "creat", "x"], "jupyter ci kernel create"),
        (["env", "instal"], "jupyter ci env install"),
        (["workspace", "us"], "jupyter ci workspace use"),
        (["create", "x", "--vm-sise", "y"], "--vm-size"),
        (["list", "--jsn"], "--json"),
    ],
)
def test_a_mistyped_word_gets_the_nearest_one(capsys, words, near):
    assert near in refused(capsys, *words)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["start"], "NAME"),
        (["resize", "x"], "SIZE"),
        (["kernel"], "create, list"),
        (["start", "one", "two"], "two"),
        (["wait", "x", "--until", "happy"], "--until"),
        (["wait", "x", "--timeout", "soon"], "--timeout"),
        (["wait", "x", "--timeout", "nan"], "--timeout"),
        (["create", "x", "--wait", "--no-wait"], "--no-wait"),
        (["create", "x", "--idle", "30", "--no-idle"], "--no-idle"),
        (["start", "--all"], "--all"),
        (["panel"], "no command"),
        (["show", "ds-anna"], "Did you mean `jupyter ci status`?"),
        (["env", "rm", "newenv"], "Did you mean `jupyter ci env remove`?"),
        (["--workspace-id", "x", "list"], "no command"),
        (["list", "--workspace-id", "only-a-name"], "SUBSCRIPTION/GROUP/NAME"),
        (["completion", "tcsh"], "bash"),
    ],
)
def test_a_wrong_line_says_what_is_wrong_with_it(capsys, words, names):
    assert names in refused(capsys, *words)


def test_terminal_control_characters_in_a_name_do_not_reach_the_terminal(capsys):
    assert "\x1b" not in refused(capsys, "evil\x1b[2Jname")


def test_the_overview_names_every_command(capsys):
    assert main([]) == 0
    said = capsys.readouterr().out
    for command in COMMANDS:
        if "terminal" in command.faces:
            assert f"  {command.title}  " in said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.title)
def test_each_command_explains_itself_with_an_example(capsys, command):
    assert command.examples, "every command has an example"
    for example in command.examples:
        assert example.line.startswith(command.title)
    if "terminal" not in command.faces:
        return
    assert main([*command.path, "--help"]) == 0
    said = capsys.readouterr().out
    assert command.summary in said
    assert f"jupyter ci {command.examples[0].line}" in said


def test_the_help_of_a_group_names_its_commands(capsys):
    assert main(["kernel", "--help"]) == 0
    said = capsys.readouterr().out
    assert "kernel create" in said
    assert "env list" not in said
