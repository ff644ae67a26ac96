"""The permissions of whoever acts, kept for a while; unknown where they cannot be read."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..errors import CIManagerError
from ..sentences import say
from .api_versions import PERMISSIONS_VERSION
from .models import Permission
from .permissions import permissions_from
from .workspace import arm_id

if TYPE_CHECKING:
    from .session import Session

#: How long permissions count, in seconds; after a failure shorter.
_PERMISSIONS_SECONDS = 300.0
_RETRY_PERMISSIONS_SECONDS = 30.0


class Rights:
    """What the signed-in user may do in the workspace. Thread-safe."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._permissions: list[Permission] = []
        self._permissions_until = 0.0
        self._generation = 0

    def all(self, *, refresh: bool = False) -> list[Permission]:
        """Say what the signed-in user may do; unknown where that cannot be read."""
        with self._lock:
            if not refresh and time.monotonic() < self._permissions_until:
                return self._permissions
            generation = self._generation
        path = arm_id(self._session.choice().workspace)
        path += "/providers/Microsoft.Authorization/permissions"
        try:
            elements = list(self._session.client().pages(path, api_version=PERMISSIONS_VERSION))
            found, lasts = permissions_from(elements), _PERMISSIONS_SECONDS
        except CIManagerError as error:
            if error.status == 401:
                raise
            found = permissions_from(
                None, say("Your permissions cannot be read: {message}", message=error.message)
            )
            lasts = _RETRY_PERMISSIONS_SECONDS
        with self._lock:
            # What was read for somebody else, or elsewhere, is nobody's here.
            if generation == self._generation:
                self._permissions, self._permissions_until = found, time.monotonic() + lasts
        return found

    def by_action(self) -> Mapping[str, Permission]:
        """Give them by our action's name; empty while nobody is signed in."""
        try:
            return {p.action: p for p in self.all()}
        except CIManagerError:
            return {}

    def reset(self) -> None:
        """Forget them: another workspace or another person."""
        with self._lock:
            self._generation += 1
            self._permissions, self._permissions_until = [], 0.0
