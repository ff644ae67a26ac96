"""From a request to an order: everything that can be known to be wrong is found here.

A face's request is checked before a job starts, and once more by the job itself: what was free a
moment ago may be taken now.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import (
    InvalidValue,
    NameTaken,
    NotFound,
    NotPermitted,
    ProtectedEnvironment,
)
from ..sentences import say
from . import environments, installed, kernelspecs, names, pip, sources
from .engines import SolveRequest, bookkeeping
from .engines.conda_config import CondaConfig
from .engines.folders import new_prefix
from .engines.secrets import check_channels
from .engines.selection import choose_engine
from .engines.specs import parse_spec, parse_specs
from .engines.subdirs import own_subdir
from .languages import Language, find_language
from .models import KernelRequest
from .order import Order
from .protection import Policy

#: What a job that makes a kernel goes through, in order.
PHASES = ("check", "solve", "download", "link", "activate", "test", "register")
_SOURCES = ("environment_yml", "lock", "existing", "clone")


def claim_name(prefix: Path) -> str:
    """Give the name under which jobs claim an environment, the same for every spelling."""
    real = Path(os.path.realpath(prefix))
    # The kernel of an environment is called by its name in lower case: those must not meet.
    return f"environment:{real.parent / real.name.lower()}"


def check(
    request: KernelRequest,
    settings: Settings,
    *,
    begun: Path | None = None,
    own_kernel: bool = False,
) -> Order:
    """Check a request against the rules and against what is on this machine now.

    Parameters
    ----------
    request:
        What the user asks for.
    settings:
        The settings in force.
    begun:
        Prefix that the job itself began before, and may go on with.
    own_kernel:
        Whether a spec of that name is the job's own.

    Raises
    ------
    InvalidValue, NameTaken, NotFound, NotPermitted, ProtectedEnvironment, CondaNotFound
        The request cannot be; ``field`` names what is wrong.
    """
    check_sources(request)
    name = names.check_name(request.name)
    kernel = names.kernel_name(name)
    language = find_language(request.language, settings)
    display = names.check_display_name(
        request.display_name if request.display_name is not None else language.display_name(name)
    )
    if not own_kernel:
        check_kernel_name(kernel, settings)
    if not own_kernel and kernel in kernelspecs.spec_folders():
        raise NameTaken(
            say("There is a kernel {kernel!r} already.", kernel=kernel),
            hint=say("Choose another name, or remove that kernel first."),
            field="name",
        )
    try:
        kernelspecs.check_writable(request.scope)
    except NotPermitted as error:
        error.field = "scope"
        raise
    check_channels(tuple(request.channels))
    engine, reason = choose_engine(settings, request.engine)
    checked: dict[str, Any] = {
        "request": request,
        "language": language,
        "engine": engine,
        "engine_reason": reason,
        "kernel": kernel,
        "display_name": display,
    }
    requirements = tuple(pip.check_requirements(request.pip))
    if request.existing is not None:
        return _with_existing({**checked, "pip": requirements}, request.existing, settings)
    condarc = environments.current_condarc(settings)
    prefix = new_prefix(name, settings, condarc)
    if prefix != begun:
        check_free(name, prefix, settings, condarc)
    for position, text in enumerate(request.packages):
        parse_spec(text, field=f"packages[{position}]")
    solve, more_pip, variables = _source(request, prefix, language, settings)
    check_channels(solve.channels)
    allowed = condarc.resolve_all(solve.channels or tuple(settings.channels))
    parse_specs(
        solve.specs,
        [*allowed, *solve.channels, *condarc.channels],
        field="packages" if request.environment_yml is None else "environment_yml",
    )
    lacking: tuple[str, ...] = ()
    if solve.clone is not None:
        lacking = _lacking(solve.clone, language)
    return Order(
        **checked,
        prefix=prefix,
        is_new=True,
        solve=solve,
        lacking=lacking,
        pip=(*requirements, *more_pip),
        variables=variables,
    )


def check_sources(request: KernelRequest) -> None:
    """See that a request names one source at most.

    Raises
    ------
    InvalidValue
        It names several; ``field`` is one of them.
    """
    given = [name for name in _SOURCES if getattr(request, name) is not None]
    if len(given) > 1 or (given and request.packages):
        raise InvalidValue(
            say(
                "A new kernel comes from one source only: packages, "
                "an environment file, a lock file, an existing environment or a clone."
            ),
            hint=say("Leave out all but one."),
            code="several_sources",
            field=given[-1],
        )
    if request.version is not None and given:
        raise InvalidValue(
            say("A version cannot be chosen together with {source}.", source=given[0]),
            code="several_sources",
            field="version",
        )


def check_kernel_name(kernel: str, settings: Settings) -> None:
    """See that a kernel of this name would take no protected kernel's place.

    Raises
    ------
    ProtectedEnvironment
        It would; ``field`` is ``name``.
    """
    policy = Policy(settings)
    folder = kernelspecs.spec_folders().get(kernel)
    try:
        policy.check_new_kernel(kernel)
        if folder is not None:
            prefix = kernelspecs.prefix_of(kernelspecs.read(folder))
            policy.check_kernel(kernel, prefix=prefix, resource_dir=folder, verb=say("replaced"))
    except ProtectedEnvironment as error:
        error.field = "name"
        raise


def check_free(
    name: str,
    prefix: Path,
    settings: Settings,
    condarc: CondaConfig,
    *,
    apart_from: Path | None = None,
) -> None:
    """See that a new environment may be made at ``prefix`` and be called ``name``.

    Parameters
    ----------
    apart_from:
        The environment that is being renamed: it does not stand in its own way.

    Raises
    ------
    NameTaken, ProtectedEnvironment
        It may not; ``field`` is ``name``.
    """
    try:
        Policy(settings).check("create", prefix)
    except ProtectedEnvironment as error:
        error.field = "name"
        raise
    if os.path.lexists(prefix) or _is_known(name, prefix, condarc, apart_from):
        raise NameTaken(
            say("There is an environment {name!r} already.", name=name),
            hint=say("Choose another name, or make a kernel of the existing environment."),
            field="name",
        )


def _is_known(name: str, prefix: Path, condarc: CondaConfig, apart_from: Path | None) -> bool:
    """Say whether an environment elsewhere has that name, in whatever case it is written."""
    known = [path for path in bookkeeping.known_environments() if path.is_dir()]
    for folder in {prefix.parent, *condarc.envs_dirs}:
        if folder.is_dir():
            known += [path for path in folder.iterdir() if path.name.lower() == name.lower()]
    return any(
        path.name.lower() == name.lower()
        and installed.is_environment(path)
        and (apart_from is None or os.path.realpath(path) != os.path.realpath(apart_from))
        for path in known
    )


def find(wanted: str, field: str, settings: Settings) -> Path:
    """Give the prefix of an environment that a request names in ``field``.

    Raises
    ------
    NotFound, InvalidValue
        There is none, or several have that name; ``field`` is named.
    """
    kernels = kernelspecs.prefixes()
    try:
        return Path(environments.find_environment(wanted, settings, kernels=kernels).prefix)
    except (NotFound, InvalidValue) as error:
        error.field = field
        raise


def _source(
    request: KernelRequest, prefix: Path, language: Language, settings: Settings
) -> tuple[SolveRequest, tuple[str, ...], dict[str, str]]:
    channels = tuple(request.channels)
    if request.clone is not None:
        original = find(request.clone, "clone", settings)
        return SolveRequest(clone=original, prefix=prefix), (), {}
    if request.lock is not None:
        source = sources.read_lock(request.lock, own_subdir())
        return (
            SolveRequest(explicit=source.explicit, prefix=prefix, channels=channels),
            source.pip,
            {},
        )
    if request.environment_yml is not None:
        source = sources.read_environment_yml(request.environment_yml)
        for text in source.specs:
            parse_spec(text, field="environment_yml")
        channels = (*channels, *(c for c in source.channels if c not in channels))
        specs = _with_kernel(source.specs, language, pip=bool(source.pip or request.pip))
        return (
            SolveRequest(specs=specs, prefix=prefix, channels=channels),
            source.pip,
            source.variables,
        )
    specs = _joined(tuple(request.packages), language.specs(request.version))
    specs = _with_kernel(specs, language, pip=bool(request.pip))
    return SolveRequest(specs=specs, prefix=prefix, channels=channels), (), {}


def _with_kernel(specs: tuple[str, ...], language: Language, *, pip: bool) -> tuple[str, ...]:
    """Add what the kernel needs, and pip where it has work to do, unless asked for already."""
    return _joined(specs, [*language.kernel_packages(), *(["pip"] if pip else [])])


def _joined(specs: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    named = {parse_spec(text).name for text in specs}
    return (*specs, *(text for text in more if parse_spec(text).name not in named))


def _with_existing(checked: dict[str, Any], existing: str, settings: Settings) -> Order:
    prefix = find(existing, "existing", settings)
    language: Language = checked["language"]
    missing = _lacking(prefix, language)
    channels = tuple(checked["request"].channels)
    return Order(
        **checked,
        prefix=prefix,
        is_new=False,
        solve=SolveRequest(specs=missing, prefix=prefix, channels=channels) if missing else None,
    )


def _lacking(prefix: Path, language: Language) -> tuple[str, ...]:
    there = {package.name for package in installed.list_packages(prefix)}
    return tuple(name for name in language.kernel_packages() if name not in there)
