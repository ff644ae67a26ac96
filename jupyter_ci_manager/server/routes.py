"""Every path of the REST API, in the order of the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import (
    environments,
    instances,
    jobs,
    kernels,
    magics,
    report,
    safekeeping,
    sign_in,
    ssh_keys,
    status,
    workspaces,
)
from .description import OpenApiHandler
from .handler import ROOT, Handler
from .operation import Operation

#: ``{part}`` stands for one path segment, percent-encoded.
PATHS: tuple[tuple[str, type[Handler]], ...] = (
    ("status", status.StatusHandler),
    ("instances", instances.InstancesHandler),
    ("instances/{name}", instances.OneInstanceHandler),
    ("instances/{name}/start", instances.StartHandler),
    ("instances/{name}/stop", instances.StopHandler),
    ("instances/{name}/restart", instances.RestartHandler),
    ("instances/{name}/resize", instances.ResizeHandler),
    ("instances/{name}/idle-shutdown", instances.IdleShutdownHandler),
    ("instances/{name}/schedules", instances.SchedulesHandler),
    ("instances/{name}/postpone", instances.PostponeHandler),
    ("instances/{name}/sso", instances.SingleSignOnHandler),
    ("instances/{name}/jobs", instances.InstanceJobsHandler),
    ("instance-names/{name}", instances.NameHandler),
    ("instance-defaults", instances.DefaultsHandler),
    ("instance-previews", instances.PreviewsHandler),
    ("ssh-keys", ssh_keys.SshKeysHandler),
    ("sizes", workspaces.SizesHandler),
    ("usages", workspaces.UsagesHandler),
    ("permissions", workspaces.PermissionsHandler),
    ("workspaces", workspaces.WorkspacesHandler),
    ("workspaces/selected", workspaces.SelectedWorkspaceHandler),
    ("sign-in", sign_in.SignInHandler),
    ("report", report.ReportHandler),
    ("environments", environments.EnvironmentsHandler),
    ("environments/{id}", environments.OneEnvironmentHandler),
    ("environments/{id}/restore", safekeeping.RestoreHandler),
    ("environments/{id}/snapshots", safekeeping.SnapshotsHandler),
    ("environments/{id}/protection", safekeeping.ProtectionHandler),
    ("environments/{id}/uses", environments.UsesHandler),
    ("environments/{id}/packages", environments.PackagesHandler),
    ("environments/{id}/export", environments.ExportHandler),
    ("packages", environments.PackageSearchHandler),
    ("manifest", environments.ManifestHandler),
    ("manifest/rebuild", environments.RebuildHandler),
    ("kernels", kernels.KernelsHandler),
    ("kernels/{name}", kernels.OneKernelHandler),
    ("kernels/{name}/repair", kernels.RepairHandler),
    ("nearest-kernels", kernels.NearestKernelsHandler),
    ("languages", kernels.LanguagesHandler),
    ("jobs", jobs.JobsHandler),
    ("jobs/{id}", jobs.OneJobHandler),
    ("jobs/{id}/events", jobs.JobEventsHandler),
    ("jobs/{id}/request", jobs.JobRequestHandler),
    ("jobs/{id}/cancel", jobs.CancelHandler),
    ("jobs/{id}/retry", jobs.RetryHandler),
    ("magics", magics.MagicsHandler),
    ("openapi.json", OpenApiHandler),
)

_VERBS = ("get", "post", "put", "patch", "delete")
_PART = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Route:
    """One verb on one path."""

    path: str
    verb: str
    handler: type[Handler]
    operation: Operation

    @property
    def parts(self) -> list[str]:
        """The names of the path's variable parts."""
        return _PART.findall(self.path)


def handlers() -> list[tuple[str, type[Handler]]]:
    """Give Tornado's list: a pattern below ``base_url`` and its handler, for every path."""
    return [(f"/{ROOT}/{_pattern(path)}", handler) for path, handler in PATHS]


def routes() -> Iterator[Route]:
    """Give every verb of every path with what it declares."""
    for path, handler in PATHS:
        for verb in _VERBS:
            declared = getattr(getattr(handler, verb), "operation", None)
            if declared is not None:
                yield Route(path=path, verb=verb, handler=handler, operation=declared)


def _pattern(path: str) -> str:
    pieces = _PART.split(path)
    return "".join(
        f"(?P<{piece}>[^/]+)" if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)
    )
