"""Results of magics: plain Python values that show themselves well in a notebook."""

from html import escape
from typing import Any, Dict, List
from urllib.parse import urlsplit

from ..commands.answer import Answer, Cell, Facts, Part, Raw, Table

_SHAPES = {"good": "&#9679;", "busy": "&#9680;", "off": "&#9675;", "bad": "&#9650;"}
_COLOURS = {
    "good": "var(--jp-success-color1, inherit)",
    "busy": "var(--jp-info-color1, inherit)",
    "off": "inherit",
    "bad": "var(--jp-error-color1, inherit)",
}


class Shown:
    """What a result shows: HTML that follows the theme, or plain text in a terminal."""

    answer: Answer

    def _repr_html_(self) -> str:
        return html_of(self.answer)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.answer.text())


class Listing(List[Any], Shown):
    """A list, shown as a table."""

    # In each class itself: IPython looks for a built-in base's way of showing before ours.
    _repr_pretty_ = Shown._repr_pretty_


class Record(Dict[str, Any], Shown):
    """A dictionary, shown as what it is about."""

    _repr_pretty_ = Shown._repr_pretty_


class Text(str, Shown):
    """A text, shown as it is."""

    _repr_pretty_ = Shown._repr_pretty_


class Nothing(Shown):
    """There is no value; only something to say."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def result_of(answer: Answer) -> Any:
    """Give an answer's value as a plain list, dictionary or text that shows itself."""
    value = answer.value
    if isinstance(value, dict) and isinstance(value.get("instances"), list):
        value = value["instances"]
    shown: Any
    if isinstance(value, list):
        shown = Listing(value)
    elif isinstance(value, dict):
        shown = Record(value)
    elif isinstance(value, str):
        shown = Text(value)
    else:
        return Nothing(answer)
    shown.answer = answer
    return shown


def html_of(answer: Answer) -> str:
    """Give an answer as HTML that uses the theme's own colours and fonts."""
    return '<div class="ci-manager">{}</div>'.format("".join(_part(p) for p in answer.parts))


def _part(part: Part) -> str:
    if isinstance(part, Table):
        return _table(part) if part.rows else _paragraph(part.empty)
    if isinstance(part, Facts):
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{_cell(name)}</th>'
            f'<td style="text-align:left">{_cell(value)}</td></tr>'
            for name, value in part.pairs
        )
        return f"<table><tbody>{rows}</tbody></table>"
    if isinstance(part, Raw):
        return f"<pre>{escape(part.text)}</pre>"
    return _paragraph(part)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def _table(table: Table) -> str:
    def align(right: bool) -> str:
        return "text-align:{}".format("right" if right else "left")

    head = "".join(
        f'<th scope="col" style="{align(right)}">{escape(heading)}</th>'
        for heading, right in zip(table.headings, table.right)
    )
    rows = "".join(
        "<tr>{}</tr>".format(
            "".join(
                f'<td style="{align(right)}">{_cell(cell)}</td>'
                for cell, right in zip(row, table.right)
            )
        )
        for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(cell: Cell) -> str:
    text = escape(cell.text)
    if cell.link and urlsplit(cell.link).scheme in ("http", "https"):
        text = f'<a href="{escape(cell.link)}" target="_blank" rel="noopener">{text}</a>'
    if cell.tone:
        text = '<span aria-hidden="true" style="color:{}">{}</span>&nbsp;{}'.format(
            _COLOURS.get(cell.tone, "inherit"), _SHAPES.get(cell.tone, ""), text
        )
    return text
