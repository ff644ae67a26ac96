"""Previews: what a request would do, found out in a process of its own.

A solve takes a hundred megabytes and every core for a moment; a Jupyter server has other things
to do. ``python -m jupyter_ci_manager.kernels.previews`` reads a question and writes the answer.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from .. import errors
from ..config import Settings
from ..errors import CIManagerError, TimedOut
from .models import KernelRequest, PackageRequest, Preview

_LIMIT = 300.0


class Question(msgspec.Struct, kw_only=True):
    """What a preview is wanted of: a new kernel, or a change of an environment's packages."""

    settings: dict[str, Any]
    kernel: KernelRequest | None = None
    packages: PackageRequest | None = None
    prefix: str | None = None


class Answer(msgspec.Struct, kw_only=True):
    """The preview, or the error that the request would meet."""

    preview: Preview | None = None
    error: dict[str, Any] | None = None
    kind: str = "CIManagerError"


def ask(question: Question) -> Preview:
    """Give the preview.

    Raises
    ------
    CIManagerError
        What the request itself would raise.
    TimedOut
        It takes longer than five minutes.
    """
    words = [sys.executable, "-m", __name__]
    try:
        done = subprocess.run(
            words,
            input=msgspec.json.encode(question),
            capture_output=True,
            timeout=_LIMIT,
            check=False,
            start_new_session=sys.platform != "win32",
        )
    except subprocess.TimeoutExpired as error:
        raise TimedOut(
            "Finding out what would be installed takes too long.",
            hint="Look at the network, or ask for fewer packages.",
        ) from error
    try:
        answer = msgspec.json.decode(done.stdout, type=Answer)
    except msgspec.MsgspecError as error:
        raise CIManagerError(
            "What would be done could not be found out.",
            details={"log": done.stderr.decode("utf-8", "replace")[-4000:]},
        ) from error
    if answer.preview is not None:
        return answer.preview
    raise _raised(answer.kind, answer.error or {})


def _raised(kind: str, known: dict[str, Any]) -> CIManagerError:
    """Make the error anew that the other process wrote down."""
    found: type[CIManagerError] = getattr(errors, kind, CIManagerError)
    return found(
        known.get("message", ""),
        hint=known.get("hint", ""),
        code=known.get("code"),
        field=known.get("field"),
        details=known.get("details"),
    )


def answer(question: Question) -> Answer:
    """Find out, in this process."""
    settings = Settings(**question.settings)
    try:
        if question.kernel is not None:
            return Answer(preview=preview_kernel(question.kernel, settings))
        if question.packages is not None and question.prefix is not None:
            from .package_changes import preview_change

            found = preview_change(Path(question.prefix), question.packages, settings)
            return Answer(preview=found)
    except CIManagerError as error:
        return Answer(error=error.to_dict(), kind=type(error).__name__)
    return Answer(error={"message": "Nothing was asked."})


def preview_kernel(request: KernelRequest, settings: Settings) -> Preview:
    """Say what making this kernel would do.

    Raises
    ------
    CIManagerError
        What making it would raise before anything is changed.
    """
    from . import planning
    from .disk import check_room, free_bytes
    from .engines.base import Silent
    from .models import PackageChange
    from .protection import Policy

    order = planning.check(request, settings)
    plan = order.plan(Silent())
    problems: list[dict[str, Any]] = []
    changes = plan.changes() if plan is not None else []
    if plan is not None:
        if not order.is_new:
            Policy(settings).check_changes(order.prefix, plan.changes())
        try:
            check_room(order.prefix, plan.link_bytes, settings.disk_floor_mb)
        except CIManagerError as error:
            problems.append(error.to_dict())
    by_pip = order.pip_changes(settings, Silent())
    if by_pip:
        Policy(settings).check_changes(order.prefix, by_pip)
        changes += by_pip
    else:
        changes += [PackageChange(name=text, after="pip") for text in order.pip]
    return Preview(
        prefix=str(order.prefix),
        engine=order.engine.name,
        engine_reason=order.engine_reason,
        changes=changes,
        download_bytes=plan.download_bytes if plan else 0,
        disk_bytes=plan.link_bytes if plan else 0,
        free_bytes=free_bytes(order.prefix) or 0,
        display_name=order.display_name,
        problems=problems,
    )


def main() -> None:
    """Answer the question on standard input."""
    # Whatever a library prints must not get into the answer.
    out, sys.stdout = sys.stdout, sys.stderr
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    out.buffer.write(msgspec.json.encode(answer(question)))
    out.buffer.flush()


if __name__ == "__main__":
    main()
