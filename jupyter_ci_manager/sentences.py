"""Sentences for a user: English as they are, and translatable because they know how they were made.

A sentence is said with :func:`say`: a template and named values. It is a plain ``str``, so whoever
only shows it need not know; a face that speaks another language looks its ``template`` up in a
catalogue (``server/translation.py``) and puts the same values in. The template is the sentence's
identifier, as in gettext.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

#: Under this key a dictionary that was written down tells how its sentences were made.
_SAID = "said"


class Sentence(str):
    """An English sentence that knows its template and the values in it."""

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> Sentence:
        """Say a template with values; without any, braces in it stand for themselves."""
        text = super().__new__(cls, template.format(**values) if values else template)
        text.template = template
        text.values = values
        return text

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]
        """Let a copy know what this one knows."""
        return self.template, self.values


def say(template: str, /, **values: Any) -> Sentence:
    """Say a sentence.

    Parameters
    ----------
    template:
        English, with ``{name}`` where a value goes; always a literal, so that the catalogues can
        be held against the sources.
    values:
        What goes into the braces. A value that is a sentence itself is translated as well.
    """
    return Sentence(template, values)


def joined(sentences: Iterable[str], between: str = " ") -> Sentence:
    """Give sentences, or parts of one, one after the other, without empty ones.

    Each is translated by itself.
    """
    parts = {f"part{number}": part for number, part in enumerate(filter(None, sentences))}
    return Sentence(between.join(f"{{{name}}}" for name in parts), parts)


def met(value: Any) -> Sentence:
    """Give the sentence that an encoder has met and asks its hook about.

    Raises
    ------
    NotImplementedError
        It is something else, as :mod:`msgspec` wants to hear it.
    """
    if not isinstance(value, Sentence):
        raise NotImplementedError(type(value))
    return value


def english(value: Any) -> str:
    """Give a sentence as plain text: an encoder's hook, see :func:`met`."""
    return str(met(value))


def taken_apart(value: Any) -> dict[str, Any]:
    """Give how a sentence was made, as JSON: an encoder's hook, see :func:`met`."""
    sentence = met(value)
    return {
        "template": sentence.template,
        "values": {name: _plain(part) for name, part in sentence.values.items()},
    }


def put_together(value: Any) -> Any:
    """Give decoded JSON with the sentences in it that were :func:`taken_apart`."""
    if isinstance(value, list):
        return [put_together(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: put_together(item) for name, item in value.items()}
    if found.keys() == {"template", "values"} and isinstance(found["template"], str):
        # What another version took apart may not fit together here.
        with suppress(KeyError, IndexError, ValueError, TypeError, AttributeError):
            return Sentence(found["template"], found["values"])
    return found


def written(known: Mapping[str, Any]) -> dict[str, Any]:
    """Give a dictionary to be written down for others too: English, and how it was made."""
    said = {name: taken_apart(text) for name, text in known.items() if isinstance(text, Sentence)}
    plain = {name: str(text) if name in said else text for name, text in known.items()}
    return {**plain, _SAID: said} if said else plain


def read_back(known: Mapping[str, Any]) -> dict[str, Any]:
    """Give a dictionary that was :func:`written` down, with its sentences as they were."""
    found = dict(known)
    said = put_together(found.pop(_SAID, None))
    if isinstance(said, dict):
        found.update({name: text for name, text in said.items() if isinstance(text, Sentence)})
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Sentence):
        return taken_apart(value)
    return value if isinstance(value, (int, float)) else str(value)
