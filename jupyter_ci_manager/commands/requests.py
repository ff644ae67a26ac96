"""From the values of a line to the requests that the doors take."""

import json
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from .context import Context
from .failure import Failure

Json = Dict[str, Any]
_LARGEST_FILE, _LARGEST_NOTEBOOK = 1 << 20, 200 << 20
_IMPORT = re.compile(r"^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


def read_file(path: str, field: str, largest: int = _LARGEST_FILE) -> str:
    """Read a text file that the user named, of so many bytes at most.

    Raises
    ------
    Failure
        ``invalid_value`` when it cannot be read as text.
    """
    full = Path(path).expanduser()
    try:
        if full.stat().st_size > largest:
            raise Failure(
                f"{path} is larger than {largest >> 20} MiB.",
                code="invalid_value",
                field=field,
                status=422,
            )
        with full.open(encoding="utf-8") as stream:
            return stream.read()
    except (OSError, ValueError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise Failure(
            f"The file {path} cannot be read: {reason}.",
            code="invalid_value",
            hint="Check its name.",
            field=field,
            status=422,
        ) from None


def whole_minutes(value: float, field: str) -> int:
    """Give a number of minutes as a whole number."""
    if value != int(value):
        raise Failure(
            f"{field} must be a whole number of minutes, not {value:g}.",
            code="invalid_value",
            field=field,
            status=422,
        )
    return int(value)


def schedules(context: Context) -> List[Json]:
    """Make the planned starts and stops that a line asks for."""
    made = []
    for action in ("start", "stop"):
        for expression in context[action + "_at"] or []:
            made.append(
                {
                    "action": action,
                    "trigger": "cron",
                    "expression": expression,
                    "time_zone": context["time_zone"] or "UTC",
                }
            )
    return made


def creation(context: Context) -> Json:
    """Make the ``CreateInstance`` that a line asks for; only what was said is in it."""
    request: Json = {"name": context["name"]}
    for ours, theirs in (
        ("vm_size", "vm_size"),
        ("subnet", "subnet_id"),
        ("vnet_resource_group", "vnet_resource_group"),
        ("vnet", "vnet_name"),
        ("vnet_subnet", "subnet_name"),
        ("assign_to", "assigned_user_object_id"),
        ("assign_tenant", "assigned_user_tenant_id"),
        ("description", "description"),
    ):
        if context[ours] is not None:
            request[theirs] = context[ours]
    if context["idle"] is not None:
        request["idle_shutdown_minutes"] = whole_minutes(context["idle"], "idle")
    if context["no_idle"]:
        request["idle_shutdown_minutes"] = 0
    if context["ssh_public_key"] is not None:
        request["ssh_public_key"] = _public_key(context["ssh_public_key"])
    if context["no_public_ip"]:
        request["enable_node_public_ip"] = False
    planned = schedules(context)
    if planned:
        request["schedules"] = planned
    scripts = _scripts(context)
    if scripts:
        request["setup_scripts"] = scripts
    _identity_into(request, context)
    if context["sso"] is not None:
        request["enable_sso"] = context["sso"] == "on"
    if context["rstudio"]:
        request["rstudio"] = True
    if context["application"]:
        request["custom_applications"] = [
            application for path in context["application"] for application in _applications(path)
        ]
    if context["tag"]:
        request["tags"] = dict(_tag(text) for text in context["tag"])
    if (context["if_exists"] or "fail") != "fail":
        request["if_exists"] = context["if_exists"]
    return request


def _scripts(context: Context) -> Json:
    scripts: Json = {}
    for ours, theirs in (("setup", "creation"), ("startup", "startup")):
        option = ours + "_script"
        if context[option] is not None:
            scripts[theirs] = read_file(context[option], option)
        if context[option + "_path"] is not None:
            scripts[theirs + "_path"] = context[option + "_path"]
        if context[ours + "_arguments"] is not None:
            scripts[theirs + "_arguments"] = context[ours + "_arguments"]
    if context["script_timeout"] is not None:
        minutes = whole_minutes(context["script_timeout"], "script_timeout")
        scripts["timeout_minutes"] = minutes
    return scripts


def _identity_into(request: Json, context: Context) -> None:
    if context["system_identity"] and context["identity"]:
        raise Failure(
            "Both --system-identity and --identity are given.",
            code="invalid_value",
            hint="Give one of them.",
            field="identity",
            status=422,
        )
    if context["system_identity"]:
        request["identity"] = "system"
    elif context["identity"]:
        request["identity"] = list(context["identity"])


def _applications(path: str) -> List[Json]:
    """Read custom applications from a JSON file: one object, or a list of them."""
    try:
        found = json.loads(read_file(path, "application"))
    except ValueError as error:
        raise Failure(
            f"{path} is not JSON: {error}.",
            code="invalid_value",
            hint='Such as {"name": ..., "image": {"reference": ...}, "endpoints": [...]}.',
            field="application",
            status=422,
        ) from None
    return found if isinstance(found, list) else [found]


@contextmanager
def new_key(context: Context, request: Json) -> Iterator[None]:
    """Put a new SSH key into a request; its private part goes to a new file of the user's (0600).

    A name without a folder is one in ``~/.ssh``. The file is taken away again when the request fails: a key that opens nothing is only litter.

    Raises
    ------
    Failure
        ``invalid_value`` when the file exists or cannot be written.
    """
    if context["new_ssh_key"] is None:
        yield
        return
    if context["ssh_public_key"] is not None:
        raise Failure(
            "Both --ssh-public-key and --new-ssh-key are given.",
            code="invalid_value",
            hint="Give one of them.",
            field="new_ssh_key",
            status=422,
        )
    path = Path(context["new_ssh_key"]).expanduser()
    if path.name == context["new_ssh_key"]:
        path = Path.home() / ".ssh" / path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Failure(
            f"{path} cannot be written: {error.strerror}.",
            code="invalid_value",
            hint="Nothing is written over; name another file.",
            field="new_ssh_key",
            status=422,
        ) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            pair = context.engine.new_ssh_key()
            stream.write(pair["private_key"])
        request["ssh_public_key"] = pair["public_key"]
        yield
    except BaseException:
        path.unlink()
        raise


def _public_key(given: str) -> str:
    if given.split(" ", 1)[0].startswith(("ssh-", "ecdsa-", "sk-")):
        return given
    text = read_file(given, "ssh_public_key").strip()
    if "PRIVATE KEY" in text:
        raise Failure(
            f"{given} holds a private key, which never leaves this machine.",
            code="invalid_value",
            hint="Give the public one; its name ends in .pub.",
            field="ssh_public_key",
            status=422,
        )
    return text


def _tag(text: str) -> List[str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Failure(
            f"A tag is given as KEY=VALUE, not '{text}'.",
            code="invalid_value",
            field="tag",
            status=422,
        )
    return [name, value]


def kernel(context: Context, environment_yml: Optional[str] = None) -> Json:
    """Make the ``KernelRequest`` that a line (and a cell's body) asks for."""
    request: Json = {"name": context["name"]}
    for option in ("display_name", "version", "existing", "clone", "engine"):
        if context[option] is not None:
            request[option] = context[option]
    if context["packages"]:
        request["packages"] = list(context["packages"])
    if context["pip"]:
        request["pip"] = list(context["pip"])
    if context["channel"]:
        request["channels"] = list(context["channel"])
    if (context["language"] or "python") != "python":
        request["language"] = context["language"]
    if (context["scope"] or "user") != "user":
        request["scope"] = context["scope"]
    if context["file"] is not None:
        request["environment_yml"] = read_file(context["file"], "file")
    if environment_yml is not None and environment_yml.strip():
        if context["file"] is not None:
            raise Failure(
                "Both --file and the cell's text are given.",
                code="invalid_value",
                hint="Give one of them.",
                field="file",
                status=422,
            )
        request["environment_yml"] = environment_yml
    if context["lock"] is not None:
        request["lock"] = read_file(context["lock"], "lock")
    if context["dry_run"]:
        request["dry_run"] = True
    return request


def missing_kernel(context: Context) -> Json:
    """Make what ``nearest_kernels`` takes, from a notebook and from what the line says itself.

    Raises
    ------
    Failure
        ``invalid_value`` when the file is no notebook; ``usage`` when nothing was said.
    """
    wanted: Json = {"name": "", "display_name": "", "language": "", "packages": []}
    if context["notebook"] is not None:
        wanted.update(_notebook_facts(context["notebook"]))
    if context["name"] is not None:
        wanted.update(name=context["name"], display_name="")
    if context["language"] is not None:
        wanted["language"] = context["language"]
    wanted["packages"] = list(dict.fromkeys(wanted["packages"] + (context["package"] or [])))
    if not any(wanted.values()):
        raise Failure(
            "Name a notebook, or the kernel that is missing.",
            code="invalid_value",
            hint="See {}.".format(context.face.command("kernel nearest --help")),
            field="notebook",
            status=422,
        )
    return wanted


def _notebook_facts(path: str) -> Json:
    """Read which kernel a notebook wants, and what its cells import."""
    try:
        notebook = json.loads(read_file(path, "notebook", _LARGEST_NOTEBOOK))
        metadata = notebook.get("metadata") or {}
        spec = metadata.get("kernelspec") or {}
        language = spec.get("language") or (metadata.get("language_info") or {}).get("name")
        imported = []
        for cell in notebook.get("cells") or []:
            if cell.get("cell_type") == "code":
                source = cell.get("source") or ""
                text = source if isinstance(source, str) else "".join(source)
                imported.extend(_IMPORT.findall(text))
        return {
            "name": str(spec.get("name") or ""),
            "display_name": str(spec.get("display_name") or ""),
            "language": str(language or ""),
            "packages": list(dict.fromkeys(imported)),
        }
    except (ValueError, AttributeError, TypeError):
        raise Failure(
            f"The file {path} is no notebook.", code="invalid_value", field="notebook", status=422
        ) from None


def packages(context: Context, action: str) -> Json:
    """Make the ``PackageRequest`` that a line asks for."""
    request: Json = {"action": action, "packages": list(context["packages"])}
    if context["pip"]:
        request["source"] = "pypi"
    if context["channel"]:
        request["channels"] = list(context["channel"])
    if context["dry_run"]:
        request["dry_run"] = True
    return request
