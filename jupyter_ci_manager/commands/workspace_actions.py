"""What the commands for workspace, sign-in and SSH do, in every face alike."""

import shlex
import time
from typing import Any, Dict, List

from .answer import Answer, Facts, Raw
from .context import Context
from .failure import Failure
from .instance_tables import workspace_list

Json = Dict[str, Any]


def show_workspace(context: Context) -> Answer:
    """Show the workspace that is used, and why."""
    compute = context.engine.compute_status()
    workspace = compute.get("workspace")
    if not workspace:
        error = compute.get("error") or {}
        raise Failure(
            error.get("message") or "No workspace is chosen.",
            code=error.get("code") or "no_workspace",
            hint=error.get("hint")
            or "See {}, then {}.".format(
                context.face.command("workspace list"), context.face.command("workspace use NAME")
            ),
            status=404,
        )
    return Answer(
        workspace,
        Facts(
            [
                ["Workspace", workspace["name"]],
                ["Resource group", workspace["resource_group"]],
                ["Subscription", workspace["subscription_id"]],
                ["Location", workspace.get("location")],
                ["Chosen by", compute.get("workspace_source")],
            ]
        ),
    )


def list_workspaces(context: Context) -> Answer:
    """List the workspaces that the user can see."""
    selected = context.engine.compute_status().get("workspace")
    return workspace_list(context.engine.workspaces(), selected)


def use_workspace(context: Context) -> Answer:
    """Use another workspace from now on."""
    said = context["workspace"]
    words = said.split("/")
    if len(words) not in (1, 3) or not all(words):
        raise Failure(
            f"Name a workspace as NAME or SUBSCRIPTION/GROUP/NAME, not '{said}'.",
            code="invalid_value",
            field="workspace",
            status=422,
        )
    keys = ("name",) if len(words) == 1 else ("subscription_id", "resource_group", "name")
    found = [
        workspace
        for workspace in context.engine.workspaces()
        if all(workspace[key].lower() == word.lower() for key, word in zip(keys, words))
    ]
    if len(found) != 1:
        raise Failure(
            f"There are several workspaces of the name {said}."
            if found
            else f"You can see no workspace {said}.",
            code="ambiguous" if found else "not_found",
            hint="Name it as SUBSCRIPTION/GROUP/NAME; see {}.".format(
                context.face.command("workspace list")
            ),
            field="workspace",
            status=404,
        )
    status = context.engine.select_workspace(found[0])
    return Answer(
        status.get("workspace"),
        f"The workspace in use is now {said}.",
        *filter(None, [status.get("workspace_note")]),
    )


def login(context: Context) -> Answer:
    """Sign in; with a device code, show it and wait for the browser."""
    identity = context.engine.sign_in(context["method"])
    prompt = identity.get("prompt")
    if prompt:
        context.face.log(
            prompt.get("message")
            or "Open {} and enter the code {}.".format(prompt["url"], prompt["code"])
        )
        identity = _until_signed_in(context, context["timeout"])
    error = identity.get("error")
    if identity["state"] != "signed_in" or error:
        error = error or {"code": "signed_out", "message": "You are not signed in."}
        raise Failure.from_dict(error, status=401)
    name = identity.get("name") or identity.get("object_id") or "unknown"
    kind = str(identity.get("kind")).replace("_", " ")
    remarks = []
    if (
        context.face.name == "terminal"
        and identity.get("credential") == "DeviceCodeCredential"
        and not identity.get("is_kept")
    ):
        remarks.append(
            "This sign-in ends with this command. To stay signed in for the next ones, run "
            "`az login`, or let CIManager.persist_tokens keep it in a file of yours."
        )
    return Answer(identity, f"Signed in as {name} ({kind}).", *remarks)


def _until_signed_in(context: Context, timeout: float) -> Json:
    began = time.monotonic()
    try:
        while time.monotonic() - began < timeout:
            identity: Json = context.engine.compute_status()["identity"]
            if identity["state"] != "signing_in" and not identity.get("prompt"):
                return identity
            context.face.progress("waiting for the sign-in in the browser")
            time.sleep(1.0)
    finally:
        context.face.progress_ends()
    raise Failure("Nobody signed in in time.", code="timed_out", hint="Begin again.", status=504)


def logout(context: Context) -> Answer:
    """Forget the sign-in."""
    words = (
        "What was kept of a sign-in is removed. A sign-in of the Azure CLI stays: `az logout` ends it."
        if context.face.name == "terminal"
        else "The sign-in is forgotten."
    )
    return Answer(context.engine.sign_out(), words)


def ssh_words(context: Context) -> List[str]:
    """Give the ssh command of an instance as a list of words; nothing of it is run by a shell.

    Raises
    ------
    Failure
        When the instance has no SSH, or it cannot be reached now.
    """
    name = context["name"]
    instance = context.engine.instance(name)
    ssh = instance.get("ssh") or {}
    verdict = (instance.get("actions") or {}).get("ssh") or {}
    host, user, port = ssh.get("host"), ssh.get("user"), ssh.get("port")
    if not ssh.get("enabled") or not host or not user or verdict.get("allowed") == "no":
        raise Failure(
            verdict.get("reason") or f"{name} cannot be reached by SSH.",
            code=verdict.get("code") or "ssh_not_available",
            hint="SSH is switched on when an instance is created, with --ssh-public-key.",
            status=409,
        )
    if host.startswith("-") or user.startswith("-"):
        raise Failure("Azure gave an address that is none.", code="bad_answer", status=502)
    words = ["ssh", "-p", str(port or 22)]
    if context["identity"]:
        words += ["-i", context["identity"]]
    words += ["-l", user, "--", host]
    remote = " ".join(shlex.quote(word) for word in context["command"] or [])
    return words + ([remote] if remote else [])


def ssh(context: Context) -> Answer:
    """Show the ssh command of an instance."""
    line = " ".join(shlex.quote(word) for word in ssh_words(context))
    return Answer(line, Raw(line))


def ssh_config(context: Context) -> Answer:
    """Print Host blocks for instances with SSH."""
    wanted = context["names"] or []
    instances = context.engine.instances()["instances"]
    known = [instance["name"] for instance in instances]
    for name in wanted:
        if name not in known:
            raise Failure(
                f"There is no instance {name}.", code="not_found", field="names", status=404
            )
    blocks = []
    for instance in instances:
        ssh = instance.get("ssh") or {}
        safe = all(
            value and not set(str(value)) & set(" \t\r\n\"'#") and not str(value).startswith("-")
            for value in (instance["name"], ssh.get("host"), ssh.get("user"))
        )
        if ssh.get("enabled") and safe and (not wanted or instance["name"] in wanted):
            blocks.append(
                "Host {}\n  HostName {}\n  User {}\n  Port {}".format(
                    instance["name"], ssh["host"], ssh["user"], ssh.get("port") or 22
                )
            )
    return Answer(blocks, Raw("\n\n".join(blocks) or "# No instance has SSH."))
