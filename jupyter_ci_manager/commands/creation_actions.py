"""What the commands for a new instance do, in every face alike."""

import json
from typing import Any, Dict, List

from .answer import Answer, Part, Raw
from .context import Context
from .instance_actions import settle
from .requests import creation, new_key
from .wording import TRANSIENT, state_in_words

Json = Dict[str, Any]


def create(context: Context) -> Answer:
    """Create an instance, or show what would be created."""
    request = creation(context)
    if context["dry_run"]:
        preview = context.engine.preview_instance(request)
        problems: List[Part] = [
            "Problem: {} {}".format(p["message"], p.get("hint") or "").strip()
            for p in preview.get("problems") or []
        ]
        return Answer(
            preview,
            "Nothing was created.",
            *problems,
            *(preview.get("notes") or []),
            Raw(json.dumps(preview["body"], indent=2)),
            exit_code=1 if problems else 0,
        )
    with new_key(context, request):
        created = context.engine.create_instance(request)
    if created["state"] not in TRANSIENT:
        return _used_as_it_is(created)
    return settle(context, created, "running", "is ready")


def _used_as_it_is(instance: Json) -> Answer:
    """Say of an instance that was there already how it is; it was neither changed nor started."""
    said = "{} exists and is {}; it was not changed.".format(
        instance["name"], state_in_words(instance["state"]).lower()
    )
    return Answer(instance, said, *filter(None, [instance.get("advice")]))


def template(context: Context) -> Answer:
    """Print what would create an instance."""
    preview = context.engine.preview_instance(creation(context))
    form = context["as"]
    if form in ("az", "python"):
        return Answer(preview[form], Raw(preview[form]))
    value = preview["template" if form == "arm" else "body"]
    return Answer(value, Raw(json.dumps(value, indent=2)))
