"""A plugin of conda's that refuses in a terminal what would lose a protected environment.

This file is copied into the site-packages of conda's base environment, so it imports conda and
the standard library only. What is protected stands in a JSON file beside it, and what the user has
protected himself in his own. Run as a program, it proves that conda heeds it.
"""

import fnmatch
import json
import os
import re
import sys

try:
    from conda.plugins.types import CondaPostSolve, CondaPreCommand
except ImportError:  # conda before 23.7
    from conda.plugins import CondaPostSolve, CondaPreCommand  # type: ignore[no-redef]
from conda.base.context import context
from conda.exceptions import CondaError
from conda.plugins import hookimpl

try:  # conda 25.5 and later
    from conda.core.path_actions import Action
    from conda.plugins.types import CondaPreTransactionAction
except ImportError:
    Action, CondaPreTransactionAction = object, None  # type: ignore[assignment,misc]

_NAME = "jupyter-ci-manager-guard"
_ADVICE = "Clone it and work in the clone: conda create --name mine --clone {name}"


class ProtectedEnvironmentError(CondaError):
    """The environment must not be lost."""


# Read once: a conda that is at work goes on when the guard is taken out meanwhile.
with open(os.path.splitext(os.path.abspath(__file__))[0] + ".json", encoding="utf-8") as _file:
    _POLICY = json.load(_file)


def _chosen():
    """Give the prefixes that this user has protected himself, where Jupyter keeps its data."""
    data = os.environ.get("JUPYTER_DATA_DIR")
    if not data and sys.platform == "darwin":
        data = os.path.expanduser("~/Library/Jupyter")
    elif not data and sys.platform == "win32":
        data = os.path.join(os.environ.get("APPDATA", ""), "jupyter")
    elif not data:
        share = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
        data = os.path.join(share, "jupyter")
    try:
        path = os.path.join(data, "ci-manager", "protection.json")
        with open(path, encoding="utf-8") as file:
            return [str(entry) for entry in json.load(file)["protected"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _protected(prefix):
    """Say why the environment at ``prefix`` is protected; ``None`` when it is not."""
    real = os.path.realpath(os.path.expanduser(os.fspath(prefix)))
    if not os.path.isdir(real):
        return None
    name = os.path.basename(real)
    if name in _POLICY["names"]:
        return _POLICY["reason"]
    for entry in _POLICY["entries"]:
        text = real if os.sep in entry else name
        if fnmatch.fnmatchcase(text, entry):
            return _POLICY["listed"]
    reasons = list(_POLICY["prefixes"].items())
    reasons += [(known, _POLICY["chosen"]) for known in _chosen()]
    for known, reason in reasons:
        try:
            if os.path.samefile(known, real):
                return reason
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
    if command == "install" and (CondaPreTransactionAction or not _goes_unsolved(arguments)):
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
    verbs["install"] = "changed so: this conda does not tell what it would lose"
    for place in places:
        reason = _protected(place) if place else None
        if reason:
            _refuse(place, verbs.get(command, "removed"), reason)


def _goes_unsolved(arguments):
    """Whether an installation names files or a revision, which no solution is made for."""
    packages = _get(arguments, "packages") or []
    return _get(arguments, "revision") is not None or any(
        str(package).endswith((".conda", ".tar.bz2")) for package in packages
    )


def lost_packages(prefix, unlink_precs, link_precs):
    """Give what a change takes from a protected environment, and why it is protected."""
    reason = _protected(prefix)
    if not reason:
        return [], ""
    core = re.compile(_POLICY["core"], re.IGNORECASE)
    kept = re.compile(_POLICY["kept"], re.IGNORECASE)
    stays = {(p.name, p.version, p.build) for p in link_precs}
    names = {p.name for p in link_precs}
    # conda, and with it base, is kept up to date; there only what goes for good is a loss.
    may_be_replaced = os.path.isdir(os.path.join(str(prefix), "condabin"))
    lost = set()
    for record in unlink_precs:
        is_core = core.match(record.name)
        goes = record.name not in names
        if goes and (is_core or kept.match(record.name)):
            lost.add(record.name)
        is_same = (record.name, record.version, record.build) in stays
        if is_core and not goes and not is_same and not may_be_replaced:
            lost.add(record.name)
    return sorted(lost), reason


def after_solve(repodata_fn, unlink_precs, link_precs):
    """Look at a solution; refuse one that takes what the environment is protected for."""
    lost, reason = lost_packages(context.target_prefix, unlink_precs, link_precs)
    if lost:
        _refuse_loss(context.target_prefix, lost, reason)


def _refuse_loss(prefix, lost, reason):
    _refuse(prefix, "changed so: it would lose or replace " + ", ".join(lost), reason)


class LookBeforeTransaction(Action):
    """Looks at what is about to be done, whether it was solved for or not."""

    def _look(self):
        lost, reason = lost_packages(
            self.target_prefix, self.unlink_precs or (), self.link_precs or ()
        )
        if lost:
            _refuse_loss(self.target_prefix, lost, reason)

    def verify(self):
        """Give the refusal, as conda wants it here."""
        try:
            self._look()
        except ProtectedEnvironmentError as error:
            return error
        self._verified = True
        return None

    def execute(self):
        """Refuse where conda was told to verify nothing."""
        self._look()

    def reverse(self):
        """Take nothing back: nothing was done."""

    def cleanup(self):
        """Leave nothing behind."""


@hookimpl
def conda_pre_commands():
    """Register :func:`before_command`."""
    yield CondaPreCommand(
        name=_NAME,
        action=before_command,
        run_for={"remove", "create", "rename", "env_remove", "env_create", "install"},
    )


@hookimpl
def conda_post_solves():
    """Register :func:`after_solve`."""
    yield CondaPostSolve(name=_NAME, action=after_solve)


if CondaPreTransactionAction is not None:

    @hookimpl
    def conda_pre_transaction_actions():
        """Register :class:`LookBeforeTransaction`."""
        yield CondaPreTransactionAction(name=_NAME, action=LookBeforeTransaction)


class _Sample:
    name, version, build = "python", "3.6.9", "0"


def prove(prefix):
    """Give what keeps conda from heeding this plugin at ``prefix``, a sample; or nothing."""
    manager = context.plugin_manager
    manager.load_entrypoints("conda")
    for hook in ("pre_commands", "post_solves"):
        found = [entry.name for entry in manager.get_hook_results(hook)]
        if _NAME not in found:
            return "conda does not know the guard among its {}: {}".format(hook, found)
    if lost_packages(prefix, [_Sample], [])[0] != ["python"]:
        return "the guard would let python be removed from a sample"
    return ""


if __name__ == "__main__":
    sys.stdout.write(prove(sys.argv[1]))
