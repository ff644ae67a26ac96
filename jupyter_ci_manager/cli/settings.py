"""The settings, with what was said on the command line."""

from __future__ import annotations

from typing import Any

from ..commands.failure import Failure, UsageFailure
from ..config import Settings, load_settings


def settings_for(values: dict[str, Any]) -> Settings:
    """Read the settings; ``--workspace-id``, ``--backend`` and ``--endpoint`` win.

    Raises
    ------
    Failure
        A setting, or an option, is wrong; the message names it.
    """
    from traitlets import TraitError
    from traitlets.config import Config

    section: dict[str, str] = {}
    if values.get("workspace_id") is not None:
        words = values["workspace_id"].split("/")
        if len(words) != 3 or not all(words):
            raise UsageFailure(
                f"--workspace-id: '{values['workspace_id']}' is not SUBSCRIPTION/GROUP/NAME.",
                hint="See `jupyter ci workspace list`.",
            )
        keys = ("subscription_id", "resource_group", "workspace")
        section.update(zip(keys, words, strict=True))
    for option in ("backend", "endpoint"):
        if values.get(option) is not None:
            section[option] = values[option]
    try:
        return load_settings(Config({"CIManager": Config(section)}) if section else None)
    except TraitError as error:
        raise Failure(
            f"A setting is wrong: {error}",
            code="bad_setting",
            hint="See section CIManager of your Jupyter configuration, and CI_MANAGER_* variables.",
            status=400,
        ) from None
