"""The user's environments written down outside the machine, and made anew on another one.

A compute instance is replaced sooner or later, and its disk goes with it; the file share with the
notebooks stays. There the manifest lies: one file, without credentials, that says which
environments there were, with their packages and kernels.
"""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any

import msgspec

from ..config import Settings
from ..errors import InvalidValue, NotFound, NotPermitted
from ..jobs.paths import data_folder
from ..sentences import say
from . import exports, kernelspecs, names
from .engines.bookkeeping import write_atomically
from .models import Environment, KernelRequest

_NAME = "environments.json"
_LIMIT = 20_000_000
#: Where Azure's images mount the workspace's file share, seen from a user's home.
_SHARE = Path("cloudfiles") / "code"


class KernelEntry(msgspec.Struct, kw_only=True):
    """A kernel of an environment: its spec's name and the name that Jupyter shows."""

    name: str
    display_name: str
    language: str = "python"


class Entry(msgspec.Struct, kw_only=True):
    """An environment: its name, its packages as ``environment.yml``, and its kernels."""

    name: str
    environment_yml: str
    kernels: list[KernelEntry] = []


class Manifest(msgspec.Struct, kw_only=True):
    """All environments of one user on one machine at one time (seconds since the epoch)."""

    version: int = 1
    written: float
    hostname: str = ""
    environments: list[Entry] = []


def manifest_path(settings: Settings) -> Path:
    """Give the manifest's place: as configured, else on the file share, else with our data."""
    if settings.manifest_folder:
        return Path(settings.manifest_folder).expanduser().absolute() / _NAME
    share = Path.home() / _SHARE
    if share.is_dir():
        # Several users may share it, and several instances: each user's is his own.
        return share / ".jupyter-ci-manager" / _user() / _NAME
    return data_folder() / _NAME


def write_manifest(listed: list[Environment], settings: Settings) -> Path:
    """Write down the user's own environments; protected ones come with the machine.

    Parameters
    ----------
    listed:
        The environments as the listing gives them.

    Raises
    ------
    NotPermitted
        The folder cannot be written.
    """
    folders = kernelspecs.spec_folders()
    entries = [
        Entry(
            name=environment.name,
            environment_yml=exports.export_exact_yaml(Path(environment.prefix), environment.name),
            kernels=[_kernel(name, folders[name]) for name in environment.kernels],
        )
        for environment in listed
        if not (environment.is_base or environment.is_protected or environment.is_broken)
    ]
    manifest = Manifest(written=time.time(), hostname=socket.gethostname(), environments=entries)
    path = manifest_path(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=1).decode()
        write_atomically(path, text, 0o600)
    except OSError as error:
        raise NotPermitted(
            say(
                "The list of environments cannot be written to {parent}: {strerror}.",
                parent=path.parent,
                strerror=error.strerror,
            ),
            hint=say("Set manifest_folder in the settings to a folder of your own."),
            code="folder_not_writable",
        ) from error
    return path


def read_manifest(settings: Settings) -> Manifest:
    """Read what was written down, on this machine or on another one.

    Raises
    ------
    NotFound
        Nothing was written down yet.
    InvalidValue
        The file is not one of ours.
    """
    path = manifest_path(settings)
    try:
        if path.stat().st_size > _LIMIT:
            raise InvalidValue(say("The file {path} is too large.", path=path), code="invalid_file")
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise NotFound(
            say("No list of environments was found in {parent}.", parent=path.parent),
            hint=say("Write one on the machine that has the environments."),
            code="manifest_not_found",
        ) from error
    except msgspec.MsgspecError as error:
        raise InvalidValue(
            say("The file {path} cannot be read: {error}", path=path, error=error),
            code="invalid_file",
        ) from error


def requests(manifest: Manifest, environments: set[str], kernels: set[str]) -> list[KernelRequest]:
    """Give the requests that make anew what is written down and not here.

    Parameters
    ----------
    environments, kernels:
        Names of those that are here. An environment comes with its first kernel; further ones,
        and kernels that an environment has lost, are made of the environment once it is here.
    """
    wanted = []
    for entry in manifest.environments:
        if entry.name in environments:
            wanted += [
                KernelRequest(
                    name=kernel.name,
                    display_name=kernel.display_name,
                    language=kernel.language,
                    existing=entry.name,
                )
                for kernel in entry.kernels
                if kernel.name not in kernels
            ]
            continue
        own = [k for k in entry.kernels if k.name == names.kernel_name(entry.name)]
        kernel = next(iter(own or entry.kernels), None)
        wanted.append(
            KernelRequest(
                name=entry.name,
                display_name=kernel.display_name if kernel else None,
                language=kernel.language if kernel else "python",
                environment_yml=entry.environment_yml,
            )
        )
    return wanted


def _kernel(name: str, folder: Path) -> KernelEntry:
    spec: dict[str, Any] = kernelspecs.read(folder)
    language = kernelspecs.our_part(spec).get("language")
    return KernelEntry(
        name=name,
        display_name=str(spec.get("display_name") or name),
        language=str(language or "python"),
    )


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if hasattr(os, "getuid") else "user"
