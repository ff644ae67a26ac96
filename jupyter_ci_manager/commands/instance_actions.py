"""What the commands for instances do, in every face alike."""

from typing import Any, Callable, Dict, List, Optional

from . import instance_details as details
from . import instance_tables as tables
from .answer import Answer, Cell, Facts
from .context import Context
from .failure import Failure
from .waiting import Interrupted, wait_for_instance
from .wording import TRANSIENT, bytes_in_words, state_in_words

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


#: Kinds of errors that stand in a list, by code; others: Azure is out of reach.
_STATUSES = {
    "signed_out": 401,
    "sign_in_again": 401,
    "sign_in_declined": 401,
    "sign_in_expired": 401,
    "device_code_blocked": 401,
    "not_permitted": 403,
    "no_workspace": 404,
    "not_found": 404,
    "invalid_endpoint": 422,
    "throttled": 429,
    "timed_out": 504,
}


def list_instances(context: Context) -> Answer:
    """List the instances of the workspace.

    Raises
    ------
    Failure
        They cannot be read, and there is no earlier list to show instead.
    """
    answer = context.engine.instances(
        refresh=bool(context["refresh"]), only_mine=bool(context["mine"])
    )
    error = answer.get("error")
    if error and answer.get("age_seconds") is None:
        raise Failure.from_dict(error, _STATUSES.get(error["code"], 503))
    return tables.instance_list(answer)


def status(context: Context) -> Answer:
    """Show one instance, or the state of everything."""
    if context["name"]:
        return details.instance_details(context.engine.instance(context["name"]))
    value = context.engine.status()
    compute, kernels = value["compute"], value["kernels"]
    workspace, identity = compute.get("workspace") or {}, compute.get("identity") or {}
    error = compute.get("error")
    machine = compute.get("this_machine") or {}
    where = [workspace.get("name"), workspace.get("resource_group"), workspace.get("location")]
    links = compute.get("links") or {}
    facts = Facts(
        [
            ["Version", value.get("version")],
            ["Backend", "{} at {}".format(compute["backend"], compute["endpoint"])],
            ["Workspace", ", ".join(w for w in where if w) or "none chosen"],
            ["Chosen by", compute.get("workspace_source")],
            ["Studio", _link("compute instances", links.get("compute"))],
            ["Training", _link("submit a training run", links.get("submit_job"))],
            ["Signed in", _who(identity)],
            ["This machine", machine.get("name") or "not an Azure instance"],
            *_disks(machine),
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


def _link(text: str, address: Optional[str]) -> Cell:
    """Give a link that reads as its address where nothing can be clicked."""
    return Cell(address or "", link=address or "", title=text)


def _disks(machine: Json) -> List[List[str]]:
    """Give the use of this machine's disks, where it is an instance; Azure's stop depends on it."""
    if not machine.get("is_compute_instance"):
        return []
    return [
        [
            "Disk " + disk["path"],
            "{} of {} free. {}".format(
                bytes_in_words(disk["free"]), bytes_in_words(disk["total"]), disk["warning"]
            ).strip(),
        ]
        for disk in machine.get("disks") or []
    ]


def _who(identity: Json) -> str:
    state = str(identity.get("state") or "unknown").replace("_", " ")
    name = identity.get("name") or identity.get("object_id")
    kind = str(identity.get("kind") or "").replace("_", " ")
    if state != "signed in":
        return state
    tenant = identity.get("tenant_id")
    facts = [kind, f"tenant {tenant}" if tenant else ""]
    inner = ", ".join(filter(None, facts))
    return f"{name} ({inner})" if name else inner


def settle(context: Context, instance: Optional[Json], until: str, done: str) -> Answer:
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


def start(context: Context) -> Answer:
    """Start an instance."""
    return settle(context, context.engine.act(context["name"], "start"), "running", "is running")


def stop(context: Context) -> Answer:
    """Stop an instance."""
    name = context["name"]
    stopped = confirmed(context, name, lambda c: context.engine.act(name, "stop", c))
    return settle(context, stopped, "stopped", "is stopped")


def restart(context: Context) -> Answer:
    """Restart an instance."""
    name = context["name"]
    instance = confirmed(context, name, lambda c: context.engine.act(name, "restart", c))
    return settle(context, instance, "running", "is running")


def _may_be(context: Context, name: str, action: str) -> bool:
    """Tell whether a question makes sense: whatever is refused anyway is refused without one."""
    judged = context.engine.instance(name)["actions"].get(action) or {}
    return bool(judged.get("allowed") != "no")


def delete(context: Context) -> Answer:
    """Delete an instance."""
    name = context["name"]
    if context["confirm"] is None and not context["yes"] and _may_be(context, name, "delete"):
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
    return settle(context, instance, "deleted", "is deleted")


def resize(context: Context) -> Answer:
    """Give an instance another size."""
    name, size = context["name"], context["vm_size"]
    instance = confirmed(context, name, lambda c: context.engine.resize(name, size, c))
    answer = settle(context, instance, "settled", "has the size " + size)
    ended: Json = answer.value
    if context.waits and ended["state"] not in TRANSIENT and not _has_size(ended, size):
        reasons = [e.get("explanation") or e.get("message") for e in ended.get("errors") or []]
        raise Failure(
            "{} did not get the size {}: {}".format(
                name, size, "; ".join(filter(None, reasons)) or "Azure gave no reason."
            ),
            code="instance_failed",
            hint="See {}.".format(context.face.command("status " + name)),
            details={"state": ended["state"], "errors": ended.get("errors") or []},
            status=409,
        )
    return answer


def _has_size(instance: Json, size: str) -> bool:
    return str(instance.get("vm_size")).lower() == str(size).lower()


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


def runs(context: Context) -> Answer:
    """List the training jobs on an instance."""
    return tables.run_list(context.engine.runs(context["name"]))


def sso(context: Context) -> Answer:
    """Switch single sign-on on or off."""
    name, switch = context["name"], context["switch"]
    context.engine.set_sso(name, switch == "on")
    return Answer({"name": name, "sso": switch == "on"}, f"Single sign-on of {name} is {switch}.")
