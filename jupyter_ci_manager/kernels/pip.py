"""pip inside an environment: previewed, run and read, always the environment's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from ..errors import CIManagerError, DiskFull, Refused, Unavailable, Unsolvable
from ..sentences import say
from .engines.base import Report
from .engines.specs import check_pip_requirement
from .models import PackageChange

_TAIL = 40
_REASONS: tuple[tuple[str, type[CIManagerError], str], ...] = (
    ("No space left on device", DiskFull, say("Free some disk space.")),
    ("ResolutionImpossible", Unsolvable, say("Loosen the versions that are asked for.")),
    ("No matching distribution found", Unsolvable, say("Look at the name and the version.")),
    ("Connection", Unavailable, say("Look at the network and at pip's index settings.")),
    ("Temporary failure in name resolution", Unavailable, say("Look at the network.")),
    (
        "externally-managed-environment",
        Refused,
        say("This environment does not let pip change it."),
    ),
)


def python_of(prefix: Path) -> Path:
    """Give the path of an environment's Python, whether it is there or not."""
    return prefix / "python.exe" if sys.platform == "win32" else prefix / "bin" / "python"


def check_requirements(requirements: Sequence[str], *, field: str = "pip") -> list[str]:
    """Give the requirements if each is plainly one.

    Raises
    ------
    InvalidValue
        One is an option, a path, an address or nothing that pip knows; ``field`` names it.
    """
    return [
        check_pip_requirement(text, field=f"{field}[{i}]") for i, text in enumerate(requirements)
    ]


def install(
    prefix: Path, requirements: Sequence[str], report: Report, *, upgrade: bool = False
) -> None:
    """Install requirements with the environment's own pip.

    Parameters
    ----------
    prefix:
        The environment.
    requirements:
        As :func:`check_requirements` gave them.
    report:
        Gets pip's lines and the number of its process.
    upgrade:
        Whether installed ones move to their newest version.

    Raises
    ------
    Unsolvable, Unavailable, DiskFull, Refused
        What pip said, in the product's words; ``details["log"]`` has pip's last lines.
    """
    words = ["install", *(["--upgrade"] if upgrade else []), "--progress-bar", "off"]
    _run(prefix, [*words, "--", *requirements], report)


def reinstall(prefix: Path, requirements: Sequence[str], report: Report) -> None:
    """Lay installed packages down anew in the very versions named, and nothing else.

    Raises
    ------
    Unsolvable, Unavailable, DiskFull, Refused
        As :func:`install`.
    """
    words = ["install", "--force-reinstall", "--no-deps", "--progress-bar", "off"]
    _run(prefix, [*words, "--", *requirements], report)


def uninstall(prefix: Path, names: Sequence[str], report: Report) -> None:
    """Remove packages that pip installed.

    Raises
    ------
    Refused
        pip refuses.
    """
    _run(prefix, ["uninstall", "--yes", "--", *names], report)


def preview(
    prefix: Path, requirements: Sequence[str], installed: dict[str, str], report: Report,
    *, upgrade: bool = False,
) -> list[PackageChange]:  # fmt: skip
    """Say what :func:`install` would change.

    Parameters
    ----------
    installed:
        Version by name of what is there.

    Raises
    ------
    Unsolvable, Unavailable, Refused
        As :func:`install`; ``Refused`` also from a pip older than 22.2, which cannot tell.
    """
    words = ["install", *(["--upgrade"] if upgrade else []), "--progress-bar", "off"]
    out = _run(prefix, [*words, "--dry-run", "--quiet", "--report", "-", "--", *requirements],
               report, wanted=True)  # fmt: skip
    try:
        planned = json.loads(out)["install"]
    except (ValueError, KeyError) as error:
        raise _no_preview("") from error
    return [
        PackageChange(
            name=entry["metadata"]["name"],
            before=installed.get(entry["metadata"]["name"].lower().replace("_", "-")),
            after=entry["metadata"]["version"],
        )
        for entry in planned
    ]


def _run(prefix: Path, words: list[str], report: Report, *, wanted: bool = False) -> str:
    """Run the environment's pip; log its lines, or give its output where that is wanted."""
    python = python_of(prefix)
    if not python.exists():
        raise Refused(
            say("There is no Python in {prefix}, so pip cannot be used there.", prefix=prefix),
            hint=say("Install python and pip into the environment first."),
            code="pip_missing",
        )
    # Isolated, so that neither the user's own packages nor PYTHONPATH count as installed.
    command = [str(python), "-I", "-m", "pip", *words[:1], "--no-input", "--no-color",
               "--disable-pip-version-check", *words[1:]]  # fmt: skip
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(python.parent), os.environ.get("PATH", "")]),
        "PYTHONIOENCODING": "utf-8",
    }
    report.log(f"pip {' '.join(words)}")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if wanted else subprocess.STDOUT,
        env=environment,
        encoding="utf-8",
        errors="replace",
    )
    report.process(process.pid)
    tail: deque[str] = deque(maxlen=_TAIL)
    out = ""
    if wanted:
        out, complaints = process.communicate()
        tail.extend(complaints.splitlines())
    else:
        assert process.stdout is not None
        for line in process.stdout:
            tail.append(line.rstrip())
            report.log(line)
        process.wait()
    if process.returncode:
        raise _error("\n".join(tail))
    return out


def _no_preview(said: str) -> CIManagerError:
    return Refused(
        say("This environment's pip cannot tell beforehand what it would do."),
        hint=say("Update pip in the environment, or go on without a preview."),
        code="no_preview",
        details={"log": said[-4000:]} if said else {},
    )


def _error(said: str) -> CIManagerError:
    details = {"log": said[-4000:]}
    if "no such option: --dry-run" in said:
        return _no_preview(said)
    if "No module named pip" in said:
        return Refused(
            say("There is no pip in this environment."),
            hint=say("Install pip into the environment first."),
            code="pip_missing",
            details=details,
        )
    lines = [line for line in said.splitlines() if line.startswith("ERROR:")]
    last = lines[-1].removeprefix("ERROR:").strip() if lines else say("pip did not succeed.")
    for sign, kind, hint in _REASONS:
        if sign in said:
            return kind(last, hint=hint, details=details)
    return Refused(last, hint=say("The job's log has all that pip said."), code="pip_failed",
                   details=details)  # fmt: skip
