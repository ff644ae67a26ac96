"""A machine to be attacked: everything that is protected, in files so few that a look is cheap.

``azureml_py36`` has the records of a real environment and runs a real Python, but few of its
files, so that its whole tree can be compared before and after each of hundreds of attacks.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from jupyter_ci_manager.config import Settings, load_settings
from jupyter_ci_manager.kernels import frozen, protection_choices

from .paper import paper_environment, paper_kernel

SHIPPED = "azureml_py36"
KERNEL = "python3-azureml"
ROOT = Path(__file__).parents[2]
#: Kernel specs that Azure's images ship, all of them in ``azureml_py36`` here.
KERNELS = (KERNEL, "python38-azureml", "python38-azureml-pt-tf", "python310-sdkv2", "ir")


@dataclass(frozen=True)
class Field:
    """The home of the user who attacks, and who owns everything in it."""

    home: Path
    channel: str

    @property
    def envs(self) -> Path:
        return self.home / "envs"

    @property
    def prefix(self) -> Path:
        return self.envs / SHIPPED

    @property
    def kernels(self) -> Path:
        return self.home / "jupyter" / "kernels"

    @property
    def settings(self) -> Settings:
        return load_settings()

    def environ(self) -> dict[str, str]:
        """Give the environment variables of every process on this field."""
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LC_ALL", "TZ")}
        return kept | {
            "HOME": str(self.home),
            "JUPYTER_DATA_DIR": str(self.home / "jupyter"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "IPYTHONDIR": str(self.home / "ipython"),
            "CONDA_EXE": str(self.home / "conda" / "bin" / "conda"),
            "CI_MANAGER_ENVS_DIR": str(self.envs),
            "CI_MANAGER_CHANNELS": self.channel,
            "CI_MANAGER_PACKAGE_CACHE": str(self.home / "cache"),
            "CI_MANAGER_ENGINE": "rattler",
            "CI_MANAGER_DISK_FLOOR_MB": "1",
            "CI_MANAGER_MANIFEST_FOLDER": str(self.home / "manifest"),
            "CI_MANAGER_PROTECTED_ENVIRONMENTS": f"team-*,{self.envs}/listed,{self.envs}/by-path-?",
            "CI_MANAGER_PROTECTED_KERNELS": "team-*",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def lay_out(self, real: Path) -> None:
        """Put everything in its place; ``real`` is a whole environment to borrow from."""
        shutil.copytree(real / "conda-meta", self.prefix / "conda-meta")
        (self.prefix / "lib" / "python3.11").mkdir(parents=True)
        (self.prefix / "lib" / "python3.11" / "os.py").write_text("# the rest is elsewhere\n")
        (self.prefix / "bin").mkdir()
        python = self.prefix / "bin" / "python"
        python.write_text(f'#!/bin/sh\nexec {real}/bin/python "$@"\n')
        python.chmod(0o755)
        for name in (*KERNELS, SHIPPED):
            paper_kernel(self.kernels / name, self.prefix)
        for name in ("team-a", "listed", "by-path-1", "chosen", "stiff", "own", "second"):
            paper_environment(self.envs / name, python="3.11", six="1")
        for name in ("team-a", "chosen", "own"):
            paper_kernel(self.kernels / name, self.envs / name)
        protection_choices.add(self.envs / "chosen")
        frozen.freeze(self.envs / "stiff")
        base = paper_environment(self.home / "conda", python="3.11", conda="26.7")
        for folder in ("condabin", "envs", "pkgs", "bin"):
            (base / folder).mkdir()
        (base / "bin" / "conda").write_text("#!/bin/sh\nexit 1\n")
        (base / "bin" / "conda").chmod(0o755)
        (self.home / "manifest").mkdir()
        for name, target in {
            "alias": self.prefix,
            "others": self.envs,
            "first": self.prefix,
            "second-link": self.home / "first",
            "relative": Path("envs") / SHIPPED,
        }.items():
            (self.home / name).symlink_to(target)
        # Bind mounts are put on these where they are permitted.
        for name in ("bound", "bound-envs", "bound-home"):
            (self.home.parent / name).mkdir()

    def fingerprint(self) -> str:
        """Give a text that changes with any change of what is protected."""
        digest = hashlib.sha256()
        roots = [self.envs, self.home / "conda", self.kernels]
        roots += [self.home / "jupyter" / "ci-manager" / "protection.json"]
        for root in roots:
            for folder, folders, names in os.walk(root):
                folders.sort()
                for name in (*folders, *sorted(names)):
                    self._add(digest, f"{folder}/{name}")
            if root.is_file():
                self._add(digest, str(root))
        return digest.hexdigest()

    @staticmethod
    def _add(digest: hashlib._Hash, path: str) -> None:
        found = os.lstat(path)
        told = (path, found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns)
        digest.update(repr(told).encode())
