"""What the commands for instances do, in every face alike."""

import json
from typing import Any, Callable, Dict, List, Optional

from . import instance_tables as tables
from .answer import Answer, Facts, Part, Raw, Table
from .context import Context
from .failure import Failure
from .requests import creation, new_key, schedules, whole_minutes
from .waiting import Interrupted, wait_for_instance
from .wording import money_per_hour, state_in_words

Json = Dict[str, Any]


def confirmed(context: Context, name: str, do: Callable[[Optional[str]], Any]) -> Any:
    """Do something that may need its name confirmed: said on the line, or asked for.

    Raises
    ------
    Failure
        ``confirmation_needed`` when nobody confirmed it; nothing was changed.
    """
    try:
        return do(context.confirmation(name))
    except Failure as failure:
        if failure.code != "confirmation_needed" or context["confirm"] is not None:
            raise
        if not context.face.confirmed(failure.line, name):
            raise Failure(
                failure.message,
                code=failure.code,
                hint=f"Say so with --confirm {name} or --yes.",
                details=failure.details,
                status=failure.status,
            ) from None
        return do(name)


def list_instances(context: Context) -> Answer:
    """List the instances of the workspace."""
    return tables.instance_list(
        context.engine.instances(refresh=bool(context["refresh"]), only_mine=bool(context["mine"]))
    )


def status(context: Context) -> Answer:
    """Show one instance, or the state of everything."""
    if context["name"]:
        return tables.instance_details(context.engine.instance(context["name"]))
    value = context.engine.status()
    compute, kernels = value["compute"], value["kernels"]
    workspace, identity = compute.get("workspace") or {}, compute.get("identity") or {}
    error = compute.get("error")
    machine = compute.get("this_machine") or {}
    where = [workspace.get("name"), workspace.get("resource_group"), workspace.get("location")]
    facts = Facts(
        [
            ["Version", value.get("version")],
            ["Backend", "{} at {}".format(compute["backend"], compute["endpoint"])],
            ["Workspace", ", ".join(w for w in where if w) or "none chosen"],
            ["Chosen by", compute.get("workspace_source")],
            ["Signed in", _who(identity)],
            ["This machine", machine.get("name") or "not a compute instance"],
            ["Engine", " - ".join(filter(None, [kernels["engine"], kernels.get("engine_reason")]))],
            ["Conda", kernels.get("conda") or "none found (none is needed)"],
            ["Environments in", kernels.get("envs_dir")],
            ["Kernels in", kernels.get("kernels_dir")],
            ["Protected", ", ".join(kernels.get("protected") or [])],
        ]
    )
    warnings = ["Warning: " + warning for warning in kernels.get("warnings") or []]
    if error:
        warnings.insert(0, "{} {}".format(error["message"], error.get("hint") or "").strip())
    return Answer(value, facts, *warnings)


def _who(identity: Json) -> str:
    state = str(identity.get("state") or "unknown").replace("_", " ")
    name = identity.get("name") or identity.get("object_id")
    kind = str(identity.get("kind") or "").replace("_", " ")
    if state != "signed in":
        return state
    return f"{name} ({kind})" if name else kind


def _settle(context: Context, instance: Optional[Json], until: str, done: str) -> Answer:
    """Wait if the user asked to, and say how it ended."""
    name = context["name"]
    if not context.waits:
        if instance is None:
            return Answer(None, f"{name} is already gone.")
        words = "{} is {}.".format(name, state_in_words(instance["state"]).lower())
        if instance["state"].endswith("ing") and instance["state"] != "Running":
            words += " Wait for it with {}.".format(context.face.command("wait " + name))
        return Answer(instance, words)
    try:
        ended = wait_for_instance(context, name, until, context["timeout"], instance)
    except Interrupted as interrupted:
        return interrupted_wait(context, name, interrupted)
    return Answer(ended, f"{name} {done}.")


def interrupted_wait(context: Context, name: str, interrupted: Interrupted) -> Answer:
    """Say that only the wait ended."""
    return Answer(
        interrupted.value,
        "You ended the wait, not the operation: it goes on. Wait again with {}.".format(
            context.face.command("wait " + name)
        ),
        exit_code=130,
    )


def create(context: Context) -> Answer:
    """Create an instance, or show what would be created."""
    request = creation(context)
    if context["dry_run"]:
        preview = context.engine.preview_instance(request)
        price = money_per_hour(preview.get("price_per_hour"))
        problems: List[Part] = [
            "Problem: {} {}".format(p["message"], p.get("hint") or "").strip()
            for p in preview.get("problems") or []
        ]
        return Answer(
            preview,
            f"Nothing was created. It would cost about {price} while it runs."
            if price
            else "Nothing was created. Its price is not known.",
            *problems,
            Raw(json.dumps(preview["body"], indent=2)),
            exit_code=1 if problems else 0,
        )
    with new_key(context, request):
        created = context.engine.create_instance(request)
    return _settle(context, created, "settled", "is ready")


