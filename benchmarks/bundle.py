"""How much JavaScript the sidebar adds to JupyterLab, raw and compressed.

Counts what a browser loads when the page opens: the remote entry and the chunks of our own code,
as built for production.
"""

from __future__ import annotations

import gzip
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "jupyter_ci_manager/labextension/static"
RAW_BUDGET, GZIP_BUDGET = 80, 25


def main() -> None:
    """Print the sizes in KB beside their budgets."""
    scripts = sorted(STATIC.glob("*.js"))
    if not scripts:
        raise SystemExit("the front end is not built: run `make front`")
    raw = sum(script.stat().st_size for script in scripts) / 1000
    packed = sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) / 1000
    print(f"front-end JavaScript: {raw:.1f} KB (budget {RAW_BUDGET} KB)")
    print(f"front-end JavaScript, gzip: {packed:.1f} KB (budget {GZIP_BUDGET} KB)")


if __name__ == "__main__":
    main()
