"""``jupyter ci open``: where it leads, and that an instance answers only a while after it runs."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request

import pytest

from tests.sample_workspace import sample_workspace


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    """Instances that are real Jupyter servers, one of which has just begun to run."""
    with sample_workspace(tmp_path_factory.mktemp("home"), "--machines") as running:
        ready = running.emulator.state_dir.with_name("emulator.ready.json")
        running.own = {"CI_MANAGER_ENDPOINT": "", "CI_MANAGER_EMULATOR_READY_FILE": str(ready)}
        # The sample's first instance began to run three hours ago.
        done = running.run("restart", "for-anna", "--wait", **running.own)
        assert done.returncode == 0, done.stderr
        # From here on its first minutes last as long as minutes do.
        running.emulator.control("POST", "clock", {"speed": 1})
        yield running


@pytest.fixture
def silent(machines):
    """The gateway before the instances answers 502, as it does while they warm up."""
    fault = {"kind": "status", "status": 502, "path": "^/applications/", "count": 1000}
    assert machines.emulator.control("POST", "faults/requests", fault).status == 201
    yield
    machines.emulator.control("DELETE", "faults")


def test_the_address_alone_goes_into_a_pipe_and_the_doubt_beside_it(machines, silent):
    done = machines.run("open", "for-anna", "--print", **machines.own)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("http://127.0.0.1")
    assert done.stdout.count("\n") == 1
    assert "warming up" in done.stderr


def test_a_browser_is_opened_as_soon_as_it_answers(machines, silent, tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\nprintf '%s' \"$1\" > {opened}\n")
    browser.chmod(0o755)
    command = [sys.executable, "-m", "jupyter_ci_manager.cli", "open", "for-anna"]
    environment = {**machines.environment, **machines.own, "BROWSER": str(browser)}
    with subprocess.Popen(
        command, cwd=machines.work, env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        probed = time.monotonic() + 60
        while not _probes(machines):
            assert time.monotonic() < probed
            time.sleep(0.05)
        assert not opened.exists(), "a page that says 502 is no use to anybody"
        machines.emulator.control("DELETE", "faults")
        said, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert said.startswith("Opened http://127.0.0.1")
    assert _reads(opened.read_text())


def test_who_will_not_wait_gets_the_page_as_it_is(machines, silent):
    done = machines.run("open", "for-anna", "--no-wait", BROWSER="true", **machines.own)
    assert done.returncode == 0, done.stderr
    assert "warming up" in done.stderr


def test_a_terminal_is_an_application_like_others(machines):
    done = machines.run("open", "for-anna", "terminal", "--print", **machines.own)
    assert "/terminals/1" in done.stdout
    assert _reads(done.stdout.strip())
    unknown = machines.run("open", "for-anna", "rstudio", "--print", **machines.own)
    assert unknown.returncode == 3
    assert "Terminal" in unknown.stderr


def test_what_is_stopped_is_not_opened(machines):
    done = machines.run("open", "old-vm", "--print", **machines.own)
    assert done.returncode == 4
    assert "must be running" in done.stderr


def _reads(address):
    """Follow a link as a browser does: the emulator exchanges its ticket for a cookie."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address, timeout=60) as page:
        return page.status == 200


def _probes(machines):
    log = machines.emulator.control("GET", "log").json["value"]
    return [e for e in log if e["path"].startswith("/applications/") and e["status"] == 502]
