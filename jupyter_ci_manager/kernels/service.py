"""The one door into the kernels wing: environments and kernels of this machine."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..errors import CIManagerError
from ..jobs.models import Job
from ..jobs.paths import touch_changed
from ..sentences import say
from . import (
    aside,
    installed,
    kernelspecs,
    manifest,
    names,
    package_changes,
    planning,
    removal,
    renaming,
    repair,
    spec_health,
)
from . import environments as found
from .activated_spec import refresh
from .engines.folders import new_prefix
from .models import (
    EnvironmentRename,
    Kernel,
    KernelRequest,
    NotRebuilt,
    PackageRequest,
    Preview,
    Rebuilt,
)
from .protected_names import REMOVED
from .protection import Policy
from .safekeeping import SafeKeeping
from .snapshots import Snapshots

_TASKS = "jupyter_ci_manager.kernels.tasks"


class KernelService(SafeKeeping):
    """Environments and kernels: what there is, and every change of it.

    Parameters
    ----------
    settings:
        Engine, channels, folders and protection.
    jobs:
        Does what takes time.
    """

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
            return aside.preview(self._settings, kernel=request)
        lock = self._lock_for(request)
        self._jobs.settle(lock)
        order = planning.check(request, self._settings)
        return self._jobs.start(
            f"{_TASKS}:create_kernel",
            order.kernel,
            say("Make kernel {name}", name=order.kernel),
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
            return aside.preview(self._settings, packages=request, prefix=there.prefix)
        packages = ", ".join(request.packages)[:80] or say("all packages")
        title = {
            "install": say("Install {packages}", packages=packages),
            "update": say("Update {packages}", packages=packages),
            "remove": say("Remove {packages}", packages=packages),
        }[request.action]
        return self._jobs.start(
            "jupyter_ci_manager.kernels.package_changes:change_packages",
            there.name,
            title,
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
            say("Remove {name}", name=there.name),
            {"prefix": there.prefix, "name": there.name, "confirm": confirm},
            phases=removal.PHASES,
            lock=planning.claim_name(prefix),
        )

    def rename_environment(self, environment: str, request: EnvironmentRename) -> Job:
        """Start a job that gives an environment another name; its kernels follow.

        Raises
        ------
        NotFound, InvalidValue, NameTaken, ProtectedEnvironment, NotPermitted
            It cannot be; ``field`` names what is wrong. Nothing was changed.
        ConfirmationNeeded
            Something still runs in it.
        EnvironmentBusy
            Another job works on it, or on one of the new name.
        """
        there = self._find(environment)
        prefix = Path(there.prefix)
        names.check_name(request.name)
        claims = [
            planning.claim_name(prefix),
            planning.claim_name(renaming.target_of(prefix, request.name)),
        ]
        for claim in claims:
            self._jobs.settle(claim)
        renaming.check(prefix, request.name, self._settings, confirm=request.confirm)
        return self._jobs.start(
            "jupyter_ci_manager.kernels.renaming:rename_environment",
            there.name,
            say("Rename {name} to {new}", name=there.name, new=request.name),
            {"prefix": there.prefix, "name": request.name, "confirm": request.confirm},
            phases=renaming.PHASES,
            lock=claims,
        )

    def remove_kernel(self, name: str) -> None:
        """Remove a kernel spec; its environment stays.

        Raises
        ------
        NotFound, ProtectedEnvironment, NotPermitted
            There is none, it must not be lost, or its folder cannot be written.
        """
        folder = kernelspecs.find(name)
        self._check_kernel(name, folder, REMOVED)
        prefix = kernelspecs.prefix_of(kernelspecs.read(folder))
        kernelspecs.remove(folder)
        if prefix is not None:
            # Its environment's snapshot must not take for a loss what was wanted.
            Snapshots(self._settings).forget_kernel(prefix, folder.name)
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
        return spec_health.describe(name.lower(), folder)

    def repair_kernel(self, name: str) -> Kernel | Job:
        """Repair a kernel by a job, which looks closely, lays down anew and starts it.

        One that looks well is looked at as closely: a damaged file shows only when it is read.
        Where nothing could be looked at (no environment of conda's) a kernel that is not broken is
        given as it is.

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
        kernel = spec_health.describe(name.lower(), folder)
        if not kernel.is_broken and not installed.is_environment(Path(kernel.prefix or "/")):
            return kernel
        kept = Snapshots(self._settings)
        lost = kept.holder_of(kernel.name) or Path(kernel.prefix or "/")
        if kept.status(lost).can_restore:
            return self.restore_environment(str(lost))
        repair.check(kernel)
        return self._jobs.start(
            "jupyter_ci_manager.kernels.repair:repair_kernel",
            kernel.name,
            say("Repair {name}", name=kernel.display_name),
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

    def rebuild(self) -> Rebuilt:
        """Start a job for every environment and kernel that was written down and is not here.

        What cannot be made here does not keep the others from it; its refusal is told.

        Raises
        ------
        NotFound, InvalidValue
            Nothing was written down, or it cannot be read.
        """
        written = manifest.read_manifest(self._settings)
        environments = {environment.name for environment in self.environments()}
        kernels = set(kernelspecs.spec_folders())
        answer = Rebuilt(jobs=[], refused=[])
        for request in manifest.requests(written, environments, kernels):
            try:
                job = self.create(request)
                assert isinstance(job, Job)
                answer.jobs.append(job)
            except CIManagerError as error:
                answer.refused.append(NotRebuilt(name=request.name, error=error.to_dict()))
        return answer

    def _check_kernel(self, name: str, folder: Path, verb: str) -> None:
        prefix = kernelspecs.prefix_of(kernelspecs.read(folder))
        Policy(self._settings).check_kernel(name, prefix=prefix, resource_dir=folder, verb=verb)

    def _lock_for(self, request: KernelRequest) -> str:
        if request.existing is not None:
            return planning.claim_name(planning.find(request.existing, "existing", self._settings))
        condarc = found.current_condarc(self._settings)
        return planning.claim_name(new_prefix(request.name, self._settings, condarc))
