"""The magics in one file, for kernels that hold nothing of ours: making it, switching it on.

The file carries the sources of ``commands/`` and ``notebook/`` as text and reads them when ``%ci``
is first used, so that it costs a kernel's start next to nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent

#: What is packed, each after what it imports.
_MODULES = (
    "commands.failure",
    "commands.model",
    "commands.wording",
    "commands.answer",
    "commands.engine",
    "commands.context",
    "commands.creation_arguments",
    "commands.instance_commands",
    "commands.kernel_arguments",
    "commands.safekeeping_commands",
    "commands.kernel_commands",
    "commands.program_commands",
    "commands.catalogue",
    "commands.parsing",
    "commands.help",
    "commands.waiting",
    "commands.instance_details",
    "commands.instance_tables",
    "commands.kernel_tables",
    "commands.job_following",
    "commands.safekeeping_tables",
    "commands.safekeeping_actions",
    "commands.requests",
    "commands.opening",
    "commands.instance_actions",
    "commands.creation_actions",
    "commands.plan_actions",
    "commands.workspace_actions",
    "commands.kernel_actions",
    "commands.actions",
    "commands.completing",
    "notebook.owner",
    "notebook.http",
    "notebook.rest",
    "notebook.choosing",
    "notebook.shown",
    "notebook.cell_face",
    "notebook.live",
    "notebook.panel_forms",
    "notebook.panel",
    "notebook.magics",
)

_FILE_NAME = "50-jupyter-ci-manager.py"
_MARK = "# %ci in every kernel of yours. Written by `jupyter ci magics --on`, removed by `--off`."

_TEMPLATE = """\
{mark}
# Standard library only, Python 3.6 and later. Nothing runs before %ci is first used.


def _switch_ci_manager_on(ipython):
    import sys

    def load():
        import importlib
        import importlib.util
        import types

        if sys.version_info >= (3, 10) and importlib.util.find_spec("jupyter_ci_manager"):
            return importlib.import_module("jupyter_ci_manager.notebook.magics")
        root = "_jupyter_ci_manager"
        for name in ("", ".commands", ".notebook"):
            package = types.ModuleType(root + name)
            package.__path__ = []
            sys.modules[root + name] = package
        for name, source in SOURCES:
            full = root + "." + name
            module = types.ModuleType(full)
            module.__package__ = full.rpartition(".")[0]
            sys.modules[full] = module
            exec(compile(source, "<{{}}>".format(full), "exec"), module.__dict__)
            setattr(sys.modules[module.__package__], full.rpartition(".")[2], module)
        return sys.modules[root + ".notebook.magics"]

    def first(name):
        def magic(line, cell=None):
            load().load_ipython_extension(ipython)
            if cell is None:
                return ipython.run_line_magic(name, line)
            return ipython.run_cell_magic(name, line, cell)

        magic.__doc__ = "Compute instances and conda kernels; `%{{}} help` tells all.".format(name)
        return magic

    def complete(session, event):
        load().load_ipython_extension(ipython)
        module = sys.modules.get("_jupyter_ci_manager.notebook.magics")
        module = module or sys.modules["jupyter_ci_manager.notebook.magics"]
        return module.CiMagics(ipython).complete(
            getattr(event, "text_until_cursor", None) or event.line
        )

    for name in ("ci", "ci_kernel"):
        ipython.register_magic_function(first(name), "line_cell", magic_name=name)
        ipython.set_hook("complete_command", complete, str_key="%" + name)

    SOURCES = (
{sources}
    )


if "get_ipython" in globals() and get_ipython() is not None:  # noqa: F821
    _switch_ci_manager_on(get_ipython())  # noqa: F821
del _switch_ci_manager_on
"""


def single_file() -> str:
    """Give the text of the one file; run in any IPython, it registers ``%ci``."""
    sources = []
    for name in _MODULES:
        path = _PACKAGE.joinpath(*name.split(".")).with_suffix(".py")
        sources.append(f"        ({name!r}, {path.read_text(encoding='utf-8')!r}),")
    return _TEMPLATE.format(mark=_MARK, sources="\n".join(sources))


def startup_path(profile: str = "default") -> Path:
    """Give where IPython looks for start-up files.

    Raises
    ------
    ValueError
        When ``profile`` is no name of a profile.
    """
    if not profile.replace("-", "").replace("_", "").isalnum():
        raise ValueError(f"'{profile}' is no name of a profile")
    folder = os.environ.get("IPYTHONDIR")
    base = Path(folder).expanduser() if folder else Path.home() / ".ipython"
    return base / f"profile_{profile}" / "startup" / _FILE_NAME


def is_on(path: Path) -> bool:
    """Tell whether the start-up file is there and ours."""
    try:
        with path.open(encoding="utf-8") as stream:
            return stream.readline().rstrip("\n") == _MARK
    except (OSError, ValueError):
        return False


def switch_on(path: Path) -> None:
    """Write the start-up file, whole or not at all.

    Raises
    ------
    OSError
        When it cannot be written, or a file of the user's own lies there.
    """
    if path.exists() and not is_on(path):
        raise FileExistsError(f"{path} is not ours")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.write_text(single_file(), encoding="utf-8")
    fresh.chmod(0o600)
    fresh.replace(path)


def switch_off(path: Path) -> bool:
    """Remove the start-up file; ``False`` when there is none of ours."""
    if not is_on(path):
        return False
    path.unlink()
    return True
