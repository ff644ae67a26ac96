"""Choosing the engine, and saying why."""

from __future__ import annotations

from ...config import Settings
from .base import Engine
from .condarc import CondaConfig
from .rattler import RattlerEngine


def select_engine(settings: Settings, condarc: CondaConfig) -> tuple[Engine, str]:
    """Give the engine to use, and the reason in words."""
    return RattlerEngine(settings, condarc), "It needs no conda and is the fastest."
