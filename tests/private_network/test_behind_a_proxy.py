"""A user in a network that reaches only a proxy, where a company's own authority signs all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.channel.server import serve
from tests.emulator_process import Emulator, emulator_process

from .company import ARM, CHANNEL, SIGN_IN, certificates, front, proxy
from .namespace import Namespace, NotHere, namespace

_ROOT = Path(__file__).resolve().parents[2]
_FOREIGN = ("AZURE", "AZUREML", "CI_", "CONDA", "IDENTITY", "JUPYTER", "MAMBA", "MSI_", "XDG_")


@pytest.fixture
def company() -> Iterator[Namespace]:
    """A network of its own, or a skip that says why there is none."""
    try:
        with namespace() as made:
            yield made
    except NotHere as why:
        pytest.skip(str(why))


@pytest.fixture
def quick_sample(tmp_path: Path) -> Iterator[Emulator]:
    """The sample workspace, 240 times as fast."""
    with emulator_process(tmp_path / "state", "--sample", "--speed", "240") as running:
        yield running


def environment(home: Path, proxy_url: str, authority: Path) -> dict[str, str]:
    kept = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(_FOREIGN) and not k.lower().endswith("_proxy")
    }
    return {
        **kept,
        "HOME": str(home),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), kept.get("PYTHONPATH")])),
        "HTTPS_PROXY": proxy_url,
        "HTTP_PROXY": proxy_url,
        "REQUESTS_CA_BUNDLE": str(authority),
        "AZURE_AUTHORITY_HOST": f"https://{SIGN_IN}",
    }


def machine_token(emulator: Emulator) -> dict[str, Any]:
    """Give what the identity endpoint of an instance answers."""
    token: dict[str, Any] = emulator.request(
        "GET",
        f"{emulator.ready['msi_endpoint']}?resource=https://management.azure.com",
        version="2017-09-01",
        token=None,
        headers={"Secret": emulator.ready["msi_secret"]},
    ).json
    assert "access_token" in token
    return token


def test_sign_in_instances_and_a_channel_through_the_proxy(
    company: Namespace, quick_sample: Emulator, channel: Path, tmp_path: Path
) -> None:
    ready = quick_sample.ready
    authority, tls = certificates(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    with (
        front(ready["https_url"], ready["ca_cert"], tls) as port,
        serve(channel, tls) as packages,
        proxy(
            company.gateway,
            {ARM: port, SIGN_IN: port, CHANNEL: urlsplit(packages.url).port or 0},
        ) as way_out,
    ):
        order = {
            "settings": {
                "backend": "azure",
                "endpoint": f"https://{ARM}",
                "subscription_id": ready["subscription_id"],
                "resource_group": ready["resource_group"],
                "workspace": ready["workspace"],
                "busy_poll_interval": 0.2,
            },
            "channel": f"https://{CHANNEL}",
            "prefix": str(home / "envs" / "made"),
            "identity_token": machine_token(quick_sample),
            "elsewhere": [company.gateway, urlsplit(ready["https_url"]).port],
        }
        command = company.command(
            sys.executable, "-m", "tests.private_network.user", json.dumps(order)
        )
        log = (tmp_path / "user.log").open("w+")
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=home,
            env=environment(home, way_out.url, authority),
        ) as user:
            assert user.stdout is not None
            steps, roles = {}, {}
            for line in user.stdout:
                said = json.loads(line)
                step = said.pop("step")
                if step == "code":
                    who = {"user_code": said["code"], "user": said["user"]}
                    assert quick_sample.control("POST", "device", who).status < 300
                elif step == "role":
                    roles[said.pop("user")] = said
                else:
                    steps[step] = said
        log.seek(0)
        assert user.returncode == 0, log.read()

    assert steps["alone"] == {"reachable": False}
    assert steps["distrusted"]["error"] == "certificate_unknown"
    assert steps["signed_in"]["name"] == "anna@contoso.example"
    assert steps["listed"]["error"] is None
    assert "ds-anna" in steps["listed"]["names"]
    assert steps["power"]["states"] == ["Stopped", "Running"]
    # What each role may is told beforehand, and is what Azure says.
    assert roles == {
        "chloe": {
            "error": None,
            "told": "yes",
            "start": "done",
            "stop": "done",
            "create": "computes/write",
            "delete": "computes/delete",
        },
        "emma": {
            "error": None,
            "told": "yes",
            "start": "done",
            "stop": "done",
            "create": "done",
            "delete": "done",
        },
        "diego": {
            "error": None,
            "told": "no",
            "start": "computes/start/action",
            "create": "computes/write",
            "delete": "computes/delete",
        },
    }
    # The machine's own endpoint answered, and the proxy never heard of it.
    assert steps["machine"]["state"] == "signed_in"
    assert steps["machine"]["kind"] == "managed_identity"
    assert steps["machine"]["count"] > 0
    assert len(steps["installed"]["records"]) == 1
    assert set(way_out.asked) == {f"CONNECT {name}:443" for name in (ARM, SIGN_IN, CHANNEL)}
