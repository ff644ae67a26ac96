"""Kernel specs: found, read, written whole or not at all, removed."""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from ..errors import CIManagerError, DiskFull, NameTaken, NotFound, NotPermitted
from ..sentences import say
from .activation import inner_command
from .engines.folders import is_writable

Scope = Literal["user", "machine"]
#: Our part of a spec's metadata.
OURS = "ci_manager"


def kernels_folder(scope: Scope = "user") -> Path:
    """Give the folder where kernel specs of this user, or of all users of the machine, lie."""
    if scope == "machine":
        from jupyter_core.paths import SYSTEM_JUPYTER_PATH

        return Path(SYSTEM_JUPYTER_PATH[0]) / "kernels"
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir()) / "kernels"


def spec_folders() -> dict[str, Path]:
    """Give the folder of every kernel spec that Jupyter sees here, by name.

    Earlier folders of Jupyter's path win, as in Jupyter; a spec of the running interpreter's own
    is included.
    """
    from jupyter_core.paths import jupyter_path

    found: dict[str, Path] = {}
    for folder in jupyter_path("kernels"):
        with suppress(OSError):
            for entry in sorted(Path(folder).iterdir()):
                if (entry / "kernel.json").is_file():
                    found.setdefault(entry.name.lower(), entry)
    return found


def find(name: str) -> Path:
    """Give the folder of one kernel spec.

    Raises
    ------
    NotFound
        There is none of that name.
    """
    folder = spec_folders().get(name.lower())
    if folder is None:
        raise NotFound(
            say("There is no kernel {name!r}.", name=name[:80]),
            code="kernel_not_found",
            field="name",
        )
    return folder


