"""The instances as last read: one list for all readers, kept with its age.

Nothing is kept that Azure does not know, but for a few seconds: that something was just asked for
(Azure's list lags behind its own answer) and how operations begun here ended (an instance does not
tell why its start was refused).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from ..errors import CIManagerError, NotFound, TimedOut
from ..sentences import say
from .catalogue import Catalogue
from .completing import Completing
from .kept import Kept
from .models import ComputeInstance, ErrorInfo, InstanceList
from .patience import PATIENCE_SECONDS
from .pending import Pending
from .reading import is_instance, is_unreadable, owner_of
from .rights import Rights
from .session import Session
from .snapshot import Cluster, Snapshot, cluster_of
from .states import TRANSITIONS
from .times import rfc3339
from .warm_up import WARMING_UP, WarmUp

#: A list that failed is not tried again by every reader, but at most this often, in seconds.
_AFTER_FAILURE = 2.0
#: How often a list is read anew when somebody else signed in or another workspace was chosen.
_READS_PER_LIST = 3


class Inventory:
    """Reads and keeps the instances of one workspace. Thread-safe.

    Parameters
    ----------
    now:
        The present moment, with a zone.
    on_change:
        Called with the name of each instance that changed; with "" for several at once.
    """

    def __init__(
        self,
        session: Session,
        catalogue: Catalogue,
        *,
        now: Callable[[], datetime],
        on_change: Callable[[str], None],
    ) -> None:
        self._session = session
        self._catalogue = catalogue
        self._kept = Kept(on_change)
        self._reading: threading.Event | None = None
        self._tried = float("-inf")
        self.pending = Pending(session)
        self.rights = Rights(session)
        self.warm_up = WarmUp(local_only=session.is_emulator, on_change=self._judge_again)
        self.completing = Completing(
            session, catalogue, pending=self.pending, warm_up=self.warm_up, now=now
        )
        self.lists_sent = 0

    def listing(
        self, *, max_age: float, only_mine: bool = False, wait: float = PATIENCE_SECONDS
    ) -> InstanceList:
        """Give the instances, read afresh when the last list is older than ``max_age`` seconds.

        Never raises what Azure says: an error stands beside the last good list and its age.
        However many ask at once, one list is sent.
        """
        end = time.monotonic() + wait
        for _ in range(_READS_PER_LIST):
            self.refresh(max_age=max_age, wait=max(0.0, end - time.monotonic()))
            with self._kept.lock:
                snapshot, error = self._kept.snapshot, self._kept.error
            if snapshot is not None or error is not None:
                break
        else:
            # Somebody else has signed in each time: nothing is known, which is not nothing there.
            error = _still_listing()
        with self._kept.lock:
            instances = list(snapshot.instances.values()) if snapshot else []
            age = time.monotonic() - snapshot.taken if snapshot else None
            revision = self._kept.revision
        if only_mine:
            instances = [i for i in instances if i.is_mine]
        known = self._session.known_workspace()
        prices = [i.price_per_hour for i in instances if i.is_billed]
        return InstanceList(
            instances=instances,
            workspace=known,
            revision=revision,
            age_seconds=age,
            error=ErrorInfo.of(error) if error else None,
            cost_per_hour=None if None in prices else round(sum(p or 0 for p in prices), 4),
            now=rfc3339(self.completing.now()),
        )

    def refresh(self, *, max_age: float = 0.0, wait: float = PATIENCE_SECONDS) -> None:
        """Read the list unless one is fresh enough; joins a read that is under way.

        Parameters
        ----------
        wait:
            Seconds to wait for it; after that the last list has to do, and reading goes on.
        """
        with self._kept.lock:
            patience = min(max_age, _AFTER_FAILURE) if self._kept.error else max_age
            if time.monotonic() - self._tried < patience:
                return
            reading = self._reading
            if reading is None:
                reading = self._reading = threading.Event()
                name = "ci-manager-list"
                threading.Thread(
                    target=self._read_to, args=(reading,), name=name, daemon=True
                ).start()
        if not reading.wait(wait):
            with self._kept.lock:
                self._kept.error = self._kept.error or _still_listing()

    def _read_to(self, done: threading.Event) -> None:
        """Read the list, keep it or why it failed, and say that this is done."""
        generation = self._kept.generation
        try:
            # The first token of a session says who acts, and that makes what was begun stale.
            for _ in range(_READS_PER_LIST):
                generation = self._kept.generation
                if self._read(generation):
                    break
        except CIManagerError as error:
            self._kept.fail(error, generation)
        finally:
            with self._kept.lock:
                self._reading = None
                # What has become stale on the way was no try: the next reader reads at once.
                if generation == self._kept.generation:
                    self._tried = time.monotonic()
            done.set()

    def one(self, name: str, *, probe: bool = False) -> ComputeInstance:
        """Read one instance afresh.

        Parameters
        ----------
        probe:
            Ask its Jupyter, too, whether it answers yet.

        Raises
        ------
        NotFound
            There is no such instance, or it is no compute instance.
        """
        generation = self._kept.generation
        self.pending.look(name)
        raw = self.payload(name)
        reader = self.completing.reader(self._owner_of_here([raw]))
        permitted = self.rights.by_action()
        [instance] = self.completing.instances([raw], reader, permitted)
        if probe and instance.actions["open"].allowed != "no":
            self.warm_up.ask(instance, self.completing.now())
            instance.actions = self.completing.verdicts(instance, permitted)
        self._kept.put(instance, raw, generation)
        return instance

    def told(self, name: str, raw: Any) -> ComputeInstance:
        """Give an instance from Azure's answer to its creation, where it cannot be read right now."""
        if not is_instance(raw):
            properties = {"computeType": "ComputeInstance", "provisioningState": "Creating"}
            raw = {"name": name, "properties": properties}
        reader = self.completing.reader(self._owner_of_here([raw]))
        [instance] = self.completing.instances([raw], reader, self.rights.by_action())
        return instance

    def payload(self, name: str) -> dict[str, Any]:
        """Read one instance afresh, in Azure's own JSON.

        Raises
        ------
        NotFound
            There is no such instance, or it is no compute instance.
        """
        try:
            raw = self._session.client().get(
                self._session.path(name), api_version=self._session.settings.api_version
            )
        except NotFound as error:
            self.pending.forget(name.lower())
            self._kept.forget(name)
            if error.details.get("azure_code") in ("ResourceGroupNotFound", "SubscriptionNotFound"):
                raise
            raise _no_such(name, error.details) from error
        if not is_instance(raw):
            raise _no_such(name, {"compute_type": (raw.get("properties") or {}).get("computeType")})
        return raw

    def payloads(self) -> list[dict[str, Any]]:
        """Read the instances afresh, in Azure's own JSON."""
        pages = self._session.client().pages(
            self._session.path(), api_version=self._session.settings.api_version
        )
        return [raw for raw in pages if is_instance(raw)]

    def known(self, name: str) -> ComputeInstance | None:
        """Give an instance as last read, without asking."""
        return self._kept.instance(name)

    def clusters(self) -> list[Cluster]:
        """Give the training clusters as last read."""
        return self._kept.clusters()

    def in_transition(self) -> bool:
        """Tell whether anything is going on that a user waits for."""
        if self.pending:
            return True
        # One that lasts too long has advice, and need not be looked at every other second.
        return any(
            (i.state in TRANSITIONS and not i.advice) or i.actions.get("open") == WARMING_UP
            for i in self._kept.instances()
        )

    def look_who_answers(self) -> None:
        """Ask the instances that began to run a short while ago whether they can be opened."""
        self.warm_up.look(self._kept.instances(), self.completing.now())

    def error(self) -> CIManagerError | None:
        """Give why the last list failed; ``None`` when it did not."""
        return self._kept.error

    def expire(self) -> None:
        """Let the next reader read afresh, whatever its patience; what is known stays."""
        with self._kept.lock:
            self._tried = float("-inf")

    def reset(self) -> None:
        """Forget everything: another workspace or another person."""
        with self._kept.lock:
            self._kept.reset()
            self._tried = float("-inf")
            self.rights.reset()
            self.pending.reset()
            self.warm_up.reset()

    def _read(self, generation: int) -> bool:
        """Read and keep the list; ``False`` when it is of another person or workspace by now."""
        self._session.workspace()
        client, path = self._session.client(), self._session.path()
        with self._kept.lock:
            self.lists_sent += 1
        raws = list(client.pages(path, api_version=self._session.settings.api_version))
        mine = [raw for raw in raws if is_instance(raw) or is_unreadable(raw)]
        if mine:
            self._session.learn_location(mine[0].get("location"))
        self.pending.look()
        reader = self.completing.reader(self._owner_of_here(mine))
        instances = self.completing.instances(mine, reader, self.rights.by_action())
        fresh = Snapshot(
            {i.name.lower(): i for i in instances},
            {i.name.lower(): raw for i, raw in zip(instances, mine, strict=True)},
            [cluster for raw in raws for cluster in cluster_of(raw)],
            time.monotonic(),
        )
        return self._kept.replace(fresh, generation)

    def _owner_of_here(self, raws: list[Any]) -> str | None:
        """Give whom the instance that we run on belongs to, where that is who counts as oneself.

        Looked for in what was just read, then in what is known, and asked for last of all.
        """
        here = self.completing.acts_for_machine()
        if here is None:
            return None
        named = (
            r for r in raws if isinstance(r, dict) and str(r.get("name")).lower() == here.lower()
        )
        raw = next(named, None) or self._kept.raw(here)
        if raw is None:
            with suppress(CIManagerError):
                raw = self.payload(here)
        return owner_of(raw) if raw is not None else None

    def _judge_again(self) -> None:
        """Say anew what may be done with what is known, without asking Azure."""
        permitted = self.rights.by_action()
        self._kept.judge(lambda instance: self.completing.verdicts(instance, permitted))


def _still_listing() -> TimedOut:
    return TimedOut(
        say("Azure is still listing."), hint=say("The list appears as soon as it is whole.")
    )


def _no_such(name: str, details: dict[str, Any]) -> NotFound:
    return NotFound(
        say("There is no compute instance “{name}” in this workspace.", name=name),
        hint=say("It may have been deleted; look at the list."),
        details=details,
    )
