"""What can be said of a new instance on a command line."""

from .model import Argument

CREATION = (
    Argument(("name",), "Name of the new instance: 3 to 24 letters, digits and -.", metavar="NAME"),
    Argument(
        ("--vm-size", "-s"),
        "VM size; the configured default unless given.",
        metavar="SIZE",
        complete="sizes",
    ),
    Argument(
        ("--idle",),
        "Minutes without use after which it stops by itself (15 to 4320).",
        kind="number",
        metavar="MINUTES",
    ),
    Argument(("--no-idle",), "Never stop by itself: it bills until it is stopped.", kind="flag"),
    Argument(
        ("--ssh-public-key",),
        "Open SSH for this key: the key itself, or its file.",
        metavar="KEY",
        complete="files",
    ),
    Argument(
        ("--new-ssh-key",),
        "Open SSH for a new key; its private part goes to this new file, in ~/.ssh if no folder is named.",
        metavar="FILE",
        complete="files",
    ),
    Argument(("--subnet",), "Full Azure id of the subnet to join.", metavar="ID"),
    Argument(("--vnet-resource-group",), "Resource group of the virtual network.", metavar="GROUP"),
    Argument(("--vnet",), "Name of the virtual network.", metavar="NAME"),
    Argument(("--vnet-subnet",), "Name of the subnet in it.", metavar="NAME"),
    Argument(("--no-public-ip",), "Give the instance no public address.", kind="flag"),
    Argument(("--assign-to",), "Object id of the person who shall use it.", metavar="OBJECT_ID"),
    Argument(("--assign-tenant",), "Tenant id of that person.", metavar="TENANT_ID"),
    Argument(
        ("--stop-at",),
        "Stop at these times: a cron line; may be repeated.",
        kind="many",
        metavar="CRON",
    ),
    Argument(
        ("--start-at",),
        "Start at these times: a cron line; may be repeated.",
        kind="many",
        metavar="CRON",
    ),
    Argument(
        ("--time-zone",),
        "Windows name of the time zone of these times.",
        metavar="ZONE",
        default="UTC",
    ),
    Argument(
        ("--setup-script",),
        "Script that runs once, when the instance is made.",
        metavar="FILE",
        complete="files",
    ),
    Argument(
        ("--startup-script",), "Script that runs at every start.", metavar="FILE", complete="files"
    ),
    Argument(
        ("--setup-script-path",),
        "The same, from the workspace's file share, such as Users/anna/setup.sh.",
        metavar="PATH",
    ),
    Argument(
        ("--startup-script-path",),
        "Script that runs at every start, from the workspace's file share.",
        metavar="PATH",
    ),
    Argument(("--setup-arguments",), "Arguments for the setup script.", metavar="TEXT"),
    Argument(("--startup-arguments",), "Arguments for the startup script.", metavar="TEXT"),
    Argument(
        ("--script-timeout",),
        "Minutes that a script may take; 15 unless given.",
        kind="number",
        metavar="MINUTES",
    ),
    Argument(("--system-identity",), "Give it a managed identity of its own.", kind="flag"),
    Argument(
        ("--identity",),
        "Azure id of a user-assigned managed identity; may be repeated.",
        kind="many",
        metavar="ID",
    ),
    Argument(("--sso",), "Single sign-on: programs on it act as you.", choices=("on", "off")),
    Argument(("--rstudio",), "Install RStudio on it.", kind="flag"),
    Argument(
        ("--application",),
        "A custom application: a JSON file as Azure describes one, or a list; may be repeated.",
        kind="many",
        metavar="FILE",
        complete="files",
    ),
    Argument(("--tag",), "A tag, as KEY=VALUE; may be repeated.", kind="many", metavar="KEY=VALUE"),
    Argument(("--description",), "A description.", metavar="TEXT"),
    Argument(
        ("--if-exists",),
        "What to do when an instance of this name exists: fail, or use it.",
        choices=("fail", "use"),
        default="fail",
    ),
)
