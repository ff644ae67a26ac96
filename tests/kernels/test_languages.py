"""Kernels of other languages than Python, made and tested like Python's."""

from __future__ import annotations

import shutil

import pytest

from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.models import KernelRequest

from .test_create import run_line

PARROT = """
[parrot]
title = "Parrot"
packages = ["parrot-kernel"]
argv = ["python", "-m", "parrot_kernel", "-f", "{connection_file}"]
kernel_language = "parrot"
test = "prefix"
expects = "{prefix}"
env = { PARROT_PRICE = "5$" }
interrupt_mode = "message"
"""


@pytest.fixture
def parrot(settings, home):
    (home / "languages.toml").write_text(PARROT)
    settings.language_catalogues = [str(home / "languages.toml")]


def test_a_language_of_an_administrators_catalogue(parrot, kernels, finish):
    finish(kernels.create(KernelRequest(name="bird", language="parrot")))
    spec = kernelspecs.read(kernelspecs.find("bird"))
    assert spec["display_name"] == "Parrot (bird)"
    assert spec["language"] == "parrot"
    assert spec["interrupt_mode"] == "message"
    assert spec["env"]["PARROT_PRICE"] == "5$$"
    assert run_line("bird", "who is a pretty bird?") == "who is a pretty bird?"


def test_a_language_whose_test_answers_otherwise_is_not_registered(
    parrot, kernels, jobs, settings, home
):
    bent = PARROT.replace('test = "prefix"', 'test = "somewhere else"')
    (home / "languages.toml").write_text(bent)
    settings.language_catalogues = [str(home / "languages.toml")]
    done = jobs.follow(
        kernels.create(KernelRequest(name="bird", language="parrot")).id, timeout=120
    )
    assert done.error["code"] == "wrong_prefix"
    assert "somewhere else" in done.error["message"]
    assert "bird" not in kernelspecs.spec_folders()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash(kernels, finish, settings):
    finish(kernels.create(KernelRequest(name="shell", language="bash")))
    assert (
        run_line("shell", 'echo "$CONDA_PREFIX"').splitlines()[-1] == settings.envs_dir + "/shell"
    )


def test_a_kernel_starts_activated_with_the_scripts_of_its_packages(kernels, finish, settings):
    finish(kernels.create(KernelRequest(name="active", packages=["activation-demo"])))
    code = "import os; print(os.environ['DEMO_VARIABLE'], os.environ['CONDA_PREFIX'])"
    assert run_line("active", code) == f"from env_vars.d with a $ {settings.envs_dir}/active"
