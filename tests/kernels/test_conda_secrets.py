"""What signs in to a channel is never among conda's arguments, where every user can read it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import InvalidValue, Unsolvable
from jupyter_ci_manager.kernels.engines import Engine, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.engines.conda_channels import named_channels
from jupyter_ci_manager.kernels.engines.conda_config import CondaConfig
from jupyter_ci_manager.kernels.exports import export_explicit
from jupyter_ci_manager.kernels.package_records import path_records
from tests.channel.server import ChannelServer, serve

from .conftest import Notes

TOKEN = "tk-0123-geheim"


@pytest.fixture(scope="module")
def server(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelServer]:
    """A channel, ``team``, for which a token is needed."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "t" / TOKEN).mkdir(parents=True)
    (folder / "t" / TOKEN / "team").symlink_to(channel)
    with serve(folder) as running:
        yield running


@dataclass
class Overheard:
    """What anybody on the machine sees of conda, and what its owner finds out besides."""

    folder: Path

    def arguments(self) -> list[str]:
        """Give the command lines of every conda that ran."""
        return (self.folder / "arguments").read_text().splitlines()

    def variables(self) -> str:
        return (self.folder / "variables").read_text()

    def files(self) -> list[tuple[str, Path]]:
        """Give the modes and the places of the configurations that it was led to."""
        lines = (self.folder / "files").read_text().splitlines()
        return [(line.split(" ", 1)[0], Path(line.split(" ", 1)[1])) for line in lines]


@pytest.fixture
def overheard(tmp_path: Path, settings: Settings, conda_program: str) -> Overheard:
    """A conda that tells how it was called, and then is the one of the machine."""
    folder = tmp_path / "overheard"
    folder.mkdir()
    program = folder / "conda"
    program.write_text(
        "#!/bin/sh\n"
        f"cd {shlex.quote(str(folder))}\n"
        'printf "%s\\n" "$*" >> arguments\n'
        "env >> variables\n"
        'test -z "$CONDARC" || find -L "$CONDARC" -type f -printf "%m %p\\n" >> files\n'
        f'exec {shlex.quote(conda_program)} "$@"\n'
    )
    program.chmod(0o755)
    settings.conda_executable = str(program)
    return Overheard(folder)


@pytest.fixture
def engine(settings: Settings, overheard: Overheard, server: ChannelServer) -> Engine:
    settings.channels = [f"{server.url}/t/{TOKEN}/team"]
    return engine_by_name("conda", settings)


def test_a_token_is_in_no_argument_and_stays_nowhere(
    engine: Engine, overheard: Overheard, home: Path, notes: Notes, server: ChannelServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    prefix = home / "envs" / "made"
    plan = engine.solve(SolveRequest(specs=("tzdata", "tiny=1.0"), prefix=prefix), notes)
    engine.apply(plan, prefix, notes)
    assert {record.name for record in path_records(prefix)} >= {"tzdata", "tiny"}
    update = engine.solve(SolveRequest(update=("tiny",), prefix=prefix), notes)
    assert [(c.name, c.before, c.after) for c in update.changes()] == [("tiny", "1.0", "2.0")]
    engine.apply(engine.solve(SolveRequest(repair=("tiny",), prefix=prefix), notes), prefix, notes)
    assert "tzdata" in {match.name for match in engine.search("tzd", (), 5, notes).packages}
    clone = home / "envs" / "copy"
    monkeypatch.setenv("CONDA_PKGS_DIRS", str(home / "empty"))
    engine.apply(engine.solve(SolveRequest(clone=prefix, prefix=clone), notes), clone, notes)
    assert len(overheard.arguments()) == 8
    seen = "\n".join([*overheard.arguments(), overheard.variables(), *notes.lines, repr(plan)])
    assert TOKEN not in seen
    assert overheard.files()
    for mode, file in overheard.files():
        assert (mode, file.exists()) == ("600", False)
    for path in (*(prefix / "conda-meta").iterdir(), *(clone / "conda-meta").iterdir()):
        assert TOKEN not in path.read_text(), path
    assert TOKEN not in export_explicit(prefix)


def test_what_is_said_of_a_failure_holds_no_token(
    engine: Engine, home: Path, notes: Notes, server: ChannelServer
) -> None:
    with pytest.raises(Unsolvable) as caught:
        engine.solve(SolveRequest(specs=("tzdatta",), prefix=home / "envs" / "made"), notes)
    error = caught.value
    assert error.message == f"There is no package called tzdatta in the channel {server.url}/team."
    assert TOKEN not in repr((error.message, error.hint, error.details, notes.lines))


def test_the_users_own_file_of_configuration_still_counts(
    engine: Engine, settings: Settings, overheard: Overheard, home: Path, notes: Notes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    own = home / "mine.yml"
    own.write_text("create_default_packages: [six]\n")
    monkeypatch.setenv("CONDARC", str(own))
    prefix = home / "envs" / "made"
    engine = engine_by_name("conda", settings)
    plan = engine.solve(SolveRequest(specs=("tzdata",), prefix=prefix), notes)
    assert "six" in {action.name for action in plan.actions}
    assert own.read_text() == "create_default_packages: [six]\n"


@pytest.mark.parametrize(
    ("channels", "options", "hidden"),
    [
        (["https://h.test/t/TOKEN/team"], "-c team", {"team": "https://h.test/t/TOKEN"}),
        (["https://u:p@h.test/api/team/"], "-c api/team", {"api/team": "https://u:p@h.test"}),
        (
            ["https://u:p@h.test/a", "b", "https://x.test/api/t/T/b/c"],
            "-c a -c b -c b/c",
            {"a": "https://u:p@h.test", "b/c": "https://x.test/api/t/T"},
        ),
    ],
)
def test_a_channel_is_called_by_what_follows_its_credentials(
    channels: list[str], options: str, hidden: dict[str, str]
) -> None:
    named = named_channels(tuple(channels), CondaConfig())
    assert " ".join(named.options) == f"{options} --override-channels"
    assert named.hidden == hidden


@pytest.mark.parametrize(
    "channels",
    [
        ["https://h.test/t/TOKEN/team", "https://x.test/t/TOKEN/team"],
        ["https://h.test/t/TOKEN/team", "team"],
        ["https://h.test/t/TOKEN/mine"],
        ["https://h.test/team?token=TOKEN"],
        ["https://h.test/t/TOKEN"],
        ["https://anna:TOKEN@h.test"],
    ],
)
def test_a_channel_without_a_name_of_its_own_is_refused(channels: list[str]) -> None:
    condarc = CondaConfig(custom_multichannels={"mine": ("https://m.test/c",)})
    with pytest.raises(InvalidValue) as caught:
        named_channels(tuple(channels), condarc)
    assert caught.value.code == "credentials_in_url"
    assert "TOKEN" not in repr((caught.value.message, caught.value.hint, caught.value.details))


def test_other_channels_are_named_as_they_are(
    settings: Settings, overheard: Overheard, home: Path, notes: Notes, channel: Path
) -> None:
    engine = engine_by_name("conda", settings)
    engine.solve(SolveRequest(specs=("tzdata",), prefix=home / "envs" / "made"), notes)
    [said] = overheard.arguments()
    assert f"-c {channel.as_uri()} --override-channels" in said
    assert "CONDARC" not in overheard.variables()
