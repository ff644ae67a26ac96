"""A local conda channel with real packages, made on this machine.

Python comes from the interpreter that runs the build, libraries from the ones it is linked to,
everything else from PyPI wheels. The result has the shape of conda-forge's packages: a prefix
placeholder of 255 characters in binaries and text, ``noarch: python`` packages with entry
points, compiled modules in the architecture's own ones, sharded repodata.

``python -m tests.channel --output DIR`` builds it; a second run finds it built.
"""

from __future__ import annotations
