from __future__ import annotations

import sys

import psutil
import pytest

from jupyter_ci_manager.errors import KernelTestFailed
from jupyter_ci_manager.kernels import kernelspecs, testing

CODE = "import sys; print(sys.prefix)"


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    def make(*argv):
        argv = list(argv) or [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "x", "language": "python"}
        return kernelspecs.stage(tmp_path / "specs" / "tested", spec)

    return make


def test_a_kernel_that_works_says_where_it_lives_and_is_gone_afterwards(kernel, tmp_path):
    started = []
    answer = testing.run_in_kernel(
        kernel(), CODE, log_file=tmp_path / "log", on_start=started.append
    )
    assert answer == sys.prefix
    assert not psutil.pid_exists(started[0]) or psutil.Process(started[0]).status() == "zombie"


@pytest.mark.parametrize(
    "argv",
    [
        ("/nowhere/python", "-f", "{connection_file}"),
        (sys.executable, "-c", "import sys; sys.exit('no module named ipykernel')"),
    ],
)
def test_a_kernel_that_does_not_start_is_told_with_its_last_words(kernel, tmp_path, argv):
    with pytest.raises(KernelTestFailed) as failure:
        testing.run_in_kernel(kernel(*argv), CODE, log_file=tmp_path / "log")
    assert failure.value.code == "kernel_test_failed"
    told = str(failure.value.details) + failure.value.message
    assert "no module named ipykernel" in told or "/nowhere/python" in told


def test_a_kernel_that_never_answers_has_its_time(kernel, tmp_path):
    folder = kernel(sys.executable, "-c", "import time; time.sleep(600)")
    with pytest.raises(KernelTestFailed, match="in time"):
        testing.run_in_kernel(folder, CODE, log_file=tmp_path / "log", timeout=0.5)


def test_a_line_that_raises_fails_the_test(kernel, tmp_path):
    with pytest.raises(KernelTestFailed, match="no sense"):
        testing.run_in_kernel(
            kernel(), "raise ValueError('no sense')", log_file=tmp_path / "log", timeout=30
        )
