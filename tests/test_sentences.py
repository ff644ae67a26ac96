"""Every sentence that the engine says can be said in Korean, and none slips past the catalogue."""

from __future__ import annotations

import ast
import copy
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import jupyter_ci_manager
from jupyter_ci_manager import errors
from jupyter_ci_manager.errors import CIManagerError, DiskFull, Unavailable
from jupyter_ci_manager.jobs import journal
from jupyter_ci_manager.jobs.account import Account
from jupyter_ci_manager.jobs.models import JobRequest
from jupyter_ci_manager.sentences import (
    Sentence,
    english,
    joined,
    put_together,
    read_back,
    say,
    taken_apart,
    written,
)
from jupyter_ci_manager.server.translation import asked_for, catalogue, languages

PACKAGE = Path(jupyter_ci_manager.__file__).parent
#: The rooms whose words reach a page.
ROOMS = ("compute", "kernels", "jobs", "server")
#: What is written into files and logs, for other programs, or for whoever reads the report of the
#: doctor or the API's description.
NOT_SHOWN = {
    "compute/doctor.py",
    "jobs/journal.py",
    "kernels/conda_guard_plugin.py",
    "server/events.py",
    "server/generate.py",
    "server/markdown.py",
    "server/openapi.py",
}
ERRORS = {
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, CIManagerError)
}


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    for room in ROOMS:
        for file in sorted((PACKAGE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    place = f"{file.relative_to(PACKAGE)}:{node.lineno}"
                    yield place, node, node.func.id


def templates() -> set[str]:
    found = set()
    for place, call, name in calls():
        if name == "say":
            literal = call.args[0]
            assert isinstance(literal, ast.Constant), f"{place}: no literal"
            found.add(str(literal.value))
    return found


def placeholders(text: str) -> set[str]:
    """Names with their forms; a template without values stands for itself."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return set()
    return {
        f"{name}!{form}:{spec}" for _, name, spec, form in parts if name and name.isidentifier()
    }


@pytest.fixture(params=sorted(languages()))
def translations(request: pytest.FixtureRequest) -> dict[str, str]:
    found: dict[str, str] = json.loads(languages()[request.param].read_text("utf-8"))
    return found


def test_korean_is_shipped() -> None:
    assert "ko-kr" in languages()


def test_a_catalogue_holds_every_sentence_and_no_other(translations: dict[str, str]) -> None:
    said = templates()
    assert sorted(said - translations.keys()) == []
    assert sorted(translations.keys() - said) == []


def test_a_translation_keeps_every_value(translations: dict[str, str]) -> None:
    wrong = [k for k, v in translations.items() if placeholders(k) != placeholders(v) or not v]
    assert wrong == []


def test_no_error_speaks_past_the_catalogue() -> None:
    """A literal or an f-string as message or hint would stay English on every page."""
    bare = []
    for place, call, name in calls():
        words = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "hint")]
        if name in ERRORS:
            bare += [
                f"{place}: {ast.unparse(word)}"
                for word in words
                if isinstance(word, ast.JoinedStr | ast.BinOp)
                or (isinstance(word, ast.Constant) and word.value)
            ]
    assert bare == []


def test_no_sentence_stands_outside_say() -> None:
    """Reasons, advice and notes that are given as plain text would stay English, too."""
    unsaid = []
    for room in ROOMS:
        for file in sorted((PACKAGE / room).rglob("*.py")):
            place = str(file.relative_to(PACKAGE))
            if place not in NOT_SHOWN:
                tree = ast.parse(file.read_text("utf-8"))
                unsaid += [f"{place}: {text}" for text in bare_sentences(tree)]
    assert unsaid == []


def bare_sentences(node: ast.AST) -> Iterator[str]:
    """Texts that begin with a capital and end with a stop, but for docstrings, logs and what is said."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in (
        "say", "log", "info", "debug", "warning", "ServiceResponseTimeoutError",
    ):  # fmt: skip
        return
    text = ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = ast.unparse(node)[2:-1]
    if re.fullmatch(r"[A-Z][^\n]* [^\n]* [^\n]*[.?!]", text):
        yield text
    elif not isinstance(node, ast.JoinedStr):
        for child in ast.iter_child_nodes(node):
            yield from bare_sentences(child)


def test_the_sidebar_has_a_word_for_every_phase_of_a_job() -> None:
    phases = set()
    for room in ROOMS:
        for file in (PACKAGE / room).rglob("*.py"):
            text = file.read_text("utf-8")
            phases |= set(re.findall(r'\.phase\("(\w+)"\)', text))
            for told in re.findall(r"^_?PHASES[^=]*= \(([^)]*)\)", text, re.MULTILINE):
                phases |= set(re.findall(r'"(\w+)"', told))
    words = (PACKAGE.parent / "labextension" / "src" / "model" / "words.ts").read_text("utf-8")
    assert phases
    assert [phase for phase in sorted(phases) if f"case '{phase}':" not in words] == []


def test_a_job_keeps_how_its_title_and_its_error_were_made(tmp_path: Path) -> None:
    asked = JobRequest(
        id="x", task="t:t", target="newenv", title=say("Remove {name}", name="newenv"), created=1.0
    )
    journal.create(tmp_path / "job", asked)
    assert json.loads((tmp_path / "job" / "request.json").read_text())["title"] == "Remove newenv"
    writer = journal.Journal(tmp_path / "job")
    hidden = say("The package {url} cannot be fetched.", url="https://me:secret@example.org/x")
    writer.error(Unavailable(hidden, hint=say("Try again.")).to_dict())
    writer.close()
    assert "secret" not in (tmp_path / "job" / "events.jsonl").read_text()

    job = Account.read(tmp_path / "job")
    assert catalogue("ko-kr").say(job.request.title) == "newenv 제거"
    assert job.error is not None
    assert "said" not in job.error
    message = job.error["message"]
    assert message == "The package https://example.org/x cannot be fetched."
    assert (
        catalogue("ko-kr").say(message) == "패키지 https://example.org/x을(를) 가져올 수 없습니다."
    )


def test_a_sentence_is_text_that_knows_how_it_was_made() -> None:
    outer = say(
        "{name!r} has {free:.1f} GB: {why}", name="newenv", free=1.25, why=say("It is gone.")
    )
    assert outer == "'newenv' has 1.2 GB: It is gone."
    assert json.dumps([outer]) == "[\"'newenv' has 1.2 GB: It is gone.\"]"
    assert say('Such as {"a": 1}.') == 'Such as {"a": 1}.'
    assert joined([say("It is gone."), "", "It{0}"]) == "It is gone. It{0}"
    again = copy.deepcopy(outer)
    assert (again, again.template, again.values) == (outer, outer.template, outer.values)


def test_it_survives_a_file_and_a_pipe() -> None:
    error = DiskFull(
        say("The disk is full, so {outcome}.", outcome=say("it has no SSH")),
        hint=say("Free some disk space."),
        details={"error": "x"},
    )
    text = msgspec.json.encode(written(error.to_dict()), enc_hook=english)
    assert msgspec.json.decode(text)["message"] == error.message
    back = read_back(msgspec.json.decode(text))
    assert back == error.to_dict()
    assert catalogue("ko-kr").say(back["hint"]) == "디스크 공간을 비우세요."
    assert back["message"].values["outcome"].template == "it has no SSH"
    piped = put_together(
        msgspec.json.decode(msgspec.json.encode([error.hint], enc_hook=taken_apart))
    )
    assert isinstance(piped[0], Sentence)


@pytest.mark.parametrize(
    "broken",
    [{"message": {"template": "{gone}", "values": {}, "more": 1}}, {"message": 3}, 7, None,
     {"message": {"template": 3, "values": {}}}, {"message": {"template": "{a.b}", "values": {"a": 1}}}],
)  # fmt: skip
def test_what_another_version_wrote_leaves_the_english(broken: object) -> None:
    assert read_back({"message": "It is gone.", "said": broken})["message"] == "It is gone."


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("ko-KR", "ko-kr"),
        ("ko", "ko-kr"),
        ("ko_KR", "ko-kr"),
        ("fr-FR, ko;q=0.5, en;q=0.4", "ko-kr"),
        ("ko;q=0.4, en;q=0.9", "en"),
        ("ko;q=0", "en"),
        ("ko;q=much", "en"),
        ("de, fr", "en"),
        ("*", "en"),
        ("../../etc/passwd", "en"),
    ],
)
def test_the_language_that_is_asked_for(header: str, language: str) -> None:
    assert asked_for(header)[0] == language


def test_what_is_not_ours_stays_as_it_is() -> None:
    quoted = say("Another operation is running: {said}", said="Conflict: It is gone.")
    assert catalogue("ko-kr").say(quoted) == "다른 작업이 진행 중입니다: Conflict: It is gone."
    unknown = joined([Sentence("New in {year}.", {"year": say("It is gone.")}), "x"])
    assert catalogue("ko-kr").say(unknown) == "New in 없어졌습니다.. x"
