"""The emulator as the server's Azure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.emulator_process import Emulator, start


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An empty workspace whose clock runs fast: a creation takes less than a second."""
    running = start(tmp_path_factory.mktemp("emulator") / "state", "--speed", "300")
    yield running
    running.end()


@pytest.fixture
def on_azure(cloud: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the server that a test starts at the emulator."""
    for name, value in settings(cloud).items():
        monkeypatch.setenv(name, value)


def settings(cloud: Emulator) -> dict[str, str]:
    """The environment variables of a server that works with this emulator."""
    return {
        "CI_MANAGER_BACKEND": "emulator",
        "CI_MANAGER_ENDPOINT": cloud.url,
        "CI_MANAGER_SUBSCRIPTION_ID": cloud.ready["subscription_id"],
        "CI_MANAGER_RESOURCE_GROUP": cloud.ready["resource_group"],
        "CI_MANAGER_WORKSPACE": cloud.ready["workspace"],
        "CI_MANAGER_BUSY_POLL_INTERVAL": "0.2",
    }
