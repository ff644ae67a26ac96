"""One environment per client, made once and kept in a cache folder.

The clients pull in hundreds of packages that contradict each other and ours, so each has its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

_CHECKOUT = Path(__file__).resolve().parents[2]
_LIMIT = 1200


def cache_folder() -> Path:
    """Where environments are kept: ``$CI_MANAGER_TEST_CACHE`` or ``.cache`` of the checkout."""
    return Path(os.environ.get("CI_MANAGER_TEST_CACHE") or _CHECKOUT / ".cache") / "clients"


def _run(arguments: list[str], **more: object) -> None:
    done = subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LIMIT,
        check=False,
        **more,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout[-4000:]}")


def _prepare(name: str, contents: str) -> tuple[Path, bool]:
    """Give the folder of a client, and whether it holds these contents already."""
    folder = cache_folder() / name
    stamp = folder / "made-of"
    wanted = hashlib.sha256(f"{sys.version}\n{contents}".encode()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return folder, True
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder, False


def _finish(folder: Path, contents: str) -> None:
    wanted = hashlib.sha256(f"{sys.version}\n{contents}".encode()).hexdigest()
    (folder / "made-of").write_text(wanted)


def python_client(name: str, *requirements: str) -> Path:
    """Give the Python of a client's environment, making it with pip if need be.

    Args:
        name: The environment's name in the cache.
        requirements: What pip installs.
    """
    root = cache_folder()
    root.mkdir(parents=True, exist_ok=True)
    contents = "\n".join(requirements)
    with FileLock(root / f"{name}.lock"):
        folder, made = _prepare(name, contents)
        scripts = "Scripts" if sys.platform == "win32" else "bin"
        python = folder / "env" / scripts / "python"
        if not made:
            _run([sys.executable, "-m", "venv", str(folder / "env")])
            install = [str(python), "-m", "pip", "install", "--quiet", "--no-compile"]
            _run([*install, "--disable-pip-version-check", *requirements])
            _finish(folder, contents)
    return python


def node_client(name: str, *packages: str) -> Path:
    """Give the folder of a node client, making it with npm if need be."""
    root = cache_folder()
    root.mkdir(parents=True, exist_ok=True)
    contents = "\n".join(packages)
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not on PATH: install node 20 or later.")
    with FileLock(root / f"{name}.lock"):
        folder, made = _prepare(name, contents)
        if not made:
            (folder / "package.json").write_text('{"private": true, "type": "module"}')
            arguments = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
            _run(arguments, cwd=folder)
            _finish(folder, contents)
    return folder
