"""What is known of the instances until the next read, and who is told that it has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from ..errors import CIManagerError
from .models import ComputeInstance, Verdict
from .snapshot import Cluster, Snapshot, changes, shows

#: More changes than this at once are told as one.
_TOLD_SINGLY = 10


class Kept:
    """The last list, why the last read failed, and how often anything has changed. Thread-safe.

    What was read for one person or workspace is not kept for the next: whoever reads takes
    ``generation`` first and hands it over with what it has read.

    Parameters
    ----------
    on_change:
        Called with the name of each instance that changed; with "" for several at once.

    Attributes
    ----------
    lock:
        Held by whoever needs several of these to belong together.
    generation:
        Goes up when everything known is forgotten.
    revision:
        Goes up when anything that a face shows has changed.
    """

    def __init__(self, on_change: Callable[[str], None]) -> None:
        self._on_change = on_change
        self.lock = threading.RLock()
        self.generation = 0
        self.revision = 0
        self.snapshot: Snapshot | None = None
        self.error: CIManagerError | None = None

    def instances(self) -> list[ComputeInstance]:
        """Give the instances as last read."""
        with self.lock:
            return list(self.snapshot.instances.values()) if self.snapshot else []

    def instance(self, name: str) -> ComputeInstance | None:
        """Give one instance as last read."""
        with self.lock:
            return self.snapshot.instances.get(name.lower()) if self.snapshot else None

    def raw(self, name: str) -> Any:
        """Give Azure's JSON of one instance as last read; ``None`` when it is not known."""
        with self.lock:
            return self.snapshot.raws.get(name.lower()) if self.snapshot else None

    def clusters(self) -> list[Cluster]:
        """Give the training clusters as last read."""
        with self.lock:
            return list(self.snapshot.clusters) if self.snapshot else []

    def replace(self, fresh: Snapshot, generation: int) -> bool:
        """Keep a whole list; ``False`` when it is of another person or workspace by now."""
        with self.lock:
            if generation != self.generation:
                return False
            changed = changes(self.snapshot, fresh)
            recovered = self.error is not None
            self.snapshot, self.error = fresh, None
            if changed or recovered:
                self.revision += 1
        self._tell(changed)
        if recovered and not changed:
            self._on_change("")
        return True

    def fail(self, error: CIManagerError, generation: int) -> None:
        """Note why a list could not be read."""
        with self.lock:
            changed = self.error is None or self.error.code != error.code
            if generation == self.generation:
                self.error = error
        if changed:
            self._on_change("")

    def put(self, instance: ComputeInstance, raw: Any, generation: int) -> None:
        """Keep one instance that was read by itself."""
        key = instance.name.lower()
        with self.lock:
            if self.snapshot is None or generation != self.generation:
                # Read while another workspace was chosen, or by somebody who has signed out.
                return
            before = self.snapshot.instances.get(key)
            changed = before is None or shows(before) != shows(instance)
            self.snapshot.instances[key] = instance
            self.snapshot.raws[key] = raw
            if changed:
                self.revision += 1
        if changed:
            self._on_change(instance.name)

    def forget(self, name: str) -> None:
        """Forget one instance: it is not there any more."""
        key = name.lower()
        with self.lock:
            gone = self.snapshot.instances.pop(key, None) if self.snapshot else None
            if gone is not None:
                self.revision += 1
        if gone is not None:
            self._on_change(gone.name)

    def judge(self, verdicts: Callable[[ComputeInstance], dict[str, Verdict]]) -> None:
        """Say anew what may be done with each instance."""
        changed = []
        with self.lock:
            known = self.snapshot.instances if self.snapshot else {}
            for key, instance in known.items():
                actions = verdicts(instance)
                if actions != instance.actions:
                    known[key] = msgspec.structs.replace(instance, actions=actions)
                    changed.append(instance.name)
            if changed:
                self.revision += 1
        self._tell(changed)

    def reset(self) -> None:
        """Forget everything: another workspace or another person."""
        with self.lock:
            self.generation += 1
            self.snapshot = self.error = None
            self.revision += 1

    def _tell(self, changed: list[str]) -> None:
        if len(changed) > _TOLD_SINGLY:
            self._on_change("")
            return
        for name in changed:
            self._on_change(name)
