"""Environments, kernels and jobs from the command line, with real environments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sample_workspace import SampleWorkspace, sample_workspace


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, channel: Path) -> Iterator[SampleWorkspace]:
    """A home in which ``kernel create newenv`` was run."""
    with sample_workspace(tmp_path_factory.mktemp("home"), channel=channel) as sample:
        done = sample.run("kernel", "create", "newenv", timeout=300)
        assert done.returncode == 0, done.stderr
        assert done.stdout == (
            'The kernel newenv ("Python (newenv)") works and is in Jupyter\'s list.\n'
        )
        yield sample


def test_the_kernel_is_listed_and_works(made):
    kernels = {kernel["name"]: kernel for kernel in made.json("kernel", "list")}
    assert kernels["newenv"]["display_name"] == "Python (newenv)"
    assert not kernels["newenv"]["is_broken"]
    assert "newenv" in {env["name"] for env in made.json("env", "list")}
    assert {"pip", "ipykernel"} <= {p["name"] for p in made.json("env", "packages", "newenv")}


def test_the_job_is_told_of(made):
    jobs = made.json("job", "list")
    assert jobs[0]["state"] == "succeeded"
    assert made.json("job", "show", "newenv")["id"] == jobs[0]["id"]
    log = made.run("job", "log", jobs[0]["id"])
    assert "== solve ==" in log.stdout
    assert "== succeeded ==" in log.stdout
    assert made.run("job", "show", "no-such-job").returncode == 3


def test_a_second_of_the_same_name_is_refused(made):
    assert made.run("kernel", "create", "newenv").returncode in (2, 4)


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", "-x", "base", "python3", "n\u0435wenv", "a b", "é", "x" * 300, "a;b"]
)
def test_a_bad_name_is_refused_and_nothing_is_made(made, name):
    before = sorted(made.envs_dir.iterdir())
    done = made.run("kernel", "create", "--", name)
    assert done.returncode in (2, 4), done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(made.envs_dir.iterdir()) == before


UNLISTED = "https://unlisted.test/c/noarch/numpy-1.0-0.conda"
BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)


def test_bad_packages_files_and_channels_are_refused_before_anything_is_made(made, tmp_path):
    before = sorted(made.envs_dir.iterdir()), made.json("job", "list")
    lines = [["--", package] for package in ("numpy;rm -rf", ">=", "--dry-run", UNLISTED)]
    for at, text in enumerate([BOMB, "\x89PNG", "dependencies: x", "@EXPLICIT\n-c evil", "{}"]):
        file = tmp_path / f"{at}.txt"
        file.write_text(text, encoding="utf-8")
        lines += [["--file", str(file)], ["--lock", str(file)]]
    lines += [["--file", str(tmp_path / "none")], ["--lock", str(tmp_path)]]
    lines += [
        ["--channel", f"https://{way}"] for way in ("u:geheim12@h.test/c", "h.test/t/geheim12/c")
    ]
    for line in lines:
        done = made.run("kernel", "create", "fine", *line)
        assert done.returncode == 2, (line, done.stdout, done.stderr)
        assert done.stderr.count("\n") == 1, done.stderr
        assert "geheim" not in done.stderr + done.stdout
    assert (sorted(made.envs_dir.iterdir()), made.json("job", "list")) == before


def test_a_dry_run_only_shows_what_would_be_done(made):
    done = made.run("kernel", "create", "other", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "ipykernel" in done.stdout
    assert not (made.envs_dir / "other").exists()


def test_a_job_can_be_left_alone_and_followed(made):
    job = made.json("kernel", "create", "later", "--no-wait")
    assert job["state"] in ("queued", "running")
    followed = made.run("job", "log", job["id"], "--follow", timeout=300)
    assert followed.returncode == 0, followed.stderr
    assert followed.stdout.endswith("The job succeeded.\n")


def test_an_environment_is_exported_and_not_written_over_a_file(made, tmp_path):
    target = tmp_path / "environment.yml"
    assert made.run("env", "export", "newenv", "-o", str(target)).returncode == 0
    assert "ipykernel" in target.read_text(encoding="utf-8")
    assert made.run("env", "export", "newenv", "-o", str(target)).returncode == 2


def test_a_kernel_is_renamed_and_repaired(made):
    made.run("kernel", "rename", "newenv", "My project")
    kernels = {kernel["name"]: kernel for kernel in made.json("kernel", "list")}
    assert kernels["newenv"]["display_name"] == "My project"
    spec = Path(kernels["newenv"]["resource_dir"]) / "kernel.json"
    content = json.loads(spec.read_text(encoding="utf-8"))
    content["argv"][0] = "/no/such/python"
    spec.write_text(json.dumps(content), encoding="utf-8")
    assert "broken" in made.run("kernel", "list").stdout
    assert made.run("kernel", "repair", "newenv", timeout=120).returncode == 0
    assert "broken" not in made.run("kernel", "list").stdout


def test_an_environment_is_removed_when_it_is_named(made):
    assert made.run("kernel", "create", "doomed", timeout=300).returncode == 0
    assert made.run("env", "remove", "doomed").returncode == 10
    assert (made.envs_dir / "doomed").is_dir()
    assert made.run("kernel", "remove", "doomed").returncode == 10
    done = made.run("env", "remove", "doomed", "--confirm", "doomed", timeout=120)
    assert done.returncode == 0, done.stderr
    assert not (made.envs_dir / "doomed").exists()
    assert "doomed" not in {kernel["name"] for kernel in made.json("kernel", "list")}


@pytest.mark.parametrize("noun", ["env", "kernel"])
def test_nobody_is_asked_to_confirm_what_cannot_be(made, noun):
    absent = made.run(noun, "remove", "no-such-thing")
    assert absent.returncode == 3
    assert absent.stderr.startswith("There is no ")
    assert "confirm" not in absent.stderr
    jupyter_s_own = made.run("kernel", "remove", "python3")
    assert jupyter_s_own.returncode == 7
    assert "--confirm" not in jupyter_s_own.stderr


def test_the_doctor_finds_everything_in_order(made):
    done = made.run("doctor")
    assert "sign-in" in done.stdout
    assert done.returncode == 0, done.stdout
    report = made.run("doctor", "--report", "--json").stdout
    assert made.emulator.ready["subscription_id"] not in report
    assert "contoso-ml" not in report
    assert str(made.home) not in report
    assert "ds-anna" not in report
    assert json.loads(report)["azure"]


def test_an_environment_of_ones_own_is_protected_and_no_longer(made):
    assert made.run("env", "protect", "newenv").stdout == "newenv is protected.\n"
    assert "newenv" in made.run("env", "protect").stdout
    done = made.run("env", "remove", "newenv", "--yes")
    assert done.returncode == 7
    assert (made.envs_dir / "newenv").is_dir()
    assert made.run("env", "protect", "newenv", "--off").returncode == 0
    assert made.run("env", "protect", "--off").returncode == 2


def test_a_notebook_whose_kernel_is_gone_is_told_the_nearest(made, tmp_path):
    notebook = tmp_path / "analysis.ipynb"
    cells = [{"cell_type": "code", "source": ["import os, ipykernel\n", "from torch import nn"]}]
    spec = {"name": "gone", "display_name": "Python (gone)", "language": "python"}
    notebook.write_text(json.dumps({"cells": cells, "metadata": {"kernelspec": spec}}))
    [first, *_] = made.json("kernel", "nearest", str(notebook))
    assert first["missing"] == ["torch"]
    assert "same_language" in first["reasons"]
    assert made.run("kernel", "nearest").returncode == 2
    notebook.write_text("[]")
    assert made.run("kernel", "nearest", str(notebook)).returncode == 2


def test_an_environment_in_the_way_of_a_new_name_is_named(made):
    assert made.run("env", "rename", "newenv", "newenv").returncode == 2
    assert made.run("env", "rename", "newenv", "base").returncode in (2, 4)
    assert made.run("env", "rename", "nowhere", "other").returncode == 3
