"""Environments that are frozen wholly, by conda's own marker (CEP 22).

conda refuses every change of packages there, and the removal; creating over it and renaming pass
the marker by, and mamba and pip do not look at it. So it is no protection of ``azureml_py36``,
into which users shall install; it is for an environment that must stay exactly as it is.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..errors import NotPermitted, Refused
from ..sentences import joined, say
from .engines.bookkeeping import write_atomically
from .identity import is_plain_file

_MARKER = Path("conda-meta") / "frozen"
#: Tells our markers from those of other programs; conda reads ``message`` only.
_OURS = "jupyter_ci_manager"
_MESSAGE = say("Frozen with `jupyter ci env protect --frozen`; `--off` ends it.")


def reason(prefix: Path) -> str | None:
    """Say that, and why, an environment is frozen; ``None`` when it is not."""
    content = _content(prefix)
    if content is None:
        return None
    message = str(content.get("message") or "").strip()
    if message == _MESSAGE:
        message = _MESSAGE
    return joined([say("It is frozen: no package of it may change."), message])


def is_ours(prefix: Path) -> bool:
    """Whether an environment was frozen by us."""
    return bool((_content(prefix) or {}).get(_OURS))


def freeze(prefix: Path) -> None:
    """Mark an environment as frozen; one that is so already stays as it is.

    Raises
    ------
    NotPermitted
        It cannot be written.
    """
    if _content(prefix) is not None:
        return
    try:
        write_atomically(prefix / _MARKER, json.dumps({"message": _MESSAGE, _OURS: True}, indent=1))
    except OSError as error:
        raise _not_writable(prefix, error) from error


def thaw(prefix: Path) -> None:
    """Take our mark away; an environment that is not frozen stays as it is.

    Raises
    ------
    Refused
        Another program has frozen it.
    NotPermitted
        It cannot be written.
    """
    if _content(prefix) is None:
        return
    if not is_ours(prefix):
        raise Refused(
            say("{name} was frozen by another program.", name=prefix.name),
            hint=say("Whoever froze it may remove {prefix}.", prefix=prefix / _MARKER),
            code="environment_frozen",
        )
    try:
        (prefix / _MARKER).unlink(missing_ok=True)
    except OSError as error:
        raise _not_writable(prefix, error) from error


def _content(prefix: Path) -> dict[str, object] | None:
    """Give what the marker says (nothing where it cannot be read); ``None`` without a marker."""
    file = prefix / _MARKER
    if not is_plain_file(file):
        return None
    try:
        found = json.loads(file.read_text("utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _not_writable(prefix: Path, error: OSError) -> NotPermitted:
    return NotPermitted(
        say("{prefix} cannot be written: {strerror}.", prefix=prefix, strerror=error.strerror),
        hint=say("Its owner can freeze it."),
        code="folder_not_writable",
    )
