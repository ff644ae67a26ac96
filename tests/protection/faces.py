"""How each face carries an attack out, and what came of it: the code of a refusal, or none."""

from __future__ import annotations

import json
import os
import queue
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_ci_manager.commands.direct import DirectEngine
from jupyter_ci_manager.commands.engine import Engine
from jupyter_ci_manager.commands.failure import Failure
from jupyter_ci_manager.errors import CIManagerError
from jupyter_ci_manager.jobs import journal, launcher, runner
from jupyter_ci_manager.jobs.locks import Lock
from jupyter_ci_manager.jobs.models import JobRequest
from jupyter_ci_manager.jobs.paths import jobs_folder, private_folder
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.engines.bookkeeping import begun_mark
from jupyter_ci_manager.kernels.protection import Policy
from jupyter_ci_manager.notebook.owner import Server
from jupyter_ci_manager.notebook.rest import RestEngine

from .attacks import Attack
from .field import Field

_PATIENCE = 120.0


@dataclass(frozen=True)
class Result:
    """What an attack has met: an error's code, message and hint; ``code`` is empty without one."""

    code: str = ""
    message: str = ""
    hint: str = ""

    @classmethod
    def of(cls, error: dict[str, Any] | None) -> Result:
        known = error or {}
        return cls(*(str(known.get(key) or "") for key in ("code", "message", "hint")))


class Attacked(ABC):
    """A face."""

    def __init__(self, field: Field) -> None:
        self.field = field

    def prepare(self, attack: Attack) -> None:
        """Put in place what the attacker has forged beforehand; most forge nothing."""
        return

    @abstractmethod
    def attack(self, attack: Attack) -> Result:
        """Carry an attack out."""


class Doors(Attacked):
    """A face that is called as the engine of all commands is: the service, or REST."""

    engine: Engine

    def attack(self, attack: Attack) -> Result:
        try:
            self._follow(self._do(attack))
        except Failure as failure:
            return Result.of(failure.to_dict())
        return Result()

    def _do(self, attack: Attack) -> Any:
        given = dict(attack.arguments)
        spelled = attack.spelled(self.field) if attack.environment is not None else ""
        verbs: dict[str, Callable[[], Any]] = {
            "remove": lambda: self.engine.remove_environment(spelled, given.get("confirm")),
            "rename": lambda: self.engine.rename_environment(spelled, given),
            "create": lambda: self.engine.create_kernel(given),
            "remove_kernel": lambda: self.engine.remove_kernel(given["name"]),
            "rename_kernel": lambda: self.engine.rename_kernel(**given),
            "change": lambda: self.engine.change_packages(spelled, given),
            "unprotect": lambda: self.engine.protect_environment(spelled, False),
            "discard": lambda: self.engine.discard_snapshots(spelled),
            "rebuild": lambda: self.engine.rebuild(),
        }
        return verbs[attack.verb]()

    def _follow(self, started: Any) -> None:
        """Wait for the job that was started; its refusal is the attack's."""
        begun = started if isinstance(started, dict) else {}
        for refused in begun.get("refused", []):
            raise Failure.from_dict(refused["error"])
        for job in begun.get("jobs", [started]):
            if isinstance(job, dict) and "task" in job:
                done = JobService(self.field.settings).follow(job["id"], timeout=_PATIENCE)
                if done.error is not None:
                    raise Failure.from_dict(done.error)


