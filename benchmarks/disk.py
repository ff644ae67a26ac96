"""Whether figures of a disk are figures of the product.

An ext4 without a journal passes over inodes that were freed in the last minutes one by one whenever
it makes a file (``recently_deleted`` in Linux's ``fs/ext4/ialloc.c``): after one environment has
been removed there, the next takes up to ten times as long, whoever makes it. The disks that people
work on have a journal; those of build machines often have none.
"""

from __future__ import annotations

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_JOURNALS = Path("/proc/fs/jbd2")


def lacks_journal(folder: Path) -> bool:
    """Say whether ``folder`` is on an ext4 without a journal; on anything but Linux it is not."""
    if not _JOURNALS.is_dir():
        return False
    number = folder.stat().st_dev
    wanted = f"{os.major(number)}:{os.minor(number)}"
    for line in _MOUNTS.read_text("utf-8").splitlines():
        words, _, rest = line.partition(" - ")
        if words.split()[2] == wanted and rest.split()[0] == "ext4":
            device = f"/sys/dev/block/{wanted}"
            name = Path(os.path.realpath(device)).name
            return not any(_JOURNALS.glob(f"{name}-*"))
    return False


def warn(folder: Path) -> None:
    """Print it beside the figures when they are the disk's rather than the product's."""
    if lacks_journal(folder):
        print(
            f"{folder} is on an ext4 without a journal: after files have been removed there, making"
        )
        print("new ones is slow for minutes. Name a folder of another disk with --folder.")
