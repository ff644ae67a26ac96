"""Since when an instance runs, what that has cost, and what its present state costs."""

from __future__ import annotations

from datetime import datetime

from ..sentences import say
from .models import ComputeInstance
from .states import BILLED, NOT_BILLED, RUNNING
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
    tell_billing(instance)
    if instance.state not in RUNNING or last is None or not last.time:
        return
    if last.name not in _BEGINNINGS:
        return
    instance.running_since = last.time
    since = parse_time(last.time)
    if since is not None and instance.price_per_hour is not None:
        hours = max(0.0, (now - since).total_seconds() / 3600)
        instance.cost_since_start = round(hours * instance.price_per_hour, 2)


def tell_billing(instance: ComputeInstance) -> None:
    """Say what the instance's state means for the bill, and whether computing is billed in it."""
    state = instance.state
    instance.is_billed = True if state in BILLED else False if state in NOT_BILLED else None
    instance.billing = _billing(state, instance.price_per_hour)


def in_dollars(amount: float) -> str:
    """Give an amount in US dollars, with as many digits as it needs."""
    return f"${amount:.{3 if 0 < amount < 0.1 else 2}f}"


def _billing(state: str, price: float | None) -> str | None:
    if state == "Stopped":
        return say(
            "Stopped: computing is not billed; its disk is, and a public address may be. It still "
            "holds its cores in the quota."
        )
    if state == "CreateFailed":
        return say("It is not billed: its creation failed, so there is no machine.")
    if state in ("Creating", "Starting"):
        if price is None:
            return say("It is billed from when it runs; its price is not known.")
        return say(
            "It is billed from when it runs: about {price} per hour by the list price, and its disk.",
            price=in_dollars(price),
        )
    if state in BILLED:
        if price is None:
            return say("It is billed until it is stopped; its price is not known.")
        return say(
            "It is billed until it is stopped: about {price} per hour by the list price, and its "
            "disk.",
            price=in_dollars(price),
        )
    return None
