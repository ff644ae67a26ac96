"""``python -m jupyter_ci_manager.emulator``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from .server import Options, serve


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1000000")
    return value


def parse(arguments: list[str] | None = None) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_ci_manager.emulator",
        description="A stand-in for Azure Resource Manager, for Azure ML compute instances. "
        "It listens on loopback only.",
    )
    add = parser.add_argument
    add("--port", type=int, default=0, help="port for plain HTTP (0: any free port)")
    add("--tls-port", type=int, default=0, help="port for TLS (0: any free port)")
    add("--state-dir", type=Path, required=True, help="where the state is kept (made if missing)")
    add("--ready-file", type=Path, help="JSON file to write once everything is served")
    add("--speed", type=_positive, default=1.0, help="how many times faster the clock runs")
    add("--sample", action="store_true", help="begin with a sample workspace")
    add(
        "--machines",
        action="store_true",
        help="give each running instance a real Jupyter Server (implies --strict-auth)",
    )
    add(
        "--strict-auth",
        action="store_true",
        help="take only tokens that this emulator issued",
    )
    add(
        "--exit-unused",
        type=_positive,
        metavar="SECONDS",
        help="end when nobody has asked anything for so long",
    )
    return Options(**vars(parser.parse_args(arguments)))


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; give the exit status."""
    options = parse()
    try:
        asyncio.run(serve(options))
    except (RuntimeError, OSError) as error:
        print(f"The emulator cannot start: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
