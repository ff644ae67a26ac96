from __future__ import annotations

import pytest

from jupyter_ci_manager.errors import InvalidValue
from jupyter_ci_manager.kernels.sources import read_environment_yml, read_lock

GOOD = """
name: report
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - numpy >=1.26,<3
  - pip
  - pip:
      - rich==13.7
variables:
  STAGE: "test"
prefix: /somewhere/else
"""


def test_an_environment_file_of_conda():
    source = read_environment_yml(GOOD)
    assert source.name == "report"
    assert source.channels == ("conda-forge",)
    assert source.specs == ("python=3.11", "numpy >=1.26,<3", "pip")
    assert source.pip == ("rich==13.7",)
    assert source.variables == {"STAGE": "test"}


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "just words", "a: [", "dependencies: numpy", "dependencies: [{conda: [x]}]",
        "dependencies: [[x]]", "dependencies: [null]", "dependencies: [{pip: [--pre]}]",
        "dependencies: [{pip: ['-r requirements.txt']}]", "dependencies: [{pip: ['x @ file:///etc']}]",
        "dependencies: []\nchannels: conda-forge", "dependencies: []\nvariables: [a]",
        "dependencies: []\nvariables: {'a b': 1}", "dependencies: []\nvariables: {LD=x: 1}",
        "dependencies: !!python/object/apply:os.system ['touch /tmp/owned']",
        "dependencies: &a [*a]", "a: &a [x]\ndependencies: *a", "dependencies: " + "[" * 500,
        "dependencies: " + "[" * 100 + "]" * 100, "x: 9999-99-99\ndependencies: []",
        "dependencies:\n" + "  - x\n" * 6000, "#" * 3_000_000, "\x00", "dependencies: [\ud800]",
    ],
)  # fmt: skip
def test_wrong_files_are_refused_before_anything_is_done(text):
    with pytest.raises(InvalidValue) as refusal:
        read_environment_yml(text)
    assert refusal.value.field == "environment_yml"


def test_a_yaml_bomb_is_refused_unopened():
    # Opened, these few lines stand for a million million entries.
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    with pytest.raises(InvalidValue):
        read_environment_yml("\n".join([*lines, "dependencies: *a11"]))


EXPLICIT = """# This file may be used to create an environment
# platform: linux-64
@EXPLICIT
https://conda.example.org/main/linux-64/python-3.11.5-0.conda#0123456789abcdef0123456789abcdef
https://conda.example.org/main/noarch/pip-24.0-0.conda
"""


def test_an_explicit_list():
    source = read_lock(EXPLICIT, "linux-64")
    assert len(source.explicit) == 2
    assert source.explicit[0].endswith("#0123456789abcdef0123456789abcdef")


def test_a_list_for_another_machine_is_refused():
    with pytest.raises(InvalidValue, match="osx-arm64"):
        read_lock(EXPLICIT, "osx-arm64")


CONDA_LOCK = """
version: 1
package:
- {name: python, version: 3.11.5, manager: conda, platform: linux-64, category: main,
   url: 'https://conda.example.org/main/linux-64/python-3.11.5-0.conda',
   hash: {md5: 0123456789abcdef0123456789abcdef}}
- {name: python, version: 3.11.5, manager: conda, platform: osx-64, category: main,
   url: 'https://conda.example.org/main/osx-64/python-3.11.5-0.conda', hash: {}}
- {name: rich, version: 13.7.0, manager: pip, platform: linux-64, category: main, url: x, hash: {}}
- {name: pytest, version: 8.0.0, manager: conda, platform: linux-64, category: dev, url: x, hash: {}}
"""


def test_a_file_of_conda_lock():
    source = read_lock(CONDA_LOCK, "linux-64")
    assert source.explicit == (
        "https://conda.example.org/main/linux-64/python-3.11.5-0.conda"
        "#0123456789abcdef0123456789abcdef",
    )
    assert source.pip == ("rich==13.7.0",)


@pytest.mark.parametrize(
    "text",
    ["", "numpy==1.0", "@EXPLICIT\n", "@EXPLICIT\n-c evil", "@EXPLICIT\nftp://x/linux-64/a-1-0.conda",
     "@EXPLICIT\nhttps://x", "package: []", "package: [1]", "package: [{platform: linux-64}]",
     "package: x", "{}"],
)  # fmt: skip
def test_wrong_lock_files_are_refused(text):
    with pytest.raises(InvalidValue) as refusal:
        read_lock(text, "linux-64")
    assert refusal.value.field == "lock"
