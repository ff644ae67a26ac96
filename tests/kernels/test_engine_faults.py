"""Channels that fail and disks that are full, as the engine meets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import DiskFull, Refused, Unavailable
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.rattler import RattlerEngine
from tests.channel.server import ChannelServer

from .conftest import Notes
from .test_engines import make, versions


@pytest.fixture
def prefix(home: Path) -> Path:
    return home / "envs" / "made"


def attempt(engine: RattlerEngine, prefix: Path, *specs: str) -> str:
    """Try it in a process of its own, as a job does; give the error's code."""
    code = (
        "import sys; from pathlib import Path; from jupyter_ci_manager.config import Settings\n"
        "from jupyter_ci_manager.errors import CIManagerError\n"
        "from jupyter_ci_manager.kernels.engines import *\n"
        "channel, cache, prefix, *specs = sys.argv[1:]\n"
        "engine = engine_by_name('rattler', Settings(channels=[channel], package_cache=cache))\n"
        "try:\n"
        "    plan = engine.solve(SolveRequest(specs=specs, prefix=Path(prefix)), Silent())\n"
        "    engine.apply(plan, Path(prefix), Silent())\n"
        "except CIManagerError as error:\n"
        "    print(error.code)\n"
    )
    settings = engine._settings
    arguments = [settings.channels[0], settings.package_cache, str(prefix), *specs]
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": root},
    )  # fmt: skip
    return done.stdout.strip()


class TestFaults:
    """Channels that fail, disks that are full: a clear word, and nothing half done."""

    @pytest.fixture
    def remote(
        self, settings: Settings, channel_server: ChannelServer, tmp_path: Path
    ) -> RattlerEngine:
        settings.channels = [channel_server.url]
        settings.package_cache = str(tmp_path / "cache")
        return RattlerEngine(settings, read_condarc())

    def test_packages_come_over_http_once(
        self, remote: RattlerEngine, prefix: Path, channel_server: ChannelServer
    ) -> None:
        make(remote, prefix, "tiny-old")
        first = len(channel_server.packages)
        assert first
        make(remote, prefix.with_name("second"), "tiny-old")
        assert len(channel_server.packages) == first

    def test_channel_that_is_gone(
        self, remote: RattlerEngine, prefix: Path, channel_server: ChannelServer
    ) -> None:
        remote._settings.channels = ["http://127.0.0.1:9/none"]
        with pytest.raises(Unavailable) as caught:
            remote.solve(SolveRequest(specs=("tiny",), prefix=prefix), Silent())
        assert caught.value.hint

    def test_download_that_breaks_off(
        self, remote: RattlerEngine, prefix: Path, channel_server: ChannelServer
    ) -> None:
        channel_server.cut_after = 5000
        assert attempt(remote, prefix, "tiny") == "channel_unavailable"
        channel_server.cut_after = None
        make(remote, prefix, "tiny")
        assert versions(prefix)["tiny"] == "2.0"

    def test_package_that_is_not_what_the_channel_says(
        self, remote: RattlerEngine, prefix: Path, channel_server: ChannelServer
    ) -> None:
        channel_server.corrupt = "tiny-2.0"
        plan = remote.solve(SolveRequest(specs=("tiny",), prefix=prefix), Silent())
        with pytest.raises(Refused) as caught:
            remote.apply(plan, prefix, Silent())
        assert caught.value.code == "corrupt_package"
        assert "tiny" not in versions(prefix)

    def test_cancelling_stops_a_download(
        self, remote: RattlerEngine, prefix: Path, channel_server: ChannelServer
    ) -> None:
        class Stop(Exception):
            pass

        class Impatient(Silent):
            def check_cancelled(self) -> None:
                if channel_server.held.is_set():
                    raise Stop

        plan = remote.solve(SolveRequest(specs=("tiny",), prefix=prefix), Silent())
        channel_server.hold.clear()
        with pytest.raises(Stop):
            remote.apply(plan, prefix, Impatient())

    def test_too_little_room_is_said_before(self, remote: RattlerEngine, prefix: Path) -> None:
        plan = remote.solve(SolveRequest(specs=("tiny",), prefix=prefix), Silent())
        remote._settings.disk_floor_mb = 10**9
        with pytest.raises(DiskFull):
            remote.apply(plan, prefix, Silent())
        assert not prefix.exists()

    def test_credentials_are_sent_and_never_shown(
        self, remote: RattlerEngine, prefix: Path, channel_server: ChannelServer
    ) -> None:
        channel_server.user, channel_server.password = "anna", "sesame"
        address = f"http://anna:sesame@{channel_server.address}"
        notes = Notes()
        remote._settings.channels = [address]
        make(remote, prefix, "tiny", report=notes)
        shown = "\n".join(notes.lines)
        for path in (prefix / "conda-meta").iterdir():
            if path.is_file():
                shown += path.read_text()
        assert "sesame" not in shown

    def test_offline_says_so(self, remote: RattlerEngine, prefix: Path, home: Path) -> None:
        (home / ".condarc").write_text("offline: true\n")
        offline = RattlerEngine(remote._settings, read_condarc())
        with pytest.raises(Unavailable):
            offline.solve(SolveRequest(specs=("tiny",), prefix=prefix), Silent())
