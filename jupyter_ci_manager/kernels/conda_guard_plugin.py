"""A plugin of conda's that refuses in a terminal what would lose a protected environment.

This file is copied into the site-packages of conda's base environment, so it imports conda and
the standard library only. What is protected stands in a JSON file beside it.
"""

import fnmatch
import json
import os
import re

try:
    from conda.plugins.types import CondaPostSolve, CondaPreCommand
except ImportError:  # conda before 23.7
    from conda.plugins import CondaPostSolve, CondaPreCommand  # type: ignore[no-redef]
from conda.base.context import context
from conda.exceptions import CondaError
from conda.plugins import hookimpl

_HERE = os.path.splitext(os.path.abspath(__file__))[0]
_ADVICE = "Clone it and work in the clone: conda create --name mine --clone {name}"


class ProtectedEnvironmentError(CondaError):
    """The environment must not be lost."""


def _protected(prefix):
    """Say why the environment at ``prefix`` is protected; ``None`` when it is not."""
    with open(_HERE + ".json", encoding="utf-8") as file:
        policy = json.load(file)
    real = os.path.realpath(os.path.expanduser(os.fspath(prefix)))
    if not os.path.isdir(real):
        return None
    name = os.path.basename(real)
    if name in policy["names"]:
        return policy["reason"]
    for entry in policy["entries"]:
        text = real if os.sep in entry else name
        if fnmatch.fnmatchcase(text, entry):
            return policy["listed"]
    for known in policy["prefixes"]:
        try:
            if os.path.samefile(known, real):
                return policy["listed"]
        except OSError:
            continue
    return None


def _refuse(prefix, verb, reason):
    name = os.path.basename(os.path.realpath(prefix))
    raise ProtectedEnvironmentError(
        "The environment {} cannot be {}. {}\n{}".format(
            name, verb, reason, _ADVICE.format(name=name)
        )
    )


def _arguments():
    # conda keeps what was parsed under a private name, in all versions so far.
    return getattr(context, "_argparse_args", None) or {}


def _get(arguments, name):
    if isinstance(arguments, dict):
        return arguments.get(name)
    return getattr(arguments, name, None)


def _prefix_of_name(name):
    if os.sep in name:
        return name
    for folder in context.envs_dirs:
        if os.path.isdir(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return name


def _prefix_in_file(path):
    """Give the environment that a file names, where no option does."""
    try:
        with open(path, encoding="utf-8") as file:
            found = re.search(r"^\s*(?:name|prefix)\s*:\s*['\"]?([^'\"\s#]+)", file.read(), re.M)
    except OSError:
        return None
    return _prefix_of_name(found.group(1)) if found else None


def before_command(command):
    """Look at a command before conda does; refuse what would lose a protected environment."""
    arguments = _arguments()
    if command == "remove" and not _get(arguments, "all"):
        return
    places = [context.target_prefix]
    if command == "rename":
        places.append(_prefix_of_name(_get(arguments, "destination") or ""))
    if command == "env_create" and not (_get(arguments, "name") or _get(arguments, "prefix")):
        files = _get(arguments, "file") or "environment.yml"
        files = [files] if isinstance(files, str) else list(files)
        places = [place for place in map(_prefix_in_file, files) if place]
    verbs = {"rename": "renamed or overwritten", "create": "created over"}
    verbs["env_create"] = verbs["create"]
    for place in places:
        reason = _protected(place) if place else None
        if reason:
            _refuse(place, verbs.get(command, "removed"), reason)


def after_solve(repodata_fn, unlink_precs, link_precs):
    """Look at a solution; refuse one that takes what the environment is protected for."""
    prefix = context.target_prefix
    reason = _protected(prefix)
    if not reason:
        return
    with open(_HERE + ".json", encoding="utf-8") as file:
        core = re.compile(json.load(file)["core"], re.IGNORECASE)
    stays = {(p.name, p.version, p.build) for p in link_precs}
    lost = sorted(
        p.name
        for p in unlink_precs
        if core.match(p.name) and (p.name, p.version, p.build) not in stays
    )
    if lost:
        _refuse(prefix, "changed so: it would lose or replace " + ", ".join(lost), reason)


@hookimpl
def conda_pre_commands():
    """Register :func:`before_command`."""
    yield CondaPreCommand(
        name="jupyter-ci-manager-guard",
        action=before_command,
        run_for={"remove", "create", "rename", "env_remove", "env_create"},
    )


@hookimpl
def conda_post_solves():
    """Register :func:`after_solve`."""
    yield CondaPostSolve(name="jupyter-ci-manager-guard", action=after_solve)
