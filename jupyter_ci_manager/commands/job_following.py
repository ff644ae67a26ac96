"""What a command shows of the job that it has started."""

from typing import Any, Dict

from .answer import Answer
from .context import Context
from .kernel_tables import job_details, kernel_details, preview
from .waiting import Interrupted, follow_job

Json = Dict[str, Any]


def finish(context: Context, started: Json, done: str) -> Answer:
    """Follow a job unless the user said not to; show a preview where there is one."""
    if "changes" in started:
        answer = preview(started)
        answer.exit_code = 1 if started.get("problems") else 0
        return answer
    if "task" not in started:
        return kernel_details(started, done)
    if context["no_wait"]:
        return job_details(started, f"It goes on by itself; see {_log_of(context, started)}.")
    try:
        ended = follow_job(context, started)
    except Interrupted:
        return Answer(
            started,
            "You ended the wait, not the job: it goes on. See {}, or {}.".format(
                _log_of(context, started), context.face.command("job cancel " + started["id"])
            ),
            exit_code=130,
        )
    return Answer(ended, done)


def _log_of(context: Context, job: Json) -> str:
    return context.face.command("job log " + job["id"])
