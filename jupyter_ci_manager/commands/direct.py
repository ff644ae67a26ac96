"""The engine in one's own process: the product's doors, called directly.

Used by the command line, and by the magics where no Jupyter server owns the kernel. Each wing is
imported when it is first asked for something.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ..errors import CIManagerError
from ..sentences import english
from .engine import Engine, Json
from .failure import Failure

if TYPE_CHECKING:
    from ..compute.service import ComputeService
    from ..config import Settings
    from ..jobs.service import JobService
    from ..kernels.service import KernelService

T = TypeVar("T")


class DirectEngine(Engine):
    """Instances, environments, kernels and jobs through the doors of the wings.

    Parameters
    ----------
    settings:
        The settings, or what reads them when they are first needed.
    """

    def __init__(self, settings: Settings | Callable[[], Settings]) -> None:
        self._given = settings

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once."""
        given = self._given
        return given() if callable(given) else given

    @cached_property
    def compute(self) -> ComputeService:
        """The door of the compute wing."""
        from ..compute.service import ComputeService

        return ComputeService(self.settings)

    @cached_property
    def job_service(self) -> JobService:
        """The door of the jobs room."""
        from ..jobs.service import JobService

        return JobService(self.settings)

    @cached_property
    def kernel_service(self) -> KernelService:
        """The door of the kernels wing."""
        from ..kernels.service import KernelService

        return KernelService(self.settings, self.job_service)

    def close(self) -> None:
        """Let go of connections; what was started goes on."""
        compute = self.__dict__.get("compute")
        if compute is not None:
            compute.close()

    def status(self) -> Json:
        from .. import __version__

        return {
            "version": __version__,
            "server_id": "",
            "compute": self.compute_status(),
            "kernels": plain(lambda: self.kernel_service.status()),
        }

    def compute_status(self) -> Json:
        return obj(lambda: self.compute.status())

    def instances(self, refresh: bool = False, only_mine: bool = False) -> Json:
        return obj(lambda: self.compute.list(refresh=refresh, only_mine=only_mine))

    def instance(self, name: str, probe: bool = False) -> Json:
        return obj(lambda: self.compute.get(name, probe=probe))

    def create_instance(self, request: Json) -> Json:
        from ..compute.models import CreateInstance

        return obj(lambda: self.compute.create(_convert(request, CreateInstance)))

    def preview_instance(self, request: Json) -> Json:
        from ..compute.models import CreateInstance

        return obj(lambda: self.compute.preview(_convert(request, CreateInstance)))

    def act(self, name: str, action: str, confirm: str | None = None) -> Json:
        if action == "start":
            return obj(lambda: self.compute.start(name))
        do = {"stop": self.compute.stop, "restart": self.compute.restart}[action]
        return obj(lambda: do(name, confirm=confirm))

    def delete_instance(self, name: str, confirm: str | None = None) -> Json | None:
        deleted: Json | None = plain(lambda: self.compute.delete(name, confirm=confirm))
        return deleted

    def resize(self, name: str, vm_size: str, confirm: str | None = None) -> Json:
        return obj(lambda: self.compute.resize(name, vm_size, confirm=confirm))

    def set_idle_shutdown(self, name: str, minutes: int | None) -> Json:
        return obj(lambda: self.compute.set_idle_shutdown(name, minutes))

    def set_schedules(self, name: str, schedules: list[Json]) -> Json:
        from ..compute.models import Schedule

        return obj(
            lambda: self.compute.set_schedules(name, [_convert(s, Schedule) for s in schedules])
        )

    def undo_postpone(self, name: str) -> Json:
        return obj(lambda: self.compute.undo_postpone(name))

    def postpone(self, name: str, minutes: int) -> Json:
        return obj(lambda: self.compute.postpone(name, minutes))

    def set_sso(self, name: str, enabled: bool) -> None:
        plain(lambda: self.compute.set_sso(name, enabled))

    def runs(self, name: str) -> Json:
        return obj(lambda: self.compute.jobs(name))

    def new_ssh_key(self) -> Json:
        return obj(lambda: self.compute.new_ssh_key())

    def sizes(self) -> list[Json]:
        return many(lambda: self.compute.sizes())

    def usages(self) -> list[Json]:
        return many(lambda: self.compute.usages())

    def permissions(self) -> list[Json]:
        return many(lambda: self.compute.permissions())

    def workspaces(self) -> list[Json]:
        return many(lambda: self.compute.workspaces())

    def select_workspace(self, workspace: Json) -> Json:
        from ..compute.models import Workspace

        return obj(lambda: self.compute.select_workspace(_convert(workspace, Workspace)))

    def sign_in(self, method: str) -> Json:
        return obj(lambda: self.compute.sign_in(method))

    def sign_out(self) -> Json:
        return obj(lambda: self.compute.sign_out())

    def environments(self) -> list[Json]:
        return many(lambda: self.kernel_service.environments())

    def packages(self, environment: str) -> list[Json]:
        return many(lambda: self.kernel_service.packages(environment))

    def change_packages(self, environment: str, request: Json) -> Json:
        from ..kernels.models import PackageRequest

        return obj(
            lambda: self.kernel_service.change_packages(
                environment, _convert(request, PackageRequest)
            )
        )

    def remove_environment(self, environment: str, confirm: str | None = None) -> Json:
        return obj(lambda: self.kernel_service.remove_environment(environment, confirm=confirm))

    def rename_environment(self, environment: str, request: Json) -> Json:
        from ..kernels.models import EnvironmentRename

        return obj(
            lambda: self.kernel_service.rename_environment(
                environment, _convert(request, EnvironmentRename)
            )
        )

    def search_packages(self, name: str, channels: list[str], limit: int) -> Json:
        return obj(
            lambda: self.kernel_service.search_packages(name, channels=channels, limit=limit)
        )

    def export(self, environment: str, form: str) -> str:
        return str(plain(lambda: self.kernel_service.export(environment, form)))

    def snapshots(self, environment: str) -> Json:
        return obj(lambda: self.kernel_service.snapshots(environment))

    def snapshot_environment(self, environment: str, accept: bool = False) -> Json:
        return obj(lambda: self.kernel_service.snapshot_environment(environment, accept=accept))

    def discard_snapshots(self, environment: str) -> None:
        plain(lambda: self.kernel_service.discard_snapshots(environment))

    def restore_environment(
        self, environment: str, snapshot: int | None = None, confirm: str | None = None
    ) -> Json:
        return obj(
            lambda: self.kernel_service.restore_environment(
                environment, snapshot=snapshot, confirm=confirm
            )
        )

    def protect_environment(self, environment: str, protected: bool, frozen: bool = False) -> Json:
        return obj(
            lambda: self.kernel_service.protect_environment(
                environment, protected, frozen_too=frozen
            )
        )

    def write_manifest(self) -> str:
        return str(plain(lambda: self.kernel_service.write_manifest()))

    def rebuild(self) -> Json:
        return obj(lambda: self.kernel_service.rebuild())

    def kernels(self) -> list[Json]:
        return many(lambda: self.kernel_service.kernels())

    def nearest_kernels(self, wanted: Json) -> list[Json]:
        from ..kernels.models import MissingKernel

        return many(lambda: self.kernel_service.nearest_kernels(_convert(wanted, MissingKernel)))

    def languages(self, versions: bool = False) -> list[Json]:
        return many(lambda: self.kernel_service.languages(versions=versions))

    def create_kernel(self, request: Json) -> Json:
        from ..kernels.models import KernelRequest

        return obj(lambda: self.kernel_service.create(_convert(request, KernelRequest)))

    def remove_kernel(self, name: str, confirm: str | None = None) -> None:
        plain(lambda: self.kernel_service.remove_kernel(name))

    def repair_kernel(self, name: str) -> Json:
        return obj(lambda: self.kernel_service.repair_kernel(name))

    def rename_kernel(self, name: str, display_name: str) -> Json:
        return obj(lambda: self.kernel_service.rename_kernel(name, display_name))

    def jobs(self) -> list[Json]:
        return many(lambda: self.job_service.list())

    def job(self, job_id: str) -> Json:
        return obj(lambda: self.job_service.get(job_id))

    def job_events(self, job_id: str, offset: int = 0) -> Json:
        return obj(lambda: self.job_service.events(job_id, offset))

    def cancel_job(self, job_id: str) -> Json:
        return obj(lambda: self.job_service.cancel(job_id))

    def remove_job(self, job_id: str) -> None:
        plain(lambda: self.job_service.remove(job_id))

    def retry_job(self, job_id: str) -> Json:
        return obj(lambda: self.job_service.retry(job_id))


def plain(call: Callable[[], Any]) -> Any:
    """Call a door and give its answer as plain JSON values.

    Raises
    ------
    Failure
        What the door refused, in the same words.
    """
    try:
        return msgspec.to_builtins(call(), enc_hook=english)
    except CIManagerError as error:
        raise Failure.from_dict(error.to_dict(), status=error.status) from error


def obj(call: Callable[[], Any]) -> Json:
    """As :func:`plain`, for a door that gives one object."""
    value: Json = plain(call)
    return value


def many(call: Callable[[], Any]) -> list[Json]:
    """As :func:`plain`, for a door that gives a list."""
    value: list[Json] = plain(call)
    return value


def _convert(value: Json, struct: type[T]) -> T:
    try:
        return msgspec.convert(value, struct)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$.")
        field = place.rstrip("`") or None
        raise Failure(
            f"{field}: {text}." if field else f"{text}.",
            code="bad_request",
            field=field,
            status=400,
        ) from None
