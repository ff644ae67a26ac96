"""Packages looked for in channels, by every engine; versions of languages."""

from __future__ import annotations

import pytest

from jupyter_ci_manager.errors import CIManagerError, InvalidValue
from jupyter_ci_manager.kernels.engines import Engine, Silent
from jupyter_ci_manager.kernels.engines.search import NamePattern

from .test_engines import engine  # noqa: F401 (a fixture: every engine)


def names(found):
    return [match.name for match in found.packages]


def test_the_best_match_comes_first(engine: Engine, channel) -> None:  # noqa: F811
    found = engine.search("tiny", (), 20, Silent())
    assert names(found) == ["tiny", "tiny-new", "tiny-old"]
    tiny = found.packages[0]
    assert (tiny.version, tiny.versions) == ("2.0", ["2.0", "1.1", "1.0"])
    assert tiny.channel.rstrip("/") == channel.as_uri()
    assert tiny.size_bytes
    assert names(engine.search("*-OLD", (), 20, Silent())) == ["tiny-old"]
    first = engine.search("tiny", (), 1, Silent())
    assert (names(first), first.total) == (["tiny"], 3)
    assert engine.search("nobody-has-this", (), 20, Silent()).total == 0


@pytest.mark.parametrize("pattern", ["", "*", "a b", "--json", "x;y", "é", "a" * 200, "[a]", "-"])
def test_what_no_package_is_called_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        NamePattern(pattern)
    assert caught.value.field == "name"


def test_the_first_channel_that_has_it_is_told_and_packages_say_what_they_are(
    kernels, settings, channel, channel_server
) -> None:
    both = [channel_server.url, channel.as_uri()]
    [match] = kernels.search_packages("ipykernel", channels=both).packages[:1]
    assert match.channel.rstrip("/") == channel_server.url
    local = kernels.search_packages("ipykernel").packages[0]
    assert local.channel.rstrip("/") == channel.as_uri()
    assert local.summary
    asked = zip(channel_server.paths, channel_server.headers, strict=True)
    # Never a whole archive: its end, where a server gives parts of files.
    packages = [headers for path, headers in asked if path.endswith(".conda")]
    assert all("range" in {name.lower() for name in headers} for headers in packages)


def test_a_search_that_cannot_be_done_says_why(kernels) -> None:
    for channels, code in [
        (["http://127.0.0.1:9/none"], "channel_unavailable"),
        (["https://u:p@conda.example.org/x"], "credentials_in_url"),
        (["gopher://x"], "invalid_channel"),
    ]:
        with pytest.raises(CIManagerError) as caught:
            kernels.search_packages("tiny", channels=channels)
        assert caught.value.code == code
    with pytest.raises(InvalidValue):
        kernels.search_packages("tiny", limit=0)


def test_languages_and_the_versions_that_channels_have(kernels) -> None:
    known = kernels.languages()
    assert [language.name for language in known] == ["python", "bash", "r"]
    assert all(language.versions == [] for language in known)
    python = kernels.languages(versions=True)[0]
    assert (python.title, python.has_version) == ("Python", True)
    assert python.versions
    assert all(version.count(".") == 1 for version in python.versions)
    assert "ipykernel" in python.packages
    assert kernels.languages()[0].versions == python.versions
