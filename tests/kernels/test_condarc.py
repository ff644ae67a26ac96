"""conda's configuration is read as conda reads it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import InvalidValue
from jupyter_ci_manager.kernels.engines.conda_config import CondaConfig
from jupyter_ci_manager.kernels.engines.condarc import read_condarc
from jupyter_ci_manager.kernels.engines.folders import new_prefix, package_cache
from jupyter_ci_manager.kernels.engines.rattler_network import _toml, beyond_rattler, client
from jupyter_ci_manager.kernels.engines.selection import select_engine

REAL_CONDA = os.environ.get("CI_MANAGER_TEST_CONDA", "")


def read(home: Path, text: str, **environ: str) -> CondaConfig:
    (home / ".condarc").write_text(text)
    return read_condarc({"HOME": str(home), **environ})


def test_nothing_configured(home: Path) -> None:
    config = read_condarc({"HOME": str(home)})
    assert config.resolve_all() == ["https://conda.anaconda.org/conda-forge"]
    assert config.envs_dirs == (home / ".conda" / "envs",)
    assert config.ssl_verify is True


def test_later_files_win_and_lists_join(home: Path, tmp_path: Path) -> None:
    root = tmp_path / "base"
    root.mkdir()
    (root / ".condarc").write_text("channels: [base]\nchannel_priority: strict\noffline: true\n")
    (home / ".condarc").write_text("channels: [mine, base]\noffline: false\n")
    config = read_condarc({"HOME": str(home)}, root)
    assert config.channels == ("mine", "base")
    assert (config.channel_priority, config.offline) == ("strict", False)
    assert config.sources == (root / ".condarc", home / ".condarc")


def test_what_is_final_stays(home: Path, tmp_path: Path) -> None:
    root = tmp_path / "base"
    root.mkdir()
    (root / ".condarc").write_text("ssl_verify: /etc/ca.pem  #!final\n")
    (home / ".condarc").write_text("ssl_verify: false\n")
    assert read_condarc({"HOME": str(home)}, root).ssl_verify == "/etc/ca.pem"


def test_marked_items_come_first_or_last_whoever_wins(home: Path, tmp_path: Path) -> None:
    root = tmp_path / "base"
    root.mkdir()
    (root / ".condarc").write_text("channels:\n  - mirror  #!top\n  - old  # !bottom\n  - base\n")
    (home / ".condarc").write_text("channels:\n  - mine\n  - last #!bottom\n  - base\n")
    config = read_condarc({"HOME": str(home), "CONDA_CHANNELS": "env"}, root)
    assert config.channels == ("mirror", "env", "mine", "base", "last", "old")


@pytest.mark.skipif(not REAL_CONDA, reason="CI_MANAGER_TEST_CONDA names no conda")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "channels: [a, b]\nchannel_priority: strict\noffline: true\n",
        "channels:\n  - one  #!bottom\n  - two  #!top\n  - three\n",
        "channel_alias: https://alias.test/x/\nchannels: [a, 'https://h.test/c']\n",
        "envs_dirs: [~/e, $ROOM/e]\npkgs_dirs: [~/p]\npinned_packages: [python=3.11]\n",
        "ssl_verify: false\nproxy_servers: {http: 'http://u:p@p.test:1', https: 'http://q.test'}\n",
        "channel_priority: false\nadd_pip_as_python_dependency: false\n",
    ],
)
def test_conda_itself_reads_the_same(
    home: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".config" / "conda").mkdir(parents=True)
    (home / ".config" / "conda" / "condarc").write_text("channels: [weak, b]\noffline: false\n")
    (home / ".condarc").write_text(text)
    monkeypatch.setenv("ROOM", "/room")
    done = subprocess.run(
        [REAL_CONDA, "config", "--show", "--json"], capture_output=True, text=True, check=True
    )
    theirs = json.loads(done.stdout)
    ours = read_condarc(root_prefix=Path(theirs["root_prefix"]) if "root_prefix" in theirs
                        else Path(REAL_CONDA).resolve().parent.parent)  # fmt: skip
    assert list(ours.channels) == theirs["channels"]
    for name in ("envs_dirs", "pkgs_dirs"):
        assert [str(path) for path in getattr(ours, name)] == theirs[name]
    for name in ("channel_priority", "offline", "ssl_verify", "add_pip_as_python_dependency"):
        assert getattr(ours, name) == theirs[name], name
    assert list(ours.pinned_packages) == theirs["pinned_packages"]
    assert dict(ours.proxy_servers) == theirs["proxy_servers"]
    alias = theirs["channel_alias"]
    assert ours.channel_alias.rstrip("/") == f"{alias['scheme']}://{alias['location']}"


def test_variables_win_over_files(home: Path) -> None:
    config = read(
        home, "channels: [file]\noffline: false\n",
        CONDA_CHANNELS="one,two", CONDA_OFFLINE="true", CONDA_ENVS_DIRS="/a:/b",
    )  # fmt: skip
    assert config.channels == ("one", "two", "file")
    assert config.offline is True
    assert config.envs_dirs[:2] == (Path("/a"), Path("/b"))


def test_variables_inside_are_expanded(home: Path) -> None:
    config = read(home, "channels: ['https://${HOST}/c']\nenvs_dirs: [~/e, $ROOM/e]\n",
                  HOST="h.test", ROOM="/room")  # fmt: skip
    assert config.resolve_all() == ["https://h.test/c"]
    assert config.envs_dirs[:2] == (home / "e", Path("/room/e"))


@pytest.mark.parametrize(
    ("name", "urls"),
    [
        ("plain", ["https://alias.test/plain"]),
        ("org/label/dev", ["https://alias.test/org/label/dev"]),
        ("https://h.test/c/linux-64", ["https://h.test/c"]),
        ("own", ["https://own.test/x/own"]),
        ("own/label/dev", ["https://own.test/x/own/label/dev"]),
        ("many", ["https://alias.test/a", "https://b.test/c"]),
        ("defaults", ["https://d.test/main"]),
        ("/srv/channel", ["file:///srv/channel"]),
        ("file:///srv/channel/", ["file:///srv/channel"]),
    ],
)
def test_channels_resolve(home: Path, name: str, urls: list[str]) -> None:
    config = read(
        home,
        "channel_alias: https://alias.test/\n"
        "custom_channels: {own: 'https://own.test/x'}\n"
        "custom_multichannels: {many: [a, 'https://b.test/c']}\n"
        "default_channels: ['https://d.test/main']\n",
    )
    assert config.resolve(name) == urls


@pytest.mark.parametrize(
    "name", ["", "-c", "a b", "$(x)", "ftp://h/c", "a;b", "a/../b", "javascript://x", "a\nb"]
)
def test_what_is_no_channel_is_refused(home: Path, name: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read(home, "").resolve(name)
    assert caught.value.field == "channels"


def test_channels_in_force(home: Path) -> None:
    assert read(home, "").names_in_force() == ("conda-forge",)
    config = read(home, "channels: [a]\n")
    assert config.names_in_force() == ("a",)
    assert config.names_in_force(["b"]) == ("b",)
    config = read(home, "channels: [a]\noverride_channels_enabled: false\n")
    assert config.names_in_force(["b"]) == ("b", "a")


def test_allowed_and_denied_channels(home: Path) -> None:
    config = read(home, "denylist_channels: [bad]\n")
    with pytest.raises(InvalidValue, match="does not allow"):
        config.resolve("bad")
    assert config.resolve("good")
    config = read(home, "allowlist_channels: [good]\n")
    assert config.resolve("good")
    with pytest.raises(InvalidValue):
        config.resolve("other")


BOMB = "channels: [&a0 [x, x]" + "".join(
    f", &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("channels: [a", "plain YAML"),
        ("- just\n- a list\n", "not a map"),
        ("\x00", "plain YAML"),
        ("a: &a [x]\nb: [*a, *a]\n", "references"),
        # Opened, these few lines stand for a million million entries.
        (BOMB + "]\n", "references"),
        ("channels: " + "[" * 5000, "nest"),
        ("x: 9999-99-99\n", "cannot be read"),
        ("custom_channels: [a]\n", "custom_channels must be names"),
        ("mirrored_channels: {a: {b: c}}\n", "mirrored_channels must be names"),
        ("proxy_servers: http://p.test:1\n", "proxy_servers must be names"),
        ("channels: [{a: b}]\n", "channels must be a list"),
        ("ssl_verify: [a]\n", "ssl_verify must be a single value"),
    ],
    ids=lambda value: value[:20],
)
def test_a_bad_file_is_named(home: Path, text: str, why: str) -> None:
    with pytest.raises(InvalidValue, match="condarc") as caught:
        read(home, text)
    assert str(home / ".condarc") in caught.value.message
    assert why in caught.value.message


def test_networking_reaches_rattler(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "inside.test")
    config = read(
        home,
        "proxy_servers: {http: 'http://p.test:1', https: 'p.test:2'}\nssl_verify: false\n"
        "channel_alias: https://alias.test\nmirrored_channels: {c: ['https://m.test/c']}\n",
    )
    text = _toml(config)
    assert "tls-no-verify = true" in text
    assert '"https://alias.test/c" = ["https://m.test/c"]' in text
    assert 'https = "http://p.test:2"' in text
    assert 'non-proxy-hosts = ["inside.test"]' in text
    assert client(config) is not None


def test_what_rattler_cannot_honour_is_said(home: Path, settings: Settings) -> None:
    config = read(home, "client_ssl_cert: /c.pem\nproxy_servers: {'http://h.test': 'x'}\n")
    assert len(beyond_rattler(config)) == 2
    engine, why = select_engine(settings, config)
    assert engine.name == "rattler"
    assert "a client certificate" in why
    assert "no conda" in why
    assert beyond_rattler(read(home, "channels: [a]\npinned_packages: [b=1]\n")) == []
    assert len(beyond_rattler(read(home, "pinned_packages: ['a::b=1']\n"))) == 1


def test_conda_is_taken_where_it_is_needed_and_there(
    home: Path, settings: Settings, tmp_path: Path
) -> None:
    program = tmp_path / "conda"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    settings.conda_executable = str(program)
    engine, why = select_engine(settings, read(home, "client_ssl_cert: /c.pem\n"))
    assert engine.name == "conda"
    assert "client certificate" in why
    assert select_engine(settings, read(home, ""))[0].name == "rattler"


def test_folders_follow_the_configuration(home: Path, tmp_path: Path) -> None:
    config = read(home, f"envs_dirs: [{tmp_path}/e]\npkgs_dirs: [{tmp_path}/p]\n")
    settings = Settings()
    prefix = new_prefix("made", settings, config)
    assert prefix == tmp_path / "e" / "made"
    assert package_cache(prefix, settings, config) == tmp_path / "p" / ".jupyter-ci-manager"


@pytest.mark.parametrize("name", ["", "base", "ROOT", "a/b", "..", "-x", "a b", "ä", "x" * 65, "."])
def test_names_that_cannot_be(home: Path, name: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        new_prefix(name, Settings(), read_condarc({"HOME": str(home)}))
    assert caught.value.field == "name"
