"""The catalogue of languages: what to install, how the kernel registers, how it is tested.

The product's own catalogue is ``languages.toml`` beside this file; an administrator's files
(setting ``language_catalogues``) add languages or replace some of its keys.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from ..config import Settings
from ..errors import InvalidValue
from ..sentences import say
from .engines.specs import parse_spec

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Language(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How kernels of one language are made.

    Parameters
    ----------
    title:
        How people call the language; a kernel's display name is ``<title> (<environment>)``.
    packages:
        conda packages that a kernel needs.
    version_package:
        The one whose version is the language's, for ``version`` in a request.
    argv:
        Command of the kernel. A program without a folder is looked for in the environment;
        ``{connection_file}`` is what Jupyter replaces.
    kernel_language:
        The kernel spec's ``language``.
    test:
        Code to run in the new kernel, and ``expects``: what its output must hold, with
        ``{prefix}`` for the environment's real path. Empty: that it answers is enough.
    env:
        Environment variables that the kernel needs besides activation.
    interrupt_mode:
        The kernel spec's ``interrupt_mode``.
    metadata:
        More of the kernel spec's metadata, such as ``debugger``.
    """

    name: str = ""
    title: str
    packages: list[str]
    version_package: str = ""
    argv: list[str]
    kernel_language: str
    test: str = ""
    expects: str = ""
    env: dict[str, str] = {}
    interrupt_mode: str = "signal"
    metadata: dict[str, Any] = {}

    def display_name(self, environment: str) -> str:
        """Give the usual display name of a kernel in an environment of that name."""
        return f"{self.title} ({environment})"

    def kernel_packages(self) -> list[str]:
        """Give the names of the packages without which an environment has no kernel of it."""
        named = [parse_spec(text).name for text in self.packages]
        return [name for name in named if name not in ("pip", self.version_package)]

    def specs(self, version: str | None = None) -> list[str]:
        """Give the packages to ask for, with the language's version where one is wanted.

        Raises
        ------
        InvalidValue
            ``version`` is no version.
        """
        if version is None:
            return list(self.packages)
        if not re.fullmatch(r"\d+(\.\d+){0,2}", version) or not self.version_package:
            raise InvalidValue(
                say(
                    "{version!r} is no version of {title} that can be asked for.",
                    version=version[:40],
                    title=self.title,
                ),
                hint=say("Write for example 3.11."),
                field="version",
            )
        rest = [p for p in self.packages if parse_spec(p).name != self.version_package]
        return [f"{self.version_package}={version}", *rest]


def list_languages(settings: Settings) -> list[Language]:
    """Give all languages of the catalogue, Python first.

    Raises
    ------
    InvalidValue
        A catalogue cannot be read or says something that is not understood.
    """
    known = _catalogue(tuple(settings.language_catalogues))
    return sorted(known.values(), key=lambda language: (language.name != "python", language.name))


def find_language(name: str, settings: Settings) -> Language:
    """Give one language.

    Raises
    ------
    InvalidValue
        There is none of that name; the message lists those there are.
    """
    known = _catalogue(tuple(settings.language_catalogues))
    found = known.get(name.lower())
    if found is None:
        raise InvalidValue(
            say("There is no language {name!r}.", name=name[:40]),
            hint=say("Choose one of {known}.", known=", ".join(sorted(known))),
            code="unknown_language",
            field="language",
        )
    return found


@lru_cache(maxsize=4)
def _catalogue(files: tuple[str, ...]) -> dict[str, Language]:
    merged: dict[str, dict[str, Any]] = {}
    own = Path(__file__).with_name("languages.toml")
    for file in (own, *(Path(name).expanduser() for name in files)):
        try:
            data = tomllib.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _bad(file, str(error)) from error
        for name, entry in data.items():
            if not isinstance(entry, dict) or not re.fullmatch(r"[a-z][a-z0-9_+-]{0,30}", name):
                raise _bad(file, say("{name!r} is no language", name=name))
            merged[name] = {**merged.get(name, {}), **entry, "name": name}
        try:
            known = {name: msgspec.convert(entry, Language) for name, entry in merged.items()}
            for language in known.values():
                for spec in language.packages:
                    parse_spec(spec)
        except (msgspec.ValidationError, InvalidValue) as error:
            raise _bad(file, str(error)) from error
    return known


def _bad(file: Path, why: str) -> InvalidValue:
    return InvalidValue(
        say("The catalogue of languages {file} cannot be used: {why}.", file=file, why=why),
        hint=say("Correct the file, or take it out of language_catalogues."),
        code="invalid_catalogue",
    )
