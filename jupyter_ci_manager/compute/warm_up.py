"""Running is not reachable: for a while after a start the gateway answers 502 to a browser.

Azure's state does not tell that, so the Jupyter of an instance that has just begun to run is asked
whether it answers. The question carries no token and follows no redirect, is asked beside the
lists and never before one, and only while somebody watches or is about to open it; what was heard
last is what counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from ..sentences import say
from .advice import minutes_since
from .clouds import is_loopback
from .models import ComputeInstance, Verdict
from .states import RUNNING

WARMING_UP = Verdict(
    allowed="unknown",
    reason=say("It runs, but its Jupyter is still warming up and does not answer yet."),
    code="warming_up",
)

#: Minutes after a start in which an instance is asked at all.
_LONGEST_MINUTES = 10.0
#: Questions per list.
_PROBES_PER_LIST = 4

_Key = tuple[str, str | None]


class WarmUp:
    """Which of the instances that run do not answer yet. Thread-safe.

    Parameters
    ----------
    local_only:
        Ask on loopback only: instances of an emulator have addresses that are somebody else's.
    on_change:
        Called, from a thread of its own, when an instance was found to answer, or not to.
    """

    def __init__(self, *, local_only: bool, on_change: Callable[[], None]) -> None:
        self._local_only = local_only
        self._on_change = on_change
        self._lock = threading.Lock()
        self._answers: dict[_Key, bool] = {}
        self._asked: dict[_Key, int] = {}
        self._is_asking = False

    def is_warming(self, instance: ComputeInstance, now: datetime) -> bool:
        """Tell whether its Jupyter did not answer when it was last asked; asks nobody."""
        with self._lock:
            silent = self._answers.get(_key(instance)) is False
        return silent and self._address(instance, now) is not None

    def look(self, instances: Iterable[ComputeInstance], now: datetime) -> None:
        """Ask those that began to run a short while ago and have not answered; returns at once."""
        new = {_key(i): url for i in instances if (url := self._address(i, now)) is not None}
        with self._lock:
            self._answers = {k: v for k, v in self._answers.items() if k in new}
            self._asked = {k: self._asked.get(k, 0) for k in new}
            due = [k for k in new if not self._answers.get(k)]
            due = sorted(due, key=self._asked.__getitem__)[:_PROBES_PER_LIST]
            if self._is_asking or not due:
                return
            self._is_asking = True
        order = [(k, new[k]) for k in due]
        name = "ci-manager-warm-up"
        threading.Thread(target=self._ask, args=(order,), name=name, daemon=True).start()

    def ask(self, instance: ComputeInstance, now: datetime) -> None:
        """Ask one instance at once, where asking is of use; it takes two seconds at most."""
        url = self._address(instance, now)
        if url is None or self._answers.get(_key(instance)):
            return
        from .gateway import answers

        found = answers(url)
        with self._lock:
            if found is not None:
                self._answers[_key(instance)] = found

    def reset(self) -> None:
        """Forget everything: another workspace or another person."""
        with self._lock:
            self._answers.clear()
            self._asked.clear()

    def _ask(self, order: list[tuple[_Key, str]]) -> None:
        from .gateway import answers

        changed = False
        try:
            for key, url in order:
                found = answers(url)
                with self._lock:
                    self._asked[key] = self._asked.get(key, 0) + 1
                    if found is not None:
                        # Before the first answer it counts as reachable.
                        changed |= self._answers.get(key, True) != found
                        self._answers[key] = found
        finally:
            with self._lock:
                self._is_asking = False
        if changed:
            self._on_change()

    def _address(self, instance: ComputeInstance, now: datetime) -> str | None:
        """Give where to ask; ``None`` where asking is of no use, or nobody's business."""
        minutes = minutes_since(instance.running_since, now)
        if instance.state not in RUNNING or minutes is None or minutes >= _LONGEST_MINUTES:
            return None
        if instance.is_mine is not True or instance.is_this_machine:
            return None
        for application in instance.applications:
            url = urlsplit(application.url)
            here = is_loopback(url.hostname)
            if application.name.lower().startswith("jupyter") and (
                here if self._local_only else url.scheme == "https"
            ):
                # A query could hold what signs in.
                return url._replace(query="", fragment="").geturl()
        return None


def _key(instance: ComputeInstance) -> _Key:
    return instance.name.lower(), instance.running_since
