"""Finding the Jupyter server that owns this kernel, by the file it keeps in its runtime folder."""

import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional


class Server(NamedTuple):
    """A running Jupyter server and how to speak to it. The token is never shown or stored."""

    url: str
    token: str
    sock: str = ""
    pid: int = 0

    def __repr__(self) -> str:
        return f"Server({self.url!r})"


def kernel_connection_file() -> Optional[Path]:
    """Give this kernel's connection file; ``None`` when this is no kernel."""
    if "ipykernel.kernelapp" not in sys.modules:
        return None
    from ipykernel.connect import get_connection_file
    from traitlets.config.configurable import MultipleInstanceError

    try:
        return Path(get_connection_file())
    except (MultipleInstanceError, RuntimeError, OSError):
        # A terminal IPython, into which somebody imported ipykernel.
        return None


def kernel_id(connection_file: Path) -> str:
    """Give the kernel's id, as the server knows it."""
    name = connection_file.stem
    return name[len("kernel-") :] if name.startswith("kernel-") else name


def running_servers(runtime: Path) -> List[Server]:
    """Give the servers whose files lie in ``runtime``, most likely owner first."""
    parents = [os.environ.get("JPY_PARENT_PID") or "", str(os.getppid())]
    servers = [server for server in _read_all(runtime) if server is not None]
    return sorted(servers, key=lambda server: str(server.pid) not in parents)


def is_parent(server: Server) -> bool:
    """Tell whether the server started this kernel."""
    return str(server.pid) in (os.environ.get("JPY_PARENT_PID") or "", str(os.getppid()))


def _read_all(runtime: Path) -> Iterator[Optional[Server]]:
    for path in sorted(runtime.glob("jpserver-*.json")):
        try:
            with path.open(encoding="utf-8") as stream:
                yield _server(json.load(stream))
        except (OSError, ValueError, TypeError, KeyError):
            continue


def _server(info: Dict[str, Any]) -> Optional[Server]:
    # A server below JupyterHub keeps no token of its own; the hub gives the user one.
    token = info.get("token") or os.environ.get("JUPYTERHUB_API_TOKEN") or ""
    sock = info.get("sock") or ""
    url = str(info["url"])
    if sock:
        url = "http://localhost" + (info.get("base_url") or "/")
    return Server(url=url.rstrip("/") + "/", token=token, sock=sock, pid=int(info.get("pid") or 0))