def start(context: Context) -> Answer:
    """Start an instance."""
    return _settle(context, context.engine.act(context["name"], "start"), "running", "is running")


def stop(context: Context) -> Answer:
    """Stop an instance."""
    name = context["name"]
    stopped = confirmed(context, name, lambda c: context.engine.act(name, "stop", c))
    return _settle(context, stopped, "stopped", "is stopped")


def restart(context: Context) -> Answer:
    """Restart an instance."""
    name = context["name"]
    instance = confirmed(context, name, lambda c: context.engine.act(name, "restart", c))
    return _settle(context, instance, "running", "is running")


def delete(context: Context) -> Answer:
    """Delete an instance."""
    name = context["name"]
    if context["confirm"] is None and not context["yes"]:
        question = f"This deletes {name} and everything on its disk."
        if not context.face.confirmed(question, name):
            raise Failure(
                f"Deleting {name} must be confirmed.",
                code="confirmation_needed",
                hint=f"Say so with --confirm {name} or --yes.",
                status=409,
            )
        context.values["confirm"] = name
    instance = confirmed(context, name, lambda c: context.engine.delete_instance(name, c))
    if instance is None:
        return Answer(None, f"{name} is already gone.")
    return _settle(context, instance, "deleted", "is deleted")


def resize(context: Context) -> Answer:
    """Give an instance another size."""
    name, size = context["name"], context["vm_size"]
    instance = confirmed(context, name, lambda c: context.engine.resize(name, size, c))
    return _settle(context, instance, "settled", "has the size " + size)


def wait(context: Context) -> Answer:
    """Wait for an instance."""
    name = context["name"]
    try:
        instance = wait_for_instance(context, name, context["until"], context["timeout"])
    except Interrupted as interrupted:
        return interrupted_wait(context, name, interrupted)
    if instance is None:
        return Answer(None, f"{name} is gone.")
    return Answer(instance, "{} is {}.".format(name, state_in_words(instance["state"]).lower()))


def sizes(context: Context) -> Answer:
    """List VM sizes."""
    found = [
        size
        for size in context.engine.sizes()
        if (size.get("gpus") or not context["gpu"])
        and (size.get("available") != "no" or not context["available"])
    ]
    return tables.size_list(found)


def usage(context: Context) -> Answer:
    """Show the use of cores."""
    return tables.usage_list(context.engine.usages())


def permissions(context: Context) -> Answer:
    """Show what the user may do."""
    return tables.permission_list(context.engine.permissions())


def application_address(context: Context) -> str:
    """Give the address of the application that ``open`` was asked for.

    Raises
    ------
    Failure
        When it may not be opened now, or the instance has no such application.
    """
    instance = context.engine.instance(context["name"])
    verdict = (instance.get("actions") or {}).get("open") or {}
    if verdict.get("allowed") == "no":
        raise Failure(
            verdict.get("reason") or "It cannot be opened now.",
            code=verdict.get("code") or "wrong_state",
            status=409,
        )
    wanted = "".join((context["application"] or "jupyterlab").lower().split())
    applications = instance.get("applications") or []
    for application in applications:
        if "".join(application["name"].lower().split()) == wanted:
            return str(application["url"])
    names = ", ".join(application["name"] for application in applications)
    raise Failure(
        "{} has no application '{}'.".format(
            context["name"], context["application"] or "JupyterLab"
        ),
        code="not_found",
        hint=f"It has: {names}." if names else "It has none; is it running?",
        field="application",
        status=404,
    )


def template(context: Context) -> Answer:
    """Print what would create an instance."""
    preview = context.engine.preview_instance(creation(context))
    form = context["as"]
    if form in ("az", "python"):
        return Answer(preview[form], Raw(preview[form]))
    value = preview["template" if form == "arm" else "body"]
    return Answer(value, Raw(json.dumps(value, indent=2)))


def runs(context: Context) -> Answer:
    """List the training jobs on an instance."""
    return tables.run_list(context.engine.runs(context["name"]))


def sso(context: Context) -> Answer:
    """Switch single sign-on on or off."""
    name, switch = context["name"], context["switch"]
    context.engine.set_sso(name, switch == "on")
    return Answer({"name": name, "sso": switch == "on"}, f"Single sign-on of {name} is {switch}.")


def idle(context: Context) -> Answer:
    """Show, set or postpone the idle shutdown."""
    name, said = context["name"], context["minutes"]
    if context["postpone"] is not None:
        minutes = whole_minutes(context["postpone"], "postpone")
        instance = context.engine.postpone(name, minutes)
        return Answer(instance, f"The coming stop of {name} is put off by {minutes} m.")
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
    return Answer(instance, f"{name} stops by itself {tables.idle_in_words(instance)}.")


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
    rows = tables.schedule_lines(instance)
    headings = ["Action", "When", "Time zone", "Is"]
    empty = f"{name} neither starts nor stops at planned times."
    return Answer(instance.get("schedules") or [], Table(headings, rows, empty=empty))
