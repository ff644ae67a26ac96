"""What the commands that keep environments do, in every face alike."""

from typing import Any, Callable, Dict, Optional

from . import safekeeping_tables as tables
from .answer import Answer
from .context import Context
from .failure import Failure, UsageFailure
from .job_following import finish

Json = Dict[str, Any]


def protect_environment(context: Context) -> Answer:
    """Show what is protected, or protect an environment of the user's own."""
    name, off, is_frozen = context["environment"], context["off"], context["frozen"]
    if off and is_frozen:
        raise UsageFailure("--off ends --frozen too; give one of them.")
    if name is not None:
        environment = context.engine.protect_environment(name, not off, bool(is_frozen))
        words = "is protected" if environment["is_protected"] else "is no longer protected"
        if environment["is_frozen"]:
            words += " and frozen: no package of it changes"
        return Answer(environment, "{} {}.".format(environment["name"], words))
    if off or is_frozen:
        raise UsageFailure("--off and --frozen need the name of an environment.")
    environments = [e for e in context.engine.environments() if e["is_protected"]]
    kernels = [kernel for kernel in context.engine.kernels() if kernel["is_protected"]]
    return tables.protected_list(environments, kernels)


def snapshot_environment(context: Context) -> Answer:
    """Keep an environment as it is now."""
    name = context["environment"]
    job = context.engine.snapshot_environment(name, bool(context["accept"]))
    return finish(context, job, f"The environment {name} is kept as it is now.")


def list_snapshots(context: Context) -> Answer:
    """List the snapshots of an environment, or remove them."""
    name = context["environment"]
    if not context["discard"]:
        return tables.snapshot_list(context.engine.snapshots(name))
    question = f"This removes all snapshots of {name}; its loss could not be undone any more."
    ask(context, question, name)
    context.engine.discard_snapshots(name)
    return Answer(None, f"The snapshots of {name} are removed; the environment stays.")


def restore_environment(context: Context) -> Answer:
    """Bring an environment back from its snapshot."""
    name, number = context["environment"], context["snapshot"]
    job = unless_in_use(
        context,
        context["confirm"],
        lambda c: context.engine.restore_environment(name, number, c),
    )
    return finish(context, job, f"The environment {name} is back.")


def ask(context: Context, question: str, name: str) -> None:
    """Have something confirmed by its name, on the line or by asking.

    Raises
    ------
    Failure
        Nobody confirmed it; nothing was changed.
    """
    if context["yes"]:
        return
    given = context["confirm"]
    if given is None:
        if context.face.confirmed(question, name):
            return
    elif given == name:
        return
    raise Failure(
        question + " It must be confirmed.",
        code="confirmation_needed",
        hint=f"Say so with --confirm {name} or --yes.",
        status=409,
    )


def unless_in_use(
    context: Context, given: Optional[str], do: Callable[[Optional[str]], Json]
) -> Json:
    """Do something to an environment; where it is in use, only when its name is given.

    Raises
    ------
    Failure
        ``environment_in_use``, and nobody gave the name; nothing was changed.
    """
    try:
        return do(given)
    except Failure as failure:
        name = str(failure.details.get("confirm") or "")
        if failure.code != "environment_in_use" or given is not None:
            raise
        if context.face.confirmed(failure.message, name):
            return do(name)
        raise Failure(
            failure.message,
            code=failure.code,
            hint=f"Shut them down first, or force it with --confirm {name}.",
            details=failure.details,
            status=failure.status,
        ) from None
