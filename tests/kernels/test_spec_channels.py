"""Packages asked for from a certain channel, also where that channel wants a token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import InvalidValue, Unavailable
from jupyter_ci_manager.jobs.models import Job
from jupyter_ci_manager.jobs.service import JobService
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.rattler import RattlerEngine
from jupyter_ci_manager.kernels.engines.specs import parse_spec, parse_specs, with_channel
from jupyter_ci_manager.kernels.models import KernelRequest
from jupyter_ci_manager.kernels.service import KernelService
from tests.channel.server import ChannelServer, serve

TOKEN = "tk-0123-geheim"


@pytest.fixture(scope="module")
def server(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChannelServer]:
    """Channels that anybody may read, and one, ``team``, for which a token is needed."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "t" / TOKEN).mkdir(parents=True)
    for place in (f"t/{TOKEN}/team", "conda-forge", "other"):
        (folder / place).symlink_to(channel)
    with serve(folder) as running:
        yield running


@pytest.fixture
def keep(home: Path) -> Callable[[str], None]:
    """Sign in to a server as anaconda-client does."""

    def write(url: str) -> None:
        kept = home / ".config" / "binstar"
        kept.mkdir(parents=True)
        (kept / f"{quote_plus(url)}.token").write_text(TOKEN)

    return write


def solved(settings: Settings, home: Path, condarc: str, channel: str, spec: str) -> list[str]:
    """Give the addresses of channels that the answer's packages are from."""
    (home / ".condarc").write_text(condarc)
    settings.channels = []
    engine = RattlerEngine(settings, read_condarc())
    channels = (channel,) if channel else ()
    asked = SolveRequest(specs=(spec,), channels=channels, prefix=home / "envs" / "made")
    plan = engine.solve(asked, Silent())
    assert TOKEN not in repr(plan)
    return [action.channel.rstrip("/") for action in plan.actions if action.name == "tzdata"]


@pytest.mark.parametrize(
    ("condarc", "named", "spec", "place"),
    [
        ("channel_alias: {0}", "other", "other::tzdata", "{0}/other"),
        ("channel_alias: {0}", "conda-forge", "{0}/conda-forge::tzdata", "{0}/conda-forge"),
        ("channel_alias: {0}", "other", "other/noarch::tzdata=2025b", "{0}/other"),
        (
            "channel_alias: {0}\nchannels: [other, conda-forge]\nchannel_priority: strict",
            "", "tzdata[channel=conda-forge, version='>=2020']", "{0}/conda-forge",
        ),
        ("default_channels: ['{0}/other', '{0}/conda-forge']", "defaults", "defaults::tzdata", "{0}/other"),
        ("", "{0}/other", "{0}/other/noarch/tzdata-2025b-h0_0.conda", "{0}/other"),
        ("channels: ['{0}/t/{1}/team']", "", "team::tzdata", "{0}/team"),
        ("channels: ['{0}/t/{1}/team']", "", "{0}/team/noarch/tzdata-2025b-h0_0.conda", "{0}/team"),
        ("channel_alias: '{0}/t/{1}'\nchannels: [team]", "", "team::tzdata", "{0}/team"),
        ("mirrored_channels: {{team: ['{0}/t/{1}/team']}}\nchannel_alias: http://a.invalid",
         "team", "team::tzdata", "http://a.invalid/team"),
    ],
)  # fmt: skip
def test_the_channel_is_the_one_that_is_meant(
    settings: Settings, home: Path, server: ChannelServer,
    condarc: str, named: str, spec: str, place: str,
) -> None:  # fmt: skip
    texts = [text.format(server.url, TOKEN) for text in (condarc, named, spec, place)]
    assert solved(settings, home, *texts[:3]) == texts[3:]


def test_a_mirror_and_the_channel_behind_it_each_get_their_token(
    settings: Settings, home: Path, server: ChannelServer, keep: Callable[[str], None]
) -> None:
    keep(server.url)
    rest = f"mirrored_channels: {{team: ['{server.url}/team']}}\n"
    away = solved(
        settings, home, f"channel_alias: http://a.invalid\n{rest}", "team", "team::tzdata"
    )
    assert away == ["http://a.invalid/team"]
    here = solved(settings, home, f"channel_alias: {server.url}\n{rest}", "team", "team::tzdata")
    assert here == [f"{server.url}/team"]
    wrong = f"channel_alias: http://a.invalid\nmirrored_channels: {{team: ['{server.url}/t/x{TOKEN}/team']}}"
    settings.package_cache = str(home / "cold")
    with pytest.raises(Unavailable) as told:
        solved(settings, home, wrong, "team", "team::tzdata")
    assert TOKEN not in f"{told.value.message} {told.value.details}"


