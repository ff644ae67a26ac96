"""Asking: environments and kernels of this machine, what channels have, the wing's own state."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..config import Settings
from ..errors import CIManagerError
from ..jobs.models import ENDED
from ..sentences import joined, say
from . import environments as found
from . import exports, installed, kernelspecs, nearest, spec_health
from .beginning import begun_by
from .channel_catalogue import ChannelCatalogue
from .disk import free_bytes
from .engines.conda_programs import find_conda
from .engines.folders import new_prefix
from .engines.selection import choose_engine
from .keeping import Keeper
from .models import (
    Environment,
    Kernel,
    KernelsStatus,
    LanguageChoice,
    MissingKernel,
    NearKernel,
    Package,
    PackageMatches,
    Use,
)
from .protection import Policy
from .sizes import Sizes
from .usage import uses_of

if TYPE_CHECKING:
    from ..jobs.service import JobService


class KernelReader:
    """What can be asked about this machine's environments and kernels; changes nothing.

    Parameters
    ----------
    settings:
        Engine, channels, folders and protection.
    jobs:
        Tells which environments are worked on.
    """

    def __init__(self, settings: Settings, jobs: JobService) -> None:
        self._settings = settings
        self._jobs = jobs
        self._sizes = Sizes()
        self._catalogue = ChannelCatalogue(settings)
        self._keeper = Keeper(settings)

    def status(self) -> KernelsStatus:
        """Give the wing's state; what is wrong with a setting stands among the warnings."""
        warnings: list[str] = []
        status = KernelsStatus(engine=self._settings.engine, hostname=socket.gethostname())
        status.kernels_dir = str(kernelspecs.kernels_folder())
        try:
            conda = find_conda(self._settings)
            status.conda = str(conda.path) if conda else None
            condarc = found.current_condarc(self._settings)
            status.envs_dir = str(new_prefix("new", self._settings, condarc).parent)
            status.channels = list(condarc.names_in_force(self._settings.channels))
            status.free_bytes = free_bytes(Path(status.envs_dir))
            engine, status.engine_reason = choose_engine(self._settings)
            status.engine = engine.name
            policy = Policy(self._settings)
            status.protected = [str(prefix) for prefix, _ in policy.protected()]
        except CIManagerError as error:
            warnings.append(joined([error.message, error.hint]))
        status.warnings = warnings
        return status

    def environments(self) -> list[Environment]:
        """Give the environments of this machine with what is known of each."""
        self._keeper.look()
        kernels = kernelspecs.prefixes()
        alive = [job for job in self._jobs.list() if job.state not in ENDED]
        busy = {job.target.lower(): job.id for job in alive}
        at_work = {job.id for job in alive}
        listed = found.list_environments(self._settings, kernels=kernels)
        for environment in listed:
            environment.size_bytes = self._sizes.get(environment.prefix)
            begun = begun_by(Path(environment.prefix))
            environment.job_id = busy.get(environment.name.lower(), begun)
            if begun and begun not in at_work:
                environment.is_broken = True
                environment.broken_reason = say("A job has begun to make it and has not finished.")
        return listed

    def kernels(self) -> list[Kernel]:
        """Give the kernel specs of this machine with their health."""
        policy = Policy(self._settings)
        kernels = []
        for name, folder in sorted(kernelspecs.spec_folders().items()):
            kernel = spec_health.describe(name, folder)
            reason = policy.describe_kernel(name, prefix=kernel.prefix, resource_dir=folder)
            kernel.is_protected, kernel.protection_reason = reason is not None, reason or ""
            kernels.append(kernel)
        return kernels

    def nearest_kernels(self, missing: MissingKernel, limit: int = 5) -> list[NearKernel]:
        """Give the kernels that may stand in for one that is missing, nearest first."""
        return nearest.nearest(self.kernels(), missing, limit)

    def languages(self, *, versions: bool = False) -> list[LanguageChoice]:
        """Give the languages that kernels can be made for.

        Parameters
        ----------
        versions:
            Ask the channels which versions they have; otherwise those are told that are known
            already. Channels that cannot be reached have none.

        Raises
        ------
        InvalidValue
            A catalogue of languages cannot be read.
        """
        return self._catalogue.languages(versions=versions)

    def search_packages(
        self, name: str, *, channels: Sequence[str] = (), limit: int = 20
    ) -> PackageMatches:
        """Give the packages of the channels whose names match.

        Parameters
        ----------
        name:
            A part of a name, or a whole one with ``*`` and ``?``.
        channels:
            Where to look; empty: where new environments take their packages from.
        limit:
            How many matches to give at most.

        Raises
        ------
        InvalidValue
            ``name`` or a channel cannot be one.
        Unavailable, TimedOut
            A channel cannot be reached, or not in time.
        """
        return self._catalogue.search(name, channels, limit)

    def packages(self, environment: str) -> list[Package]:
        """Give what conda and pip have installed in an environment.

        Raises
        ------
        NotFound, InvalidValue
            There is no such environment, or several have that name.
        """
        return installed.list_packages(Path(self._find(environment).prefix))

    def uses(self, environment: str) -> list[Use]:
        """Give what runs in an environment at this moment.

        Raises
        ------
        NotFound, InvalidValue
            There is no such environment, or several have that name.
        """
        return uses_of(Path(self._find(environment).prefix))

    def export(self, environment: str, format: str) -> str:
        """Give an environment as text, without credentials: see :func:`exports.export`.

        Raises
        ------
        NotFound
            There is no such environment.
        InvalidValue
            There is no such format.
        """
        there = self._find(environment)
        return exports.export(Path(there.prefix), there.name, format)

    def _find(self, environment: str) -> Environment:
        return found.find_environment(environment, self._settings, kernels=kernelspecs.prefixes())
