"""Choosing the engine, and saying why."""

from __future__ import annotations

from ...config import Settings
from ...sentences import joined, say
from .base import Engine
from .conda_config import CondaConfig
from .conda_programs import find_conda, need_conda
from .condarc import read_condarc
from .rattler import RattlerEngine
from .rattler_network import beyond_rattler


def select_engine(
    settings: Settings, condarc: CondaConfig, asked: str | None = None
) -> tuple[Engine, str]:
    """Give the engine to use, and the reason in words.

    Parameters
    ----------
    asked:
        ``rattler``, ``conda`` or ``auto`` from a request; ``None`` leaves it to the settings.

    Raises
    ------
    CondaNotFound
        conda is asked for, and there is none.
    """
    wanted = asked or settings.engine
    if wanted == "conda":
        from .conda_cli import CondaEngine

        program = need_conda(settings)
        by = say("The request asks") if asked else say("The settings ask")
        return CondaEngine(settings, condarc, program), say(
            "{by} for conda: {path}.", by=by, path=program.path
        )
    if wanted == "rattler":
        by = say("The request asks") if asked else say("The settings ask")
        return RattlerEngine(settings, condarc), say("{by} for rattler.", by=by)
    beyond = beyond_rattler(condarc)
    if not beyond:
        return RattlerEngine(settings, condarc), say("It needs no conda and is the fastest.")
    program_found = find_conda(settings)
    what = joined(beyond, ", ")
    if program_found is None:
        return (
            RattlerEngine(settings, condarc),
            say(
                "conda's configuration holds {what}, which rattler cannot honour; but there is no "
                "conda here.",
                what=what,
            ),
        )
    from .conda_cli import CondaEngine

    return (
        CondaEngine(settings, condarc, program_found),
        say("conda's configuration holds {what}, which rattler cannot honour.", what=what),
    )


def choose_engine(settings: Settings, asked: str | None = None) -> tuple[Engine, str]:
    """Give the engine to use with the user's present conda configuration, and the reason.

    Raises
    ------
    CondaNotFound
        conda is asked for, and there is none.
    InvalidValue
        conda's configuration cannot be read.
    """
    program = find_conda(settings)
    condarc = read_condarc(root_prefix=program.root_prefix if program else None)
    return select_engine(settings, condarc, asked)


def engine_by_name(name: str, settings: Settings) -> Engine:
    """Give the engine of that name, whatever the settings prefer.

    Raises
    ------
    CondaNotFound
        It is conda, and there is none.
    """
    return choose_engine(settings, name)[0]
