"""The user's own emulator, from the command line."""

from __future__ import annotations


def test_an_emulator_of_ones_own_comes_goes_and_forgets(sample):
    own = {"CI_MANAGER_ENDPOINT": ""}
    assert sample.run("emulator", "status", **own).returncode == 1
    try:
        # Nothing has to be started by hand: the first question starts it.
        listed = sample.run("list", **own)
        assert "old-vm" in listed.stdout, listed.stderr
        shown = sample.run("emulator", "status", "--json", **own)
        assert '"running": true' in shown.stdout
        assert "control_key" not in shown.stdout
        assert sample.run("delete", "old-vm", "--yes", "--no-wait", **own).returncode == 0
        assert sample.run("emulator", "stop", **own).returncode == 0
        assert sample.run("emulator", "status", **own).returncode == 1
        assert sample.run("emulator", "reset", **own).returncode == 10
        assert sample.run("emulator", "reset", "--yes", **own).returncode == 0
        assert sample.run("emulator", "start", **own).returncode == 0
        assert "old-vm" in sample.run("list", **own).stdout
    finally:
        sample.run("emulator", "stop", **own)
