"""The environment and the kernel that Azure's images ship, made of a local channel.

``python -m tests.shipped_environment --prefix DIR --spec DIR --channel URL``. The product itself
refuses to make an environment of that name, so rattler is used directly. As on Azure, the name says
nothing about the version of Python inside.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path

from rattler import Channel, Gateway, MatchSpec, VirtualPackage, install, solve

PACKAGES = ("python", "pip", "ipykernel")


async def make_environment(prefix: Path, channel: str) -> None:
    """Make the environment at ``prefix``; run again, it repairs what an earlier run left."""
    cache = prefix.parent.parent / "pkgs"
    records = await solve(
        [Channel(channel)],
        [MatchSpec(name) for name in PACKAGES],
        gateway=Gateway(cache_dir=cache / "repodata"),
        virtual_packages=VirtualPackage.detect(),
    )
    await install(records, target_prefix=prefix, cache_dir=cache)


def make_kernel(prefix: Path, spec: Path) -> None:
    """Write the kernel spec as Azure's image has it: plain, without activation."""
    spec.mkdir(parents=True, exist_ok=True)
    python = prefix / "bin" / "python"
    kernel = {
        "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3.6 - AzureML",
        "language": "python",
    }
    (spec / "kernel.json").write_text(json.dumps(kernel, indent=1), encoding="utf-8")


def main() -> None:
    """Make both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prefix", type=Path, required=True)
    parser.add_argument("--spec", type=Path, required=True)
    parser.add_argument("--channel", required=True)
    given = parser.parse_args()
    asyncio.run(make_environment(given.prefix, given.channel))
    make_kernel(given.prefix, given.spec)
    # rattler's threads may outlive the interpreter and crash it on its way out.
    os._exit(0)


if __name__ == "__main__":
    main()
