from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_ci_manager.errors import InvalidValue, NameTaken
from jupyter_ci_manager.kernels.names import check_display_name, check_name, kernel_name


@pytest.mark.parametrize("name", ["newenv", "a", "_x", "9to5", "My.Env-1", "a" * 64])
def test_good_names(name):
    assert check_name(name) == name
    assert kernel_name(name) == name.lower()


@pytest.mark.parametrize(
    "name",
    ["", "-n", "--dry-run", ".hidden", "..", "a/b", "../x", "/abs", "a b", "a\n", "a\x00", "a" * 65,
     "a" * 300, "naïve", "pyth\u043en", "новая", "a;rm -rf", "$HOME", "a\\b", "C:", "~x", "a*", "%41"],
)  # fmt: skip
def test_bad_names_are_refused_and_the_field_is_named(name):
    with pytest.raises(InvalidValue) as refusal:
        check_name(name)
    assert refusal.value.field == "name"
    assert refusal.value.code == "invalid_name"


@pytest.mark.parametrize("name", ["base", "BASE", "root", "python3", "Python3", "ir", "IR"])
def test_names_with_a_meaning_are_refused(name):
    with pytest.raises(NameTaken) as refusal:
        check_name(name)
    assert refusal.value.field == "name"


@given(st.text(max_size=80))
def test_whatever_passes_is_a_plain_file_name(name):
    try:
        check_name(name)
    except (InvalidValue, NameTaken):
        return
    assert name.isascii()
    assert not set(name) & set("/\\ \n$;&|<>*?'\"")
    assert name not in (".", "..")
    assert not name.startswith(("-", "."))


@pytest.mark.parametrize("text", ["", "  ", "x" * 121, "a\nb", "a\x1b[31m", "a\u202eb"])
def test_display_names_that_cannot_be_shown(text):
    with pytest.raises(InvalidValue) as refusal:
        check_display_name(text)
    assert refusal.value.field == "display_name"


def test_display_names_may_be_in_any_language():
    assert check_display_name(" 파이썬 (새 환경) ") == "파이썬 (새 환경)"
