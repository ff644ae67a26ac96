"""From Azure's JSON to the instance that a face shows: with all that is known of it besides.

What was just asked of it, how that ended, when it will stop, what needs attention, whether its stop
was put off, and what may be done with it now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from .actions import check_all
from .advice import advise
from .costs import tell_billing
from .models import ComputeInstance, Permission, Verdict
from .planned_stop import plan_stop
from .reading import Reader, read_instance
from .this_machine import facts
from .warm_up import WARMING_UP

if TYPE_CHECKING:
    from .catalogue import Catalogue
    from .pending import Pending
    from .session import Session
    from .warm_up import WarmUp


class Completing:
    """Completes instances as they were read. Thread-safe.

    Parameters
    ----------
    now:
        The present moment by this machine's clock, with a zone.
    """

    def __init__(
        self,
        session: Session,
        catalogue: Catalogue,
        *,
        pending: Pending,
        warm_up: WarmUp,
        now: Callable[[], datetime],
    ) -> None:
        self._session = session
        self._catalogue = catalogue
        self._pending = pending
        self._warm_up = warm_up
        self._clock = now
        #: Adds what other rooms of this wing know of an instance.
        self.decorate: Callable[[ComputeInstance], None] = lambda instance: None

    def now(self) -> datetime:
        """Give the present moment by Azure's clock, against which its times are to be read."""
        return self._clock() + timedelta(seconds=self._session.clock_skew)

    def acts_for_machine(self) -> str | None:
        """Name the instance whose own identity acts here; ``None`` when somebody else does."""
        identity = self._session.sign_in.identity(ask=False)
        return facts().get("instance") if identity.kind == "managed_identity" else None

    def reader(self, owner_of_here: str | None) -> Reader:
        """Give what must be known besides to read instances.

        Parameters
        ----------
        owner_of_here:
            Object id of whom the instance that we run on belongs to: an instance's own identity
            acts for that person. Where it does not tell, nothing is claimed to be mine or not.
        """
        mine = self._session.sign_in.identity(ask=False).object_id
        if self.acts_for_machine() is not None:
            mine = owner_of_here
        page = self._session.links().get("compute", "")
        return Reader(
            me=frozenset([mine.lower()] if mine else []),
            this_machine=facts().get("instance"),
            prices=self._catalogue.prices(),
            studio=(
                lambda name: page.replace("/compute/list/instances", f"/compute/{name}/details")
            )
            if page
            else None,
        )

    def instances(
        self, raws: Iterable[Any], reader: Reader, permitted: Mapping[str, Permission]
    ) -> list[ComputeInstance]:
        """Read and complete instances, in their order."""
        now = self.now()
        return [self._completed(read_instance(raw, reader, now), permitted, now) for raw in raws]

    def verdicts(
        self, instance: ComputeInstance, permitted: Mapping[str, Permission]
    ) -> dict[str, Verdict]:
        """Say what may be done with an instance, or why not."""
        verdicts = check_all(instance, permitted)
        if verdicts["open"].allowed == "yes" and self._warm_up.is_warming(instance, self.now()):
            verdicts["open"] = WARMING_UP
        return verdicts

    def _completed(
        self, instance: ComputeInstance, permitted: Mapping[str, Permission], now: datetime
    ) -> ComputeInstance:
        self._pending.show_on(instance)
        tell_billing(instance)
        self.decorate(instance)
        plan_stop(instance, now)
        advise(instance, now)
        instance.actions = self.verdicts(instance, permitted)
        return instance
