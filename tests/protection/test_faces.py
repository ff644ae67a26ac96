"""The shipped environment is kept through every face, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_ci_manager.errors import ProtectedEnvironment
from jupyter_ci_manager.kernels.protection import Policy

from .machine import KERNEL, SHIPPED, SPELLINGS, Machine


class TestFaces:
    """The same through HTTP and through the command line, in processes of their own."""

    @pytest.fixture(scope="class")
    @classmethod
    def server(cls, machine: Machine) -> Iterator[Callable[..., tuple[int, Any]]]:
        port_file = machine.home / "server.json"
        argv = [
            sys.executable, "-m", "jupyter_server", "--allow-root", "--port=0",
            "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=sesame",
            f"--ServerApp.root_dir={machine.home}", "--no-browser",
            "--ServerApp.jpserver_extensions={'jupyter_ci_manager': True}",
        ]  # fmt: skip
        log = (machine.home / "server.log").open("wb")
        child = subprocess.Popen(argv, stdout=log, stderr=log, cwd=machine.home)
        try:
            end = time.monotonic() + 60
            while not (found := list((machine.home / "runtime").glob("jpserver-*.json"))):
                assert child.poll() is None, (machine.home / "server.log").read_text()
                assert time.monotonic() < end, port_file
                time.sleep(0.02)
            url = json.loads(found[0].read_text())["url"]

            def ask(verb: str, path: str, body: Any = None) -> tuple[int, Any]:
                request = urllib.request.Request(
                    f"{url}jupyter-ci-manager/{path}",
                    method=verb,
                    data=None if body is None else json.dumps(body).encode(),
                    headers={"Authorization": "token sesame", "Content-Type": "application/json"},
                )
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        return answer.status, json.loads(answer.read() or b"null")
                except urllib.error.HTTPError as error:
                    return error.code, json.loads(error.read() or b"null")

            yield ask
        finally:
            child.terminate()
            child.wait(10)
            log.close()

    @pytest.mark.parametrize(
        ("verb", "path", "body"),
        [
            ("DELETE", f"environments/{SHIPPED}", None),
            ("DELETE", f"environments/{SHIPPED}?confirm={SHIPPED}", None),
            ("DELETE", "environments/{prefix}?confirm=azureml_py36", None),
            ("DELETE", "environments/{link}", None),
            ("DELETE", "environments/{dotted}", None),
            ("DELETE", f"kernels/{KERNEL}", None),
            ("DELETE", f"kernels/{KERNEL.upper()}", None),
            ("PATCH", f"kernels/{KERNEL}", {"display_name": "Mine"}),
            ("POST", "kernels", {"name": SHIPPED}),
            ("POST", "kernels", {"name": "AzureML_py36"}),
            ("POST", "kernels", {"name": SHIPPED, "clone": SHIPPED}),
            (
                "POST",
                f"environments/{SHIPPED}/packages",
                {"action": "remove", "packages": ["ipykernel"], "dry_run": True},
            ),
        ],
    )
    def test_over_http(
        self, machine: Machine, server: Any, verb: str, path: str, body: Any
    ) -> None:
        def quoted(text: str) -> str:
            return urllib.parse.quote(text, safe="")

        spelled = path.format(
            prefix=quoted(str(machine.prefix)),
            link=quoted(SPELLINGS["symbolic link"](machine)),
            dotted=quoted(SPELLINGS["dot dot"](machine)),
        )
        before = machine.fingerprint()
        status, answer = server(verb, spelled, body)
        assert (status, answer.get("code")) == (422, "protected_environment"), answer
        assert answer["hint"]
        assert machine.fingerprint() == before

    def test_a_job_that_would_lose_it_fails(self, machine: Machine, server: Any) -> None:
        """Asked without a preview, the job itself asks the policy once more."""
        body = {"action": "remove", "packages": ["python"]}
        before = machine.fingerprint()
        status, job = server("POST", f"environments/{SHIPPED}/packages", body)
        if status == 202:
            done = machine.jobs.follow(job["id"], timeout=60)
            assert done.state == "failed"
            assert done.error is not None
            job = done.error
        assert job["code"] == "protected_environment"
        assert machine.fingerprint() == before

    @pytest.mark.parametrize(
        "words",
        [
            ["env", "remove", SHIPPED, "--yes"],
            ["env", "remove", "{prefix}/", "--yes"],
            ["env", "remove", "{link}", "--yes"],
            ["kernel", "remove", KERNEL, "--yes"],
            ["kernel", "create", SHIPPED],
        ],
    )
    def test_on_the_command_line(self, machine: Machine, words: list[str]) -> None:
        spelled = [
            word.format(prefix=machine.prefix, link=SPELLINGS["symbolic link"](machine))
            for word in words
        ]
        before = machine.fingerprint()
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_ci_manager.cli", *spelled],
            capture_output=True, text=True, cwd=machine.home, timeout=120,
        )  # fmt: skip
        assert done.returncode != 0
        assert "cannot be" in done.stderr + done.stdout, done
        assert machine.fingerprint() == before


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can")
class TestAsRoot:
    def test_a_bind_mount_is_the_same_environment(self, machine: Machine, tmp_path: Path) -> None:
        other = tmp_path / "elsewhere"
        other.mkdir()
        mounted = subprocess.run(["mount", "--bind", machine.prefix, other], capture_output=True)
        if mounted.returncode:
            pytest.skip("mounting is not permitted here")
        try:
            with pytest.raises(ProtectedEnvironment):
                Policy(machine.settings).check("remove", other)
        finally:
            subprocess.run(["umount", other], check=True)
