"""Azure Machine Learning compute instances and conda kernels, inside Jupyter.

Nothing heavy is imported here: Jupyter imports this module at every start.
"""

from __future__ import annotations

from typing import Any

try:
    from ._version import __version__
except ImportError:  # a source tree that was never built
    __version__ = "0+unknown"

__all__ = ["__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Tell JupyterLab where the built front end lies."""
    return [{"src": "labextension", "dest": "jupyter-ci-manager"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter Server which application to load."""
    from .extension import CIManager

    return [{"module": "jupyter_ci_manager", "app": CIManager}]


def load_ipython_extension(ipython: Any) -> None:
    """Register ``%ci`` and ``%ci_kernel``: ``%load_ext jupyter_ci_manager``."""
    from .notebook import magics

    magics.load_ipython_extension(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """Take ``%ci`` and ``%ci_kernel`` away again."""
    from .notebook import magics

    magics.unload_ipython_extension(ipython)