class Service(Doors):
    """The doors of the wings, called in this process."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.engine = DirectEngine(field.settings)


class Rest(Doors):
    """The REST API of a running Jupyter server."""

    def __init__(self, field: Field, server: Server) -> None:
        super().__init__(field)
        self.engine = RestEngine(server)


class CommandLine(Attacked):
    """``jupyter ci`` in a process for each attack; every so many is quite new, not forked."""

    def __init__(self, field: Field, *, new_every: int) -> None:
        super().__init__(field)
        self._new_every = new_every
        self._count = 0

    def attack(self, attack: Attack) -> Result:
        self._count += 1
        words = [*command(attack, self.field), "--json"]
        if self._new_every and self._count % self._new_every == 1:
            done = subprocess.run(
                [sys.executable, "-m", "jupyter_ci_manager.cli", *words],
                capture_output=True, text=True, timeout=_PATIENCE, check=False,
            )  # fmt: skip
            code, said = done.returncode, done.stdout
        else:
            code, said = _forked(lambda: _command_line(words))
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

    def attack(self, attack: Attack) -> Result:
        line = " ".join(shlex.quote(word) for word in command(attack, self.field))
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


def command(attack: Attack, field: Field) -> list[str]:
    """Give an attack as the words of a command."""
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
    }[attack.verb]()


class Jobs(Attacked):
    """Jobs whose request, settings and records somebody has written himself.

    Each is done by the runner in a process of its own; every so many is a quite new one, started
    as the product starts jobs, and tried again after it was refused.
    """

    def __init__(self, field: Field, *, new_every: int) -> None:
        super().__init__(field)
        self._new_every = new_every
        self._count = 0

    def prepare(self, attack: Attack) -> None:
        if attack.verb == "undo":
            # The mark of an environment that is being made is easily forged.
            prefix = Path(attack.spelled(self.field)).expanduser()
            for place in (prefix, Path(os.path.realpath(prefix))):
                if os.access(place.parent, os.W_OK):
                    begun_mark(place).touch()

    def attack(self, attack: Attack) -> Result:
        self._count += 1
        task, request, facts = job(attack, self.field)
        if self._new_every and not facts and self._count % self._new_every == 1:
            return self._by_the_product(task, request)
        return self._by_a_fork(task, request, facts, undo=attack.verb == "undo")

    def _by_the_product(self, task: str, request: dict[str, Any]) -> Result:
        service = JobService(self.field.settings)
        refused = service.follow(service.start(task, "x", "x", request).id, timeout=_PATIENCE)
        again = service.follow(service.retry(refused.id).id, timeout=_PATIENCE)
        first, second = Result.of(refused.error), Result.of(again.error)
        return second if first.code == second.code else Result("differs", f"{first} {second}")

    def _by_a_fork(
        self, task: str, request: dict[str, Any], facts: dict[str, Any], *, undo: bool
    ) -> Result:
        folder = private_folder(jobs_folder()) / journal.new_id()
        # Settings of one's own: they protect nothing.
        settings = launcher.settings_for_job(self.field.settings)
        settings["settings"] |= {"protected_kernels": []}
        asked = JobRequest(
            id=folder.name, task=task, target="x", title="x", created=time.time(),
            request=request, **settings,
        )  # fmt: skip
        journal.create(folder, asked)
        if facts:
            launcher.note(folder, lambda log: log.record(**facts))
        _forked(lambda: _run_job(folder, undo=undo))
        account = journal.Account.read(folder)
        ended = [e for e in journal.read_events(folder, 0)[0] if e.kind == "ended"]
        left = (ended[-1].data or {}).get("left_behind") if ended else {"code": "not_ended"}
        return Result.of(account.error or left)


def job(attack: Attack, field: Field) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Give an attack as a task, what it is asked, and what an earlier run of it has recorded."""
    room = "jupyter_ci_manager.kernels"
    given = dict(attack.arguments)
    prefix = attack.spelled(field) if attack.environment is not None else ""
    name = Path(prefix).name
    if attack.verb == "remove":
        asked = {"prefix": prefix, "name": name, "confirm": name}
        return f"{room}.removal:remove_environment", asked, {}
    if attack.verb == "rename":
        asked = {"prefix": prefix, "name": given["name"], "confirm": name}
        return f"{room}.renaming:rename_environment", asked, {}
    if attack.verb == "change":
        asked = {"prefix": prefix, "request": given}
        return f"{room}.package_changes:change_packages", asked, {}
    if attack.verb == "undo":
        facts = {"absent": prefix, "engine": "rattler", "jobs": ["x"]}
        return f"{room}.tasks:create_kernel", {"name": name}, facts
    if attack.verb == "finish_rename":
        staged = field.home / "staged"
        if not staged.exists():
            staged.mkdir()
            (staged / "kernel.json").write_text('{"argv": ["python"], "display_name": "x"}')
        move = {
            "kernel": given["kernel"], "name": given["onto"], "works": True,
            "folder": str(field.kernels / given["kernel"]), "staged": str(staged),
            "before": str(staged),
        }  # fmt: skip
        facts = {"moved": [move], "absent": f"{field.envs}/mine", "engine": "rattler"}
        asked = {"prefix": prefix, "name": "mine", "confirm": name}
        return f"{room}.renaming:rename_environment", asked, facts
    return f"{room}.tasks:create_kernel", given, {}


