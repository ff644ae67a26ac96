"""The installer for a real instance: it looks first, and changes nothing where it would not work."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "install_on_instance.py"


def wheel(folder: Path, name: str, version: str, *needs: str) -> None:
    """Write the smallest wheel that pip takes."""
    stem = name.replace("-", "_")
    info = f"{stem}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {need}\n" for need in needs)
    tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{stem}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{stem}.py", "")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", tag)
        archive.writestr(
            f"{info}/RECORD", f"{stem}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An environment with a JupyterLab in name, and a folder of wheels."""
    folder = tmp_path_factory.mktemp("instance")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    wheels = folder / "wheels"
    wheels.mkdir()
    wheel(wheels, "jupyterlab", "4.4.0")
    wheel(wheels, "there-already", "1.0")
    wheel(wheels, "there-already", "2.0")
    wheel(wheels, "new-one", "1.0")
    wheel(wheels, "jupyter-ci-manager", "0.1", "new-one", "there-already>=1")
    wheel(wheels, "demanding", "0.1", "there-already>=2")
    python = folder / "env" / "bin" / "python"
    pip(python, wheels, "jupyterlab==4.4.0", "there-already==1.0")
    return python, wheels


def environment(wheels: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


def pip(python: Path, wheels: Path, *packages: str) -> None:
    subprocess.run(
        [python, "-m", "pip", "install", "-q", *packages], check=True, env=environment(wheels)
    )


def installed(python: Path) -> set[str]:
    """What lies in the environment, by name and version."""
    [packages] = (python.parents[1] / "lib").glob("python*/site-packages")
    return {path.stem for path in packages.glob("*.dist-info")}


def run(python: Path | None, wheels: Path, *more: str) -> subprocess.CompletedProcess[str]:
    asked = [sys.executable, str(SCRIPT), *(["--python", str(python)] if python else []), *more]
    return subprocess.run(asked, capture_output=True, text=True, env=environment(wheels))


def test_it_looks_says_and_only_then_does(jupyter: tuple[Path, Path]) -> None:
    python, wheels = jupyter
    before = installed(python)
    looked = run(python, wheels)
    assert looked.returncode == 0, looked.stderr
    assert "new-one 1.0" in looked.stdout
    assert "Nothing was done" in looked.stdout
    assert installed(python) == before

    done = run(python, wheels, "--yes")
    assert done.returncode == 0, done.stderr
    assert installed(python) == before | {"jupyter_ci_manager-0.1", "new_one-1.0"}


def test_it_changes_no_package_that_jupyter_has(jupyter: tuple[Path, Path]) -> None:
    python, wheels = jupyter
    before = installed(python)
    refused = run(python, wheels, "--yes", "--package", "demanding")
    assert refused.returncode == 1
    assert "there-already 1.0 -> 2.0" in refused.stderr
    assert installed(python) == before


@pytest.mark.parametrize(
    ("python", "lab", "reason"),
    [("[3, 8, 5]", "4.4.0", "Python 3.8.5"), ("[3, 11, 0]", "3.6.0", "JupyterLab is 3.6.0")],
)
def test_an_old_jupyter_is_refused(tmp_path: Path, python: str, lab: str, reason: str) -> None:
    old = tmp_path / "python"
    facts = f'{{"python": {python}, "prefix": "/", "packages": {{"jupyterlab": "{lab}"}}}}'
    old.write_text(f"#!/bin/sh\necho '{facts}'\n")
    old.chmod(0o755)
    refused = run(old, tmp_path, "--yes")
    assert refused.returncode == 1
    assert reason in refused.stderr


def test_without_a_jupyter_it_says_how_to_name_one(tmp_path: Path) -> None:
    refused = run(tmp_path / "none", tmp_path)
    assert refused.returncode == 1
    assert "--python" in refused.stderr
