"""A kernel of R, from Debian's own R: its channel takes half a minute and apt's servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.kernels import kernelspecs
from jupyter_ci_manager.kernels.models import KernelRequest
from jupyter_ci_manager.kernels.service import KernelService
from tests.channel.build import build
from tests.channel.fixtures import ROOT

from .test_create import run_line

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(shutil.which("apt-get") is None, reason="there is no apt here"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="session")
def channel_with_r() -> Path:
    return build(Path(os.environ.get("CI_MANAGER_TEST_CHANNEL_R") or ROOT / ".cache" / "channel-r"),
                 with_r=True)  # fmt: skip


def test_r(
    channel_with_r: Path, settings: Settings, kernels: KernelService, finish: Callable[[Job], Job]
) -> None:
    settings.channels = [channel_with_r.as_uri()]
    finish(kernels.create(KernelRequest(name="statistics", language="r")))
    spec = kernelspecs.read(kernelspecs.find("statistics"))
    assert (spec["display_name"], spec["language"]) == ("R (statistics)", "R")
    assert "5.5" in run_line("statistics", "cat(mean(1:10))")
