"""Claims: what one job works on, no second one touches meanwhile.

A claim is a lock on disk named after what is claimed; its file holds the id of the last job that
had it. Whoever comes second learns that id; whoever comes after a job that died learns which one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from .journal import JOB_ID
from .locks import Lock


def claim_path(folder: Path, name: str) -> Path:
    """Give the lock file that stands for ``name`` inside the folder of claims."""
    return folder / (hashlib.sha256(name.encode()).hexdigest()[:32] + ".lock")


class Claim:
    """The claim on one thing, held by this process until it is handed over or released."""

    def __init__(self, folder: Path, name: str) -> None:
        self.lock = Lock(claim_path(folder, name))

    def take(self) -> bool:
        """Take the claim if nobody holds it; says whether it is ours."""
        return self.lock.acquire()

    def last_job(self) -> str | None:
        """Give the id of the job that holds the claim, or held it last."""
        try:
            text = self.lock.path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            return None
        return text if JOB_ID.fullmatch(text) else None

    def write(self, job_id: str) -> None:
        """Write down which job holds the claim from now on.

        Raises
        ------
        OSError
            It cannot be written.
        """
        # In place: replacing the file would leave the lock behind on the old one.
        fd = os.open(self.lock.path, os.O_WRONLY)
        try:
            os.write(fd, job_id.encode())
        finally:
            os.close(fd)

    def release(self) -> None:
        """Let go; a job that inherited the claim keeps it."""
        self.lock.release()
