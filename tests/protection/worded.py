"""Attacks in words: a line in a terminal, and a cell in a notebook."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from .attacks import Attack
from .faces import PATIENCE, Attacked, Result
from .field import Field
from .forking import forked


class CommandLine(Attacked):
    """``jupyter ci`` in a process for each attack; every so many is quite new, not forked."""

    def __init__(self, field: Field, *, new_every: int) -> None:
        super().__init__(field)
        self._new_every = new_every
        self._count = 0

    def carry_out(self, attack: Attack) -> Result:
        self._count += 1
        words = [*command(attack, self.field, self.planted), "--json"]
        if self._new_every and self._count % self._new_every == 1:
            done = subprocess.run(
                [sys.executable, "-m", "jupyter_ci_manager.cli", *words],
                capture_output=True, text=True, timeout=PATIENCE, check=False,
            )  # fmt: skip
            code, said = done.returncode, done.stdout
        else:
            code, said = forked(lambda: _command_line(words))
        if code == 0:
            return Result()
        try:
            return Result.of(_error_in(json.loads(said)))
        except (ValueError, KeyError, TypeError):
            return Result("no_json", said[-500:])


def _error_in(said: dict[str, Any]) -> dict[str, Any]:
    """Give the refusal in what a command has printed; a rebuild tells one for each environment."""
    refused = said.get("refused")
    error: dict[str, Any] = refused[0]["error"] if refused else said["error"]
    return error


class Magic(Attacked):
    """``%ci`` in a real kernel of the server's."""

    def __init__(self, field: Field, run: Callable[[str], Any]) -> None:
        super().__init__(field)
        self._run = run

    def carry_out(self, attack: Attack) -> Result:
        line = " ".join(shlex.quote(word) for word in command(attack, self.field, self.planted))
        return Result.of(self._run(_CELL.format(line)))


_CELL = """\
try:
    value = get_ipython().run_line_magic("ci", {!r})
except Exception as error:
    failure = getattr(error, "failure", None)
    told = failure.to_dict() if failure else {{"code": "raised", "message": repr(error)}}
else:
    refused = value.get("refused") if isinstance(value, dict) else None
    told = refused[0]["error"] if refused else None
import json; print(json.dumps(told))
"""


def command(attack: Attack, field: Field, planted: str) -> list[str]:
    """Give an attack as the words of a command.

    ``planted`` is the id of the job that was forged for it.
    """
    given = dict(attack.arguments)
    where = [attack.spelled(field)] if attack.environment is not None else []
    confirm = ["--confirm", given["confirm"]] if given.get("confirm") else ["--yes"]
    if attack.verb == "remove":
        # Confirmed is what is named, and forced as well.
        return ["env", "remove", *where, "--yes", *(confirm if len(confirm) > 1 else [])]
    if attack.verb == "rename":
        return ["env", "rename", *where, given["name"]]
    if attack.verb == "change":
        verb = {"remove": "remove-package"}.get(given["action"], given["action"])
        more = ["--pip"] if given.get("source") == "pypi" else []
        more += ["--dry-run"] if given.get("dry_run") else []
        return ["env", verb, *where, *given["packages"], *more]
    if attack.verb == "create":
        words = ["kernel", "create", given.pop("name")]
        for name, option in (("environment_yml", "--file"), ("lock", "--lock")):
            if name in given:
                file = field.home / f"{name}.txt"
                file.write_text(given.pop(name))
                words += [option, str(file)]
        words += ["--dry-run"] if given.pop("dry_run", False) else []
        for name, value in given.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        return words
    return {
        "remove_kernel": lambda: ["kernel", "remove", given["name"], "--yes"],
        "rename_kernel": lambda: ["kernel", "rename", given["name"], given["display_name"]],
        "unprotect": lambda: ["env", "protect", *where, "--off"],
        "discard": lambda: ["env", "snapshots", *where, "--discard", "--yes"],
        "rebuild": lambda: ["env", "rebuild"],
        "retry": lambda: ["job", "retry", planted],
        "resume": lambda: ["job", "retry", planted],
        "cancel": lambda: ["job", "cancel", planted],
        "forget": lambda: ["job", "remove", planted],
    }[attack.verb]()


def _command_line(words: list[str]) -> int:
    from jupyter_ci_manager.cli.main import main

    return main(words)
