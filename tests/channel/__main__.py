"""``python -m tests.channel --output DIR [--r]``: build the channel, print its address."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .build import build


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.channel", description=main.__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder of the channel")
    parser.add_argument("--r", action="store_true", help="with R, from Debian's packages")
    options = parser.parse_args()
    made = build(options.output, with_r=options.r, say=lambda line: print(line, file=sys.stderr))
    print(made.as_uri())


if __name__ == "__main__":
    main()
