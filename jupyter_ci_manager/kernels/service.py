"""The one door into the kernels wing: environments and kernels of this machine."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..config import Settings
from ..errors import CIManagerError, InvalidValue, NotFound
from ..jobs.models import ENDED, Job
from ..jobs.paths import touch_changed
from . import environments as found
from . import (
    kernelspecs,
    manifest,
    names,
    package_changes,
    planning,
    previews,
    removal,
    repair,
    snapshot_tasks,
)
from .activated_spec import refresh
from .disk import free_bytes
from .engines.conda_programs import find_conda
from .engines.folders import new_prefix
from .engines.selection import choose_engine
from .lock_export import export_lock
from .models import (
    Environment,
    Kernel,
    KernelRequest,
    KernelsStatus,
    Package,
    PackageRequest,
    Preview,
)
from .protection import Policy
from .sizes import Sizes
from .snapshots import Snapshots

if TYPE_CHECKING:
    from ..jobs.service import JobService

_TASKS = "jupyter_ci_manager.kernels.tasks"


class KernelService:
    """Environments and kernels: what there is, and every change of it.

    Parameters
    ----------
    settings:
        Engine, channels, folders and protection.
    jobs:
        Does what takes time.
    """

    def __init__(self, settings: Settings, jobs: JobService) -> None:
        self._settings = settings
        self._jobs = jobs
        self._sizes = Sizes()
        self._keeper = snapshot_tasks.Keeper(settings)

    # --- asking ---------------------------------------------------------------------------

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
            status.channels = list(self._settings.channels or condarc.channels)
            status.free_bytes = free_bytes(Path(status.envs_dir))
            engine, status.engine_reason = choose_engine(self._settings)
            status.engine = engine.name
            policy = Policy(self._settings)
            status.protected = [str(prefix) for prefix, _ in policy.protected()]
        except CIManagerError as error:
            warnings.append(f"{error.message} {error.hint}".strip())
        status.warnings = warnings
        return status

    def environments(self) -> list[Environment]:
        """Give the environments of this machine with what is known of each."""
        kernels = kernelspecs.prefixes()
        busy = {job.target.lower(): job.id for job in self._jobs.list() if job.state not in ENDED}
        listed = found.list_environments(self._settings, kernels=kernels)
        self._keeper.look()
        for environment in listed:
            environment.size_bytes = self._sizes.get(environment.prefix)
            begun = planning.begun_by(Path(environment.prefix))
            environment.job_id = busy.get(environment.name.lower(), begun)
            if begun:
                environment.is_broken = True
                environment.broken_reason = "A job has begun to make it and has not finished."
        return listed

    def kernels(self) -> list[Kernel]:
        """Give the kernel specs of this machine with their health."""
        policy = Policy(self._settings)
        kernels = []
        for name, folder in sorted(kernelspecs.spec_folders().items()):
            kernel = kernelspecs.describe(name, folder)
            reason = policy.describe_kernel(name, prefix=kernel.prefix, resource_dir=folder)
            kernel.is_protected, kernel.protection_reason = reason is not None, reason or ""
            kernels.append(kernel)
        return kernels

    def packages(self, environment: str) -> list[Package]:
        """Give what conda and pip have installed in an environment.

        Raises
        ------
        NotFound, InvalidValue
            There is no such environment, or several have that name.
        """
        return found.list_packages(Path(self._find(environment).prefix))

    def export(self, environment: str, format: str) -> str:
        """Give an environment as text, without credentials.

        Parameters
        ----------
        environment:
            Name or prefix.
        format:
            ``yaml`` (an environment.yml), ``explicit`` (addresses of packages) or ``lock``
            (conda-lock's file, for this platform).

        Raises
        ------
        NotFound
            There is no such environment.
        InvalidValue
            There is no such format.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        if format == "yaml":
            return found.export_yaml(prefix, there.name)
        if format == "explicit":
            return found.export_explicit(prefix)
        if format == "lock":
            return export_lock(prefix)
        raise InvalidValue(
            f"{format[:40]!r} is no format; choose yaml, explicit or lock.", field="format"
        )

    # --- doing ----------------------------------------------------------------------------

    def create(self, request: KernelRequest) -> Job | Preview:
        """Start a job that makes a kernel, or say what it would do (``dry_run``).

        Raises
        ------
        InvalidValue, NameTaken, NotFound, ProtectedEnvironment, CondaNotFound
            The request cannot be; ``field`` names what is wrong. Nothing was changed.
        EnvironmentBusy
            Another job works on that environment; ``details["job_id"]`` names it.
        Unsolvable, Unavailable
            From a preview: no packages fit, or a channel cannot be reached.
        """
        names.check_name(request.name)
        planning.check_sources(request)
        if request.dry_run:
            return previews.ask(self._question(kernel=request))
        lock = self._lock_for(request)
        self._jobs.settle(lock)
        order = planning.check(request, self._settings)
        return self._jobs.start(
            f"{_TASKS}:create_kernel",
            order.kernel,
            order.display_name,
            msgspec.to_builtins(request),
            phases=planning.PHASES,
            lock=lock,
        )

    def change_packages(self, environment: str, request: PackageRequest) -> Job | Preview:
        """Start a job that changes packages, or say what it would do (``dry_run``).

        Raises
        ------
        NotFound, InvalidValue, ProtectedEnvironment
            The request cannot be; ``field`` names what is wrong. Nothing was changed.
        EnvironmentBusy
            Another job works on that environment.
        Unsolvable, Unavailable
            From a preview: no packages fit, or a channel cannot be reached.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        package_changes.check(prefix, request, self._settings)
        if request.dry_run:
            return previews.ask(self._question(packages=request, prefix=there.prefix))
        words = {"install": "Install", "update": "Update", "remove": "Remove"}
        return self._jobs.start(
            "jupyter_ci_manager.kernels.package_changes:change_packages",
            there.name,
            f"{words[request.action]} {', '.join(request.packages)[:80] or 'all packages'}",
            {"prefix": there.prefix, "request": msgspec.to_builtins(request)},
            phases=package_changes.PHASES,
            lock=planning.claim_name(prefix),
        )

    def remove_environment(self, environment: str, *, confirm: str | None = None) -> Job:
        """Start a job that removes an environment with all kernels that start from it.

        Parameters
        ----------
        environment:
            Name or prefix.
        confirm:
            The environment's name, where something still runs in it.

        Raises
        ------
        NotFound, ProtectedEnvironment
            There is none, or it must not be lost.
        ConfirmationNeeded
            Something still runs in it.
        EnvironmentBusy
            Another job works on it.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        removal.check(prefix, there.name, self._settings, confirm=confirm)
        return self._jobs.start(
            "jupyter_ci_manager.kernels.removal:remove_environment",
            there.name,
            f"Remove {there.name}",
            {"prefix": there.prefix, "name": there.name, "confirm": confirm},
            phases=removal.PHASES,
            lock=planning.claim_name(prefix),
        )

    def remove_kernel(self, name: str) -> None:
        """Remove a kernel spec; its environment stays.

        Raises
        ------
        NotFound, ProtectedEnvironment, NotPermitted
            There is none, it must not be lost, or its folder cannot be written.
        """
        folder = kernelspecs.find(name)
        self._check_kernel(name, folder, "removed")
        kernelspecs.remove(folder)
        touch_changed()

    def rename_kernel(self, name: str, display_name: str) -> Kernel:
        """Change the name that Jupyter shows for a kernel.

        Raises
        ------
        NotFound, InvalidValue, ProtectedEnvironment, NotPermitted
            There is none, the name cannot be shown, it is protected, or cannot be written.
        """
        shown = names.check_display_name(display_name)
        folder = kernelspecs.find(name)
        self._check_kernel(name, folder, "renamed")
        kernelspecs.change(folder, display_name=shown)
        touch_changed()
        return kernelspecs.describe(name.lower(), folder)

    def repair_kernel(self, name: str) -> Kernel | Job:
        """Repair a kernel: its spec at once, its environment's packages by a job.

        A kernel that lacks nothing is given as it is.

        Raises
        ------
        NotFound
            There is no such kernel.
        Refused
            Its environment is gone, or it is none that could be repaired.
        EnvironmentBusy
            Another job works on its environment.
        """
        folder = kernelspecs.find(name)
        refresh(folder, self._settings)
        kernel = kernelspecs.describe(name.lower(), folder)
        if not kernel.is_broken:
            return kernel
        repair.check(kernel)
        return self._jobs.start(
            "jupyter_ci_manager.kernels.repair:repair_kernel",
            kernel.name,
            f"Repair {kernel.display_name}",
            {"kernel": kernel.name, "folder": str(folder), "prefix": kernel.prefix},
            phases=repair.PHASES,
            lock=planning.claim_name(Path(str(kernel.prefix))),
        )

    def write_manifest(self) -> str:
        """Write down the user's environments where other machines find them; gives the path.

        Raises
        ------
        NotPermitted
            The folder cannot be written.
        """
        return str(manifest.write_manifest(self.environments(), self._settings))

    def rebuild(self) -> list[Job]:
        """Start a job for every environment that was written down and is not here.

        Raises
        ------
        NotFound, InvalidValue
            Nothing was written down, or it cannot be read.
        """
        written = manifest.read_manifest(self._settings)
        existing = {environment.name for environment in self.environments()}
        jobs = []
        for request in manifest.requests(written, existing):
            job = self.create(request)
            if isinstance(job, Job):
                jobs.append(job)
        return jobs

    def restore_environment(self, environment: str) -> Job:
        """Start a job that brings a lost or damaged environment back from its snapshot.

        Raises
        ------
        NotFound
            There is no such environment, or no snapshot of it.
        EnvironmentBusy
            Another job works on it.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        if Snapshots(self._settings).status(prefix).taken is None:
            raise NotFound(
                f"There is no snapshot of {there.name}.",
                hint="Only what was protected before it was lost can be brought back.",
                code="no_snapshot",
            )
        return self._jobs.start(
            "jupyter_ci_manager.kernels.snapshot_tasks:restore_environment",
            there.name,
            f"Restore {there.name}",
            {"prefix": there.prefix},
            phases=snapshot_tasks.PHASES,
            lock=planning.claim_name(prefix),
        )

    def protect_environment(self, environment: str, protected: bool) -> Environment:
        """Protect an environment of the user's own, or protect it no longer.

        Raises
        ------
        NotFound, ProtectedEnvironment
            There is none; or more than the user's choice protects it, or the list is locked.
        """
        prefix = Path(self._find(environment).prefix)
        policy = Policy(self._settings)
        if protected:
            policy.protect(prefix)
            self._keeper.look(at_once=True)
        else:
            policy.unprotect(prefix)
        touch_changed()
        return self._find(str(prefix))

    # --- inside ---------------------------------------------------------------------------

    def _check_kernel(self, name: str, folder: Path, verb: str) -> None:
        prefix = kernelspecs.prefix_of(kernelspecs.read(folder))
        Policy(self._settings).check_kernel(name, prefix=prefix, resource_dir=folder, verb=verb)

    def _lock_for(self, request: KernelRequest) -> str:
        if request.existing is not None:
            return planning.claim_name(planning.find(request.existing, "existing", self._settings))
        condarc = found.current_condarc(self._settings)
        return planning.claim_name(new_prefix(request.name, self._settings, condarc))

    def _question(self, **asked: Any) -> previews.Question:
        values = self._settings.trait_values()
        settings = {name: values[name] for name in self._settings.trait_names(config=True)}
        return previews.Question(settings=settings, **asked)

    def _find(self, environment: str) -> Environment:
        return found.find_environment(environment, self._settings, kernels=kernelspecs.prefixes())
