"""Which engine this process uses: the server that owns the kernel, else the package itself."""

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any, Optional

from ..commands.engine import Engine
from ..commands.failure import Failure
from .http import send
from .owner import Server, is_parent, kernel_connection_file, kernel_id, running_servers
from .rest import ROOT, RestEngine


def choose_engine() -> Engine:
    """Give the engine for this process.

    Raises
    ------
    Failure
        ``no_engine`` when no server owns this kernel and the package is not installed here, or
        ``extension_missing`` when the owner has no extension and the package is not here either.
    """
    server = owner()
    if server is not None and (_serves(server) or not _package_is_here()):
        return RestEngine(server)
    if _package_is_here():
        return _direct()
    raise Failure(
        "No Jupyter server owns this kernel, and jupyter_ci_manager is not installed here.",
        code="no_engine",
        hint="Open the notebook in JupyterLab, or install jupyter_ci_manager in this environment.",
        status=503,
    )


def owner() -> Optional[Server]:
    """Find the Jupyter server that owns this kernel; ``None`` when there is none."""
    connection_file = kernel_connection_file()
    if connection_file is None:
        return None
    path = "api/kernels/" + kernel_id(connection_file)
    for server in running_servers(Path(str(connection_file)).parent):
        if is_parent(server):
            return server
        try:
            if send(server, "GET", path, timeout=3.0).status == 200:
                return server
        except Failure:
            continue
    return None


def _serves(server: Server) -> bool:
    """Tell whether the server has the extension; a server that fails for now counts as having it."""
    try:
        reply = send(server, "GET", ROOT + "openapi.json", timeout=10.0)
    except Failure:
        return True
    return reply.status != 404


def _package_is_here() -> bool:
    if sys.version_info < (3, 10) or __name__.split(".")[0] != "jupyter_ci_manager":
        return False
    return importlib.util.find_spec("jupyter_ci_manager.commands.direct") is not None


def _direct() -> Engine:
    # By name, since the single file that this module is packed into holds nothing of the package.
    direct: Any = importlib.import_module("jupyter_ci_manager.commands.direct")
    config: Any = importlib.import_module("jupyter_ci_manager.config")
    engine: Engine = direct.DirectEngine(config.load_settings)
    return engine
