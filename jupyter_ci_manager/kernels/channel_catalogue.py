"""What the channels have: packages by name, and the versions of each language."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from ..config import Settings
from ..errors import CIManagerError, InvalidValue
from ..sentences import say
from . import aside
from .engines.search import NamePattern
from .engines.secrets import check_channels
from .engines.specs import parse_spec
from .languages import Language, list_languages
from .models import LanguageChoice, PackageMatches

#: Seconds for which a language's versions are believed.
_BELIEVED = 3600.0
#: Most matches that one search may look up.
_MOST = 100


class ChannelCatalogue:
    """Asks channels, each time in a process of its own; remembers the languages' versions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._versions: dict[str, tuple[float, list[str]]] = {}

    def search(self, name: str, channels: Sequence[str], limit: int) -> PackageMatches:
        """Give the packages whose names match; see :meth:`KernelService.search_packages`."""
        NamePattern(name)
        check_channels(tuple(channels))
        if not 1 <= limit <= _MOST:
            raise InvalidValue(
                say("Between 1 and {most} matches can be given.", most=_MOST), field="limit"
            )
        wanted = aside.Search(name=name, channels=list(channels), limit=limit)
        [matches] = aside.search(self._settings, [wanted])
        return matches

    def languages(self, *, versions: bool) -> list[LanguageChoice]:
        """Give the languages of the catalogue, with the versions that are known or asked for."""
        known = list_languages(self._settings)
        if versions:
            self._ask([language for language in known if not self._knows(language)])
        return [
            LanguageChoice(
                name=language.name,
                title=language.title,
                packages=[parse_spec(text).name for text in language.packages],
                has_version=bool(language.version_package),
                versions=self._remembered(language),
            )
            for language in known
        ]

    def _knows(self, language: Language) -> bool:
        with self._lock:
            asked, _ = self._versions.get(language.version_package, (float("-inf"), []))
        return not language.version_package or time.monotonic() - asked < _BELIEVED

    def _remembered(self, language: Language) -> list[str]:
        with self._lock:
            return list(self._versions.get(language.version_package, (0.0, []))[1])

    def _ask(self, languages: list[Language]) -> None:
        packages = sorted({language.version_package for language in languages})
        if not packages:
            return
        try:
            answers = aside.search(
                self._settings, [aside.Search(name=package, limit=1) for package in packages]
            )
        except CIManagerError:
            return
        for package, matches in zip(packages, answers, strict=True):
            found = [match for match in matches.packages if match.name == package]
            minors = [".".join(v.split(".")[:2]) for match in found for v in match.versions]
            with self._lock:
                self._versions[package] = (time.monotonic(), list(dict.fromkeys(minors)))
