"""Sentences in the language that a request asks for, out of catalogues that the package ships.

A catalogue lies beside JupyterLab's own at ``locale/<language>/LC_MESSAGES/sentences.json`` and maps
a template to its translation. What it lacks is said in English, and what is not ours (names,
Azure's own words) stays as it is.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..sentences import Sentence, english, met

#: Gives a sentence in a language; raises ``NotImplementedError`` for anything else.
Say = Callable[[Any], str]

FOLDER = Path(__file__).parent.parent / "locale"
FILE = Path("LC_MESSAGES") / "sentences.json"


class Catalogue:
    """A language's translations, by template."""

    def __init__(self, translations: Mapping[str, str]) -> None:
        self._translations = translations

    def say(self, value: Any) -> str:
        """Give a sentence in this language, the sentences among its values too: an encoder's hook."""
        sentence = met(value)
        template = self._translations.get(sentence.template, sentence.template)
        if not sentence.values:
            return template
        return template.format(
            **{
                name: self.say(part) if isinstance(part, Sentence) else part
                for name, part in sentence.values.items()
            }
        )


@functools.cache
def languages() -> Mapping[str, Path]:
    """Give the catalogues there are, by language tag in lower case (``ko-kr``)."""
    found = sorted(FOLDER.glob(f"*/{FILE}"))
    return {file.parts[-3].replace("_", "-").lower(): file for file in found}


@functools.cache
def catalogue(tag: str) -> Catalogue:
    """Read the catalogue of one of :func:`languages`."""
    return Catalogue(json.loads(languages()[tag].read_text("utf-8")))


@functools.lru_cache(maxsize=64)
def asked_for(header: str) -> tuple[str, Say]:
    """Give the language that an ``Accept-Language`` prefers among ours, and what speaks it.

    A language without our region (``ko``) means the one region that we have; without a header, or
    with none of ours in it, it is English.
    """
    for tag in _by_preference(header):
        if tag.split("-")[0] == "en":
            break
        for known in languages():
            if known == tag or known.split("-")[0] == tag:
                return known, catalogue(known).say
    return "en", english


def _by_preference(header: str) -> list[str]:
    wanted = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag and quality > 0:
            wanted.append((-quality, tag.strip().lower().replace("_", "-")))
    return [tag for _, tag in sorted(wanted, key=lambda each: each[0])]
