"""Every setting, in one place, the same for all faces and for jobs.

Settings come from section ``CIManager`` of ``jupyter_ci_manager_config.*`` and
``jupyter_server_config.*`` on Jupyter's configuration path, then from environment variables
(``CI_MANAGER_<SETTING>``), then from the command line. What an administrator locks counts from
the system's folders only (``/etc/jupyter`` and the like), never from a user's own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets import Bool, Dict, Enum, Float, HasTraits, Integer, List, TraitType, Unicode

if TYPE_CHECKING:
    from traitlets.config import Config

_FILES = ("jupyter_server_config", "jupyter_ci_manager_config")
_SECTION = "CIManager"


class Settings(HasTraits):
    """The settings of jupyter_ci_manager; configured as ``c.CIManager.<name>``.

    No ``Configurable``: a job is given its settings, and importing what reads files would take it
    as long as a solve.
    """

    backend = Enum(
        ["azure", "emulator"],
        default_value="azure",
        help="What is talked to: Azure itself, or the emulator on this machine.",
    ).tag(config=True)
    endpoint = Unicode(
        "",
        help="""Address of a running emulator, such as http://127.0.0.1:8900. Empty with the
        emulator as backend: one is started when it is needed.""",
    ).tag(config=True)
    cloud = Enum(
        ["AzureCloud", "AzureChinaCloud", "AzureUSGovernment"],
        default_value="AzureCloud",
        help="The Azure cloud: changes authority, Resource Manager host, scope and studio links.",
    ).tag(config=True)
    tenant_id = Unicode("", help="Tenant to sign in to; empty: the one Azure names.").tag(
        config=True
    )
    client_id = Unicode(
        "", help="Client id for a user-assigned managed identity or for device code."
    ).tag(config=True)
    emulator_user = Unicode("", help="Object id to act as in the emulator; empty: its owner.").tag(
        config=True
    )
    emulator_ready_file = Unicode(
        "",
        help="""Ready file of a running emulator: tells its address, and signs in also where it
        takes only tokens of its own (--strict-auth, --machines).""",
    ).tag(config=True)
    emulator_machines = Bool(
        False, help="Instances of one's own emulator are real Jupyter servers while they run."
    ).tag(config=True)
    credential = Enum(
        ["auto", "managed_identity", "cli", "device_code", "environment"],
        default_value="auto",
        help="How to sign in; auto: azure-identity's default chain, then device code on request.",
    ).tag(config=True)
    persist_tokens = Bool(
        False, help="Keep tokens in a file of the user's (0600) between sessions."
    ).tag(config=True)
    subscription_id = Unicode("", help="Subscription of the workspace.").tag(config=True)
    resource_group = Unicode("", help="Resource group of the workspace.").tag(config=True)
    workspace = Unicode("", help="Name of the workspace.").tag(config=True)
    api_version = Unicode("2025-12-01", help="Stable api-version for computes.").tag(config=True)
    preview_api_version = Unicode(
        "2026-05-15-preview", help="api-version for actions that exist in previews only."
    ).tag(config=True)
    poll_interval = Float(30.0, help="Seconds between lists while nothing changes.").tag(
        config=True
    )
    busy_poll_interval = Float(
        2.0, help="Seconds between lists while an instance is in transition."
    ).tag(config=True)
    default_idle_minutes = Integer(
        60, help="Idle shutdown that a new instance gets unless asked otherwise; 0: none."
    ).tag(config=True)
    default_vm_size = Unicode(
        "Standard_DS3_v2", help="VM size of a new instance unless asked otherwise."
    ).tag(config=True)
    default_tags = Dict(
        help="Tags that every new instance gets, such as {'team': 'vision'}.",
    ).tag(config=True)
    required_tags = List(Unicode(), help="Tags without which no instance is created.").tag(
        config=True
    )
    engine = Enum(
        ["auto", "rattler", "conda"],
        default_value="auto",
        help="""How environments are made. auto: rattler, unless the user's conda configuration
        holds something that only conda can honour.""",
    ).tag(config=True)
    conda_executable = Unicode(
        "", help="The conda, mamba or micromamba to use; empty: looked for."
    ).tag(config=True)
    channels = List(
        Unicode(),
        help="Channels for new environments; empty: what the user's condarc says, else conda-forge.",
    ).tag(config=True)
    envs_dir = Unicode(
        "", help="Folder of new environments; empty: the first of conda's envs_dirs."
    ).tag(config=True)
    package_cache = Unicode(
        "",
        help="""Folder of downloaded packages; empty: one on the file system of the environment,
        so that packages are linked and not copied.""",
    ).tag(config=True)
    manifest_folder = Unicode(
        "",
        help="""Folder where the list of environments is kept for other machines; empty: the
        workspace's file share where there is one.""",
    ).tag(config=True)
    language_catalogues = List(
        Unicode(), help="TOML files with more languages for kernels, in languages.toml's form."
    ).tag(config=True)
    protected_environments = List(
        Unicode(),
        help="""More environments to protect: names, patterns or absolute prefixes. A user's own
        list adds to the one in the system's folders.""",
    ).tag(config=True)
    protected_kernels = List(
        Unicode(),
        help="""More kernel specs to protect: names or patterns. A user's own list adds to the one
        in the system's folders.""",
    ).tag(config=True)
    lock_protection = Bool(
        False,
        help="""Users may not protect or unprotect anything, and only the lists in the system's
        folders count; itself counts from there only.""",
    ).tag(config=True)
    max_jobs = Integer(2, help="How many jobs run at once; further ones wait.").tag(config=True)
    job_history_days = Integer(14, help="How long finished jobs are kept.").tag(config=True)
    kernel_test_timeout = Float(60.0, help="Seconds a new kernel may take to answer.").tag(
        config=True
    )
    disk_floor_mb = Integer(
        1024, help="Free megabytes that must stay on the disk of an environment."
    ).tag(config=True)


