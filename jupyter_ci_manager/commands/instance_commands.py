"""The catalogue, first part: commands for compute instances and their workspace."""

from .creation_arguments import CREATION
from .model import Argument, Command, Example

NAME = Argument(("name",), "Name of the instance.", metavar="NAME", complete="instances")
YES = Argument(("--yes", "-y"), "Do it without asking; what would be lost is lost.", kind="flag")
CONFIRM = Argument(
    ("--confirm",), "Do it without asking, if this is the name of what is meant.", metavar="NAME"
)
WAIT = Argument(("--wait",), "Wait until it is done, and show how far it is.", kind="flag")
NO_WAIT = Argument(("--no-wait",), "Come back at once (as without --wait).", kind="flag")
TIMEOUT = Argument(
    ("--timeout",),
    "Seconds to wait at most; what was started goes on afterwards.",
    kind="number",
    metavar="SECONDS",
    default=1800.0,
)
WAITING = (WAIT, NO_WAIT, TIMEOUT)

INSTANCE_COMMANDS = (
    Command(
        ("list",),
        "List the compute instances of the workspace.",
        (
            Argument(("--mine",), "Only those that are yours.", kind="flag"),
            Argument(("--refresh",), "Ask Azure now, not the last answer.", kind="flag"),
        ),
        (
            Example("list", "all instances, with state, size and price"),
            Example("list --mine --json", "only yours, as JSON"),
        ),
    ),
    Command(
        ("status",),
        "Show one instance, or who is signed in where.",
        (Argument(("name",), "Name of an instance.", "optional", "NAME", complete="instances"),),
        (
            Example("status", "backend, workspace, identity, engine and protection"),
            Example("status ds-anna", "everything that is known of one instance"),
        ),
    ),
    Command(
        ("create",),
        "Create a compute instance.",
        (
            *CREATION,
            Argument(("--dry-run",), "Only show what would be sent and what it costs.", "flag"),
            *WAITING,
        ),
        (
            Example("create demo-ci --vm-size Standard_DS3_v2 --wait", "create it and wait for it"),
            Example("create demo-ci --if-exists use", "use it when it is already there"),
            Example("create demo-ssh -s Standard_D2s_v3 --new-ssh-key ~/.ssh/demo-ssh", "for ssh"),
            Example("create demo-two --idle 30 --dry-run", "look before anything is made"),
        ),
        "An instance costs money while it runs. Unless --idle or --no-idle is given, it stops by "
        "itself after the configured time without use.",
    ),
    Command(
        ("start",),
        "Start an instance.",
        (NAME, *WAITING),
        (Example("start old-vm --wait", "start it and wait until it runs"),),
        "Starting what runs already succeeds and does nothing.",
    ),
    Command(
        ("stop",),
        "Stop an instance: compute is no longer billed, its disk is kept.",
        (NAME, YES, CONFIRM, *WAITING),
        (Example("stop ds-anna", "stop it and come back at once"),),
        "A stopped instance still holds its quota of cores.",
    ),
    Command(
        ("restart",),
        "Restart a running instance.",
        (NAME, YES, CONFIRM, *WAITING),
        (Example("restart ds-anna --wait", "restart it and wait until it runs again"),),
    ),
    Command(
        ("delete",),
        "Delete an instance and everything on its disk.",
        (NAME, YES, CONFIRM, *WAITING),
        (Example("delete old-vm --confirm old-vm", "delete it without being asked"),),
        "The terminal asks for the name before it deletes; a cell or a script gives --confirm NAME "
        "or --yes. Deleting what is already gone succeeds and does nothing.",
    ),
    Command(
        ("resize",),
        "Give an instance another VM size.",
        (
            NAME,
            Argument(("vm_size",), "The new size.", metavar="SIZE", complete="sizes"),
            YES,
            CONFIRM,
            *WAITING,
        ),
        (Example("resize old-vm Standard_DS11_v2", "ask for another size"),),
    ),
    Command(
        ("wait",),
        "Wait for an instance, and show how far it is.",
        (
            NAME,
            Argument(
                ("--until",),
                "What to wait for; settled means that nothing is under way.",
                choices=("settled", "running", "stopped", "deleted"),
                default="settled",
            ),
            TIMEOUT,
        ),
        (Example("wait ds-anna --until running --timeout 600", "at most ten minutes"),),
        "Interrupting the wait never interrupts what is being waited for.",
    ),
    Command(
        ("sizes",),
        "List VM sizes with cores, memory, price, and whether one can be had now.",
        (
            Argument(("--gpu",), "Only sizes with a GPU.", kind="flag"),
            Argument(("--available",), "Only sizes that can be had now.", kind="flag"),
        ),
        (Example("sizes --available", "what can be created now"),),
    ),
    Command(
        ("usage",),
        "Show how many cores are used, of how many, and who holds them.",
        (),
        (Example("usage", "each VM family, and the region"),),
    ),
    Command(
        ("permissions",),
        "Show what you may do in the workspace.",
        (),
        (Example("permissions", "each action, and whether Azure allows it"),),
    ),
    Command(
        ("open",),
        "Open JupyterLab, a terminal or another application of a running instance.",
        (
            NAME,
            Argument(
                ("application",),
                "Which one, such as terminal; JupyterLab unless given.",
                "optional",
                "APP",
            ),
            Argument(("--print",), "Only print the address.", kind="flag"),
            Argument(("--no-wait",), "Open it even when it does not answer yet.", kind="flag"),
            Argument(
                ("--timeout",),
                "Seconds to wait at most until it answers.",
                kind="number",
                metavar="SECONDS",
                default=300.0,
            ),
        ),
        (
            Example("open ds-anna --print", "the address of its JupyterLab"),
            Example("open ds-anna terminal --print", "the address of a terminal on it"),
        ),
        "An instance that runs answers a little later: a terminal waits for that before it opens a "
        "browser.",
    ),
    Command(
        ("ssh",),
        "Open a shell on a running instance, or run one command there.",
        (
            NAME,
            Argument(("--print",), "Only print the command.", kind="flag"),
            Argument(("--identity",), "Private key to use.", metavar="FILE", complete="files"),
            Argument(("command",), "Command to run there, after --.", "rest", "COMMAND"),
        ),
        (Example("ssh ds-anna --print", "the command, to copy"),),
        "The cell only ever shows the command.",
    ),
    Command(
        ("ssh-config",),
        "Print lines for ~/.ssh/config, so that ssh and editors know the instances.",
        (
            Argument(
                ("names",),
                "Which instances; all with SSH unless given.",
                "any_words",
                "NAME",
                complete="instances",
            ),
        ),
        (Example("ssh-config", "a Host block for every instance with SSH"),),
    ),
    Command(
        ("template",),
        "Print what would create an instance: as a template, an az line, Python or a request.",
        (
            *CREATION,
            Argument(
                ("--as",),
                "Which form to print.",
                choices=("arm", "az", "python", "body"),
                default="arm",
            ),
        ),
        (
            Example("template demo-ci", "an Azure Resource Manager template"),
            Example("template demo-ci --as az", "the same as a line for the Azure CLI"),
        ),
    ),
    Command(
        ("idle",),
        "Show or set after how long without use an instance stops by itself.",
        (
            NAME,
            Argument(("minutes",), "15 to 4320, or off.", "optional", "MINUTES"),
            Argument(
                ("--postpone",),
                "Put off the coming stop by so many minutes; 0: not at all any more.",
                "number",
                "MINUTES",
            ),
        ),
        (
            Example("idle ds-anna", "what is set"),
            Example("idle ds-anna 90", "stop after 90 minutes without use"),
            Example("idle ds-anna off", "never: it bills until it is stopped"),
        ),
    ),
    Command(
        ("schedule",),
        "Show or set the times at which an instance starts and stops by itself.",
        (
            NAME,
            Argument(("--stop-at",), "A cron line; may be repeated.", "many", "CRON"),
            Argument(("--start-at",), "A cron line; may be repeated.", "many", "CRON"),
            Argument(
                ("--time-zone",), "Windows name of the time zone.", metavar="ZONE", default="UTC"
            ),
            Argument(("--clear",), "Remove all of them.", kind="flag"),
        ),
        (
            Example("schedule ds-anna", "what is set"),
            Example("schedule ds-anna --stop-at '0 19 * * 1-5'", "stop at 19:00 on workdays"),
            Example("schedule ds-anna --clear", "no longer start or stop by itself"),
        ),
        "What is given replaces all that was set before.",
    ),
    Command(
        ("runs",),
        "List the training jobs that run or wait on an instance.",
        (NAME,),
        (Example("runs nightly-train", "what would be lost if it were stopped"),),
    ),
    Command(
        ("sso",),
        "Switch single sign-on of an instance on or off.",
        (NAME, Argument(("switch",), "on or off.", choices=("on", "off"))),
        (Example("sso ds-anna on", "programs on it act as you"),),
    ),
    Command(
        ("workspace",),
        "Show the workspace that is used, and why.",
        (),
        (Example("workspace", "its name, where it lies, and what chose it"),),
    ),
    Command(
        ("workspace", "list"),
        "List the workspaces that you can see.",
        (),
        (Example("workspace list", "all of them; the one in use is marked"),),
    ),
    Command(
        ("workspace", "use"),
        "Use another workspace from now on.",
        (Argument(("workspace",), "Name, or SUBSCRIPTION/GROUP/NAME.", metavar="WORKSPACE"),),
        (Example("workspace use contoso-ml", "remembered for you on this machine"),),
    ),
    Command(
        ("login",),
        "Sign in to Azure.",
        (
            Argument(
                ("--method",),
                "How to sign in.",
                choices=("auto", "managed_identity", "cli", "device_code", "environment"),
                default="auto",
            ),
            TIMEOUT,
        ),
        (Example("login", "say who is signed in, or sign in"),),
        "With device_code a link and a code are shown; the sign-in itself happens in a browser.",
    ),
    Command(
        ("logout",),
        "Forget the sign-in of this session.",
        (),
        (Example("logout", "tokens held here are dropped"),),
    ),
)
