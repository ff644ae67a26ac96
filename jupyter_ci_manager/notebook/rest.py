"""The engine over REST: the doors of the Jupyter server that owns this kernel."""

from typing import Any, Dict, List, Optional

from ..commands.engine import Engine, Json
from ..commands.failure import Failure
from .http import segment, send
from .owner import Server

ROOT = "jupyter-ci-manager/"


class RestEngine(Engine):
    """Instances, environments, kernels and jobs through the server's REST API.

    Parameters
    ----------
    server:
        The server that owns this kernel.
    timeout:
        Seconds until an unanswered request counts as failed.
    """

    def __init__(self, server: Server, timeout: float = 180.0) -> None:
        self.server = server
        self.timeout = timeout

    def call(
        self, method: str, path: str, query: Optional[Dict[str, Any]] = None, body: Any = None
    ) -> Any:
        """Send one request; gives the decoded answer.

        Raises
        ------
        Failure
            What the server refused, in its own words.
        """
        reply = send(self.server, method, ROOT + path, query, body, self.timeout)
        if reply.status < 400:
            return reply.value
        if isinstance(reply.value, dict) and reply.value.get("code"):
            raise Failure.from_dict(reply.value, reply.status)
        if reply.status in (401, 403):
            raise Failure(
                "The Jupyter server does not let this kernel in.",
                code="not_authenticated",
                hint="It accepts passwords only; give it a token (IdentityProvider.token).",
                status=reply.status,
            )
        if reply.status == 404:
            raise Failure(
                "The Jupyter server that owns this kernel has no jupyter_ci_manager.",
                code="extension_missing",
                hint="Install jupyter_ci_manager where Jupyter is installed, and restart Jupyter.",
                status=404,
            )
        raise Failure(f"The Jupyter server answered {reply.status}.", status=reply.status)

    def status(self) -> Json:
        return self._object("GET", "status")

    def compute_status(self) -> Json:
        compute: Json = self.status()["compute"]
        return compute

    def instances(self, refresh: bool = False, only_mine: bool = False) -> Json:
        query = {"refresh": 1 if refresh else None, "only_mine": 1 if only_mine else None}
        return self._object("GET", "instances", query)

    def instance(self, name: str, probe: bool = False) -> Json:
        query = {"probe": 1 if probe else None}
        return self._object("GET", "instances/" + segment(name), query)

    def create_instance(self, request: Json) -> Json:
        return self._object("POST", "instances", None, request)

    def preview_instance(self, request: Json) -> Json:
        return self._object("POST", "instance-previews", None, request)

    def act(self, name: str, action: str, confirm: Optional[str] = None) -> Json:
        path = f"instances/{segment(name)}/{action}"
        return self._object("POST", path, {"confirm": confirm})

    def delete_instance(self, name: str, confirm: Optional[str] = None) -> Optional[Json]:
        deleted: Optional[Json] = self.call(
            "DELETE", "instances/" + segment(name), {"confirm": confirm}
        )
        return deleted

    def resize(self, name: str, vm_size: str, confirm: Optional[str] = None) -> Json:
        path = f"instances/{segment(name)}/resize"
        return self._object("POST", path, {"confirm": confirm}, {"vm_size": vm_size})

    def set_idle_shutdown(self, name: str, minutes: Optional[int]) -> Json:
        path = f"instances/{segment(name)}/idle-shutdown"
        return self._object("PUT", path, None, {"minutes": minutes})

    def set_schedules(self, name: str, schedules: List[Json]) -> Json:
        path = f"instances/{segment(name)}/schedules"
        return self._object("PUT", path, None, {"schedules": schedules})

    def undo_postpone(self, name: str) -> Json:
        return self._object("DELETE", f"instances/{segment(name)}/postpone")

    def postpone(self, name: str, minutes: int) -> Json:
        path = f"instances/{segment(name)}/postpone"
        return self._object("POST", path, None, {"minutes": minutes})

    def set_sso(self, name: str, enabled: bool) -> None:
        self.call("PUT", f"instances/{segment(name)}/sso", None, {"enabled": enabled})

    def runs(self, name: str) -> Json:
        return self._object("GET", f"instances/{segment(name)}/jobs")

    def new_ssh_key(self) -> Json:
        return self._object("POST", "ssh-keys")

    def sizes(self) -> List[Json]:
        return self._list("sizes")

    def usages(self) -> List[Json]:
        return self._list("usages")

    def permissions(self) -> List[Json]:
        return self._list("permissions")

    def workspaces(self) -> List[Json]:
        return self._list("workspaces")

    def select_workspace(self, workspace: Json) -> Json:
        return self._object("PUT", "workspaces/selected", None, workspace)

    def sign_in(self, method: str) -> Json:
        return self._object("POST", "sign-in", None, {"method": method})

    def sign_out(self) -> Json:
        return self._object("DELETE", "sign-in")

    def environments(self) -> List[Json]:
        return self._list("environments")

    def packages(self, environment: str) -> List[Json]:
        answer = self._object("GET", f"environments/{segment(environment)}/packages")
        packages: List[Json] = answer["packages"]
        return packages

    def change_packages(self, environment: str, request: Json) -> Json:
        return self._object("POST", f"environments/{segment(environment)}/packages", None, request)

    def remove_environment(self, environment: str, confirm: Optional[str] = None) -> Json:
        path = "environments/" + segment(environment)
        return self._object("DELETE", path, {"confirm": confirm})

    def rename_environment(self, environment: str, request: Json) -> Json:
        return self._object("PATCH", "environments/" + segment(environment), None, request)

    def search_packages(self, name: str, channels: List[str], limit: int) -> Json:
        query = {"name": name, "channels": ",".join(channels), "limit": limit}
        return self._object("GET", "packages", query)

    def export(self, environment: str, form: str) -> str:
        path = f"environments/{segment(environment)}/export"
        return str(self._object("GET", path, {"format": form})["text"])

    def snapshots(self, environment: str) -> Json:
        return self._object("GET", f"environments/{segment(environment)}/snapshots")

    def snapshot_environment(self, environment: str, accept: bool = False) -> Json:
        path = f"environments/{segment(environment)}/snapshots"
        return self._object("POST", path, {"accept": 1 if accept else None})

    def discard_snapshots(self, environment: str) -> None:
        self.call("DELETE", f"environments/{segment(environment)}/snapshots")

    def restore_environment(
        self, environment: str, snapshot: Optional[int] = None, confirm: Optional[str] = None
    ) -> Json:
        path = f"environments/{segment(environment)}/restore"
        return self._object("POST", path, {"snapshot": snapshot, "confirm": confirm})

    def protect_environment(self, environment: str, protected: bool, frozen: bool = False) -> Json:
        path = f"environments/{segment(environment)}/protection"
        query = {"frozen": 1 if frozen else None}
        return self._object("PUT" if protected else "DELETE", path, query)

    def write_manifest(self) -> str:
        return str(self._object("PUT", "manifest")["path"])

    def rebuild(self) -> Json:
        return self._object("POST", "manifest/rebuild")

    def kernels(self) -> List[Json]:
        return self._list("kernels")

    def nearest_kernels(self, wanted: Json) -> List[Json]:
        query = dict(wanted, packages=",".join(wanted.get("packages") or []))
        near: List[Json] = self._object("GET", "nearest-kernels", query)["kernels"]
        return near

    def languages(self, versions: bool = False) -> List[Json]:
        query = {"versions": 1 if versions else None}
        found: List[Json] = self._object("GET", "languages", query)["languages"]
        return found

    def create_kernel(self, request: Json) -> Json:
        return self._object("POST", "kernels", None, request)

    def remove_kernel(self, name: str, confirm: Optional[str] = None) -> None:
        self.call("DELETE", "kernels/" + segment(name), {"confirm": confirm})

    def repair_kernel(self, name: str) -> Json:
        return self._object("POST", f"kernels/{segment(name)}/repair")

    def rename_kernel(self, name: str, display_name: str) -> Json:
        body = {"display_name": display_name}
        return self._object("PATCH", "kernels/" + segment(name), None, body)

    def jobs(self) -> List[Json]:
        return self._list("jobs")

    def job(self, job_id: str) -> Json:
        return self._object("GET", "jobs/" + segment(job_id))

    def job_events(self, job_id: str, offset: int = 0) -> Json:
        return self._object("GET", f"jobs/{segment(job_id)}/events", {"offset": offset})

    def cancel_job(self, job_id: str) -> Json:
        return self._object("POST", f"jobs/{segment(job_id)}/cancel")

    def remove_job(self, job_id: str) -> None:
        self.call("DELETE", "jobs/" + segment(job_id))

    def retry_job(self, job_id: str) -> Json:
        return self._object("POST", f"jobs/{segment(job_id)}/retry")

    def _object(
        self, method: str, path: str, query: Optional[Dict[str, Any]] = None, body: Any = None
    ) -> Json:
        value: Json = self.call(method, path, query, body)
        return value

    def _list(self, noun: str) -> List[Json]:
        value: List[Json] = self.call("GET", noun)[noun]
        return value
