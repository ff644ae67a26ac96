"""How environments are made: one contract (:mod:`.base`), several engines behind it."""

from __future__ import annotations

from .base import Action, Engine, PackageAction, Plan, Report, Silent, SolveRequest
from .selection import select_engine

__all__ = [
    "Action",
    "Engine",
    "PackageAction",
    "Plan",
    "Report",
    "Silent",
    "SolveRequest",
    "select_engine",
]
