"""Which kernel is offered when a notebook's own is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_ci_manager.kernels.models import Kernel, MissingKernel
from jupyter_ci_manager.kernels.nearest import nearest


@pytest.fixture
def make(tmp_path: Path):
    """A kernel with the packages of its environment, as folders tell them."""

    def build(name, display_name, *, language="python", version="3.10", packages=(), **more):
        prefix = tmp_path / name
        site = prefix / "lib" / f"python{version}" / "site-packages"
        site.mkdir(parents=True)
        (prefix / "conda-meta").mkdir()
        for package in packages:
            (prefix / "conda-meta" / f"{package}-1.0-py_0.json").touch()
        return Kernel(
            name=name, display_name=display_name, language=language, prefix=str(prefix), **more
        )

    return build


def find(there, limit=5, **missing):
    return nearest(there, MissingKernel(**missing), limit)


def names(found):
    return [near.kernel.name for near in found]


def test_language_comes_first_then_names_and_version(make):
    there = [
        make("python3", "Python 3 (ipykernel)", version="3.12"),
        make("python310-sdkv2", "Python 3.10 - SDK v2"),
        make("python38-azureml", "Python 3.8 - AzureML", version="3.8"),
        make("ir", "R", language="R"),
    ]
    found = find(there, name="python36-azureml", display_name="Python 3.6 - AzureML")
    assert names(found)[0] == "python38-azureml"
    assert "ir" not in names(found)
    found = find(there, name="py310", display_name="Python 3.10", language="python")
    assert names(found)[0] == "python310-sdkv2"
    assert "same_version" in found[0].reasons
    assert names(find(there, name="ir41", display_name="R 4.1")) == ["ir"]
    assert find(there, name="julia-1.9", language="julia") == []


def test_packages_decide_between_kernels_of_one_language(make):
    there = [
        make("one", "Python (one)", packages=["numpy"]),
        make("two", "Python (two)", packages=["numpy", "pandas", "scikit-learn"]),
    ]
    module = Path(there[1].prefix) / "lib/python3.10/site-packages/sklearn"
    module.mkdir()
    wanted = ["os", "numpy", "pandas", "sklearn", "torch"]
    found = find(there, name="gone", language="python", packages=wanted)
    assert names(found) == ["two", "one"]
    assert found[0].has == ["numpy", "pandas", "sklearn"]
    assert found[0].missing == ["torch"]
    assert found[1].missing == ["pandas", "sklearn", "torch"]


def test_a_broken_kernel_is_not_offered_and_few_are_enough(make):
    there = [make(f"k{number}", f"Python (k{number})") for number in range(9)]
    there.append(make("broken", "Python (broken)", is_broken=True))
    found = find(there, name="broken", language="Python", limit=3)
    assert len(found) == 3
    assert "broken" not in names(found)


@pytest.mark.parametrize("odd", ["", "3", "ß" * 500, "../..", "\x00", "python" * 100])
def test_odd_names_are_no_error(make, odd):
    find([make("one", "Python (one)")], name=odd, display_name=odd, packages=[odd])
