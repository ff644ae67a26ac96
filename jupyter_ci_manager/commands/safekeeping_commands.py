"""The catalogue: commands that keep environments from being lost for good."""

from .instance_commands import CONFIRM, YES
from .kernel_arguments import DETACHED, ENVIRONMENT
from .model import Argument, Command, Example

SAFEKEEPING_COMMANDS = (
    Command(
        ("env", "protect"),
        "Show what is protected and why, or protect an environment of your own.",
        (
            Argument(("environment",), "Which one.", "optional", "ENV", complete="environments"),
            Argument(("--off",), "Protect it no longer.", kind="flag"),
            Argument(
                ("--frozen",),
                "Let no package of it change either, in conda too (CEP 22).",
                kind="flag",
            ),
        ),
        (
            Example("env protect", "protected environments and kernels, and why"),
            Example("env protect newenv", "nobody removes it by mistake"),
            Example("env protect newenv --off", "as before"),
        ),
        "What Azure's images ship, what Jupyter runs in and conda's base are always protected. A "
        "protected environment is kept: what happens to it outside can be undone.",
    ),
    Command(
        ("env", "snapshot"),
        "Keep an environment as it is now, to go back to.",
        (
            ENVIRONMENT,
            Argument(
                ("--accept",),
                "Keep it although it was made anew over the one that was kept.",
                kind="flag",
            ),
            *DETACHED,
        ),
        (Example("env snapshot newenv", "by links, so it takes next to no room"),),
        "The two newest snapshots are kept. Protected environments are kept by themselves.",
    ),
    Command(
        ("env", "snapshots"),
        "List an environment's snapshots, and how it stands to them.",
        (ENVIRONMENT, Argument(("--discard",), "Remove them all.", kind="flag"), YES, CONFIRM),
        (Example("env snapshots newenv", "when each was taken, and what it holds"),),
    ),
    Command(
        ("env", "restore"),
        "Bring an environment back that was lost or damaged, or go back to a snapshot.",
        (
            ENVIRONMENT,
            Argument(
                ("--snapshot",),
                "Go back to this one, although the environment is well.",
                kind="number",
                metavar="NUMBER",
            ),
            CONFIRM,
            *DETACHED,
        ),
        (Example("env restore newenv", "what is lost or damaged, with its kernels"),),
        "What stood in its place is kept aside; the job's result says where.",
    ),
)
