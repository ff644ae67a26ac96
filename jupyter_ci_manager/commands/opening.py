"""Opening an application of an instance: its address, and whether anything answers there yet."""

import time
from typing import Any, Dict, NamedTuple

from .context import Context
from .failure import Failure
from .wording import duration

Json = Dict[str, Any]
_PAUSE = 1.0
_WARMING_UP = "warming_up"


class Opening(NamedTuple):
    """An address to open; ``doubt`` says why it may not answer yet, and is empty otherwise."""

    address: str
    doubt: str


def opening(context: Context) -> Opening:
    """Give the address of the application that ``open`` was asked for.

    Raises
    ------
    Failure
        When it may not be opened now, or the instance has no such application.
    """
    return _opening(context, context.engine.instance(context["name"], probe=True))


def opening_that_answers(context: Context, timeout: float) -> Opening:
    """Give the address once something answers there; an instance that warms up is waited for.

    Parameters
    ----------
    timeout:
        Seconds to wait at most; after that the address is given with the doubt.

    Raises
    ------
    Failure
        As for :func:`opening`.
    """
    began = time.monotonic()
    try:
        while True:
            instance = context.engine.instance(context["name"], probe=True)
            found = _opening(context, instance)
            waited = time.monotonic() - began
            if _verdict(instance).get("code") != _WARMING_UP or waited + _PAUSE > timeout:
                return found
            context.face.progress("{}  is warming up  {}".format(context["name"], duration(waited)))
            time.sleep(_PAUSE)
    finally:
        context.face.progress_ends()


def _verdict(instance: Json) -> Json:
    return (instance.get("actions") or {}).get("open") or {}


def _opening(context: Context, instance: Json) -> Opening:
    verdict = _verdict(instance)
    if verdict.get("allowed") == "no":
        raise Failure(
            verdict.get("reason") or "It cannot be opened now.",
            code=verdict.get("code") or "wrong_state",
            status=409,
        )
    doubt = str(verdict.get("reason") or "") if verdict.get("allowed") == "unknown" else ""
    wanted = _plain(context["application"] or "jupyterlab")
    addresses = {
        application["name"]: str(application["url"])
        for application in instance.get("applications") or []
    }
    if instance.get("terminal_url"):
        addresses.setdefault("Terminal", str(instance["terminal_url"]))
    for name, address in addresses.items():
        if _plain(name) == wanted:
            return Opening(address, doubt)
    names = ", ".join(addresses)
    raise Failure(
        "{} has no application '{}'.".format(
            context["name"], context["application"] or "JupyterLab"
        ),
        code="not_found",
        hint=f"It has: {names}." if names else "It has none; is it running?",
        field="application",
        status=404,
    )


def _plain(name: str) -> str:
    return "".join(name.lower().split())
