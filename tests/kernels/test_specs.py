"""A package spec is surely one before anything else sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_ci_manager.errors import InvalidValue
from jupyter_ci_manager.kernels.engines.secrets import hide_credentials, strip_credentials
from jupyter_ci_manager.kernels.engines.specs import (
    check_pip_requirement,
    parse_spec,
    parse_specs,
)

LISTED = ["https://h.test/conda-forge"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("numpy", "numpy"),
        ("NumPy", "numpy"),
        ("numpy=1.26", "numpy"),
        ("numpy>=1,<2", "numpy"),
        ("numpy >=1|<0.5", "numpy"),
        ("numpy ==1.2 py_0", "numpy"),
        ("numpy=1.2=py_0", "numpy"),
        ("numpy=1.*", "numpy"),
        ("numpy[version='>=1', build=py_0]", "numpy"),
        ("conda-forge::numpy", "numpy"),
        ("https://h.test/conda-forge/linux-64/a-b-1.0-0.conda", "a-b"),
        ("libfoo 1!2.0+x", "libfoo"),
        ("_openmp_mutex", "_openmp_mutex"),
    ],
)
def test_specs(text: str, name: str) -> None:
    (spec,) = parse_specs([text], LISTED)
    assert spec.name == name


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "--dry-run", "-c", "numpy;rm -rf", "numpy $(ls)", "numpy`x`", ">=", "numpy >=",
        "*", "py*", "numpy\nfoo", "numpy --offline", "numpy -c evil", "\uff4eumpy", "nump\u200by",
        "./x.conda", "numpy @ https://x", "numpy[url=https://evil/x-1-0.conda]", "foo&bar", "a|b",
        "file:///tmp/x.conda", "x" * 600, "numpy #x", "numpy[when='python']",
    ],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_spec(text, field="packages[3]")
    assert caught.value.field == "packages[3]"
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.test/c/linux-64/numpy-1.0-0.conda",
        "https://h.test/conda-forge-evil/linux-64/numpy-1.0-0.conda",
        "https://h.test/conda-forge/../evil/numpy-1.0-0.conda",
        "evil::numpy",
        "https://evil.test/c::numpy",
        "numpy[channel=evil]",
    ],
)
def test_places_that_are_not_listed(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_specs(["numpy", text], LISTED)
    assert caught.value.code == "channel_not_listed"
    assert caught.value.field == "packages[1]"


@given(st.text(max_size=60))
def test_no_text_becomes_an_option_or_a_command(text: str) -> None:
    try:
        spec = parse_spec(text)
    except InvalidValue:
        return
    assert not any(word.startswith("-") for word in spec.text.split())
    assert not set(spec.text) & set(";&`$(){}\\\n\r\t\0")


@pytest.mark.parametrize("text", ["six", "six>=1", "six[a,b]==1.*", "six>=1; python_version<'4'"])
def test_requirements_of_pip(text: str) -> None:
    assert check_pip_requirement(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-r x",
        "--index-url http://x",
        "git+https://x",
        "six @ https://x",
        "./six",
        "/six",
        "a b",
    ],
)
def test_what_pip_would_take_for_something_else(text: str) -> None:
    with pytest.raises(InvalidValue):
        check_pip_requirement(text)


@pytest.mark.parametrize(
    ("text", "shown", "plain"),
    [
        ("https://u:p@h.test/c", "https://***@h.test/c", "https://h.test/c"),
        ("https://h.test/t/TOKEN/c", "https://h.test/t/***/c", "https://h.test/c"),
        ("https://h.test/c?sig=S", "https://h.test/c?sig=***", "https://h.test/c"),
        ("https://h.test/c", "https://h.test/c", "https://h.test/c"),
    ],
)
def test_credentials(text: str, shown: str, plain: str) -> None:
    assert (hide_credentials(text), strip_credentials(text)) == (shown, plain)


def test_what_conda_tells_of_a_channel_in_json_holds_no_credentials() -> None:
    said = '{"auth": "u:p", "location": "h.test", "token": "TOKEN", "package": null}'
    shown = '{"auth": "***", "location": "h.test", "token": "***", "package": null}'
    assert hide_credentials(said) == shown
