"""Questions answered in a process of their own.

A solve takes a hundred megabytes and every core for a moment; a Jupyter server has other things
to do. ``python -m jupyter_ci_manager.kernels.aside`` reads a question and writes the answer.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from .. import errors
from ..config import Settings
from ..errors import CIManagerError, TimedOut
from ..sentences import put_together, say, taken_apart
from .models import KernelRequest, PackageMatches, PackageRequest, Preview

_LIMIT = 300.0
T = TypeVar("T")


class Search(msgspec.Struct, kw_only=True):
    """Packages that are looked for by name in channels (empty: those of the configuration)."""

    name: str
    channels: list[str] = []
    limit: int = 20


class Question(msgspec.Struct, kw_only=True):
    """A preview of a new kernel, or of a change of an environment's packages; or searches."""

    settings: dict[str, Any]
    kernel: KernelRequest | None = None
    packages: PackageRequest | None = None
    prefix: str | None = None
    searches: list[Search] = []


class Answer(msgspec.Struct, kw_only=True):
    """What was asked for, or the error that the request would meet."""

    preview: Preview | None = None
    matches: list[PackageMatches] = []
    error: dict[str, Any] | None = None
    kind: str = "CIManagerError"


def preview(settings: Settings, **asked: Any) -> Preview:
    """Give the preview of ``kernel``, or of ``packages`` in ``prefix``.

    Raises
    ------
    CIManagerError
        What the request itself would raise.
    TimedOut
        It takes longer than five minutes.
    """
    found = ask(Question(settings=_plain(settings), **asked)).preview
    assert found is not None
    return found


def search(settings: Settings, wanted: list[Search]) -> list[PackageMatches]:
    """Give the packages that match, for each search.

    Raises
    ------
    InvalidValue
        The name or a channel cannot be one.
    Unavailable, TimedOut
        A channel cannot be reached, or not in time.
    """
    return ask(Question(settings=_plain(settings), searches=wanted)).matches


def _plain(settings: Settings) -> dict[str, Any]:
    values = settings.trait_values()
    return {name: values[name] for name in settings.trait_names(config=True)}


def ask(question: Question) -> Answer:
    """Put a question to a fresh process, and give its answer.

    Raises
    ------
    CIManagerError
        What was raised there.
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
            say("Finding out what would be installed takes too long."),
            hint=say("Look at the network, or ask for fewer packages."),
        ) from error
    try:
        given = msgspec.convert(put_together(msgspec.json.decode(done.stdout)), Answer)
    except msgspec.MsgspecError as error:
        raise CIManagerError(
            say("What would be done could not be found out."),
            details={"log": done.stderr.decode("utf-8", "replace")[-4000:]},
        ) from error
    if given.error is not None:
        raise _raised(given.kind, given.error)
    return given


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
            from .previews import preview_kernel

            return Answer(preview=preview_kernel(question.kernel, settings))
        if question.packages is not None and question.prefix is not None:
            from .package_changes import preview_change

            found = preview_change(Path(question.prefix), question.packages, settings)
            return Answer(preview=found)
        if question.searches:
            return Answer(matches=[_search(wanted, settings) for wanted in question.searches])
    except CIManagerError as error:
        return Answer(error=error.to_dict(), kind=type(error).__name__)
    return Answer(error={"message": say("Nothing was asked.")})


def _search(wanted: Search, settings: Settings) -> PackageMatches:
    from .engines import Silent, choose_engine
    from .engines.secrets import check_channels

    channels = tuple(wanted.channels)
    check_channels(channels)
    engine, _ = choose_engine(settings)
    return engine.search(wanted.name, channels, wanted.limit, Silent())


def main() -> None:
    """Answer the question on standard input."""
    # Whatever a library prints must not get into the answer.
    out, sys.stdout = sys.stdout, sys.stderr
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Question)
    out.buffer.write(msgspec.json.encode(answer(question), enc_hook=taken_apart))
    out.buffer.flush()


if __name__ == "__main__":
    main()
