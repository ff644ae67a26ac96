"""What a command gives back: a plain value, and how it is shown to people."""

import unicodedata
from typing import Any, List, NamedTuple, Sequence, Union


class Cell(NamedTuple):
    """One cell of a table. ``tone`` is ``good``, ``busy``, ``off``, ``bad`` or empty."""

    text: str
    tone: str = ""
    link: str = ""
    title: str = ""


class Table:
    """Rows under headings; a column that is empty in every row is left out.

    Parameters
    ----------
    headings:
        One per column; a heading that ends in ``>`` makes the column right-aligned.
    rows:
        Text or :class:`Cell` for every heading.
    empty:
        What is said in place of a table without rows.
    """

    def __init__(
        self, headings: Sequence[str], rows: Sequence[Sequence[Union[str, Cell]]], empty: str = ""
    ) -> None:
        cells = [[c if isinstance(c, Cell) else Cell(c) for c in row] for row in rows]
        kept = [
            i for i in range(len(headings)) if i == 0 or not cells or any(r[i].text for r in cells)
        ]
        self.headings = [headings[i].rstrip(">") for i in kept]
        self.right = [headings[i].endswith(">") for i in kept]
        self.rows = [[row[i] for i in kept] for row in cells]
        self.empty = empty


class Facts:
    """Pairs of a name and a value; pairs without a value are left out."""

    def __init__(self, pairs: Sequence[Sequence[Any]]) -> None:
        self.pairs: List[List[Cell]] = []
        for name, value in pairs:
            cell = value if isinstance(value, Cell) else Cell(str(value or ""))
            if cell.text:
                self.pairs.append([Cell(str(name)), cell])


class Raw:
    """Text that is shown exactly as it is: a file, a log, a configuration."""

    def __init__(self, text: str) -> None:
        self.text = text


Part = Union[str, Table, Facts, Raw]


class Answer:
    """The result of a command.

    Parameters
    ----------
    value:
        The plain JSON-able value, in the shape that REST gives too.
    parts:
        What is shown to people, in order.
    exit_code:
        For the terminal; 0 means that what was asked for is so.
    """

    def __init__(self, value: Any, *parts: Part, exit_code: int = 0) -> None:
        self.value = value
        self.parts: List[Part] = [part for part in parts if part != ""]
        self.exit_code = exit_code

    def text(self) -> str:
        """Give the whole answer as plain text for a terminal, without a last line end."""
        return "\n".join(_text_of(part) for part in self.parts)


def width(text: str) -> int:
    """Count the columns that a text takes in a terminal (wide letters take two)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def one_line(text: str) -> str:
    """Make a text safe for one line of a terminal: no line ends, no control characters."""
    return "".join(c if c.isprintable() else " " for c in text)


def _text_of(part: Part) -> str:
    if isinstance(part, str):
        return "\n".join(one_line(line) for line in part.split("\n"))
    if isinstance(part, Raw):
        return part.text.rstrip("\n")
    if isinstance(part, Facts):
        longest = max([width(pair[0].text) for pair in part.pairs] or [0])
        return "\n".join(
            "{}{}  {}".format(
                name.text, " " * (longest - width(name.text)), one_line(value.text)
            ).rstrip()
            for name, value in part.pairs
        )
    if not part.rows:
        return part.empty
    lines = [part.headings] + [[one_line(cell.text) for cell in row] for row in part.rows]
    widths = [max(width(line[i]) for line in lines) for i in range(len(part.headings))]
    return "\n".join(_row(line, widths, part.right) for line in lines)


def _row(line: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = []
    for text, columns, to_right in zip(line, widths, right):
        blank = " " * (columns - width(text))
        cells.append(blank + text if to_right else text + blank)
    return "  ".join(cells).rstrip()
