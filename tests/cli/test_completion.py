"""Completion, asked as the shells ask it, and in a real bash."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest


def offered(sample, *words: str) -> list[str]:
    done = sample.run("--complete", *words)
    assert done.returncode == 0
    assert done.stderr == ""
    return done.stdout.split()


def test_commands_groups_and_options_are_offered(sample):
    assert {"start", "status", "stop"} <= set(offered(sample, "st"))
    assert "kernel" in offered(sample, "")
    job = {"list", "show", "log", "cancel", "retry", "remove", "clear"}
    assert set(offered(sample, "job", "")) == job
    assert "--vm-size" in offered(sample, "create", "x", "--vm")
    assert offered(sample, "completion", "") == ["bash", "zsh", "fish"]


def test_names_of_what_there_is_are_offered(sample):
    assert "old-vm" in offered(sample, "start", "")
    assert offered(sample, "status", "old") == ["old-vm"]
    assert "Standard_DS3_v2" in offered(sample, "create", "x", "--vm-size", "Standard_DS3")
    assert "settled" in offered(sample, "wait", "old-vm", "--until", "")


def test_nothing_is_offered_and_nothing_is_said_where_nothing_is_known(sample):
    assert offered(sample, "no-such-command", "") == []
    assert offered(sample, "start", "old-vm", "") == []
    done = sample.run("--complete", "start", "", CI_MANAGER_ENDPOINT="http://127.0.0.1:9")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_an_instance(sample, tmp_path):
    command = tmp_path / "jupyter-ci"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m jupyter_ci_manager.cli "$@"\n')
    command.chmod(0o755)
    script = sample.run("completion", "bash").stdout
    for words in ("jupyter ci start old", "jupyter-ci start old"):
        asked = (
            f"{script}\nCOMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))\n"
            "_jupyter_ci\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n"
        )
        env = sample.environment
        env["PATH"] = f"{tmp_path}:{env['PATH']}"
        done = subprocess.run(
            ["bash", "-c", asked], cwd=sample.work, env=env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.stdout.split() == ["old-vm"], done.stderr
