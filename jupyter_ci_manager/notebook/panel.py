"""``%ci panel``: a live table with buttons where the kernel has ipywidgets, else a static one.

The panel comes as two outputs: a plain table, and the widgets. While the widgets live they hide
the table; in a saved notebook, where they are dead, the table shows and their output is hidden.
"""

import uuid
from html import escape
from typing import Any, Callable, Dict, List, Optional

from ..commands.answer import Answer
from ..commands.engine import Engine
from ..commands.failure import Failure
from ..commands.instance_tables import instance_list
from ..commands.kernel_tables import job_log
from ..commands.wording import money_per_hour, progress, state_in_words, tone_of
from .live import LiveView, Snapshot, shared_view
from .panel_forms import instance_form, kernel_form
from .shown import _COLOURS, _SHAPES, html_of

Json = Dict[str, Any]
_ACTIONS = (("start", "Start"), ("stop", "Stop"), ("restart", "Restart"), ("delete", "Delete"))
_JOBS_SHOWN = 5
_LOG_LINES = 12


def show_panel(engine: Engine) -> Answer:
    """Show the panel below the cell.

    Raises
    ------
    Failure
        When the instances cannot be read at all.
    """
    listed = instance_list(engine.instances())
    try:
        import ipywidgets
    except ImportError:
        hint = "Buttons and live states need ipywidgets in this kernel: %pip install ipywidgets"
        return Answer(listed.value, *listed.parts, hint)
    from IPython.display import HTML, display

    panel = Panel(ipywidgets, engine, shared_view(engine))
    panel.static = display(HTML(panel.static_html(listed.value)), display_id=True)
    display(panel.root)
    panel.begin()
    return Answer(None)


class Row:
    """One instance in the panel: its words and its buttons."""

    def __init__(self, widgets: Any, act: Callable[[str, str], None], name: str) -> None:
        # A long error wraps in its own room; the buttons keep theirs.
        self.text = widgets.HTML(layout={"flex": "1 1 0", "min_width": "0"})
        self.buttons: Dict[str, Any] = {}
        for action, label in _ACTIONS:
            button = widgets.Button(description=label, layout={"width": "6em", "flex": "0 0 auto"})
            button.on_click(lambda _button, action=action: act(name, action))
            self.buttons[action] = button
        self.box = widgets.HBox([self.text, *self.buttons.values()])

    def update(self, instance: Json) -> None:
        """Show an instance; an action that is not possible now is disabled, with the reason."""
        state, tone = instance.get("state"), tone_of(instance.get("state"))
        said = " &middot; ".join(
            escape(word)
            for word in (
                instance.get("vm_size") or "",
                money_per_hour(instance.get("price_per_hour")),
            )
            if word
        )
        text = "<b>{}</b> <span aria-hidden='true' style='color:{}'>{}</span> {} {}".format(
            escape(instance["name"]),
            _COLOURS[tone],
            _SHAPES[tone],
            escape(state_in_words(state)),
            said,
        )
        for error in instance.get("errors") or []:
            text += "<br>{}".format(escape(error.get("explanation") or error.get("message") or ""))
        if self.text.value != text:
            self.text.value = text
        for action, button in self.buttons.items():
            verdict = (instance.get("actions") or {}).get(action) or {}
            button.disabled = verdict.get("allowed") == "no"
            button.tooltip = verdict.get("reason") or ""


