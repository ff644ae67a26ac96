"""Arguments that several commands for kernels, environments and jobs have."""

from .model import Argument

DETACHED = (
    Argument(("--wait",), "Wait for the job (as without --no-wait).", kind="flag"),
    Argument(("--no-wait",), "Come back at once; the job goes on by itself.", kind="flag"),
)
DRY_RUN = Argument(("--dry-run",), "Only show what would change.", kind="flag")
ENVIRONMENT = Argument(
    ("environment",), "Name or path of the environment.", metavar="ENV", complete="environments"
)
KERNEL = Argument(("name",), "Name of the kernel.", metavar="KERNEL", complete="kernels")
JOB = Argument(
    ("job",),
    "The job: its id, the beginning of it, or what it works on.",
    metavar="JOB",
    complete="jobs",
)
CHANNEL = Argument(
    ("--channel", "-c"), "Channel to take packages from; may be repeated.", "many", "CHANNEL"
)
PIP = Argument(("--pip",), "The packages are pip's, not conda's.", kind="flag")
