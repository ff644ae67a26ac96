"""``python -m jupyter_ci_manager.cli``: the same as ``jupyter ci``."""

from __future__ import annotations

import sys

from .main import main

sys.exit(main())
