"""How environments are made: one contract (:mod:`.base`), several engines behind it."""

from __future__ import annotations

from .base import Action, Engine, PackageAction, Plan, Report, Silent, SolveRequest
from .selection import choose_engine, engine_by_name, select_engine

__all__ = [
    "Action",
    "Engine",
    "PackageAction",
    "Plan",
    "Report",
    "Silent",
    "SolveRequest",
    "choose_engine",
    "engine_by_name",
    "select_engine",
]
