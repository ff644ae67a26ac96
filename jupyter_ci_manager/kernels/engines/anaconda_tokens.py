"""Tokens of channels that anaconda-client keeps, as conda sends them along.

conda reads a file for each server (``conda.gateways.anaconda_client``) and asks for
``https://HOST/t/TOKEN/channel`` in place of ``https://HOST/channel``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote_plus

from .conda_config import CondaConfig

_TOKEN = re.compile(r"[A-Za-z0-9_.-]{8,}")
_SERVER = re.compile(r"(https?://[^/]+)(/.*)?")


def tokens(condarc: CondaConfig, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the tokens that are kept, by the address of the server; none where conda sends none.

    Parameters
    ----------
    condarc:
        conda's configuration: ``add_anaconda_token`` may say that none is sent.
    environ:
        Environment variables; this process's own when left out.
    """
    environ = os.environ if environ is None else environ
    if condarc.other.get("add_anaconda_token") is False:
        return {}
    home = Path(environ.get("HOME") or Path.home())
    folder = Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "binstar"
    if environ.get("BINSTAR_CONFIG_DIR"):
        folder = Path(environ["BINSTAR_CONFIG_DIR"]) / "data"
    found: dict[str, str] = {}
    try:
        files = sorted(folder.glob("*.token"))
        for file in files:
            token = file.read_text("utf-8").strip()
            if _TOKEN.fullmatch(token):
                server = unquote_plus(file.stem).rstrip("/")
                # What signs in at the API fetches from the channels beside it.
                beside = re.sub(r"([./])api(?=[./]|$)", r"\1conda", server, count=1)
                found[server] = found[beside] = token
    except (OSError, UnicodeDecodeError):
        return found
    return found


def with_token(url: str, known: Mapping[str, str]) -> str:
    """Give ``url`` with the token of its server; as it is where there is none, or it has one."""
    parts = _SERVER.fullmatch(url)
    if parts is None or "/t/" in url or "@" in parts[1]:
        return url
    for server, token in known.items():
        if f"{url}/".startswith(f"{server}/"):
            return f"{parts[1]}/t/{token}{parts[2] or ''}"
    return url


def signed(urls: Iterable[str], condarc: CondaConfig) -> list[str]:
    """Give addresses with the tokens that conda would send along."""
    known = tokens(condarc)
    return [with_token(url, known) for url in urls]
