"""Reading YAML that somebody else wrote: plain data, within limits."""

from __future__ import annotations

from typing import Any

from ..sentences import say

_SIZE_LIMIT = 2_000_000
_DEPTH_LIMIT = 20
_EVENT_LIMIT = 300_000


class NotPlain(ValueError):
    """The text is no plain YAML, or goes beyond the limits; ``words`` say so to people."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def load(text: str) -> Any:
    """Give the data of a text; references are refused, for a few of them stand for gigabytes.

    Raises
    ------
    NotPlain
        It cannot be read, holds references, or is too large, too deep or too long.
    """
    import yaml

    if len(text) > _SIZE_LIMIT:
        raise NotPlain(say("The file is too large."))
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for count, event in enumerate(yaml.parse(text, Loader=loader)):
            if isinstance(event, yaml.AliasEvent):
                raise NotPlain(say("References (*name) are not accepted."))
            if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                depth += 1
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                depth -= 1
            if depth > _DEPTH_LIMIT or count > _EVENT_LIMIT:
                raise NotPlain(say("The file is nested too deeply or has too many entries."))
        return yaml.load(text, Loader=loader)  # noqa: S506 (safe, in C where there is one)
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or say("it cannot be read")
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            raise NotPlain(
                say("The file is not plain YAML: {problem}.", problem=problem)
            ) from error
        raise NotPlain(
            say(
                "The file is not plain YAML (line {line}): {problem}.",
                line=mark.line + 1,
                problem=problem,
            )
        ) from error
    except NotPlain:
        raise
    except (ValueError, RecursionError) as error:
        raise NotPlain(say("The file holds a value that cannot be read.")) from error
