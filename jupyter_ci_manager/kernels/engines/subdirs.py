"""conda's names of platforms."""

from __future__ import annotations


def own_subdir() -> str:
    """Give conda's word for this machine, such as ``linux-64``."""
    from rattler import Subdir

    return str(Subdir.current())
