"""Which kernels may stand in for one that is missing: by language, names and packages.

A notebook names its kernel by the spec's name; with a machine's image, or a new machine, that
kernel may be gone. What is compared costs a few folder listings, and starts nothing.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from . import kernelspecs
from .installed import package_names
from .models import Kernel, MissingKernel, NearKernel, NearReason

_WORDS = re.compile(r"[a-z]+|\d+")
#: Words that say nothing about which kernel is meant.
_EMPTY_WORDS = frozenset({"kernel", "env", "ipykernel", "the", "and", "with"})
_LANGUAGES = {"ir": "r", "xpython": "python", "ipython": "python"}
#: How much each kind of likeness counts. A kernel's own former name is sure; names say more than
#: a version, and packages decide whether the notebook runs.
_SAME, _FORMER, _NAME, _VERSION, _MAJOR, _PACKAGES = 100.0, 50.0, 3.0, 2.0, 0.5, 4.0


def nearest(kernels: Iterable[Kernel], missing: MissingKernel, limit: int = 5) -> list[NearKernel]:
    """Give the kernels that are nearest to a missing one, nearest first.

    Parameters
    ----------
    kernels:
        Those there are; broken ones are passed over.
    missing:
        What is known of it. Where no language is said, its names are asked.
    limit:
        How many to give at most.
    """
    wanted_words = _words(missing.name, missing.display_name)
    spoken = (missing.language or _language_in(wanted_words)).lower()
    version = _version_in(missing.name) or _version_in(missing.display_name)
    found = []
    for kernel in kernels:
        if kernel.is_broken or (spoken and kernel.language.lower() != spoken):
            continue
        near = NearKernel(kernel=kernel, score=0.0)
        _by_name(near, missing.name, wanted_words)
        if spoken:
            near.reasons.append("same_language")
        _by_version(near, version)
        _by_packages(near, missing.packages)
        if near.reasons:
            found.append(near)
    found.sort(key=lambda near: (-near.score, near.kernel.name != "python3", near.kernel.name))
    return found[:limit]


def _by_name(near: NearKernel, name: str, wanted: set[str]) -> None:
    kernel = near.kernel
    if name and kernel.name == name.lower():
        _add(near, "same_name", _SAME)
    elif name and name.lower() in kernelspecs.former_names(Path(kernel.resource_dir)):
        _add(near, "former_name", _FORMER)
    own = _words(kernel.name, kernel.display_name)
    shared = wanted & own - _language_words(kernel)
    if shared:
        _add(near, "alike_name", _NAME * len(shared) / len(wanted | own))


def _by_version(near: NearKernel, version: tuple[str, ...]) -> None:
    if not version:
        return
    own = _version_of(near.kernel)
    if own[: len(version)] == version and len(version) > 1:
        _add(near, "same_version", _VERSION)
    elif own[:1] == version[:1]:
        near.score += _MAJOR


def _by_packages(near: NearKernel, packages: Sequence[str]) -> None:
    if not packages:
        return
    there = package_names(Path(near.kernel.prefix)) if near.kernel.prefix else set()
    for package in dict.fromkeys(packages):
        # Every Python has these; notebooks import them as they do others.
        if near.kernel.language.lower() == "python" and package in sys.stdlib_module_names:
            continue
        (near.has if _plain(package) in there else near.missing).append(package)
    if near.has:
        _add(near, "packages", _PACKAGES * len(near.has) / (len(near.has) + len(near.missing)))


def _add(near: NearKernel, reason: NearReason, score: float) -> None:
    near.reasons.append(reason)
    near.score = round(near.score + score, 2)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


def _words(*texts: str) -> set[str]:
    return {w for text in texts for w in _WORDS.findall(text.lower())} - _EMPTY_WORDS


def _language_words(kernel: Kernel) -> set[str]:
    return {kernel.language.lower(), "python", "r", "ir"}


def _language_in(words: set[str]) -> str:
    for word in words:
        if word in ("python", "r", "julia", "bash"):
            return word
    return next((_LANGUAGES[word] for word in words if word in _LANGUAGES), "")


def _version_in(text: str) -> tuple[str, ...]:
    """Give major and minor of a version in a name such as ``python38-azureml`` or ``3.10``."""
    found = re.search(r"(?<!\d)([23])[._]?(\d{1,2})?(?!\d)", text)
    return tuple(part for part in found.groups() if part) if found else ()


def _version_of(kernel: Kernel) -> tuple[str, ...]:
    """Give major and minor of the Python that a kernel runs."""
    if not kernel.prefix:
        return ()
    try:
        names = sorted(os.listdir(Path(kernel.prefix) / "lib"))  # noqa: PTH208
    except OSError:
        return ()
    for entry in names:
        found = re.fullmatch(r"python(\d+)\.(\d+)", entry)
        if found:
            return found[1], found[2]
    if os.path.realpath(kernel.prefix) == os.path.realpath(sys.prefix):
        return str(sys.version_info[0]), str(sys.version_info[1])
    return ()
