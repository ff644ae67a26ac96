"""What the commands for planned stops and starts do, in every face alike."""

from . import instance_details as details
from .answer import Answer, Table
from .context import Context
from .failure import Failure
from .requests import schedules, whole_minutes


def idle(context: Context) -> Answer:
    """Show, set or postpone the idle shutdown."""
    name, said = context["name"], context["minutes"]
    if context["postpone"] == 0:
        return Answer(context.engine.undo_postpone(name), f"The stop of {name} is not put off.")
    if context["postpone"] is not None:
        minutes = whole_minutes(context["postpone"], "postpone")
        instance = context.engine.postpone(name, minutes)
        said = [f"The coming stop of {name} is put off by {minutes} min."]
        return Answer(instance, *said, details.put_off_in_words(instance))
    if said is None:
        instance = context.engine.instance(name)
    elif said.lower() in ("off", "never", "0"):
        instance = context.engine.set_idle_shutdown(name, None)
    elif said.isdigit():
        instance = context.engine.set_idle_shutdown(name, int(said))
    else:
        raise Failure(
            f"Give a number of minutes or off, not '{said}'.",
            code="invalid_value",
            field="minutes",
            status=422,
        )
    said = [f"{name} stops by itself {details.idle_in_words(instance)}."]
    return Answer(instance, *said, *details.idle_remarks(instance))


def schedule(context: Context) -> Answer:
    """Show or set the planned starts and stops."""
    name, planned = context["name"], schedules(context)
    if context["clear"] and planned:
        raise Failure(
            "--clear and new times exclude each other.",
            code="invalid_value",
            hint="What is given replaces what was set.",
            status=422,
        )
    if planned or context["clear"]:
        instance = context.engine.set_schedules(name, planned)
    else:
        instance = context.engine.instance(name)
    rows = details.schedule_lines(instance)
    headings = ["Action", "When", "Time zone", "Is"]
    empty = f"{name} neither starts nor stops at planned times."
    return Answer(instance.get("schedules") or [], Table(headings, rows, empty=empty))
