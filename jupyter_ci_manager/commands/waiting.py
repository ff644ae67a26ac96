"""Waiting for instances and jobs, so that an interrupt ends the wait and never the work."""

import time
from typing import Any, Callable, Dict, Optional

from .context import Context
from .failure import Failure
from .wording import RUNNING, TRANSIENT, age, duration, is_failed, progress, state_in_words

Json = Dict[str, Any]
#: States of a job in which nothing more happens by itself.
ENDED = frozenset({"succeeded", "failed", "cancelled", "interrupted"})
_SHORTEST, _LONGEST = 0.2, 2.0


class Interrupted(Exception):
    """The user ended the wait; ``value`` is what was known last."""

    def __init__(self, value: Optional[Json]) -> None:
        super().__init__("The wait was interrupted.")
        self.value = value


def wait_for_instance(
    context: Context, name: str, until: str, timeout: float, first: Optional[Json] = None
) -> Optional[Json]:
    """Wait until an instance is ``running``, ``stopped``, ``deleted`` or ``settled``.

    Parameters
    ----------
    context:
        Whose engine is asked and whose face shows how far it is.
    name:
        The instance.
    until:
        What to wait for.
    timeout:
        Seconds to wait at most.
    first:
        The instance as just read, to save one reading.

    Returns
    -------
    dict or None
        The instance, or ``None`` when it is gone.

    Raises
    ------
    Failure
        ``timed_out``; ``instance_failed`` when it came to rest in a failed state;
        ``wrong_state`` when it came to rest in another state than asked for.
    Interrupted
        On Ctrl-C; what was being waited for goes on.
    """
    began = time.monotonic()
    pause = _SHORTEST
    instance = first
    try:
        while True:
            if instance is None:
                instance = _read(context, name)
            if instance is None:
                if until in ("deleted", "settled"):
                    return None
                raise Failure(f"The instance {name} does not exist.", code="not_found", status=404)
            if "state" in instance:
                state = instance["state"]
                if _has_come(state, until):
                    return instance
                _refuse_other_end(context, instance, until)
                context.face.progress(_how_far(instance, time.monotonic() - began))
            if time.monotonic() - began >= timeout:
                raise _too_long(context, name, until, timeout, instance)
            time.sleep(min(pause, max(0.01, timeout - (time.monotonic() - began))))
            pause = min(_LONGEST, pause * 1.3)
            instance = None
    except KeyboardInterrupt:
        raise Interrupted(instance or first) from None
    finally:
        context.face.progress_ends()


def _how_far(instance: Json, waited: float) -> str:
    said = "{}  {}  {}".format(
        instance["name"], state_in_words(instance["state"]), duration(waited)
    )
    return "{}  {}".format(said, instance["advice"]) if instance.get("advice") else said


def _read(context: Context, name: str) -> Optional[Json]:
    """Read an instance; ``None`` when it is gone, an empty value when Azure is out of reach."""
    try:
        return context.engine.instance(name)
    except Failure as failure:
        if failure.status == 404:
            return None
        if failure.status in (429, 502, 503, 504):
            context.face.progress(f"{name}  {failure.message}")
            return {}
        raise


def _too_long(context: Context, name: str, until: str, timeout: float, instance: Json) -> Failure:
    since = age(instance.get("state_since"))
    state = state_in_words(instance.get("state")).lower()
    said = (
        " It is {}{}.".format(state, f" for {since}" if since else "")
        if "state" in instance
        else ""
    )
    again = "It goes on; wait again with {}.".format(context.face.command("wait " + name))
    return Failure(
        f"{name} was not {until} within {duration(timeout)}.{said}",
        code="timed_out",
        hint=" ".join(filter(None, [instance.get("advice"), again])),
        details={"state": instance.get("state"), "until": until},
        status=504,
    )


def _has_come(state: str, until: str) -> bool:
    if until == "running":
        return state in RUNNING
    if until == "stopped":
        return state == "Stopped"
    return until == "settled" and state not in TRANSIENT


def _refuse_other_end(context: Context, instance: Json, until: str) -> None:
    state = instance["state"]
    if state in TRANSIENT:
        return
    errors = "; ".join(
        e.get("explanation") or e.get("message") or "" for e in instance.get("errors") or []
    )
    operation = instance.get("last_operation") or {}
    if is_failed(state) or (errors and instance.get("operation") is None):
        raise Failure(
            "{}: {}{}".format(
                instance["name"], state_in_words(state), ": " + errors if errors else "."
            ),
            code="instance_failed",
            hint="See {}.".format(context.face.command("status " + instance["name"])),
            details={"state": state, "errors": instance.get("errors") or []},
            status=409,
        )
    if operation.get("status") == "InProgress" or until == "deleted":
        return
    raise Failure(
        "{} is {} and nothing is under way that would change it.".format(
            instance["name"], state_in_words(state).lower()
        ),
        code="wrong_state",
        status=409,
    )


def follow_job(
    context: Context, job: Json, on_line: Optional[Callable[[str], None]] = None
) -> Json:
    """Follow a job to its end; the face shows phase and progress.

    Raises
    ------
    Failure
        When the job failed, was cancelled or was interrupted; with the job's own error.
    Interrupted
        On Ctrl-C; the job goes on.
    """
    offset, phase, pause = 0, "", 0.1
    try:
        while True:
            answer = context.engine.job_events(job["id"], offset)
            offset = answer["next_offset"]
            for event in answer["events"]:
                if event["kind"] == "phase":
                    phase = event.get("phase") or ""
                    context.face.progress("{}  {}".format(job["target"], phase))
                elif event["kind"] == "progress":
                    said = " ".join(filter(None, [event.get("phase") or phase, progress(event)]))
                    context.face.progress("{}  {}".format(job["target"], said))
                elif event["kind"] == "log" and on_line is not None:
                    on_line(event.get("text") or "")
            if answer["state"] in ENDED:
                break
            pause = 0.1 if answer["events"] else min(1.0, pause * 1.3)
            time.sleep(pause)
    except KeyboardInterrupt:
        raise Interrupted(job) from None
    finally:
        context.face.progress_ends()
    ended = context.engine.job(job["id"])
    if ended["state"] != "succeeded":
        raise job_failure(context, ended)
    return ended


def job_failure(context: Context, job: Json) -> Failure:
    """Give the error that a job ended with, with the way to its log as hint."""
    error = job.get("error") or {}
    see = "See {}.".format(context.face.command("job log " + job["id"]))
    return Failure(
        error.get("message") or "{}: {}.".format(job["title"], job["state"]),
        code=error.get("code") or "job_" + job["state"],
        hint=" ".join(filter(None, [error.get("hint"), see])),
        details=dict(error.get("details") or {}, job_id=job["id"]),
        status=422,
    )