def test_a_token_is_nowhere_in_what_a_job_and_its_kernel_leave(
    settings: Settings, home: Path, jobs: JobService, server: ChannelServer,
    keep: Callable[[str], None], finish: Callable[[Job], Job],
) -> None:  # fmt: skip
    keep(server.url)
    kernels = KernelService(settings, jobs)
    team = f"{server.url}/team"
    job = kernels.create(KernelRequest(name="newenv", channels=[team], packages=["team::tiny=1.0"]))
    assert isinstance(job, Job)
    done = finish(job)
    for path in home.rglob("*"):
        if path.is_file() and path.stat().st_size < 1_000_000 and ".config" not in path.parts:
            assert TOKEN.encode() not in path.read_bytes(), path
    assert TOKEN not in repr((done, jobs.events(job.id), kernels.packages("newenv")))
    for form in ("yaml", "explicit", "lock"):
        text = kernels.export("newenv", form)
        assert TOKEN not in text
        assert team in text


def test_what_is_repaired_or_cloned_is_fetched_with_the_token(
    settings: Settings, home: Path, server: ChannelServer
) -> None:
    settings.channels = [f"{server.url}/t/{TOKEN}/team"]
    engine = RattlerEngine(settings, read_condarc())
    prefix, copy = home / "envs" / "made", home / "envs" / "copy"
    engine.apply(
        engine.solve(SolveRequest(specs=("tzdata",), prefix=prefix), Silent()), prefix, Silent()
    )
    zone = prefix / "share" / "zoneinfo" / "Asia" / "Seoul"
    packed = zone.read_bytes()
    zone.unlink()
    for place, asked in (
        (prefix, SolveRequest(repair=("tzdata",), prefix=prefix)),
        (copy, SolveRequest(clone=prefix, prefix=copy)),
    ):
        settings.package_cache = str(home / f"empty-for-{place.name}")
        engine.apply(engine.solve(asked, Silent()), place, Silent())
        assert (place / "share" / "zoneinfo" / "Asia" / "Seoul").read_bytes() == packed
        for record in (place / "conda-meta").iterdir():
            assert TOKEN not in record.read_text(), record


@pytest.mark.parametrize(
    "request_",
    [
        KernelRequest(name="ok", packages=[f"https://h.test/t/{TOKEN}/c::x"]),
        KernelRequest(name="ok", packages=[f"https://h.test/t/{TOKEN}/c/noarch/x-1-0.conda"]),
        KernelRequest(name="ok", packages=[f"x[channel='https://u:{TOKEN}@h.test/c']"]),
        KernelRequest(name="ok", lock=f"@EXPLICIT\nhttps://h.test/t/{TOKEN}/c/noarch/x-1-0.conda\n"),
        KernelRequest(name="ok", environment_yml=f"dependencies: ['https://h.test/t/{TOKEN}/c::x']"),
    ],
    ids=["channel", "address", "bracket", "lock", "yaml"],
)  # fmt: skip
def test_a_token_in_a_request_is_refused(
    kernels: KernelService, jobs: JobService, home: Path, request_: KernelRequest
) -> None:
    with pytest.raises(InvalidValue) as caught:
        kernels.create(request_)
    assert caught.value.code == "credentials_in_url"
    assert TOKEN not in repr(caught.value.to_dict())
    assert jobs.list() == []


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("c::numpy >=1", "https://h.test/c::numpy >=1"),
        ("c/linux-64::numpy", "https://h.test/c/linux-64::numpy"),
        ("numpy[channel=c]", "https://h.test/c::numpy"),
        ("numpy[version='>=1', channel='c', build=x]", "https://h.test/c::numpy[version='>=1', build=x]"),
    ],
)  # fmt: skip
def test_another_channel_leaves_the_rest_of_a_spec(spec: str, text: str) -> None:
    assert with_channel(parse_spec(spec), "https://h.test/c/") == text


def test_a_channel_that_is_called_like_a_platform_is_none() -> None:
    (spec,) = parse_specs(["https://h.test/conda-forge::numpy"], ["https://h.test/conda-forge"])
    assert spec.place == "https://h.test/conda-forge"