class Inside(Attacked):
    """The policy and the engines themselves, asked past everything else."""

    def attack(self, attack: Attack) -> Result:
        try:
            self._do(attack)
        except CIManagerError as error:
            return Result.of(error.to_dict())
        return Result()

    def _do(self, attack: Attack) -> None:
        settings = self.field.settings
        given = dict(attack.arguments)
        if attack.verb == "policy_name":
            Policy(settings).check_name("create", given["name"])
            return
        spelled = attack.spelled(self.field)
        if attack.verb == "policy":
            Policy(settings).check(given["operation"], spelled)
            return
        engine = engine_by_name("rattler", settings)
        prefix = Path(spelled)
        if attack.verb == "engine_remove":
            engine.remove(prefix, Silent())
            return
        if attack.verb == "engine_create":
            asked = SolveRequest(specs=("tzdata",), prefix=prefix)
        else:
            if "clone" in given:
                given["clone"] = self.field.envs / given["clone"]
            more = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
            asked = SolveRequest(prefix=prefix.expanduser(), **more)
        engine.apply(engine.solve(asked, Silent()), prefix.expanduser(), Silent())


def _command_line(words: list[str]) -> int:
    from jupyter_ci_manager.cli.main import main

    return main(words)


def _run_job(folder: Path, *, undo: bool) -> int:
    """Run the job as its own process does; the way back is gone in the same process."""

    def undo_here(folder: Path, lock: Lock, claims: Any, slot: Any) -> Any:
        runner.Runner(folder, lock_fd=lock.fd).undo()
        os._exit(0)

    runner.become_undo = undo_here  # type: ignore[assignment]
    runner.main([str(folder), *(["--undo"] if undo else [])])
    return 0


def _forked(work: Callable[[], int]) -> tuple[int, str]:
    """Do something in a process of its own; gives its exit code and what it printed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.dup2(writing, 1)
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 2)
        code = 99
        try:
            with open(1, "w", encoding="utf-8", closefd=False) as sys.stdout:
                code = work()
        finally:
            os._exit(code)
    os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as stream:
        said = stream.read()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


@contextmanager
def jupyter_server(field: Field) -> Iterator[Server]:
    """Run a Jupyter server of this user's."""
    words = [
        sys.executable, "-m", "jupyter_server", "--no-browser", "--ip=127.0.0.1", "--port=0",
        f"--ServerApp.root_dir={field.home}", "--IdentityProvider.token=sesame", "--allow-root",
        "--ServerApp.jpserver_extensions={'jupyter_ci_manager': True}",
    ]  # fmt: skip
    with (field.home / "server.log").open("wb") as log:
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        file = field.home / "runtime" / f"jpserver-{child.pid}.json"
        end = time.monotonic() + _PATIENCE
        while not (file.exists() and _answers(json.loads(file.read_text())["url"])):
            if child.poll() is not None or time.monotonic() > end:
                raise AssertionError((field.home / "server.log").read_text())
            time.sleep(0.02)
        yield Server(json.loads(file.read_text())["url"], "sesame", "", child.pid)
    finally:
        child.terminate()
        child.wait(30)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}api", timeout=5):
            return True
    except OSError:
        return False


@contextmanager
def kernel(server: Server) -> Iterator[Callable[[str], Any]]:
    """Have the server start a kernel with the magics; gives what runs a cell in it."""
    from jupyter_client.blocking.client import BlockingKernelClient

    def ask(method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            server.url + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {server.token}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            return json.loads(answer.read() or b"null")

    started = ask("POST", "api/kernels", {"name": "python3"})
    client = BlockingKernelClient()
    runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"])
    client.load_connection_file(str(runtime / f"kernel-{started['id']}.json"))
    # Without heartbeats: a kernel that is still starting would count as dead.
    client.start_channels(hb=False)
    try:
        end = time.monotonic() + _PATIENCE
        while True:
            assert time.monotonic() < end, "the kernel does not answer"
            client.kernel_info()
            with suppress(queue.Empty):
                client.get_shell_msg(timeout=1)
                break

        def run(code: str) -> Any:
            said: list[str] = []

            def hear(message: dict[str, Any]) -> None:
                if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
                    said.append(message["content"]["text"])

            client.execute_interactive(code, timeout=_PATIENCE, output_hook=hear)
            return json.loads("".join(said).strip().splitlines()[-1])

        assert run("get_ipython().run_line_magic('load_ext', 'jupyter_ci_manager')\nprint(1)") == 1
        yield run
    finally:
        client.stop_channels()
        ask("DELETE", f"api/kernels/{started['id']}")
