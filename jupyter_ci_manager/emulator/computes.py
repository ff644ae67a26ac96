"""All computes: found by key, unique by name in a region, booked in the quota ledger."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

import msgspec

from .durations import parse_duration
from .instance import Compute, compute_key, hidden_fields, rendered
from .quota import Ledger
from .schedules import next_firing
from .store import Store

_KIND = "computes"


class Computes:
    """The computes of all workspaces, held in memory and written through."""

    def __init__(self, store: Store, ledger: Ledger) -> None:
        """Read the stored computes and book their cores."""
        self._store = store
        self._ledger = ledger
        self._all: dict[str, Compute] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._workspaces: dict[str, dict[str, Compute]] = {}
        self._bytes: dict[str, dict[frozenset[str], bytes]] = {}
        self._due: list[tuple[float, str]] = []
        self._due_of: dict[str, float] = {}
        self._hidden: dict[str, frozenset[str]] = {}
        for _, document in store.load(_KIND):
            self._place(msgspec.convert(document, Compute))

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Compute]:
        return iter(list(self._all.values()))

    def _place(self, compute: Compute) -> None:
        key = compute.key
        self._all[key] = compute
        self._names[compute.location.lower(), compute.name.lower()] = key
        self._workspaces.setdefault(key.rpartition("/")[0], {})[key] = compute
        if compute.cores:
            self._ledger.book(compute.subscription, compute.location, compute.family, compute.cores)
        self._reckon(compute)

    def find(self, subscription: str, group: str, workspace: str, name: str) -> Compute | None:
        """Give a compute by its place, or None."""
        return self._all.get(compute_key(subscription, group, workspace, name))

    def by_key(self, key: str) -> Compute | None:
        """Give a compute by its key, or None."""
        return self._all.get(key)

    def name_in_use(self, location: str, name: str) -> str | None:
        """Give the key of the compute that has this name in a region, or None."""
        return self._names.get((location.lower(), name.lower()))

    def of_workspace(self, subscription: str, group: str, workspace: str) -> list[Compute]:
        """Give the computes of a workspace in the order of their making."""
        place = compute_key(subscription, group, workspace, "").rstrip("/")
        return list(self._workspaces.get(place, {}).values())

    def add(self, compute: Compute) -> None:
        """Take in a new compute and book its cores."""
        self._place(compute)
        self.changed(compute)

    def changed(self, compute: Compute) -> None:
        """Note that a compute has changed: it is written, and its next deadline reckoned."""
        key = compute.key
        self._bytes.pop(key, None)
        self._store.put(_KIND, key, compute)
        self._reckon(compute)

    def rebook(self, compute: Compute, family: str, cores: int) -> None:
        """Change what a compute has reserved."""
        ledger = self._ledger
        if compute.cores:
            ledger.book(compute.subscription, compute.location, compute.family, -compute.cores)
        compute.family, compute.cores = family, cores
        if cores:
            ledger.book(compute.subscription, compute.location, family, cores)

    def remove(self, compute: Compute) -> None:
        """Forget a compute and give its cores back."""
        key = compute.key
        self.rebook(compute, compute.family, 0)
        del self._all[key]
        self._names.pop((compute.location.lower(), compute.name.lower()), None)
        self._workspaces[key.rpartition("/")[0]].pop(key, None)
        self._bytes.pop(key, None)
        self._due_of.pop(key, None)
        self._store.delete(_KIND, key)

    def json(self, compute: Compute, version: str) -> bytes:
        """Give a compute as JSON as an api-version shows it; unchanged ones are not encoded again."""
        hidden = self._hidden.get(version)
        if hidden is None:
            hidden = self._hidden[version] = hidden_fields(version)
        known = self._bytes.setdefault(compute.key, {})
        found = known.get(hidden)
        if found is None:
            found = known[hidden] = rendered(compute, hidden)
        return found

    def _reckon(self, compute: Compute) -> None:
        due = _next_due(compute)
        key = compute.key
        if due is None:
            self._due_of.pop(key, None)
        elif self._due_of.get(key) != due:
            self._due_of[key] = due
            heapq.heappush(self._due, (due, key))

    def next_due(self) -> float | None:
        """Say when something happens by itself next, or None."""
        while self._due and self._due_of.get(self._due[0][1]) != self._due[0][0]:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else None

    def pop_due(self, now: float) -> tuple[float, Compute] | None:
        """Give the compute whose deadline has passed longest ago, with that deadline."""
        due = self.next_due()
        if due is None or due > now:
            return None
        _, key = heapq.heappop(self._due)
        self._due_of.pop(key, None)
        return due, self._all[key]


def _next_due(compute: Compute) -> float | None:
    activity = compute.activity
    if activity is not None:
        if activity.steps:
            return activity.steps[0][0]
        return activity.ends
    if not compute.is_instance:
        return None
    candidates = []
    idle = idle_deadline(compute)
    if idle is not None:
        candidates.append(idle)
    firing = next_schedule(compute)
    if firing is not None:
        candidates.append(firing[0])
    return min(candidates, default=None)


def idle_deadline(compute: Compute) -> float | None:
    """Say when an instance will be stopped for being idle, or None."""
    setting = compute.inner.get("idleTimeBeforeShutdown")
    if compute.state != "Running" or not setting:
        return None
    seconds = parse_duration(setting)
    return None if seconds is None else compute.last_activity + seconds


def next_schedule(compute: Compute) -> tuple[float, str] | None:
    """Say when a schedule of an instance fires next and what it does, or None."""
    entries = (compute.inner.get("schedules") or {}).get("computeStartStop") or []
    after = max(compute.fired, compute.schedules_set)
    firings = []
    for entry in entries:
        when = next_firing(entry, after, compute.schedules_set)
        if when is not None:
            firings.append((when, str(entry["action"])))
    return min(firings, default=None)
