"""Packages made from the interpreter that runs the build, and from what it is linked to."""

from __future__ import annotations

import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import sysconfig
from pathlib import Path

from . import elf
from .package import EPOCH, PLACEHOLDER, Package

#: Which package carries a library, by the beginning of its soname: conda-forge's names.
_LIBRARIES = {
    "libssl": "openssl",
    "libcrypto": "openssl",
    "libsqlite3": "libsqlite",
    "libffi": "libffi",
    "libbz2": "bzip2",
    "liblzma": "liblzma",
    "libz": "libzlib",
    "libreadline": "readline",
    "libncursesw": "ncurses",
    "libpanelw": "ncurses",
    "libtinfo": "ncurses",
    "libexpat": "libexpat",
    "libuuid": "libuuid",
    "libmpdec": "mpdecimal",
}
_UNWANTED = (
    "__pycache__",
    "test",
    "tests",
    "idlelib",
    "turtledemo",
    "tkinter",
    "site-packages",
    "dist-packages",
)
_UNWANTED_FILES = re.compile(
    r"(_tkinter|_test|xxlimited|_xxtest|nis\.|ossaudiodev|EXTERNALLY-MANAGED|sitecustomize)"
)
#: Distributions that move ``site-packages`` do so in these functions; an environment needs the
#: interpreter's own. From 3.11 on the patched ``site`` is also frozen into the executable, so
#: what it does is put right when it has run.
_SITE = '''
def getsitepackages(prefixes=None):
    """Return a list containing all global site-packages directories."""
    found = []
    for prefix in prefixes or PREFIXES:
        name = "python%d.%d" % sys.version_info[:2]
        path = os.path.join(prefix, "lib", name, "site-packages")
        if prefix and path not in found:
            found.append(path)
    return found


'''
_SYSCONFIG = """
def _get_preferred_schemes():
    return {"prefix": "posix_prefix", "home": "posix_home", "user": "posix_user"}


"""


_AFTER_SITE = '''
"""Use lib/pythonX.Y/site-packages, where environments have their packages."""

import os
import site
import sys

PREFIXES = site.PREFIXES

@getsitepackages@
site.getsitepackages = getsitepackages
for _path in getsitepackages():
    if os.path.isdir(_path) and _path not in sys.path:
        site.addsitedir(_path)
'''


def subdir() -> str:
    """Give conda's name of this machine's platform."""
    machine = {"x86_64": "64", "AMD64": "64"}.get(platform.machine(), platform.machine())
    return f"linux-{machine}"


