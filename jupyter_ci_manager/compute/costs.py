"""Since when an instance runs, what that has cost, and what its present state costs."""

from __future__ import annotations

from datetime import datetime

from ..sentences import say
from .models import ComputeInstance
from .states import FAILED_SETUP, RUNNING
from .times import parse_time

#: Last operations whose time is the beginning of the present run.
_BEGINNINGS = frozenset({"Create", "Start", "Restart"})


def tell_costs(instance: ComputeInstance, now: datetime) -> None:
    """Set since when it is so, since when it runs, and money: estimates from list prices.

    Parameters
    ----------
    now:
        The present moment, with a zone.
    """
    last = instance.last_operation
    if last is not None and last.time:
        instance.state_since = last.time
    elif instance.state in ("Creating", "CreateFailed"):
        instance.state_since = instance.created_on
    instance.billing = _billing(instance)
    if instance.state not in RUNNING or last is None or not last.time:
        return
    if last.name not in _BEGINNINGS:
        return
    instance.running_since = last.time
    since = parse_time(last.time)
    if since is not None and instance.price_per_hour is not None:
        hours = max(0.0, (now - since).total_seconds() / 3600)
        instance.cost_since_start = round(hours * instance.price_per_hour, 2)


def _billing(instance: ComputeInstance) -> str | None:
    if instance.state == "Stopped":
        return say(
            "Stopped: computing is not billed; its disk is, and a public address may be. It still "
            "holds its cores in the quota."
        )
    if instance.state in RUNNING or instance.state in FAILED_SETUP:
        if instance.price_per_hour is None:
            return say("It is billed until it is stopped; its price is not known.")
        return say(
            "It is billed until it is stopped: about ${price_per_hour:.2f} per hour by "
            "the list price, and its disk.",
            price_per_hour=instance.price_per_hour,
        )
    return None
