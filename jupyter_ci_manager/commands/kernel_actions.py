"""What the commands for kernels, environments and jobs do, in every face alike."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, List, Optional

from . import kernel_tables as tables
from . import requests
from .answer import Answer, Raw
from .context import Context
from .failure import Failure
from .instance_actions import confirmed
from .job_following import finish
from .safekeeping_actions import ask, unless_in_use
from .waiting import ENDED, Interrupted, follow_job

Json = Dict[str, Any]


def create_kernel(context: Context) -> Answer:
    """Make an environment with a tested kernel."""
    request = requests.kernel(context, context["cell"])
    shown = request.get("display_name") or "Python ({})".format(request["name"])
    if request.get("language") and not request.get("display_name"):
        shown = request["name"]
    return finish(
        context,
        context.engine.create_kernel(request),
        'The kernel {} ("{}") works and is in Jupyter\'s list.'.format(request["name"], shown),
    )


def list_kernels(context: Context) -> Answer:
    """List kernels."""
    return tables.kernel_list(context.engine.kernels())


def remove_kernel(context: Context) -> Answer:
    """Take a kernel out of Jupyter's list."""
    name = context["name"]
    if not context["yes"]:
        # What is not there or must not go is refused by the engine, and nobody is asked before.
        known = {kernel["name"]: kernel["is_protected"] for kernel in context.engine.kernels()}
        if known.get(name.lower()) is False:
            ask(context, f"This takes the kernel {name} out of Jupyter's list.", name)
    confirmed(context, name, lambda c: context.engine.remove_kernel(name, c))
    return Answer(None, f"The kernel {name} is removed; its environment is kept.")


def repair_kernel(context: Context) -> Answer:
    """Mend a kernel."""
    name = context["name"]
    return finish(context, context.engine.repair_kernel(name), f"The kernel {name} works.")


def rename_kernel(context: Context) -> Answer:
    """Change the name that Jupyter shows."""
    kernel = context.engine.rename_kernel(context["name"], context["display_name"])
    return tables.kernel_details(kernel)


def nearest_kernels(context: Context) -> Answer:
    """Find what may stand in for a missing kernel."""
    return tables.near_kernels(context.engine.nearest_kernels(requests.missing_kernel(context)))


def list_languages(context: Context) -> Answer:
    """List the languages that kernels can be made for."""
    return tables.language_list(context.engine.languages(bool(context["versions"])))


def list_environments(context: Context) -> Answer:
    """List environments."""
    return tables.environment_list(context.engine.environments())


def list_packages(context: Context) -> Answer:
    """List the packages of an environment."""
    return tables.package_list(context.engine.packages(context["environment"]))


def search_packages(context: Context) -> Answer:
    """Search the channels for packages."""
    limit = int(context["limit"] or 20)
    found = context.engine.search_packages(context["name"], context["channel"] or [], limit)
    return tables.package_matches(found)


def rename_environment(context: Context) -> Answer:
    """Rename an environment; its kernels follow."""
    old, new = context["environment"], context["name"]
    job = unless_in_use(
        context,
        context["confirm"],
        lambda c: context.engine.rename_environment(old, {"name": new, "confirm": c}),
    )
    return finish(context, job, f"The environment {old} is called {new} now; its kernels work.")


def _change(context: Context, action: str, done: str) -> Answer:
    environment = context["environment"]
    started = context.engine.change_packages(environment, requests.packages(context, action))
    said = ", ".join(context["packages"])
    return finish(context, started, done.format(said, environment))


def install(context: Context) -> Answer:
    """Install packages."""
    return _change(context, "install", "Installed into {1}: {0}.")


def update(context: Context) -> Answer:
    """Update packages."""
    return _change(context, "update", "Updated in {1}: {0}.")


def remove_package(context: Context) -> Answer:
    """Remove packages."""
    return _change(context, "remove", "Removed from {1}: {0}.")


def export(context: Context) -> Answer:
    """Print an environment as a file that makes it again."""
    text = context.engine.export(context["environment"], context["format"])
    path = context["output"]
    if path is None:
        return Answer(text, Raw(text))
    try:
        with Path(path).expanduser().open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise Failure(
            f"{path} cannot be written: {error.strerror}.",
            code="invalid_value",
            hint="Nothing is written over; name another file.",
            field="output",
            status=422,
        ) from None
    return Answer(text, "{} is written to {}.".format(context["environment"], path))


