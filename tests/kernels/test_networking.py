"""rattler goes to channels the way conda's configuration says: proxy, certificates, mirrors."""

from __future__ import annotations

import datetime
import ipaddress
import json
import shutil
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import Unavailable
from jupyter_ci_manager.kernels.engines import Plan, Silent, SolveRequest
from jupyter_ci_manager.kernels.engines.anaconda_tokens import with_token
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.rattler import RattlerEngine
from jupyter_ci_manager.kernels.engines.unavailable import unavailable
from tests.channel.server import ChannelServer, serve


def solve(settings: Settings, home: Path, condarc: str, channel: str) -> Plan:
    (home / ".condarc").write_text(condarc)
    settings.channels = [channel]
    engine = RattlerEngine(settings, read_condarc())
    prefix = home / "envs" / "made"
    plan = engine.solve(SolveRequest(specs=("tzdata",), prefix=prefix), Silent())
    engine.apply(plan, prefix, Silent())
    return plan


@pytest.fixture
def own_cache(settings: Settings, tmp_path: Path) -> Settings:
    settings.package_cache = str(tmp_path / "cache")
    return settings


def signed(
    subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of a company's own authority; beside it what its server has."""
    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    folder = tmp_path_factory.mktemp("tls")
    pem = serialization.Encoding.PEM
    own = signed("Our company", authority, "Our company", authority)
    (folder / "own.pem").write_bytes(own.public_bytes(pem))
    leaf = signed("channel", server, "Our company", authority)
    (folder / "server.pem").write_bytes(
        leaf.public_bytes(pem)
        + server.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "own.pem"


@pytest.fixture
def secure(channel: Path, certificate: Path) -> Iterator[ChannelServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_name("server.pem"))
    with serve(channel, context) as server:
        yield server


def test_an_unknown_certificate_is_refused(
    own_cache: Settings, home: Path, secure: ChannelServer
) -> None:
    with pytest.raises(Unavailable) as told:
        solve(own_cache, home, "", secure.url)
    assert (
        told.value.message == f"{secure.url} cannot be used: its certificate is not trusted here."
    )
    assert "ssl_verify" in told.value.hint


def test_a_channel_that_cannot_be_used_says_which_and_why(
    own_cache: Settings, home: Path, channel_server: ChannelServer
) -> None:
    def said(condarc: str, channel: str) -> tuple[str, str]:
        with pytest.raises(Unavailable) as told:
            solve(own_cache, home, condarc, channel)
        return told.value.message, told.value.hint

    nobody = "http://127.0.0.1:9/team"
    assert said("", nobody)[0] == f"{nobody} cannot be used: nothing answers there."
    absent = f"{channel_server.url}/none-such"
    message, hint = said("", absent)
    assert message == f"{absent} cannot be used: it answers 404 File not found."
    assert hint == "Look at the channel's name."
    channel_server.user, channel_server.password = "u", "p"
    message, hint = said("", channel_server.url)
    assert message == f"{channel_server.url} cannot be used: it answers 401 Unauthorized."
    assert "Sign in to the channel" in hint
    why = "conda is set to stay offline, and this was never fetched"
    assert said("offline: true\n", channel_server.url)[0].endswith(f" cannot be used: {why}.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "error sending request for url (https://conda.example.org/team/linux-64/repodata.json.zst)"
            "\nCaused by: dns error\nCaused by: failed to lookup address information: Name or service "
            "not known",
            "https://conda.example.org/team cannot be used: no machine of that name is known here.",
        ),
        (
            "UnavailableInvalidChannel\nHTTP 404 NOT FOUND for channel team "
            "<https://conda.example.org/team>\n\nThe channel is not accessible or is invalid.",
            "https://conda.example.org/team cannot be used: it answers 404 NOT FOUND.",
        ),
        (
            "CondaHTTPError\nHTTP 000 CONNECTION FAILED for url "
            "<https://conda.example.org/team/noarch/repodata.json>\nElapsed: -\nConnectTimeout",
            "https://conda.example.org/team cannot be used: it does not answer in time.",
        ),
    ],
    ids=["rattler: no such machine", "conda: no such channel", "conda: no connection"],
)
def test_the_words_of_package_managers(words: str, said: str) -> None:
    assert unavailable(words).message == said


def test_a_companys_own_certificate(
    own_cache: Settings, home: Path, secure: ChannelServer, certificate: Path
) -> None:
    solve(own_cache, home, f"ssl_verify: {certificate}\n", secure.url)
    assert secure.packages == ["tzdata-2025b-h0_0.conda"]


def test_no_verification_where_the_user_says_so(
    own_cache: Settings, home: Path, secure: ChannelServer
) -> None:
    solve(own_cache, home, "ssl_verify: false\n", secure.url)
    assert secure.packages


def test_the_proxy_is_used(
    own_cache: Settings, home: Path, channel_server: ChannelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    condarc = f"proxy_servers: {{http: 'http://{channel_server.address}'}}\n"
    solve(own_cache, home, condarc, "http://channel.invalid")
    assert channel_server.packages == ["tzdata-2025b-h0_0.conda"]


def test_a_password_is_taken_from_where_programs_keep_them(
    own_cache: Settings, home: Path, channel_server: ChannelServer
) -> None:
    channel_server.user, channel_server.password = "anna", "sesame"
    netrc = home / ".netrc"
    netrc.write_text("machine 127.0.0.1 login anna password sesame\n")
    netrc.chmod(0o600)
    solve(own_cache, home, "", channel_server.url)
    assert channel_server.packages
    netrc.unlink()
    pair = {"BasicHTTP": {"username": "anna", "password": "sesame"}}
    (home / ".rattler").mkdir()
    (home / ".rattler" / "credentials.json").write_text(json.dumps({"127.0.0.1": pair}))
    shutil.rmtree(own_cache.package_cache)
    shutil.rmtree(home / "envs")
    solve(own_cache, home, "", channel_server.url)
    assert len(channel_server.packages) == 2


def test_a_token_that_conda_keeps_is_sent_to_its_server_and_not_written_down(
    own_cache: Settings, home: Path, channel: Path, tmp_path: Path
) -> None:
    token = "tk-0123-geheim"
    (tmp_path / "served" / "t" / token).mkdir(parents=True)
    (tmp_path / "served" / "t" / token / "team").symlink_to(channel)
    kept = home / ".config" / "binstar"
    kept.mkdir(parents=True)
    with serve(tmp_path / "served") as server:
        (kept / f"{quote_plus(server.url)}.token").write_text(token)
        team = f"{server.url}/team"
        solve(own_cache, home, "", team)
        assert server.packages == ["tzdata-2025b-h0_0.conda"]
        for path in (home / "envs" / "made" / "conda-meta").glob("*"):
            if path.is_file():
                assert token not in path.read_text()
        assert solve(own_cache, home, "", team).actions == ()
        with pytest.raises(Unavailable) as told:
            solve(own_cache, home, "", f"{team}-other")
        assert token not in f"{told.value.message} {told.value.details}"
        with pytest.raises(Unavailable):
            solve(own_cache, home, "add_anaconda_token: false\n", f"{team}/.")


def test_a_token_goes_nowhere_else() -> None:
    known = {"https://conda.h.test": "tk-0123"}
    signed = "https://conda.h.test/t/tk-0123/c"
    assert with_token("https://conda.h.test/c", known) == signed
    for other in (
        "https://conda.h.test.evil/c", "http://conda.h.test/c", "https://h.test/c", signed,
        "https://u:p@conda.h.test/c", "file:///conda.h.test",
    ):  # fmt: skip
        assert with_token(other, known) == other


def test_the_mirror_is_used(own_cache: Settings, home: Path, channel_server: ChannelServer) -> None:
    condarc = (
        "channel_alias: http://alias.invalid\n"
        f"mirrored_channels: {{main: ['{channel_server.url}']}}\n"
    )
    solve(own_cache, home, condarc, "main")
    assert channel_server.packages == ["tzdata-2025b-h0_0.conda"]


def test_a_server_that_says_too_little_of_what_has_not_changed(
    settings: Settings, home: Path, channel: Path, tmp_path: Path
) -> None:
    # An index that is seconds old is asked for again at once.
    shutil.copytree(channel, tmp_path / "young")
    for index in (tmp_path / "young").glob("*/repodata*"):
        index.touch()
    with serve(tmp_path / "young") as server:
        server.bare = True
        settings.channels = [server.url]
        engine = RattlerEngine(settings, read_condarc())
        for _ in range(2):
            plan = engine.solve(
                SolveRequest(specs=("tzdata",), prefix=home / "envs" / "made"), Silent()
            )
            assert [action.name for action in plan.actions] == ["tzdata"]
