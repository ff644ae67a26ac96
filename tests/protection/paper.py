"""Environments of a few files, for what looks at records and folders only."""

from __future__ import annotations

import json
from pathlib import Path


def paper_environment(prefix: Path, **packages: str) -> Path:
    """Lay down conda's records of ``packages`` (name with underlines: version), a file each."""
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True)
    (meta / "history").write_text(f"==> 2026-01-01 00:00:00 <==\n# cmd: paper {prefix.name}\n")
    for written, version in packages.items():
        name = written.replace("_", "-")
        file = f"lib/{name}.txt"
        (prefix / "lib").mkdir(exist_ok=True)
        (prefix / file).write_text(f"{name} {version}\n")
        record = {
            "name": name, "version": version, "build": "0", "build_number": 0,
            "channel": "paper", "subdir": "noarch", "fn": f"{name}-{version}-0.conda",
            "files": [file], "depends": [], "url": f"https://paper/noarch/{name}-{version}-0.conda",
            "paths_data": {"paths_version": 1, "paths": []},
        }  # fmt: skip
        (meta / f"{name}-{version}-0.json").write_text(json.dumps(record))
    return prefix


def paper_kernel(folder: Path, prefix: Path | None, shown: str = "Shown") -> Path:
    """Write a kernel spec that starts from ``prefix``, or from a bare ``python``."""
    folder.mkdir(parents=True)
    python = str(prefix / "bin" / "python") if prefix else "python"
    argv = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": argv, "display_name": shown, "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(kernel))
    return folder
