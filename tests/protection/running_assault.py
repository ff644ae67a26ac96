"""Running the assault as somebody, and reading what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name

from . import other_user

SILENCER = Path(__file__).with_name("silenced")
#: In the order in which they attack.
FACES = ("jobs", "command line", "service", "engine", "rest", "magic")
_LIMIT = 900


@dataclass(frozen=True)
class Told:
    """What one attack has met."""

    face: str
    attack: str
    mechanism: str
    is_unchanged: bool
    code: str
    message: str
    hint: str

    @property
    def is_held(self) -> bool:
        """Whether the policy refused it, with advice, and nothing at all has changed."""
        return self.code == "protected_environment" and bool(self.hint) and self.is_unchanged


def assault(
    folder: Path, channel: Path, *, as_user: bool, is_silenced: bool = False, new_every: int = 0
) -> dict[str, list[Told]]:
    """Lay a field out in ``folder`` and attack it; gives what was met, by face."""
    real = folder / "real" / "env"
    _make_real(real, channel)
    ground = folder / "ground"
    home = ground / "home"
    home.mkdir(parents=True)
    if as_user:
        for path in (ground, home):
            os.chown(path, other_user.UID, other_user.UID)

    def run(what: str, *more: Any, **options: Any) -> str:
        words = [sys.executable, "-m", "tests.protection.assault", what, "--home", home,
                 "--channel", channel.as_uri(), *more]  # fmt: skip
        argv = other_user.command(
            words, as_user=as_user, needed=[real.parent, ground, channel], **options
        )
        paths = [str(other_user.ROOT), *([str(SILENCER)] if is_silenced else [])]
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("CONDA", "CI_MANAGER"))}
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=_LIMIT, cwd=other_user.ROOT,
            env=environ | {"PYTHONPATH": os.pathsep.join(paths), "HOME": str(home)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-4000:]
        return done.stdout

    run("lay-out", "--real", real)
    shown = {
        ground / "bound": home / "envs" / "azureml_py36",
        ground / "bound-envs": home / "envs",
        ground / "bound-home": home,
    }
    found: dict[str, list[Told]] = defaultdict(list)
    for line in run("attack", "--new-every", new_every, shown=shown).splitlines():
        told = Told(**json.loads(line))
        found[told.face].append(told)
    return found


def summed(found: dict[str, list[Told]]) -> str:
    """Count the attacks, for whoever reads the end of a test run."""
    held = Counter(told.face for tolds in found.values() for told in tolds)
    mechanisms = {told.mechanism for tolds in found.values() for told in tolds}
    faces = ", ".join(f"{face} {count}" for face, count in held.items())
    return f"{held.total()} attacks by {len(mechanisms)} mechanisms ({faces})"


def _make_real(prefix: Path, channel: Path) -> None:
    cache = prefix.parent.parent / "packages"
    settings = Settings(
        channels=[channel.as_uri()], envs_dir=str(prefix.parent), package_cache=str(cache),
        disk_floor_mb=0,
    )  # fmt: skip
    engine = engine_by_name("rattler", settings)
    specs = ("python", "pip", "ipykernel", "azureml-core", "tiny=1.0")
    engine.apply(engine.solve(SolveRequest(specs=specs, prefix=prefix), Silent()), prefix, Silent())
