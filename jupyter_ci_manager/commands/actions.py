"""Which command does what; those of one face only are added by that face."""

from typing import Dict, Tuple

from . import creation_actions as creations
from . import instance_actions as instances
from . import kernel_actions as kernels
from . import plan_actions as plans
from . import safekeeping_actions as safekeeping
from . import workspace_actions as workspaces
from .context import Action

ACTIONS: Dict[Tuple[str, ...], Action] = {
    ("list",): instances.list_instances,
    ("status",): instances.status,
    ("create",): creations.create,
    ("start",): instances.start,
    ("stop",): instances.stop,
    ("restart",): instances.restart,
    ("delete",): instances.delete,
    ("resize",): instances.resize,
    ("wait",): instances.wait,
    ("sizes",): instances.sizes,
    ("usage",): instances.usage,
    ("permissions",): instances.permissions,
    ("template",): creations.template,
    ("runs",): instances.runs,
    ("sso",): instances.sso,
    ("idle",): plans.idle,
    ("schedule",): plans.schedule,
    ("ssh",): workspaces.ssh,
    ("ssh-config",): workspaces.ssh_config,
    ("workspace",): workspaces.show_workspace,
    ("workspace", "list"): workspaces.list_workspaces,
    ("workspace", "use"): workspaces.use_workspace,
    ("login",): workspaces.login,
    ("logout",): workspaces.logout,
    ("kernel", "create"): kernels.create_kernel,
    ("kernel", "list"): kernels.list_kernels,
    ("kernel", "nearest"): kernels.nearest_kernels,
    ("kernel", "languages"): kernels.list_languages,
    ("kernel", "remove"): kernels.remove_kernel,
    ("kernel", "repair"): kernels.repair_kernel,
    ("kernel", "rename"): kernels.rename_kernel,
    ("env", "list"): kernels.list_environments,
    ("env", "packages"): kernels.list_packages,
    ("env", "install"): kernels.install,
    ("env", "update"): kernels.update,
    ("env", "remove-package"): kernels.remove_package,
    ("env", "search"): kernels.search_packages,
    ("env", "rename"): kernels.rename_environment,
    ("env", "export"): kernels.export,
    ("env", "remove"): kernels.remove_environment,
    ("env", "save"): kernels.save_environments,
    ("env", "rebuild"): kernels.rebuild_environments,
    ("env", "protect"): safekeeping.protect_environment,
    ("env", "snapshot"): safekeeping.snapshot_environment,
    ("env", "snapshots"): safekeeping.list_snapshots,
    ("env", "restore"): safekeeping.restore_environment,
    ("job", "list"): kernels.list_jobs,
    ("job", "show"): kernels.show_job,
    ("job", "log"): kernels.job_log,
    ("job", "cancel"): kernels.cancel_job,
    ("job", "remove"): kernels.remove_job,
    ("job", "clear"): kernels.clear_jobs,
    ("job", "retry"): kernels.retry_job,
}
