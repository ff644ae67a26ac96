"""The catalogue, second part: commands for kernels, environments and jobs."""

from .instance_commands import CONFIRM, YES
from .model import Argument, Command, Example

_DETACHED = (
    Argument(("--wait",), "Wait for the job (as without --no-wait).", kind="flag"),
    Argument(("--no-wait",), "Come back at once; the job goes on by itself.", kind="flag"),
)
_DRY_RUN = Argument(("--dry-run",), "Only show what would change.", kind="flag")
_ENVIRONMENT = Argument(
    ("environment",), "Name or path of the environment.", metavar="ENV", complete="environments"
)
_KERNEL = Argument(("name",), "Name of the kernel.", metavar="KERNEL", complete="kernels")
_JOB = Argument(
    ("job",),
    "The job: its id, the beginning of it, or what it works on.",
    metavar="JOB",
    complete="jobs",
)
_CHANNEL = Argument(
    ("--channel", "-c"), "Channel to take packages from; may be repeated.", "many", "CHANNEL"
)
_PIP = Argument(("--pip",), "The packages are pip's, not conda's.", kind="flag")

KERNEL_COMMANDS = (
    Command(
        ("kernel", "create"),
        "Make an environment with a tested kernel, in one step.",
        (
            Argument(("name",), "Name of environment and kernel.", metavar="NAME"),
            Argument(("packages",), "Packages to install too.", "any_words", "PACKAGE"),
            Argument(("--display-name",), 'What Jupyter shows; "Python (NAME)" unless given.'),
            Argument(
                ("--language",), "Language of the kernel.", metavar="LANGUAGE", default="python"
            ),
            Argument(("--version",), "Version of the language, such as 3.11.", metavar="VERSION"),
            Argument(("--pip",), "Package for pip to install; may be repeated.", "many", "PACKAGE"),
            _CHANNEL,
            Argument(("--file", "-f"), "An environment.yml.", metavar="FILE", complete="files"),
            Argument(("--lock",), "A lock file.", metavar="FILE", complete="files"),
            Argument(
                ("--existing",),
                "Use this environment as it is.",
                metavar="ENV",
                complete="environments",
            ),
            Argument(
                ("--clone",), "Copy this environment.", metavar="ENV", complete="environments"
            ),
            Argument(
                ("--scope",),
                "For whom Jupyter lists the kernel.",
                choices=("user", "machine"),
                default="user",
            ),
            Argument(
                ("--engine",), "What makes the environment.", choices=("auto", "rattler", "conda")
            ),
            _DRY_RUN,
            *_DETACHED,
        ),
        (
            Example("kernel create newenv", 'environment newenv, kernel "Python (newenv)"'),
            Example("kernel create newenv2 --dry-run", "what would be installed"),
        ),
        "The kernel is started and tried before Jupyter is told of it. The job goes on when the "
        "terminal, the notebook or Jupyter is closed.",
    ),
    Command(
        ("kernel", "list"),
        "List the kernels of this machine, and whether they work.",
        (),
        (Example("kernel list", "each kernel and its environment"),),
    ),
    Command(
        ("kernel", "nearest"),
        "Find the kernels that may stand in for one that is missing.",
        (
            Argument(
                ("notebook",),
                "A notebook whose kernel is missing.",
                "optional",
                "NOTEBOOK",
                complete="files",
            ),
            Argument(("--name",), "Name of the missing kernel.", metavar="KERNEL"),
            Argument(("--language",), "Its language.", metavar="LANGUAGE"),
            Argument(("--package",), "What it must have; may be repeated.", "many", "PACKAGE"),
        ),
        (
            Example("kernel nearest analysis.ipynb", "by its language, names and imports"),
            Example("kernel nearest --name python38-azureml", "without a notebook"),
        ),
        "Language, names, version and packages are compared; nothing is started.",
    ),
    Command(
        ("kernel", "languages"),
        "List the languages that kernels can be made for.",
        (Argument(("--versions",), "Ask the channels which versions they have.", kind="flag"),),
        (
            Example("kernel languages", "what --language takes"),
            Example("kernel languages --versions", "what --version takes"),
        ),
    ),
    Command(
        ("kernel", "rename"),
        "Change the name that Jupyter shows.",
        (_KERNEL, Argument(("display_name",), "The new name.", metavar="DISPLAY_NAME")),
        (Example("kernel rename newenv 'My project'", "the kernel's own name stays"),),
    ),
    Command(
        ("kernel", "repair"),
        "Mend a kernel that no longer starts.",
        (_KERNEL, *_DETACHED),
        (Example("kernel repair newenv", "check it, and write it anew where that helps"),),
    ),
    Command(
        ("kernel", "remove"),
        "Take a kernel out of Jupyter's list; its environment stays.",
        (_KERNEL, YES, CONFIRM),
        (Example("kernel remove newenv --yes", "the environment newenv is kept"),),
    ),
    Command(
        ("env", "list"),
        "List the conda environments of this machine.",
        (),
        (Example("env list", "with language, size and kernels"),),
    ),
    Command(
        ("env", "packages"),
        "List the packages of an environment.",
        (_ENVIRONMENT,),
        (Example("env packages newenv", "conda's and pip's"),),
    ),
    Command(
        ("env", "search"),
        "Search the channels for packages.",
        (
            Argument(("name",), "A part of a name, or a pattern such as 'numpy*'.", metavar="NAME"),
            _CHANNEL,
            Argument(("--limit",), "How many to show at most.", "number", "N", default=20),
        ),
        (Example("env search ipykernel", "newest version, size, channel"),),
    ),
    Command(
        ("env", "rename"),
        "Rename an environment; its kernels follow.",
        (
            _ENVIRONMENT,
            Argument(("name",), "The new name.", metavar="NAME"),
            YES,
            CONFIRM,
            *_DETACHED,
        ),
        (
            Example("env rename newenv project", "made anew, tested, then the old one goes"),
            Example("env rename project newenv", "and back"),
        ),
        "Files of an environment hold its path, so it is made anew out of the cache and what pip "
        "installed is carried over. A kernel that is called as the environment is gets the new "
        "name; notebooks that name the old one are offered it.",
    ),
    Command(
        ("env", "install"),
        "Install packages into an environment.",
        (
            _ENVIRONMENT,
            Argument(("packages",), "What to install.", "words", "PACKAGE"),
            _PIP,
            _CHANNEL,
            _DRY_RUN,
            *_DETACHED,
        ),
        (Example("env install newenv six --dry-run", "look first"),),
    ),
    Command(
        ("env", "update"),
        "Update packages of an environment.",
        (
            _ENVIRONMENT,
            Argument(("packages",), "What to update.", "words", "PACKAGE"),
            _PIP,
            _CHANNEL,
            _DRY_RUN,
            *_DETACHED,
        ),
        (Example("env update newenv pip --dry-run", "look first"),),
    ),
    Command(
        ("env", "remove-package"),
        "Remove packages from an environment.",
        (
            _ENVIRONMENT,
            Argument(("packages",), "What to remove.", "words", "PACKAGE"),
            _PIP,
            _DRY_RUN,
            *_DETACHED,
        ),
        (Example("env remove-package newenv six --dry-run", "look first"),),
    ),
    Command(
        ("env", "export"),
        "Print an environment as a file that makes it again.",
        (
            _ENVIRONMENT,
            Argument(
                ("--format",),
                "Which kind of file.",
                choices=("yaml", "explicit", "lock"),
                default="yaml",
            ),
            Argument(("--output", "-o"), "Write it to this file.", metavar="FILE"),
        ),
        (Example("env export newenv", "an environment.yml"),),
    ),
    Command(
        ("env", "save"),
        "Write your environments down where another machine finds them.",
        (),
        (Example("env save", "a small file; credentials are left out"),),
    ),
    Command(
        ("env", "rebuild"),
        "Make the environments that were written down and are not here.",
        _DETACHED,
        (Example("env rebuild", "for example on a new instance"),),
    ),
    Command(
        ("env", "protect"),
        "Show what is protected and why, or protect an environment of your own.",
        (
            Argument(("environment",), "Which one.", "optional", "ENV", complete="environments"),
            Argument(("--off",), "Protect it no longer.", kind="flag"),
        ),
        (
            Example("env protect", "protected environments and kernels, and why"),
            Example("env protect newenv", "nobody removes it by mistake"),
            Example("env protect newenv --off", "as before"),
        ),
        "What Azure's images ship, what Jupyter runs in and conda's base are always protected.",
    ),
    Command(
        ("env", "restore"),
        "Bring a protected environment back that was lost or damaged.",
        (_ENVIRONMENT, *_DETACHED),
        (Example("env restore newenv", "from its snapshot, with its kernels"),),
    ),
    Command(
        ("env", "remove"),
        "Remove an environment and its kernels.",
        (_ENVIRONMENT, YES, CONFIRM, *_DETACHED),
        (Example("env remove newenv --confirm newenv", "without being asked"),),
        "Protected environments, such as azureml_py36, are never removed.",
    ),
    Command(
        ("job", "list"),
        "List what is being done, and what was done lately.",
        (),
        (Example("job list", "newest first, whoever started it"),),
    ),
    Command(
        ("job", "show"),
        "Show one job.",
        (_JOB,),
        (Example("job show newenv", "the newest job that works on newenv"),),
    ),
    Command(
        ("job", "log"),
        "Print the log of a job.",
        (_JOB, Argument(("--follow", "-f"), "Go on until the job ends.", kind="flag")),
        (Example("job log newenv", "what the job wrote"),),
    ),
    Command(
        ("job", "cancel"),
        "Cancel a job and end its processes.",
        (_JOB,),
        (Example("job cancel newenv", "what was half done is undone"),),
    ),
    Command(
        ("job", "retry"),
        "Do a job that failed or was interrupted again.",
        (_JOB, *_DETACHED),
        (Example("job retry newenv", "with the same request"),),
    ),
)