def remove_environment(context: Context) -> Answer:
    """Remove an environment and its kernels."""
    name, forced = context["environment"], context["confirm"]
    if not context["yes"] and forced != name:
        found = [e for e in context.engine.environments() if name in (e["name"], e["prefix"])]
        if not found:
            # Refused by whoever knows all spellings, before anybody is asked about nothing.
            context.engine.snapshots(name)
        if not any(environment["is_protected"] for environment in found):
            kernels = [kernel for environment in found for kernel in environment["kernels"]]
            goes = "its snapshots" + (" and its kernels " + ", ".join(kernels) if kernels else "")
            ask(context, f"This removes the environment {name} with {goes}.", name)
    job = unless_in_use(context, forced, lambda c: context.engine.remove_environment(name, c))
    return finish(context, job, f"The environment {name} is removed.")


def save_environments(context: Context) -> Answer:
    """Write the user's environments down."""
    path = context.engine.write_manifest()
    return Answer({"path": path}, f"Your environments are written down in {path}")


def rebuild_environments(context: Context) -> Answer:
    """Make the environments that were written down, one job each."""
    rebuilt = context.engine.rebuild()
    jobs = rebuilt["jobs"]
    refused = [
        "{}: {}".format(entry["name"], entry["error"]["message"]) for entry in rebuilt["refused"]
    ]
    if not jobs and not refused:
        return Answer([], "All environments that were written down are here.")
    if not context["no_wait"]:
        try:
            jobs = [follow_job(context, job) for job in jobs]
        except Interrupted:
            return Answer(jobs, "You ended the wait, not the jobs: they go on.", exit_code=130)
    answer = tables.job_list(jobs)
    answer.value = dict(rebuilt, jobs=jobs)
    answer.parts.extend(refused)
    answer.exit_code = 1 if refused else 0
    return answer


def find_job(jobs: List[Json], said: str) -> Json:
    """Find the job that is meant: by id, by the beginning of one, or the newest for a target.

    Raises
    ------
    Failure
        ``not_found``, or ``ambiguous`` when several ids begin so.
    """
    exact = [job for job in jobs if job["id"] == said] or [j for j in jobs if j["target"] == said]
    if exact:
        return exact[0]
    begins = [job for job in jobs if said and job["id"].startswith(said)]
    if len(begins) == 1:
        return begins[0]
    raise Failure(
        f"Several jobs begin with {said}." if begins else f"There is no job {said}.",
        code="ambiguous" if begins else "not_found",
        hint="Give more of its id." if begins else "",
        field="job",
        status=404,
    )


def _job(context: Context) -> Json:
    return find_job(context.engine.jobs(), context["job"])


def list_jobs(context: Context) -> Answer:
    """List jobs."""
    return tables.job_list(context.engine.jobs())


def show_job(context: Context) -> Answer:
    """Show one job."""
    return tables.job_details(context.engine.job(_job(context)["id"]))


def job_log(context: Context) -> Answer:
    """Give the log of a job; with ``--follow`` line by line until it ends."""
    job = _job(context)
    if context["follow"]:
        try:
            ended: Optional[Json] = follow_job(context, job, context.face.log)
        except Interrupted:
            return Answer(job, "The job goes on.", exit_code=130)
        return Answer(ended, "The job succeeded.")
    events: List[Json] = []
    offset = 0
    while True:
        answer = context.engine.job_events(job["id"], offset)
        events.extend(answer["events"])
        if not answer["events"] or answer["next_offset"] == offset:
            return tables.job_log(events)
        offset = answer["next_offset"]


def cancel_job(context: Context) -> Answer:
    """Cancel a job."""
    job = context.engine.cancel_job(_job(context)["id"])
    return tables.job_details(job, "The job is being cancelled.")


def remove_job(context: Context) -> Answer:
    """Forget a job."""
    job = _job(context)
    context.engine.remove_job(job["id"])
    return Answer(None, "{}: forgotten.".format(job["title"]))


def clear_jobs(context: Context) -> Answer:
    """Forget all jobs that have ended."""
    forgotten = 0
    for job in context.engine.jobs():
        if job["state"] in ENDED:
            with suppress(Failure):
                context.engine.remove_job(job["id"])
                forgotten += 1
    return Answer({"forgotten": forgotten}, f"Jobs forgotten: {forgotten}.")


def retry_job(context: Context) -> Answer:
    """Do a job again."""
    job = context.engine.retry_job(_job(context)["id"])
    return finish(context, job, "{}: done.".format(job["title"]))
