"""The catalogue, third part: commands that belong to one face only."""

from .model import Argument, Command, Example

PROGRAM_COMMANDS = (
    Command(
        ("emulator", "start"),
        "Start your own emulator of Azure, for trying things out.",
        (),
        (Example("emulator start", "started once, found by every face"),),
        "It comes with a sample workspace, and ends by itself when nobody used it for eight hours.",
        ("terminal",),
    ),
    Command(
        ("emulator", "status"),
        "Say whether your emulator runs, and where.",
        (),
        (Example("emulator status", "its address and workspace"),),
        faces=("terminal",),
    ),
    Command(
        ("emulator", "reset"),
        "Stop your emulator and forget everything in it.",
        (Argument(("--yes", "-y"), "Do it without asking.", kind="flag"),),
        (Example("emulator reset --yes", "back to nothing"),),
        faces=("terminal",),
    ),
    Command(
        ("emulator", "stop"),
        "Stop your emulator; what is in it is kept.",
        (),
        (Example("emulator stop", "its state lies on disk until the next start"),),
        faces=("terminal",),
    ),
    Command(
        ("doctor",),
        "Check everything that must be right, and say what to do where it is not.",
        (
            Argument(
                ("--report",),
                "Also what Azure answers, with nothing private, to attach to a report.",
                kind="flag",
            ),
        ),
        (Example("doctor", "sign-in, workspace, permissions, conda, kernels, disk"),),
        faces=("terminal",),
    ),
    Command(
        ("protect",),
        "Have conda itself refuse in a terminal what would lose a protected environment.",
        (
            Argument(("--terminal",), "Put a plugin into conda's base environment.", kind="flag"),
            Argument(("--off",), "Take the plugin out again.", kind="flag"),
        ),
        (Example("protect", "whether the plugin is there and works"),),
        "mamba and rm pass the plugin by; for what they destroy there are snapshots.",
        faces=("terminal",),
    ),
    Command(
        ("magics",),
        "Switch %ci on or off in all your kernels, or show whether it is on.",
        (
            Argument(("--on",), "Write an IPython start-up file.", kind="flag"),
            Argument(("--off",), "Remove that file.", kind="flag"),
            Argument(("--profile",), "IPython profile.", metavar="PROFILE", default="default"),
        ),
        (
            Example("magics --on", "also in environments that hold nothing of ours"),
            Example("magics --off", "no trace is left"),
        ),
        faces=("terminal",),
    ),
    Command(
        ("completion",),
        "Print a completion script for your shell.",
        (Argument(("shell",), "Which shell.", choices=("bash", "zsh", "fish")),),
        (Example("completion bash", 'for ~/.bashrc: eval "$(jupyter ci completion bash)"'),),
        faces=("terminal",),
    ),
    Command(
        ("panel",),
        "Show a live panel of instances, kernels and jobs below the cell.",
        (),
        (Example("panel", "with buttons where the kernel has ipywidgets"),),
        faces=("cell",),
    ),
)