def read(folder: Path) -> dict[str, Any]:
    """Give a spec's ``kernel.json``; what cannot be read is an empty one."""
    try:
        spec = json.loads((folder / "kernel.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return spec if isinstance(spec, dict) else {}


def our_part(spec: dict[str, Any]) -> dict[str, Any]:
    """Give what we wrote into a spec's metadata; empty for specs that are not ours."""
    metadata = spec.get("metadata")
    part = metadata.get(OURS) if isinstance(metadata, dict) else None
    return part if isinstance(part, dict) else {}


def former_names(folder: Path) -> list[str]:
    """Give the names that a spec of ours had before its environment was renamed."""
    formerly = our_part(read(folder)).get("formerly")
    return [str(name) for name in formerly] if isinstance(formerly, list) else []


def stage(folder: Path, spec: dict[str, Any], resources: Path | None = None) -> Path:
    """Lay a spec down in ``folder`` (created), with the logos found in ``resources``."""
    folder.mkdir(parents=True, mode=0o700)
    if resources is not None:
        for logo in sorted(resources.glob("*")):
            if logo.suffix in (".png", ".svg", ".js", ".css") and logo.is_file():
                shutil.copyfile(logo, folder / logo.name)
    text = json.dumps(spec, indent=1, ensure_ascii=False) + "\n"
    (folder / "kernel.json").write_text(text, encoding="utf-8")
    return folder


def publish(
    staged: Path,
    name: str,
    scope: Scope = "user",
    *,
    replace: bool = False,
    home: Path | None = None,
) -> Path:
    """Make a staged spec one that Jupyter lists, in one rename; gives its folder.

    Parameters
    ----------
    staged:
        Folder with ``kernel.json``; it stays where it is.
    name:
        The spec's name, in lower case.
    scope:
        For this user or for all users of the machine.
    replace:
        Whether a spec of that name in that place gives way.
    home:
        The folder of specs to publish it in; the scope's own when left out.

    Raises
    ------
    NameTaken
        There is a spec of that name, and ``replace`` is false.
    NotPermitted, DiskFull
        The folder cannot be written.
    """
    home = kernels_folder(scope) if home is None else home
    with _telling(home), _beside(home) as aside:
        fresh = aside / "new"
        shutil.copytree(staged, fresh)
        for path in (fresh, *fresh.iterdir()):
            readable = 0o055 if path.is_dir() else 0o044
            private = 0o700 if path.is_dir() else 0o600
            path.chmod(private | (readable if scope == "machine" else 0))
        target = home / name
        if target.exists() or target.is_symlink():
            if not replace:
                raise NameTaken(say("There is a kernel {name!r} already.", name=name), field="name")
            target.rename(aside / "old")
        try:
            fresh.rename(target)
        except OSError:
            with suppress(OSError):
                (aside / "old").rename(target)
            raise
        return target


def change(folder: Path, **values: Any) -> None:
    """Change entries of a spec's ``kernel.json`` in place of the old file, atomically.

    Raises
    ------
    NotPermitted, DiskFull
        It cannot be written.
    """
    spec = {**read(folder), **values}
    path = folder / "kernel.json"
    with _telling(folder):
        mode = path.stat().st_mode & 0o777
        fd, name = tempfile.mkstemp(dir=folder, prefix=".kernel-")
        temporary = Path(name)
        try:
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                file.write(json.dumps(spec, indent=1, ensure_ascii=False) + "\n")
            temporary.chmod(mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def check_writable(scope_or_home: Scope | Path) -> None:
    """See that specs can be written in a folder that may have to be made first.

    Raises
    ------
    NotPermitted
        They cannot; nothing was changed.
    """
    home = kernels_folder(scope_or_home) if isinstance(scope_or_home, str) else scope_or_home
    if not is_writable(home):
        raise _not_writable(home, "permission denied")


def remove(folder: Path) -> None:
    """Remove a spec: Jupyter ceases to list it in one rename; gone already is success.

    Raises
    ------
    NotPermitted
        It may not be removed.
    """
    with _telling(folder.parent):
        if folder.is_symlink():
            folder.unlink()
        elif folder.exists():
            with _beside(folder.parent) as aside:
                folder.rename(aside / "old")


def prefixes() -> dict[str, Path]:
    """Give the environment of every kernel spec that starts from one, by the spec's name."""
    found = ((name, prefix_of(read(folder))) for name, folder in spec_folders().items())
    return {name: prefix for name, prefix in found if prefix is not None}


def kernels_of(prefix: Path) -> list[str]:
    """Give the names of the kernel specs that start from the environment at ``prefix``."""
    real = os.path.realpath(prefix)
    return [name for name, own in prefixes().items() if os.path.realpath(own) == real]


def prefix_of(spec: dict[str, Any]) -> Path | None:
    """Give the environment that a spec starts from: as recorded, else from its interpreter."""
    recorded = our_part(spec).get("environment") or _metadata(spec).get("conda_env_path")
    if isinstance(recorded, str) and recorded:
        return Path(recorded)
    return program_prefix(spec)


def program_prefix(spec: dict[str, Any]) -> Path | None:
    """Give the environment that a spec's program lies in, whatever else the spec tells."""
    program = _program(spec)
    if program is not None and program.parent.name in ("bin", "Scripts"):
        return program.parent.parent
    return program.parent if program is not None else None


def argv_of(spec: dict[str, Any]) -> list[str]:
    """Give the kernel's own command, without the wrapper that activates its environment."""
    argv = spec.get("argv")
    if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv):
        return []
    return inner_command(argv)


def _metadata(spec: dict[str, Any]) -> dict[str, Any]:
    metadata = spec.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _program(spec: dict[str, Any]) -> Path | None:
    argv = argv_of(spec)
    return Path(argv[0]) if argv and Path(argv[0]).is_absolute() else None


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """Give a folder on the same disk that Jupyter does not look into, and clear it away."""
    home.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".ci-manager-", dir=home.parent))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    """Turn what the system says about a folder into an error that a user can act on."""
    try:
        yield
    except CIManagerError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(
                say("There is no room left for the kernel spec."), hint=say("Free some disk space.")
            ) from error
        raise _not_writable(folder, str(error.strerror)) from error


def _not_writable(folder: Path, why: str) -> NotPermitted:
    return NotPermitted(
        say("Kernel specs in {folder} cannot be written: {why}.", folder=folder, why=why),
        hint=say("Register the kernel for this user only, or ask an administrator."),
        code="folder_not_writable",
        details={"folder": str(folder)},
    )
