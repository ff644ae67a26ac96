"""Copies of kernel specs, kept with the snapshots of their environments."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..sentences import say
from .activation import inner_command

_WHERE = "where.json"


def specs_of(prefix: Path) -> dict[str, Path]:
    """Give the folders of the kernel specs outside ``prefix`` whose kernels run in it."""
    from jupyter_core.paths import jupyter_path

    real = Path(os.path.realpath(prefix))
    found: dict[str, Path] = {}
    for folder in map(Path, jupyter_path("kernels")):
        if real in folder.resolve().parents:
            continue
        for file in sorted(folder.glob("*/kernel.json")):
            if file.parent.name not in found and _runs_in(file, real):
                found[file.parent.name] = file.parent
    return found


def copy_specs(prefix: Path, target: Path) -> None:
    """Copy the kernel specs of an environment, each with the place that it has."""
    target.mkdir(mode=0o700)
    for name, folder in specs_of(prefix).items():
        shutil.copytree(folder, target / name)
        (target / name / _WHERE).write_text(json.dumps({"folder": str(folder)}), "utf-8")


def lost_specs(copies: Path) -> list[str]:
    """Give the names of the copied specs that are gone, or run something else now."""
    return sorted(copy.name for copy, folder in _copies(copies) if _differs(copy, folder))


def put_back_specs(copies: Path) -> tuple[list[str], list[str]]:
    """Put lost or changed specs back where they were.

    Gives the names of those that are back, and sentences about those that could not be.
    """
    done: list[str] = []
    refused: list[str] = []
    for copy, folder in _copies(copies):
        if not _differs(copy, folder):
            continue
        try:
            _put_back(copy, folder)
            done.append(copy.name)
        except OSError as error:
            why = error.strerror or str(error)
            refused.append(
                say(
                    "Its kernel {name} could not be put back into {parent}: {why}. "
                    "Repair it again when that folder can be written.",
                    name=copy.name,
                    parent=folder.parent,
                    why=why,
                )
            )
    return sorted(done), refused


def _put_back(copy: Path, folder: Path) -> None:
    """Lay a spec beside its place and rename it, so nobody sees half of one."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    old = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    try:
        # An error of copytree's own is a list of what failed, without a reason of the system's.
        with _plainly():
            shutil.copytree(copy, fresh, ignore=shutil.ignore_patterns(_WHERE))
        if folder.exists():
            folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except shutil.Error as error:
        raise OSError(error.args[0][0][2]) from error


def _copies(copies: Path) -> Iterator[tuple[Path, Path]]:
    for copy in sorted(copies.iterdir()) if copies.is_dir() else []:
        try:
            where = json.loads((copy / _WHERE).read_text("utf-8"))["folder"]
        except (OSError, ValueError, KeyError):
            continue
        yield copy, Path(where)


def _differs(copy: Path, folder: Path) -> bool:
    then, now = _command(copy / "kernel.json"), _command(folder / "kernel.json")
    # Another display name is its owner's business; another command is another kernel.
    return now is None or then != now


def _command(file: Path) -> list[Any] | None:
    try:
        argv = json.loads(file.read_text("utf-8"))["argv"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return argv if isinstance(argv, list) else None


def _runs_in(file: Path, prefix: Path) -> bool:
    argv = _command(file)
    if not argv:
        return False
    program = inner_command([str(part) for part in argv])[0]
    if not Path(program).is_absolute():
        return False
    return prefix in Path(os.path.realpath(Path(program).parent), Path(program).name).parents
