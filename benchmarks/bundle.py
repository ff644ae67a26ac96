"""How much JavaScript the sidebar adds to JupyterLab, raw and compressed.

Counts what a browser loads when the page opens: the remote entry and the chunks that it names for
our plugins and their style, as built for production. Dialogs, the panel's content and an instance's
tab are loaded when they are first shown; their sum is printed beside it.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "jupyter_ci_manager/labextension/static"
RAW_BUDGET, GZIP_BUDGET = 80, 25


def main() -> None:
    """Print the sizes in KB beside their budgets."""
    scripts = sorted(STATIC.glob("*.js"))
    if not scripts:
        raise SystemExit("the front end is not built: run `make front`")
    everything = sum(script.stat().st_size for script in scripts) / 1000
    (entry,) = STATIC.glob("remoteEntry.*.js")
    # "./index":()=>n.e(602).then(...): the chunks behind what JupyterLab asks for at start.
    exposed = re.findall(r'"\./\w+":\(\)=>[^"]*', entry.read_text(encoding="utf-8"))
    first = {number for module in exposed for number in re.findall(r"\be\((\d+)\)", module)}
    scripts = [entry, *(s for s in scripts if s.name.partition(".")[0] in first)]
    raw = sum(script.stat().st_size for script in scripts) / 1000
    packed = sum(len(gzip.compress(script.read_bytes(), 9)) for script in scripts) / 1000
    print(f"front-end JavaScript: {raw:.1f} KB (budget {RAW_BUDGET} KB)")
    print(f"front-end JavaScript, gzip: {packed:.1f} KB (budget {GZIP_BUDGET} KB)")
    print(f"with all that is loaded later: {everything:.1f} KB")


if __name__ == "__main__":
    main()
