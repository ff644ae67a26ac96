"""R from Debian's packages: the interpreter, what it is linked to, and IRkernel.

Nothing is installed: apt only downloads, and the archives are taken apart.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from . import elf
from .cpython import subdir
from .package import PLACEHOLDER, Package

_WANTED = ["r-base-core", "r-cran-irkernel"]
#: Libraries that every Linux has, and that must be the machine's own.
_SYSTEM = re.compile(
    r"lib(?:c|m|dl|rt|pthread|util|resolv|nsl|crypt|gcc_s)\.so|ld-linux|linux-vdso"
)
_UNWANTED = ("doc", "html", "help", "tests", "demo")


def packages(work: Path) -> list[Package]:
    """Give ``r-base`` with all that it is linked to, and ``r-irkernel``."""
    tree = _extract(work)
    base = work / "base"
    home = base / "lib" / "R"
    home.parent.mkdir(parents=True)
    (tree / "usr" / "lib" / "R").rename(home)
    _copy_settings(tree / "etc" / "R", home / "etc")
    (tree / "usr" / "share" / "R" / "share").rename(home / "share")
    (base / "bin").mkdir()
    for name in ("R", "Rscript"):
        target = base / "bin" / name
        target.write_bytes((home / "bin" / name).read_bytes())
        target.chmod(0o755)
    _gather_libraries(tree, base, home)
    _relocate(base)
    # Debian's own R packages lie beside R's; an environment has one library only.
    library = home / "library"
    added = home / "site-library"
    version = re.search(r"(\d+\.\d+\.\d+)", (library / "base" / "DESCRIPTION").read_text())
    package = Package(
        "r-base", version.group(1) if version else "4.0.0", subdir(), build_string="h0_0",
        license="GPL-2.0-or-later",
    )  # fmt: skip
    package.add_tree(base, skip=(*_UNWANTED, "site-library"))
    return [package, _irkernel(added)]


def _extract(work: Path) -> Path:
    archives, tree = work / "archives", work / "tree"
    (archives / "partial").mkdir(parents=True)
    tree.mkdir()
    subprocess.run(
        [
            "apt-get", "install", "--yes", "--no-install-recommends", "--download-only", "-qq",
            "-o", "Dir::State::status=/dev/null", "-o", f"Dir::Cache::archives={archives}",
            "-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User=root", *_WANTED,
        ],
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for archive in sorted(archives.glob("*.deb")):
        name = archive.name.partition("_")[0]
        if name.startswith(("r-", "lib")) and name not in ("libc6", "libgcc-s1"):
            subprocess.run(["dpkg-deb", "--extract", archive, tree], check=True)
    return tree


def _copy_settings(source: Path, target: Path) -> None:
    """Put R's settings into its home, where Debian has links to ``/etc``."""
    for path in list(target.iterdir()):
        if path.is_symlink():
            path.unlink()
    for path in source.iterdir():
        if path.is_file():
            (target / path.name).write_bytes(path.read_bytes())
    # Debian makes this one of its template when the package is set up.
    for template in target.glob("Renviron.*"):
        if template.suffix in (".ucf", ".orig"):
            template.rename(target / "Renviron")


def _gather_libraries(tree: Path, base: Path, home: Path) -> None:
    """Copy what R and its packages are linked to, and what that is linked to."""
    there = {p.name: p for p in tree.rglob("*.so*") if p.is_file() or p.is_symlink()}
    todo = [home / "lib" / "libR.so", home / "bin" / "exec" / "R"]
    todo += [p for p in home.rglob("libs/*.so") if p.parent.parent.name != "tcltk"]
    done: set[str] = set()
    while todo:
        for soname in elf.patchelf("--print-needed", str(todo.pop())).split():
            if soname in done or _SYSTEM.match(soname) or soname == "libR.so":
                continue
            done.add(soname)
            found = there.get(soname)
            if found is None:
                continue
            copy = base / "lib" / soname
            copy.write_bytes(found.resolve().read_bytes())
            todo.append(copy)


def _relocate(base: Path) -> None:
    for path in base.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        head = path.open("rb").read(4)
        if head == b"\x7fELF":
            elf.relocate(path, f"{PLACEHOLDER}/lib:{PLACEHOLDER}/lib/R/lib")
        elif path.parent.name in ("bin", "etc") or path.name == "ldpaths":
            text = path.read_bytes()
            text = text.replace(b"/usr/lib/R", f"{PLACEHOLDER}/lib/R".encode())
            text = text.replace(b"/usr/share/R", f"{PLACEHOLDER}/lib/R".encode())
            path.write_bytes(text.replace(b"/etc/R", f"{PLACEHOLDER}/lib/R/etc".encode()))


def _irkernel(library: Path) -> Package:
    description = (library / "IRkernel" / "DESCRIPTION").read_text()
    version = re.search(r"^Version: *(\S+)", description, re.MULTILINE)
    package = Package(
        "r-irkernel", version.group(1) if version else "1.0", subdir(), build_string="r42h0_0",
        depends=["r-base"], license="MIT",
    )  # fmt: skip
    package.add_tree(library, "lib/R/library", skip=_UNWANTED)
    return package
