"""conda packages made from PyPI wheels."""

from __future__ import annotations

import base64
import configparser
import csv
import email.parser
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from .cpython import compile_tree, short_version, subdir
from .package import EPOCH, Package

#: conda-forge's names where they differ from the normalised name on PyPI.
_CONDA_NAMES = {
    name.replace("_", "-"): name
    for name in (
        "bash_kernel",
        "jupyter_client",
        "jupyter_core",
        "pure_eval",
        "stack_data",
        "typing_extensions",
    )
} | {"tzdata": "python-tzdata"}


def download(requirements: list[str], folder: Path) -> list[Path]:
    """Download wheels with everything they need; pip's own settings and cache apply."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [
                *_pip(Path(scratch)), "download", "--quiet", "--disable-pip-version-check",
                "--only-binary", ":all:", "--dest", str(folder), *requirements,
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"pip could not download the wheels:\n{done.stderr}")
    return sorted(folder.glob("*.whl"))


def _pip(scratch: Path) -> list[str]:
    try:
        import pip  # noqa: F401
    except ImportError:
        venv.create(scratch / "venv", with_pip=True)
        return [str(scratch / "venv" / "bin" / "python"), "-m", "pip"]
    return [sys.executable, "-m", "pip"]


def convert(wheel: Path, work: Path) -> Package:
    """Give the conda package that holds what installing ``wheel`` would lay down."""
    name, version, _, tags = parse_wheel_filename(wheel.name)
    pure = all(tag.platform == "any" for tag in tags)
    short = short_version()
    conda_name = _CONDA_NAMES.get(name, name)
    root = work / "wheels" / conda_name
    shutil.rmtree(root, ignore_errors=True)
    site = "site-packages" if pure else f"lib/python{short}/site-packages"
    scripts = "python-scripts" if pure else "bin"
    _unpack(wheel, root, site, scripts)
    info = next((root / site).glob("*.dist-info"))
    commands = _entry_points(info)
    if not pure:
        for command in commands:
            _write_script(root, command, short)
        for path in (root / site).rglob("*.py"):
            os.utime(path, (EPOCH, EPOCH))
        compile_tree(root / site)
    _write_record(root, site, info, commands if pure else [])
    metadata = email.parser.Parser().parsestr((info / "METADATA").read_text("utf-8"))
    package = Package(
        conda_name, str(version), "noarch" if pure else subdir(),
        build_string="pyhd8ed1ab_0" if pure else f"py{short.replace('.', '')}h0_0",
        depends=_depends(metadata, pure=pure), noarch_python=pure,
        entry_points=commands if pure else [], license=metadata.get("License-Expression", ""),
    )  # fmt: skip
    package.add_tree(root)
    return package


def _unpack(wheel: Path, root: Path, site: str, scripts: str) -> None:
    places = {
        "purelib": site,
        "platlib": site,
        "scripts": scripts,
        "data": "",
        "headers": "include",
    }
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            top, _, rest = entry.filename.partition("/")
            place, inner = site, entry.filename
            if top.endswith(".data"):
                kind, _, inner = rest.partition("/")
                place = places[kind]
            target = root / place / inner
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
            if entry.external_attr >> 16 & 0o100 or place == scripts:
                target.chmod(0o755)
            os.utime(target, (EPOCH, EPOCH))


def _entry_points(info: Path) -> list[str]:
    path = info / "entry_points.txt"
    parser = configparser.ConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    if path.is_file():
        parser.read_string(path.read_text("utf-8"))
    section = parser["console_scripts"] if parser.has_section("console_scripts") else {}
    return [f"{command} = {target}" for command, target in sorted(section.items())]


def _write_script(root: Path, command: str, short: str) -> None:
    from .package import PLACEHOLDER

    name, _, target = (part.strip() for part in command.partition("="))
    module, _, function = target.partition(":")
    path = root / "bin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"#!{PLACEHOLDER}/bin/python{short}\nimport sys\nfrom {module} import "
        f"{function.split('.')[0]}\nif __name__ == '__main__':\n    sys.exit({function}())\n"
    )
    path.chmod(0o755)


def _write_record(root: Path, site: str, info: Path, commands: list[str]) -> None:
    """Write RECORD as conda-forge's packages have it, so that pip can replace the package."""
    (info / "INSTALLER").write_text("conda")
    (info / "REQUESTED").write_text("")
    up = "../../.."
    rows: list[tuple[str, str, str]] = []
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.name != "RECORD"):
        inner = path.relative_to(root).as_posix()
        if inner.startswith(f"{site}/"):
            shown = inner[len(site) + 1 :]
        else:
            shown = f"{up}/{re.sub('^python-scripts/', 'bin/', inner)}"
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())
        rows.append((shown, f"sha256={digest.rstrip(b'=').decode()}", str(path.stat().st_size)))
    rows += [(f"{up}/bin/{command.split(' ')[0]}", "", "") for command in commands]
    rows.append((f"{info.name}/RECORD", "", ""))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    (info / "RECORD").write_text(text.getvalue())
    os.utime(info / "RECORD", (EPOCH, EPOCH))


def _depends(metadata: object, *, pure: bool) -> list[str]:
    short = short_version()
    major, minor = short.split(".")
    if pure:
        requires = str(metadata.get("Requires-Python") or ">=3.8")  # type: ignore[attr-defined]
        depends = [f"python {','.join(part.strip() for part in requires.split(','))}"]
    else:
        upper = f"{major}.{int(minor) + 1}.0a0"
        depends = [
            f"python >={short},<{upper}",
            f"python_abi {short}.* *_cp{short.replace('.', '')}",
        ]
    for line in metadata.get_all("Requires-Dist") or []:  # type: ignore[attr-defined]
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        depends.append(f"{_CONDA_NAMES.get(name, name)} {requirement.specifier}".strip())
    return depends
