from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator_process import Emulator, start

SCRIPTS = Path(__file__).parent / "scripts"
RunScript = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def client_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One fast emulator for all clients."""
    running = start(tmp_path_factory.mktemp("clients") / "state", "--speed", "400")
    yield running
    running.end()


@pytest.fixture
def run_script(client_emulator: Emulator, tmp_path: Path) -> RunScript:
    """Run a script in a client's environment; what it prints last is its result."""

    def run(
        program: Path | str, script: str, *, arguments: list[str] | None = None, timeout: int = 150
    ) -> dict[str, Any]:
        ready = client_emulator.ready
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
            "HOME": str(tmp_path),
            "EMULATOR": json.dumps({**ready, "token": client_emulator.token}),
            "REQUESTS_CA_BUNDLE": ready["ca_cert"],
            "SSL_CERT_FILE": ready["ca_cert"],
            "ARM_CLOUD_METADATA_URL": (
                f"{ready['https_url']}/metadata/endpoints?api-version=2019-05-01"
            ),
            "NODE_EXTRA_CA_CERTS": ready["ca_cert"],
            "NO_PROXY": "localhost,127.0.0.1",
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPATH": str(SCRIPTS),
        }
        done = subprocess.run(
            [str(program), str(SCRIPTS / script), *(arguments or [])],
            env=environment,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, (
            f"{script} failed:\n{done.stdout[-3000:]}\n{done.stderr[-6000:]}"
        )
        result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return result

    return run
