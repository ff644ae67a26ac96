"""``%ci`` and ``%ci_kernel``: the commands in a notebook cell."""

from typing import Any, Dict, List, Optional

from ..commands.actions import ACTIONS
from ..commands.answer import Answer, Cell, Raw, Table
from ..commands.catalogue import GROUPS, find
from ..commands.completing import candidates
from ..commands.context import Context
from ..commands.engine import Engine
from ..commands.failure import Failure, UsageFailure
from ..commands.help import command_help, group_help, overview
from ..commands.model import Argument, Command
from ..commands.opening import opening
from ..commands.parsing import asks_for_help, parse, resolve, split_line
from .cell_face import CellFace
from .choosing import choose_engine
from .owner import kernel_connection_file
from .shown import Nothing, result_of

COMMON = (Argument(("--json",), "Give the plain value, without a table.", "flag"),)
_COMPLETION_SECONDS = 2.0


class CiError(Exception):
    """A refusal, shown as one line; the cell counts as failed. ``failure`` holds all of it."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.line_in("%ci"))
        self.failure = failure
        self.code = failure.code
        self.hint = failure.hint

    def _render_traceback_(self) -> List[str]:
        return [str(self)]


def open_application(context: Context) -> Answer:
    """Give a link to an application of an instance."""
    address, doubt = opening(context)
    name = context["application"] or "JupyterLab"
    link = Cell(f"{name} of {context['name']}", link=address)
    said = [f"{doubt} The link works as soon as it does."] if doubt else []
    return Answer(address, Table(["Open"], [[link]]), Raw(address), *said)


def panel(context: Context) -> Answer:
    """Show the live panel."""
    from .panel import show_panel

    return show_panel(context.engine)


_CELL_ACTIONS = dict(ACTIONS)
_CELL_ACTIONS.update({("open",): open_application, ("panel",): panel})


class CiMagics:
    """The magics of one IPython session.

    Parameters
    ----------
    ipython:
        The session they are registered in.
    """

    def __init__(self, ipython: Any) -> None:
        self._ipython = ipython
        self._engine: Optional[Engine] = None

    def ci(self, line: str, cell: Optional[str] = None) -> Any:
        """Carry out a command; replaced by the overview of all commands."""
        return self._run("%ci", split_line, line, cell)

    def ci_kernel(self, line: str, cell: Optional[str] = None) -> Any:
        """Carry out a command for kernels or environments; replaced by their overview."""

        def words_of(text: str) -> List[str]:
            words = split_line(text)
            group = "kernel" if not words or find(["kernel", words[0]], "cell") else "env"
            return [group, *words]

        return self._run("%ci", words_of, line, cell)

    def engine(self) -> Engine:
        """Give the engine; it is looked for again after it could not be reached."""
        if self._engine is None:
            self._engine = choose_engine()
        return self._engine

    def complete(self, line: str) -> List[str]:
        """Give what the last word of ``line`` may become; nothing when that is not known soon."""
        magic, _, rest = line.lstrip().lstrip("%").partition(" ")
        try:
            words = split_line(rest) if rest.strip() else []
        except UsageFailure:
            return []
        if not words or rest.endswith(" "):
            words.append("")
        if magic == "ci_kernel":
            if len(words) == 1:
                kernel = candidates(["kernel", words[0]], "cell", None)
                return kernel + candidates(["env", words[0]], "cell", None)
            words.insert(0, "kernel" if find(["kernel", words[0]], "cell") else "env")
        try:
            engine: Any = self.engine()
        except Failure:
            engine = None
        before = getattr(engine, "timeout", None)
        try:
            if before is not None:
                engine.timeout = _COMPLETION_SECONDS
            return candidates(words, "cell", engine)
        finally:
            if before is not None:
                engine.timeout = before

    def _run(self, prefix: str, words_of: Any, line: str, cell: Optional[str]) -> Any:
        face = CellFace(prefix, kernel_connection_file() is not None)
        try:
            answer = self._carry_out(prefix, words_of(line), face, cell)
        except Failure as failure:
            face.progress_ends()
            if failure.code == "unavailable":
                self._engine = None
            error = CiError(failure)
            self._ipython.user_ns["_error"] = error
            raise error from None
        result = result_of(answer)
        if isinstance(result, Nothing):
            if answer.parts:
                from IPython.display import display

                display(result)
            return None
        return result

    def _carry_out(
        self, prefix: str, words: List[str], face: CellFace, cell: Optional[str]
    ) -> Answer:
        plain = [word for word in words if word not in ("-h", "--help", "help")]
        if not plain or asks_for_help(words) or words[-1] == "help":
            return _help(prefix, plain)
        command = resolve(words, "cell", prefix)
        values = parse(command, words[len(command.path) :], prefix, COMMON)
        if cell is not None:
            _take_cell(command, values, cell)
        try:
            answer = _CELL_ACTIONS[command.path](Context(self.engine(), face, values))
        except KeyboardInterrupt:
            raise Failure(
                "Interrupted; what was already started goes on.", code="interrupted"
            ) from None
        if values["json"]:
            answer.parts = [Raw(_json(answer.value))]
        return answer


def _take_cell(command: Command, values: Dict[str, Any], cell: str) -> None:
    if command.path != ("kernel", "create"):
        raise UsageFailure(
            f"{command.title} takes no cell text.",
            hint="Only `%%ci_kernel create NAME` does: an environment.yml.",
        )
    values["cell"] = cell


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, indent=2)


def _help(prefix: str, words: List[str]) -> Answer:
    command = find(words, "cell") if words else None
    if words and words[0] in GROUPS and (command is None or len(words) == 1):
        text = group_help(words[0], "cell", prefix)
    elif command is not None:
        text = command_help(command, prefix, COMMON)
    elif words:
        resolve(words, "cell", prefix)
        text = ""
    else:
        text = overview("cell", prefix)
    return Answer(None, Raw(text))


def load_ipython_extension(ipython: Any) -> None:
    """Register the magics and their completion; what ``%load_ext jupyter_ci_manager`` calls."""
    magics = CiMagics(ipython)

    def ci(line: str, cell: Optional[str] = None) -> Any:
        return magics.ci(line, cell)

    def ci_kernel(line: str, cell: Optional[str] = None) -> Any:
        return magics.ci_kernel(line, cell)

    ci.__doc__ = overview("cell", "%ci")
    ci_kernel.__doc__ = (
        "`%ci_kernel` is short for `%ci kernel` and `%ci env`.\n"
        "`%%ci_kernel create NAME` takes an environment.yml as the cell's text.\n\n"
        + group_help("kernel", "cell", "%ci")
        + "\n\n"
        + group_help("env", "cell", "%ci")
    )
    for function in (ci, ci_kernel):
        ipython.register_magic_function(function, "line_cell")

    def completer(_session: Any, event: Any) -> List[str]:
        line = getattr(event, "text_until_cursor", None) or event.line
        return magics.complete(line)

    for name in ("ci", "ci_kernel"):
        for key in ("%" + name, "%%" + name, name):
            ipython.set_hook("complete_command", completer, str_key=key)


def unload_ipython_extension(ipython: Any) -> None:
    """Take the magics away again."""
    for kind in ("line", "cell"):
        for name in ("ci", "ci_kernel"):
            ipython.magics_manager.magics[kind].pop(name, None)
