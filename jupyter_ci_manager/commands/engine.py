"""What every command works on: the product's doors, as plain JSON values.

Two engines exist: one calls the doors in its own process (``direct.py``), one speaks REST to the
Jupyter server that owns the kernel (``notebook/rest.py``). Both raise :class:`Failure` only.
"""

from abc import ABC, abstractmethod
from typing import Any, Callable, Dict, List, Optional

Json = Dict[str, Any]
#: Hears a job's journal events, one by one.
OnEvent = Callable[[Json], None]


class Engine(ABC):
    """Instances, environments, kernels and jobs; every value is what REST gives for it."""

    @abstractmethod
    def status(self) -> Json:
        """Give backend, workspace, identity, engine and protection (``Status``)."""

    @abstractmethod
    def compute_status(self) -> Json:
        """Give backend, workspace and identity (``ComputeStatus``)."""

    @abstractmethod
    def instances(self, refresh: bool = False, only_mine: bool = False) -> Json:
        """Give the instances of the workspace (``InstanceList``)."""

    @abstractmethod
    def instance(self, name: str, probe: bool = False) -> Json:
        """Give one instance as Azure has it now (``ComputeInstance``); ``probe``: does it answer."""

    @abstractmethod
    def create_instance(self, request: Json) -> Json:
        """Create an instance from a ``CreateInstance``."""

    @abstractmethod
    def preview_instance(self, request: Json) -> Json:
        """Tell what creating would send and cost (``CreatePreview``)."""

    @abstractmethod
    def act(self, name: str, action: str, confirm: Optional[str] = None) -> Json:
        """Start, stop or restart an instance."""

    @abstractmethod
    def delete_instance(self, name: str, confirm: Optional[str] = None) -> Optional[Json]:
        """Delete an instance; ``None`` when it was already gone."""

    @abstractmethod
    def resize(self, name: str, vm_size: str, confirm: Optional[str] = None) -> Json:
        """Give an instance another VM size."""

    @abstractmethod
    def set_idle_shutdown(self, name: str, minutes: Optional[int]) -> Json:
        """Set after how many minutes without use it stops; ``None``: never."""

    @abstractmethod
    def set_schedules(self, name: str, schedules: List[Json]) -> Json:
        """Replace the times at which it starts and stops by itself."""

    @abstractmethod
    def undo_postpone(self, name: str) -> Json:
        """Bring back what was set before a stop was put off."""

    @abstractmethod
    def postpone(self, name: str, minutes: int) -> Json:
        """Put off the coming stop."""

    @abstractmethod
    def set_sso(self, name: str, enabled: bool) -> None:
        """Switch single sign-on of an instance on or off."""

    @abstractmethod
    def runs(self, name: str) -> Json:
        """Give the training jobs that run or wait on an instance (``InstanceJobs``)."""

    @abstractmethod
    def new_ssh_key(self) -> Json:
        """Make an SSH key pair; the private part is kept nowhere (``SshKeyPair``)."""

    @abstractmethod
    def sizes(self) -> List[Json]:
        """Give the VM sizes of the region."""

    @abstractmethod
    def usages(self) -> List[Json]:
        """Give the use of cores by family and region."""

    @abstractmethod
    def permissions(self) -> List[Json]:
        """Give what the signed-in user may do."""

    @abstractmethod
    def workspaces(self) -> List[Json]:
        """Give the workspaces that the user can see."""

    @abstractmethod
    def select_workspace(self, workspace: Json) -> Json:
        """Use another workspace; gives the ``ComputeStatus`` afterwards."""

    @abstractmethod
    def sign_in(self, method: str) -> Json:
        """Sign in; gives the ``Identity``, which may wait for a device code."""

    @abstractmethod
    def sign_out(self) -> Json:
        """Drop the sign-in; gives the ``Identity``."""

    @abstractmethod
    def environments(self) -> List[Json]:
        """Give the conda environments of this machine."""

    @abstractmethod
    def packages(self, environment: str) -> List[Json]:
        """Give the packages of an environment."""

    @abstractmethod
    def change_packages(self, environment: str, request: Json) -> Json:
        """Change packages by a ``PackageRequest``; gives a ``Job``, or a ``Preview``."""

    @abstractmethod
    def remove_environment(self, environment: str, confirm: Optional[str] = None) -> Json:
        """Remove an environment; gives the ``Job``."""

    @abstractmethod
    def rename_environment(self, environment: str, request: Json) -> Json:
        """Rename an environment by an ``EnvironmentRename``; gives the ``Job``."""

    @abstractmethod
    def search_packages(self, name: str, channels: List[str], limit: int) -> Json:
        """Search the channels for packages (``PackageMatches``)."""

    @abstractmethod
    def export(self, environment: str, form: str) -> str:
        """Give an environment as ``yaml``, ``explicit`` or ``lock`` text."""

    @abstractmethod
    def snapshots(self, environment: str) -> Json:
        """Give an environment's snapshots and how it stands to them (``SnapshotList``)."""

    @abstractmethod
    def snapshot_environment(self, environment: str, accept: bool = False) -> Json:
        """Keep an environment as it is now; gives the ``Job``."""

    @abstractmethod
    def discard_snapshots(self, environment: str) -> None:
        """Remove an environment's snapshots."""

    @abstractmethod
    def restore_environment(
        self, environment: str, snapshot: Optional[int] = None, confirm: Optional[str] = None
    ) -> Json:
        """Bring an environment back, or go back to a snapshot; gives the ``Job``."""

    @abstractmethod
    def protect_environment(self, environment: str, protected: bool, frozen: bool = False) -> Json:
        """Protect an environment of the user's own, or no longer; gives the ``Environment``."""

    @abstractmethod
    def write_manifest(self) -> str:
        """Write the user's environments down; gives the path."""

    @abstractmethod
    def rebuild(self) -> Json:
        """Make what was written down and is not here (``Rebuilt``)."""

    @abstractmethod
    def kernels(self) -> List[Json]:
        """Give the kernels of this machine."""

    @abstractmethod
    def nearest_kernels(self, wanted: Json) -> List[Json]:
        """Give what may stand in for a missing kernel (``NearKernel``), nearest first."""

    @abstractmethod
    def languages(self, versions: bool = False) -> List[Json]:
        """Give the languages that kernels can be made for (``LanguageChoice``)."""

    @abstractmethod
    def create_kernel(self, request: Json) -> Json:
        """Make a kernel by a ``KernelRequest``; gives a ``Job``, or a ``Preview``."""

    @abstractmethod
    def remove_kernel(self, name: str, confirm: Optional[str] = None) -> None:
        """Take a kernel out of Jupyter's list."""

    @abstractmethod
    def repair_kernel(self, name: str) -> Json:
        """Mend a kernel; gives the ``Kernel``, or the ``Job`` that does it."""

    @abstractmethod
    def rename_kernel(self, name: str, display_name: str) -> Json:
        """Change the name that Jupyter shows; gives the ``Kernel``."""

    @abstractmethod
    def jobs(self) -> List[Json]:
        """Give the jobs, newest first."""

    @abstractmethod
    def job(self, job_id: str) -> Json:
        """Give one job."""

    @abstractmethod
    def job_events(self, job_id: str, offset: int = 0) -> Json:
        """Give a slice of a job's journal (``JobEvents``)."""

    @abstractmethod
    def cancel_job(self, job_id: str) -> Json:
        """Cancel a job and end its processes."""

    @abstractmethod
    def remove_job(self, job_id: str) -> None:
        """Forget a job that has ended."""

    @abstractmethod
    def retry_job(self, job_id: str) -> Json:
        """Do a job again; gives the ``Job``."""
