"""``%ci`` where no Jupyter server owns the session: it asks Azure itself."""

from __future__ import annotations

import subprocess
import sys

from tests.jupyter_process import jupyter_process
from tests.sample_workspace import sample_workspace


def session(sample, *lines: str) -> subprocess.CompletedProcess[str]:
    """Give lines to a plain IPython."""
    code = "\n".join(("%load_ext jupyter_ci_manager", *lines))
    return subprocess.run(
        [sys.executable, "-m", "IPython", "--no-banner", "--colors=NoColor", "-c", code],
        cwd=sample.work, env=sample.environment, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip


def test_a_plain_ipython_shows_tables_as_text(sample):
    done = session(sample, "instances = %ci list", "print(len(instances) > 5)", "%ci list")
    assert "True\n" in done.stdout, done.stderr
    done = session(sample, "%ci list")
    assert "Create failed" in done.stdout


def test_a_refusal_is_one_line_there_too(sample):
    done = session(sample, "%ci status no-such-vm")
    assert "no-such-vm" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_server_on_a_socket_file_is_found_too(sample, tmp_path):
    from jupyter_ci_manager.notebook.owner import running_servers
    from jupyter_ci_manager.notebook.rest import RestEngine

    sock = tmp_path / "jupyter.sock"
    with jupyter_process(sample, f"--ServerApp.sock={sock}") as server:
        found = [s for s in running_servers(sample.home / "runtime") if s.sock == str(sock)]
        assert found[0].pid == server.process.pid
        names = [i["name"] for i in RestEngine(found[0]).instances()["instances"]]
        assert "old-vm" in names


def test_a_server_without_the_extension_is_not_mistaken_for_one(channel, tmp_path):
    with sample_workspace(tmp_path, channel=channel) as sample:
        off = "--ServerApp.jpserver_extensions={'jupyter_ci_manager': False}"
        with jupyter_process(sample, off) as server, server.kernel() as kernel:
            kernel.run("%load_ext jupyter_ci_manager")
            ran = kernel.run("%ci list")
            assert ran.status == "ok", ran.error
            assert "old-vm" in ran.text
            kernel.run("from jupyter_ci_manager.notebook.choosing import choose_engine")
            assert kernel.value("type(choose_engine()).__name__") == "DirectEngine"
