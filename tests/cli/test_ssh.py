"""``jupyter ci ssh``: what ssh is really given."""

from __future__ import annotations

import json
import sys

import pytest


@pytest.fixture
def recorder(sample, tmp_path):
    """A folder with an ssh that writes down its arguments and ends with 7."""
    script = tmp_path / "ssh"
    script.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"json.dump(sys.argv[1:], open({str(tmp_path / 'given')!r}, 'w'))\nsys.exit(7)\n"
    )
    script.chmod(0o755)
    return tmp_path


def test_ssh_is_run_with_a_list_of_arguments(sample, recorder):
    reachable = [
        instance["name"]
        for instance in sample.json("list")["instances"]
        if instance["ssh"]["command"] and instance["actions"]["ssh"]["allowed"] != "no"
    ]
    if "ds-anna" not in reachable:
        assert sample.run("start", "ds-anna", "--wait").returncode == 0
    path = f"{recorder}:{sample.environment['PATH']}"
    done = sample.run("ssh", "ds-anna", "--", "echo", "a b", "$(touch owned)", PATH=path)
    assert done.returncode == 7, done.stderr
    given = json.loads((recorder / "given").read_text())
    assert given[0] == "-p"
    assert "--" in given
    # What runs there is one word for the shell over there, quoted; no shell here has seen it.
    assert given[-1] == "echo 'a b' '$(touch owned)'"
    assert not (sample.work / "owned").exists()


def test_an_instance_without_ssh_says_how_to_get_it(sample):
    without = next(i for i in sample.json("list")["instances"] if not i["ssh"]["enabled"])
    done = sample.run("ssh", without["name"])
    assert done.returncode in (4, 5)
    assert done.stderr.count("\n") == 1
