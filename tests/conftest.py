"""What all tests share."""

from __future__ import annotations

pytest_plugins = ["pytest_jupyter.jupyter_server", "tests.channel.fixtures"]