def short_version() -> str:
    """Give the interpreter's version as ``3.11``."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def python_abi() -> Package:
    """Give the package that ties compiled packages to this Python."""
    short = short_version()
    tag = f"cp{short.replace('.', '')}"
    return Package(
        "python_abi", short, "noarch", build_string=f"8_{tag}", build_number=8,
        constrains=[f"python {short}.* *_{tag}"],
    )  # fmt: skip


def interpreter(work: Path) -> list[Package]:
    """Give the packages of Python itself and of the libraries it is linked to."""
    root = work / "python"
    short = short_version()
    binary = root / "bin" / f"python{short}"
    binary.parent.mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), binary)
    stdlib = root / "lib" / f"python{short}"
    _copy_stdlib(stdlib)
    modules = sorted((stdlib / "lib-dynload").glob("*.so")) if stdlib.is_dir() else []
    libraries = elf.linked([binary, *modules])
    for soname, path in libraries.items():
        if soname.startswith("libpython"):
            shutil.copy2(path, root / "lib" / soname)
            modules.append(root / "lib" / soname)
    for path in [binary, *modules]:
        elf.relocate(path, f"{PLACEHOLDER}/lib")
    for name in ("python3", "python"):
        (root / "bin" / name).symlink_to(binary.name)
    pydoc = root / "bin" / f"pydoc{short}"
    pydoc.write_text(f"#!{PLACEHOLDER}/bin/python{short}\nimport pydoc\npydoc.cli()\n")
    pydoc.chmod(0o755)
    _own_site(stdlib)
    _relocate_sysconfig(stdlib)
    _compile(stdlib)

    packed = _libraries(work, libraries)
    python = Package(
        "python", platform.python_version(), subdir(),
        build_string=f"h1_0_cp{short.replace('.', '')}",
        depends=sorted({p.name for p in packed} | {"tzdata", "ca-certificates"}),
        constrains=[f"python_abi {short}.* *_cp{short.replace('.', '')}"],
        license="Python-2.0",
    )  # fmt: skip
    python.add_tree(root)
    return [python, python_abi(), *packed, *_data()]


def _copy_stdlib(target: Path) -> None:
    source = Path(sysconfig.get_path("stdlib")).resolve()

    def ignore(folder: str, names: list[str]) -> set[str]:
        return {
            n
            for n in names
            if n in _UNWANTED or n.startswith("config-") or _UNWANTED_FILES.match(n)
        }

    shutil.copytree(source, target, ignore=ignore)
    dynload = Path(sysconfig.get_config_var("DESTSHARED") or source / "lib-dynload")
    if not (target / "lib-dynload").is_dir() and dynload.is_dir():
        shutil.copytree(dynload, target / "lib-dynload", ignore=ignore)
    (target / "site-packages").mkdir()
    (target / "site-packages" / "README.txt").write_text("Packages go here.\n")


def _own_site(stdlib: Path) -> None:
    site, scheme = stdlib / "site.py", stdlib / "sysconfig.py"
    if not scheme.is_file():
        scheme = stdlib / "sysconfig" / "__init__.py"
    text = site.read_text()
    if "dist-packages" in text:
        site.write_text(text.replace("def addsitepackages(", _SITE + "def addsitepackages(", 1))
        (stdlib / "sitecustomize.py").write_text(
            _AFTER_SITE.lstrip().replace("@getsitepackages@", _SITE.strip() + "\n")
        )
    text = scheme.read_text()
    if "posix_local" in text:
        mark = "def get_preferred_scheme("
        scheme.write_text(text.replace(mark, _SYSCONFIG + mark, 1))


def _relocate_sysconfig(stdlib: Path) -> None:
    prefix = re.compile(re.escape(sys.base_prefix) + r"(?![\w.-])")
    for path in stdlib.glob("_sysconfigdata*.py"):
        if path.is_symlink():
            path.unlink()
            continue
        path.write_text(prefix.sub(PLACEHOLDER, path.read_text()))


def _compile(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        os.utime(path, (EPOCH, EPOCH))
    compile_tree(folder)


def compile_tree(folder: Path) -> None:
    """Compile every module below ``folder``; templates that are not Python are passed over."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", "-j", "0", "-s", str(folder), str(folder)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def _libraries(work: Path, libraries: dict[str, Path]) -> list[Package]:
    packages: dict[str, Package] = {}
    for soname, path in sorted(libraries.items()):
        name = _LIBRARIES.get(soname.split(".")[0])
        if name is None:
            continue
        version = re.search(r"\.so\.([\d.]+)$", path.name)
        if name == "openssl":
            version = re.search(r"OpenSSL (\d[\d.]*)", ssl.OPENSSL_VERSION)
        package = packages.setdefault(
            name,
            Package(name, version.group(1) if version else "1.0", subdir(), build_string="h0_0"),
        )
        copy = work / "libraries" / name / soname
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
        elf.relocate(copy, "$ORIGIN")
        package.files[f"lib/{soname}"] = copy
    return list(packages.values())


def _data() -> list[Package]:
    """Give the packages that hold data only: time zones and certificates."""
    zones = Package("tzdata", "2025b", "noarch", build_string="h0_0")
    for name in ("Europe/Amsterdam", "Asia/Seoul", "Etc/UTC", "America/New_York"):
        source = Path("/usr/share/zoneinfo") / name
        if source.is_file():
            zones.files[f"share/zoneinfo/{name}"] = source.read_bytes()
    zones.files["share/zoneinfo/README"] = b"A few time zones.\n"
    certificates = Package("ca-certificates", "2025.8.3", "noarch", build_string="h0_0")
    bundle = Path("/etc/ssl/certs/ca-certificates.crt")
    certificates.files["ssl/cacert.pem"] = bundle.read_bytes() if bundle.is_file() else b"\n"
    return [zones, certificates]
