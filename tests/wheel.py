"""Build the wheel, install it where there is no node, and ask Jupyter whether both halves are OK.

Run as ``python -m tests.wheel``; prints one closing line.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(argv: list[str], cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Run a command; give what it printed; end the program with its output when it fails."""
    done = subprocess.run(
        argv,
        cwd=cwd,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        fail(f"{' '.join(argv)}\n{done.stdout}")
    return done.stdout


def fail(why: str) -> None:
    """End the program with a reason and a closing line."""
    sys.exit(f"{why}\n0 passed, 1 failed")


def main() -> None:
    """Build, install, ask."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
        run([*pip, "wheel", "-q", "--no-deps", "-w", str(work), str(ROOT)])
        (wheel,) = work.glob("*.whl")
        venv.create(work / "venv", with_pip=True)
        scripts = work / "venv" / ("Scripts" if os.name == "nt" else "bin")
        python = str(scripts / "python")
        run([python, "-m", "pip", "install", "-q", f"{wheel}[lab]"])
        # Only the new environment on PATH: no node, no compiler, nothing of this checkout.
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
        env |= {"PATH": str(scripts), "HOME": str(work)}
        expected = {
            ("server", "extension", "list"): "jupyter_ci_manager",
            ("labextension", "list"): "jupyter-ci-manager",
        }
        for question, name in expected.items():
            answer = run([python, "-m", "jupyter", *question], cwd=work, env=env)
            if not any(name in line and "OK" in line for line in answer.splitlines()):
                fail(f"jupyter {' '.join(question)} does not say OK:\n{answer}")
        help_text = run([python, "-m", "jupyter", "ci", "--help"], cwd=work, env=env)
        if "list" not in help_text:
            fail(f"`jupyter ci --help` names no command:\n{help_text}")
        print(f"{wheel.name}: {wheel.stat().st_size / 1024:.0f} KB; no node needed")
        print(f"{len(expected) + 1} passed, 0 failed")


if __name__ == "__main__":
    main()
