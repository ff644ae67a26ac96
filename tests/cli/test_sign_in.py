"""Signing in from the command line with a code, against the emulator's sign-in service."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest


@pytest.fixture
def azure(sample):
    """What makes the emulator the real Azure for a command."""
    return {
        "CI_MANAGER_BACKEND": "azure",
        "CI_MANAGER_ENDPOINT": sample.emulator.ready["https_url"],
        "CI_MANAGER_CREDENTIAL": "device_code",
        "REQUESTS_CA_BUNDLE": sample.emulator.ready["ca_cert"],
        "AZURE_AUTHORITY_HOST": sample.emulator.ready["https_url"],
    }


def login(sample, user, **environment):
    """Run ``jupyter ci login`` and enter its code as somebody; give what was said."""
    words = ["login", "--method", "device_code", "--timeout", "60"]
    with subprocess.Popen(
        [sys.executable, "-m", "jupyter_ci_manager.cli", *words],
        cwd=sample.work,
        env={**sample.environment, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        first = running.stdout.readline()
        code = re.search(r"enter the code (\w+)", first)
        assert code, first + running.stderr.read()
        assert "https://" in first
        decision = {"user_code": code.group(1), "user": user}
        assert sample.emulator.control("POST", "device", decision).status == 204
        rest, wrong = running.communicate(timeout=60)
    return running.returncode, rest, wrong


def test_a_code_signs_in_for_this_command_and_says_so(sample, azure):
    nobody = sample.run("list", **azure)
    assert (nobody.returncode, nobody.stdout) == (6, "")
    assert "Nobody is signed in to Azure" in nobody.stderr
    code, said, _ = login(sample, "anna@contoso.example", **azure)
    assert code == 0
    assert "Signed in as anna@contoso.example (user)." in said
    assert "ends with this command" in said
    assert "az login" in said


def test_that_nobody_is_signed_in_is_said_in_one_sentence(sample, azure):
    nobody = sample.run("list", **azure | {"CI_MANAGER_CREDENTIAL": "environment"})
    assert nobody.returncode == 6
    assert nobody.stderr.startswith("Nobody is signed in to Azure.")
    assert nobody.stderr.endswith(" Here: `jupyter ci login`.\n")
    assert len(nobody.stderr.splitlines()) == 1, nobody.stderr


def test_a_sign_in_that_is_kept_serves_the_next_commands_until_it_is_forgotten(sample, azure):
    kept = {**azure, "CI_MANAGER_PERSIST_TOKENS": "1"}
    code, said, _ = login(sample, "boris@contoso.example", **kept)
    assert (code, said) == (0, "Signed in as boris@contoso.example (user).\n")
    assert "boris@contoso.example (user, tenant" in sample.run("status", **kept).stdout
    assert "ds-boris" in sample.run("list", "--mine", **kept).stdout
    assert sample.run("logout", **kept).returncode == 0
    assert sample.run("list", **kept).returncode == 6


def test_a_code_that_was_declined_ends_with_the_reason(sample, azure):
    code, _, wrong = login(sample, None, **azure)
    assert code == 6
    assert "declined" in wrong