class Panel:
    """The widgets of one panel; :class:`LiveView` tells it what is new.

    Parameters
    ----------
    widgets:
        The ipywidgets module.
    engine:
        What the buttons act on.
    view:
        The kernel's one look at instances and jobs.
    """

    def __init__(self, widgets: Any, engine: Engine, view: LiveView) -> None:
        self._widgets, self._engine, self._view = widgets, engine, view
        self._mark = "ci-manager-" + uuid.uuid4().hex[:12]
        self._rows: Dict[str, Row] = {}
        self._shown_static = ""
        self._followed: Optional[str] = None
        self.static: Any = None
        style = f"<style>.{self._mark}-static{{display:none}}</style>"
        self._head = widgets.HTML(style + f'<span class="{self._mark}-live"></span>')
        self._table = widgets.VBox([])
        self._message = widgets.HTML()
        self._question = widgets.HBox([])
        self._jobs = widgets.HTML()
        refresh = widgets.Button(description="Refresh", icon="refresh")
        refresh.on_click(lambda _button: self._view.touch())
        forms = widgets.Accordion(
            children=[
                instance_form(widgets, engine, self.say, view.touch),
                kernel_form(widgets, engine, self.say, self._follow),
            ],
            selected_index=None,
        )
        forms.set_title(0, "New instance")
        forms.set_title(1, "New kernel")
        self.root = widgets.VBox(
            [self._head, refresh, self._table, self._question, self._message, forms, self._jobs]
        )

    def begin(self) -> None:
        """Show what is there and go on showing it."""
        self._view.listen(self._update)

    def close(self) -> None:
        """End the panel; the static table stays."""
        self._view.leave(self._update)
        self.root.close()

    def say(self, text: str) -> None:
        """Show one line, read out by screen readers."""
        self._message.value = f'<div role="status">{escape(text)}</div>'

    def static_html(self, answer: Json) -> str:
        """Give the static table, with the rule that hides the widgets' output when they are dead."""
        mark = self._mark
        rule = (
            f".jp-OutputArea-child:has(.{mark}-static) + "
            f".jp-OutputArea-child:not(:has(.{mark}-live)){{display:none}}"
        )
        table = html_of(instance_list(answer))
        return f'<style>{rule}</style><div class="{mark}-static">{table}</div>'

    def _follow(self, job_id: str) -> None:
        self._followed = job_id
        self._view.touch()

    def _update(self, seen: Snapshot) -> None:
        if seen.failure is not None:
            self.say(seen.failure.line)
        elif seen.is_paused:
            self.say("Paused, since nobody clicked for half an hour. Refresh goes on.")
        instances = seen.instances.get("instances") or []
        names = [instance["name"] for instance in instances]
        if list(self._rows) != names:
            self._rows = {n: self._rows.get(n) or Row(self._widgets, self._act, n) for n in names}
            self._table.children = [row.box for row in self._rows.values()]
        for instance in instances:
            self._rows[instance["name"]].update(instance)
        self._show_jobs(seen.jobs)
        static = self.static_html(seen.instances)
        if self.static is not None and static != self._shown_static:
            self._shown_static = static
            self.static.update({"text/html": static, "text/plain": ""}, raw=True)

    def _show_jobs(self, jobs: List[Json]) -> None:
        lines = []
        for job in jobs[:_JOBS_SHOWN]:
            words = [
                job["title"],
                job["state"],
                job.get("phase"),
                progress(job.get("progress") or {}),
            ]
            error = (job.get("error") or {}).get("message")
            lines.append(escape(": ".join(filter(None, [" ".join(filter(None, words)), error]))))
        html = "<br>".join(lines)
        if self._followed is not None:
            try:
                events = self._engine.job_events(self._followed)["events"]
            except Failure:
                events = []
            log = job_log(events).text().splitlines()[-_LOG_LINES:]
            html += "<pre>{}</pre>".format(escape("\n".join(log)))
        if self._jobs.value != html:
            self._jobs.value = html

    def _act(self, name: str, action: str, confirm: Optional[str] = None) -> None:
        if action == "delete" and confirm is None:
            self._ask(name, action, f"This deletes {name} and everything on its disk.")
            return
        try:
            if action == "delete":
                self._engine.delete_instance(name, confirm)
            else:
                self._engine.act(name, action, confirm)
        except Failure as failure:
            if failure.code == "confirmation_needed" and confirm is None:
                self._ask(name, action, failure.line)
            else:
                self.say(failure.line)
            return
        self.say(f"{name}: {action} was asked for.")
        self._view.touch()

    def _ask(self, name: str, action: str, question: str) -> None:
        """Ask for the name before something is lost."""
        widgets = self._widgets
        typed = widgets.Text(placeholder=name)
        go_on = widgets.Button(description=action.capitalize(), button_style="danger")
        leave = widgets.Button(description="Cancel")
        go_on.disabled = True

        def compare(change: Any) -> None:
            go_on.disabled = change["new"] != name

        def end(_button: Any) -> None:
            self._question.children = []

        def confirmed(button: Any) -> None:
            end(button)
            self._act(name, action, name)

        typed.observe(compare, "value")
        go_on.on_click(confirmed)
        leave.on_click(end)
        label = widgets.HTML(escape(f"{question} Type {name} to go on:"))
        self._question.children = [label, typed, go_on, leave]
