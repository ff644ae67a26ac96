"""Put on a process's path, this silences the policy there, and stops every blow before it falls.

With it every attack must get through: to an error of another kind, or to the point where something
would be lost, which raises ``got_through``. Nothing is lost in either case.
"""

import importlib.abc
import importlib.util
import sys

_NOTHING = (
    "describe", "describe_name", "describe_kernel", "describe_new_kernel", "describe_restoring",
)  # fmt: skip
#: What would take something away: module, and the names in it.
_BLOWS = {
    "jupyter_ci_manager.jobs.service": ["JobService.start", "JobService.retry"],
    "jupyter_ci_manager.kernels.engines.removal": ["remove_prefix"],
    "jupyter_ci_manager.kernels.engines.rattler": [
        "RattlerEngine.solve", "RattlerEngine._apply", "RattlerEngine._remove", "remove_prefix",
    ],
    "jupyter_ci_manager.kernels.engines.conda_cli": [
        "CondaEngine.solve", "CondaEngine._apply", "CondaEngine._remove", "remove_prefix",
    ],
    "jupyter_ci_manager.kernels.kernelspecs": ["remove", "change", "publish"],
    "jupyter_ci_manager.kernels.pip": ["_run"],
    "jupyter_ci_manager.kernels.protection_choices": ["discard"],
    "jupyter_ci_manager.kernels.frozen": ["thaw"],
    "jupyter_ci_manager.kernels.snapshots": ["Snapshots.discard", "Snapshots.restore"],
}  # fmt: skip


def _blow(*arguments, **more):
    from jupyter_ci_manager.errors import CIManagerError

    raise CIManagerError("The attack has got through.", code="got_through")


def _silence(module):
    if module.__name__ == "jupyter_ci_manager.kernels.protection":
        for name in _NOTHING:
            setattr(module.Policy, name, lambda *arguments, **more: None)
        module.Policy._more_than_chosen = lambda *arguments: []
    for path in _BLOWS.get(module.__name__, ()):
        owner, _, name = path.rpartition(".")
        setattr(getattr(module, owner) if owner else module, name, _blow)


class _Loader(importlib.abc.Loader):
    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        _silence(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name not in _BLOWS and name != "jupyter_ci_manager.kernels.protection":
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                spec.loader = _Loader(spec.loader)
                return spec
        return None


sys.meta_path.insert(0, _Finder())
