"""What an action is given: the engine, the face it speaks through, and the line's values."""

from typing import Any, Callable, Dict, Optional

from .answer import Answer
from .engine import Engine


class Face:
    """How a face shows what goes on meanwhile, and asks. The base shows and asks nothing.

    Parameters
    ----------
    name:
        ``terminal`` or ``cell``.
    prefix:
        What stands before a command in this face: ``jupyter ci`` or ``%ci``.
    """

    def __init__(self, name: str, prefix: str) -> None:
        self.name = name
        self.prefix = prefix

    def progress(self, line: str) -> None:
        """Show how far it is; replaces the line shown before."""

    def progress_ends(self) -> None:
        """Take the line away that shows how far it is."""

    def log(self, line: str) -> None:
        """Show one line that stays."""

    def remark(self, line: str) -> None:
        """Say something beside the answer, where that does not get into a script's way."""

    def confirmed(self, question: str, name: str) -> bool:
        """Ask for ``name`` to be typed; ``False`` when nobody can be asked or said no."""
        return False

    def command(self, line: str) -> str:
        """Write a command as the user would give it in this face."""
        return f"`{self.prefix} {line}`"


class Context:
    """One command being carried out.

    Parameters
    ----------
    engine:
        What it works on.
    face:
        What it speaks through.
    values:
        The values of the command's arguments.
    """

    def __init__(self, engine: Engine, face: Face, values: Dict[str, Any]) -> None:
        self.engine = engine
        self.face = face
        self.values = values

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    @property
    def waits(self) -> bool:
        """Tell whether the user asked to wait."""
        return bool(self.values.get("wait"))

    def confirmation(self, name: str) -> Optional[str]:
        """Give the name that the user confirmed on the line, if he did."""
        if self.values.get("yes"):
            return name
        confirmed = self.values.get("confirm")
        return None if confirmed is None else str(confirmed)


Action = Callable[[Context], Answer]
