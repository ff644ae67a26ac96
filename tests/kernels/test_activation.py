"""A kernel sees what ``conda activate`` gives, and nothing in its values is expanded by mistake."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from string import Template

import pytest

from jupyter_ci_manager.kernels.activation import (
    activated_command,
    activation_delta,
    activation_key,
    inner_command,
    kernel_command,
)

ARGV = ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    folder = tmp_path / "envs" / "made here"
    (folder / "bin").mkdir(parents=True)
    (folder / "conda-meta").mkdir()
    python = folder / "bin" / "python"
    python.write_text("#!/bin/sh\nexec env -0\n")
    python.chmod(0o755)
    return folder


def add(prefix: Path, path: str, text: str) -> None:
    file = prefix / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def started(prefix: Path, environ: dict[str, str]) -> dict[str, str]:
    """Give what a kernel sees that a Jupyter server with ``environ`` starts."""
    argv, env = kernel_command(ARGV, activation_delta(prefix, name="made"))
    seen = dict(environ)
    for name, value in env.items():
        seen[name] = Template(value).safe_substitute(environ)
    done = subprocess.run(argv, env=seen, capture_output=True, check=True)
    pairs = done.stdout.decode().rstrip("\0").split("\0")
    return dict(pair.split("=", 1) for pair in pairs)


def test_variables_are_enough_without_scripts(prefix: Path) -> None:
    argv, env = kernel_command(ARGV, activation_delta(prefix, name="made"))
    assert argv == [str(prefix / "bin" / "python"), *ARGV[1:]]
    assert env["PATH"] == f"{prefix}/bin:${{PATH}}"
    seen = started(prefix, {"PATH": "/usr/bin:/bin"})
    assert seen["PATH"] == f"{prefix}/bin:/usr/bin:/bin"
    assert (seen["CONDA_PREFIX"], seen["CONDA_DEFAULT_ENV"]) == (str(prefix), "made")
    assert seen["CONDA_SHLVL"] == "1"


@pytest.mark.parametrize("value", ["$HOME", "${PATH}", "$$", "a'b\"c", "{connection_file}", "ü ☃"])
@pytest.mark.parametrize("scripts", [False, True])
def test_values_arrive_as_they_are(prefix: Path, value: str, scripts: bool) -> None:
    state = {"env_vars": {"MINE": value}}
    add(prefix, "conda-meta/state", json.dumps(state))
    if scripts:
        add(prefix, "etc/conda/activate.d/a.sh", "export FROM_SCRIPT=yes\n")
    seen = started(prefix, {"PATH": "/usr/bin:/bin", "HOME": "/nowhere"})
    assert seen["MINE"] == value
    assert seen.get("FROM_SCRIPT") == ("yes" if scripts else None)


def test_the_users_variables_win_over_packages(prefix: Path) -> None:
    add(prefix, "etc/conda/env_vars.d/p.json", '{"A": "package", "B": "package"}')
    add(prefix, "conda-meta/state", '{"env_vars": {"A": "user"}}')
    seen = started(prefix, {"PATH": "/usr/bin:/bin"})
    assert (seen["A"], seen["B"]) == ("user", "package")


def test_scripts_see_the_activated_environment(prefix: Path) -> None:
    script = 'export SEEN="$CONDA_PREFIX|$CONDA_DEFAULT_ENV|$PATH"\n'
    add(prefix, "etc/conda/activate.d/a.sh", script)
    seen = started(prefix, {"PATH": "/usr/bin:/bin"})
    assert seen["SEEN"] == f"{prefix}|made|{prefix}/bin:/usr/bin:/bin"


def test_another_environments_traces_are_gone(prefix: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    add(other, "etc/conda/deactivate.d/o.sh", "unset OTHER\n")
    add(prefix, "etc/conda/activate.d/a.sh", "export MINE=1\n")
    add(prefix, "conda-meta/state", '{"env_vars": {"STRAY": "***unset***"}}')
    seen = started(
        prefix,
        {
            "PATH": f"{other}/bin:/usr/bin:/bin",
            "CONDA_PREFIX": str(other),
            "CONDA_PREFIX_1": "/base",
            "CONDA_STACKED_2": "true",
            "OTHER": "set",
            "STRAY": "set",
        },
    )
    assert seen["PATH"] == f"{prefix}/bin:/usr/bin:/bin"
    assert seen["MINE"] == "1"
    assert not {"CONDA_PREFIX_1", "CONDA_STACKED_2", "OTHER", "STRAY"} & set(seen)


def test_the_wrapper_becomes_the_kernel(prefix: Path) -> None:
    add(prefix, "etc/conda/activate.d/a.sh", "true\n")
    (prefix / "bin" / "python").write_text("#!/bin/sh\necho $$\n")
    argv, env = activated_command(["python"], activation_delta(prefix))
    child = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE)
    out, _ = child.communicate()
    assert int(out) == child.pid


def test_the_kernels_own_command_can_be_read_back(prefix: Path) -> None:
    plain, _ = kernel_command(ARGV, activation_delta(prefix))
    add(prefix, "etc/conda/activate.d/a.sh", "true\n")
    wrapped, _ = kernel_command(ARGV, activation_delta(prefix))
    assert wrapped != plain
    assert inner_command(wrapped) == inner_command(plain) == plain


def test_the_key_follows_what_activation_reads(prefix: Path) -> None:
    keys = {activation_key(prefix)}
    add(prefix, "etc/conda/activate.d/a.sh", "true\n")
    keys.add(activation_key(prefix))
    add(prefix, "conda-meta/state", "{}")
    keys.add(activation_key(prefix))
    os.utime(prefix / "etc/conda/activate.d/a.sh", (1, 1))
    keys.add(activation_key(prefix))
    assert len(keys) == 4
