"""The catalogue, second part: commands for kernels, environments and jobs."""

from .instance_commands import CONFIRM, YES
from .kernel_arguments import CHANNEL, DETACHED, DRY_RUN, ENVIRONMENT, JOB, KERNEL, PIP
from .model import Argument, Command, Example
from .safekeeping_commands import SAFEKEEPING_COMMANDS

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
            CHANNEL,
            Argument(("--file", "-f"), "An environment.yml.", metavar="FILE", complete="files"),
            Argument(("--lock",), "A lock file.", metavar="FILE", complete="files"),
            Argument(
                ("--existing",),
                "Make the kernel for this environment: only what a kernel needs and it lacks, such as "
                "ipykernel, is installed; the rest stays as it is.",
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
            DRY_RUN,
            *DETACHED,
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
        (KERNEL, Argument(("display_name",), "The new name.", metavar="DISPLAY_NAME")),
        (Example("kernel rename newenv 'My project'", "the kernel's own name stays"),),
    ),
    Command(
        ("kernel", "repair"),
        "Mend a kernel that no longer works.",
        (KERNEL, *DETACHED),
        (Example("kernel repair newenv", "find what is missing or damaged, and lay it down anew"),),
        "Every file of its environment's packages is read and compared with what was packed; what "
        "is missing or another is laid down anew. Then the kernel is started to try it.",
    ),
    Command(
        ("kernel", "remove"),
        "Take a kernel out of Jupyter's list; its environment stays.",
        (KERNEL, YES, CONFIRM),
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
        (ENVIRONMENT,),
        (Example("env packages newenv", "conda's and pip's"),),
    ),
    Command(
        ("env", "search"),
        "Search the channels for packages.",
        (
            Argument(("name",), "A part of a name, or a pattern such as 'numpy*'.", metavar="NAME"),
            CHANNEL,
            Argument(("--limit",), "How many to show at most.", "number", "N", default=20),
        ),
        (Example("env search ipykernel", "newest version, size, channel"),),
    ),
    Command(
        ("env", "rename"),
        "Rename an environment; its kernels follow.",
        (
            ENVIRONMENT,
            Argument(("name",), "The new name.", metavar="NAME"),
            YES,
            CONFIRM,
            *DETACHED,
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
            ENVIRONMENT,
            Argument(("packages",), "What to install.", "words", "PACKAGE"),
            PIP,
            CHANNEL,
            DRY_RUN,
            *DETACHED,
        ),
        (Example("env install newenv six --dry-run", "look first"),),
    ),
    Command(
        ("env", "update"),
        "Update packages of an environment.",
        (
            ENVIRONMENT,
            Argument(("packages",), "What to update.", "words", "PACKAGE"),
            PIP,
            CHANNEL,
            DRY_RUN,
            *DETACHED,
        ),
        (Example("env update newenv pip --dry-run", "look first"),),
    ),
    Command(
        ("env", "remove-package"),
        "Remove packages from an environment.",
        (
            ENVIRONMENT,
            Argument(("packages",), "What to remove.", "words", "PACKAGE"),
            PIP,
            DRY_RUN,
            *DETACHED,
        ),
        (Example("env remove-package newenv six --dry-run", "look first"),),
    ),
    Command(
        ("env", "export"),
        "Print an environment as a file that makes it again.",
        (
            ENVIRONMENT,
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
        DETACHED,
        (Example("env rebuild", "for example on a new instance"),),
    ),
    *SAFEKEEPING_COMMANDS,
    Command(
        ("env", "remove"),
        "Remove an environment and its kernels.",
        (ENVIRONMENT, YES, CONFIRM, *DETACHED),
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
        (JOB,),
        (Example("job show newenv", "the newest job that works on newenv"),),
    ),
    Command(
        ("job", "log"),
        "Print the log of a job.",
        (JOB, Argument(("--follow", "-f"), "Go on until the job ends.", kind="flag")),
        (Example("job log newenv", "what the job wrote"),),
    ),
    Command(
        ("job", "cancel"),
        "Cancel a job and end its processes.",
        (JOB,),
        (Example("job cancel newenv", "what was half done is undone"),),
    ),
    Command(
        ("job", "retry"),
        "Do a job that failed or was interrupted again.",
        (JOB, *DETACHED),
        (Example("job retry newenv", "with the same request"),),
    ),
    Command(
        ("job", "remove"),
        "Forget a job that has ended; what a dead one left behind is taken back.",
        (JOB,),
        (Example("job remove newenv", "the newest job that worked on newenv, with its log"),),
    ),
    Command(
        ("job", "clear"),
        "Forget all jobs that have ended.",
        (),
        (Example("job clear", "jobs older than two weeks are forgotten anyway"),),
    ),
)
