"""The environments that running Jupyter servers live in, found from their processes."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path


def prefixes_of_running_servers() -> list[Path]:
    """Give the prefixes of this user's running Jupyter servers."""
    import psutil
    from jupyter_core.paths import jupyter_runtime_dir

    found = []
    files: list[Path] = []
    with suppress(OSError):
        files += Path(jupyter_runtime_dir()).glob("jpserver-*.json")
    for file in files:
        try:
            pid = int(json.loads(file.read_text("utf-8"))["pid"])
            program = Path(psutil.Process(pid).exe())
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            continue
        prefix = program.parent if program.suffix == ".exe" else program.parent.parent
        if (prefix / "conda-meta").is_dir():
            found.append(prefix)
    return found
