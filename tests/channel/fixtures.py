"""Fixtures of the channel, for tests that make real environments."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .build import build
from .server import ChannelServer, serve

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def channel() -> Path:
    """The folder of the local channel; built when it is not there."""
    return build(Path(os.environ.get("CI_MANAGER_TEST_CHANNEL") or ROOT / ".cache" / "channel"))


@pytest.fixture
def channel_server(channel: Path) -> Iterator[ChannelServer]:
    """The channel over HTTP on loopback."""
    with serve(channel) as server:
        yield server
