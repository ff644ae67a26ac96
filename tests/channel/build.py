"""Building the channel once, and finding it built afterwards."""

from __future__ import annotations

import asyncio
import hashlib
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

#: What is packed from PyPI, newest versions, each with all it needs.
REQUIREMENTS = ["pip", "setuptools", "wheel", "ipykernel", "bash_kernel", "six"]
_STAMP = "channel.json"


def fingerprint(*, with_r: bool = False) -> str:
    """Give what the channel depends on: the interpreter, the platform and this builder."""
    digest = hashlib.sha256()
    for part in (sys.version, platform.platform(), sys.base_prefix, *REQUIREMENTS):
        digest.update(part.encode() + b"\0")
    for source in sorted(Path(__file__).parent.glob("*.py")):
        if source.name not in ("__main__.py", "server.py", "fixtures.py", "forge.py"):
            digest.update(source.read_bytes())
    return digest.hexdigest()[:16] + ("-r" if with_r else "")


def build(
    output: Path, *, with_r: bool = False, say: Callable[[str], None] = lambda line: None
) -> Path:
    """Make the channel in ``output`` unless it is there and up to date; give ``output``.

    Parameters
    ----------
    output:
        Folder of the channel; replaced as a whole when it is stale, and left alone when the
        build fails.
    with_r:
        Also pack R from Debian's packages (needs apt and its servers).
    say:
        Told what is being done, line by line.
    """
    output = output.absolute()
    output.parent.mkdir(parents=True, exist_ok=True)
    wanted = fingerprint(with_r=with_r)
    with FileLock(f"{output}.lock"):
        if _stamp(output) in (wanted, f"{wanted}-r"):
            say(f"channel is up to date: {output}")
            return output
        if not sys.platform.startswith("linux"):
            raise SystemExit("The test channel can be built on Linux only.")
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=".channel-") as scratch:
            channel = Path(scratch) / "channel"
            _fill(channel, Path(scratch) / "work", with_r=with_r, say=say)
            (channel / _STAMP).write_text(json.dumps({"fingerprint": wanted}))
            if output.exists():
                output.replace(Path(scratch) / "old")
            channel.replace(output)
    count = sum(1 for _ in output.glob("*/*.conda"))
    say(f"channel of {count} packages: {output}")
    return output


def _stamp(output: Path) -> str:
    try:
        return str(json.loads((output / _STAMP).read_text())["fingerprint"])
    except (OSError, ValueError, KeyError):
        return ""


def _fill(channel: Path, work: Path, *, with_r: bool, say: Callable[[str], None]) -> None:
    from rattler.index import index_fs

    from . import cpython, small, wheels
    from .package import write

    (channel / "noarch").mkdir(parents=True)
    (channel / cpython.subdir()).mkdir()
    say("packing the interpreter")
    for package in cpython.interpreter(work):
        write(package, channel)
    shutil.rmtree(work / "python")
    say(f"downloading wheels: {' '.join(REQUIREMENTS)}")
    for wheel in wheels.download(REQUIREMENTS, work / "downloads"):
        write(wheels.convert(wheel, work), channel)
    for package in small.packages():
        write(package, channel)
    if with_r:
        from . import debian_r

        say("packing R from Debian's packages")
        for package in debian_r.packages(work / "r"):
            write(package, channel)
    say("indexing")
    asyncio.run(index_fs(channel))