#: Settings that count only where no user can write.
_ADMIN_ONLY = ("lock_protection",)
#: Lists that a user can make longer but not shorter.
_STANDING = ("protected_environments", "protected_kernels")


def _system_paths() -> list[Path]:
    # Not the installation's own etc/jupyter: in a virtual environment it is the user's.
    from jupyter_core.paths import SYSTEM_CONFIG_PATH

    return [Path(p) for p in SYSTEM_CONFIG_PATH]


def _read(folder: Path) -> Config:
    """Read our section from one folder's files; an unreadable file raises as Jupyter's would."""
    from traitlets.config.loader import (
        Config,
        ConfigFileNotFound,
        JSONFileConfigLoader,
        PyFileConfigLoader,
    )

    merged = Config()
    for base in _FILES:
        for loader, ending in ((PyFileConfigLoader, ".py"), (JSONFileConfigLoader, ".json")):
            try:
                merged.merge(loader(base + ending, path=str(folder)).load_config())
            except ConfigFileNotFound:
                continue
    return merged


def _has_files(folder: Path) -> bool:
    """Look as traitlets would, without it: importing it costs more than a solve from cached records."""
    names = [base + end for base in _FILES for end in (".py", ".json")]
    return any(os.path.isfile(folder / name) for name in names)  # noqa: PTH113


def _from_environment() -> Config:
    from traitlets.config import Config

    section = Config()
    for name, trait in _settable():
        raw = os.environ.get("CI_MANAGER_" + name.upper())
        if raw is None or raw == "":
            continue
        section[name] = (
            trait.from_string_list(raw.split(","))
            if isinstance(trait, List)
            else trait.from_string(raw)
        )
    return Config({_SECTION: section}) if section else Config()


def _settable() -> Iterator[tuple[str, TraitType[Any, Any]]]:
    for name, trait in Settings.class_traits(config=True).items():
        if name not in _ADMIN_ONLY:
            yield name, trait


def standing_protection() -> dict[str, list[str]]:
    """Give what administrators protect: the lists of the system's folders, read afresh.

    Raises
    ------
    traitlets.config.ConfigFileNotFound, OSError
        A file there cannot be read: then nothing may be taken for unprotected.
    """
    standing: dict[str, list[str]] = {name: [] for name in _STANDING}
    for folder in _system_paths():
        if not _has_files(folder):
            continue
        found = _read(folder).get(_SECTION, {})
        for name in _STANDING:
            standing[name] += [str(entry) for entry in found.get(name, [])]
    return standing


def load_settings(command_line: Config | None = None) -> Settings:
    """Read the settings from files, then the environment, then ``command_line``.

    Parameters
    ----------
    command_line:
        What was given on a command line (section ``CIManager``); wins over everything else.

    Raises
    ------
    traitlets.TraitError
        When a value is not of the setting's type; the message names the setting.
    """
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config

    system = _system_paths()
    merged = Config()
    locks = Config()
    for entry in reversed(jupyter_config_path()):
        folder = Path(entry)
        found = _read(folder)
        if folder in system and _SECTION in found:
            locks.merge({k: v for k, v in found[_SECTION].items() if k in _ADMIN_ONLY})
        merged.merge(found)
    merged.merge(_from_environment())
    if command_line is not None:
        merged.merge(command_line)
    section = Config(
        {k: v for k, v in merged.get(_SECTION, Config()).items() if k not in _ADMIN_ONLY}
    )
    section.merge(locks)
    for name, standing in standing_protection().items():
        own = [] if section.get("lock_protection") else list(section.get(name, []))
        if standing or own or name in section:
            section[name] = list(dict.fromkeys([*standing, *own]))
    known = Settings.class_traits(config=True)
    return Settings(**{k: v for k, v in section.items() if k in known})
