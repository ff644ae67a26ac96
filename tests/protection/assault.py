"""Attacks a machine by every face, as whoever runs this: ``python -m tests.protection.assault``.

``lay-out`` prepares the field; ``attack`` writes a line of JSON for each attack: what was tried,
what it met, and whether the whole tree is the same afterwards.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from .attacks import Attack, engine_attacks, face_attacks, job_attacks
from .beneath import Inside, Jobs
from .faces import Attacked, Rest, Service
from .field import Field
from .living import jupyter_server, kernel
from .worded import CommandLine, Magic

_PRELOADED = (
    "rattler",
    "rattler.install",
    "psutil",
    "yaml",
    "jupyter_core.paths",
    "jupyter_ci_manager.cli.main",
    "jupyter_ci_manager.commands.actions",
    "jupyter_ci_manager.kernels.service",
    "jupyter_ci_manager.kernels.tasks",
)


def carry_out(name: str, face: Attacked, attacks: Iterable[Attack]) -> None:
    """Try each attack and tell."""
    for attack in attacks:
        face.prepare(attack)
        before = face.field.fingerprint()
        result = face.attack(attack)
        told = {
            "face": name,
            "attack": attack.name,
            "mechanism": attack.mechanism,
            "is_unchanged": face.field.fingerprint() == before,
            **asdict(result),
        }
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


def attack_all(field: Field, *, new_every: int) -> None:
    """Attack by all faces; every so many processes are new ones (0: all are forked)."""
    os.chdir(field.home)
    # Processes are forked as long as there are no threads; what each would import is here already.
    for name in _PRELOADED:
        importlib.import_module(name)
    gc.freeze()
    is_bound = (field.home.parent / "bound").samefile(field.prefix)
    carry_out("jobs", Jobs(field, new_every=3 * new_every), job_attacks(bound=is_bound))
    carry_out("command line", CommandLine(field, new_every=new_every), face_attacks())
    carry_out("service", Service(field), face_attacks())
    carry_out("engine", Inside(field), engine_attacks(bound=is_bound))
    with ExitStack() as stack:
        server = stack.enter_context(jupyter_server(field))
        carry_out("rest", Rest(field, server), face_attacks())
        run = stack.enter_context(kernel(server))
        carry_out("magic", Magic(field, run), face_attacks())


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("lay-out", "attack"))
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--channel", required=True)
    parser.add_argument("--new-every", type=int, default=0)
    parser.add_argument("--real", type=Path, help="a whole environment to borrow from")
    given = parser.parse_args()
    field = Field(given.home, given.channel)
    silencer = str(Path(__file__).with_name("silenced"))
    is_silenced = silencer in os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ.update(field.environ())
    if is_silenced:
        os.environ["PYTHONPATH"] += os.pathsep + silencer
    tempfile.tempdir = None
    if given.what == "lay-out":
        field.lay_out(given.real)
    else:
        attack_all(field, new_every=given.new_every)


if __name__ == "__main__":
    main()
