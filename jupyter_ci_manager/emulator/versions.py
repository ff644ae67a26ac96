"""Which api-versions there are, and which of them has which action.

Stable versions are dates; previews end in ``-preview``. An action that only previews have is refused
at every stable version, as Azure refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

STABLE = [
    "2018-11-19",
    "2019-05-01",
    "2019-06-01",
    "2019-11-01",
    "2020-01-01",
    "2020-02-02",
    "2020-03-01",
    "2020-04-01",
    "2020-06-01",
    "2020-08-01",
    "2021-01-01",
    "2021-04-01",
    "2021-07-01",
    "2022-05-01",
    "2022-10-01",
    "2023-04-01",
    "2023-10-01",
    "2024-04-01",
    "2024-10-01",
    "2025-04-01",
    "2025-06-01",
    "2025-09-01",
    "2025-12-01",
    "2026-03-01",
    "2026-05-01",
]
PREVIEW = [
    f"{day}-preview"
    for day in [
        "2018-03-01",
        "2020-02-18",
        "2020-05-01",
        "2020-05-15",
        "2020-09-01",
        "2021-03-01",
        "2022-01-01",
        "2022-02-01",
        "2022-06-01",
        "2022-10-01",
        "2022-12-01",
        "2023-02-01",
        "2023-04-01",
        "2023-06-01",
        "2023-08-01",
        "2024-01-01",
        "2024-04-01",
        "2024-07-01",
        "2024-10-01",
        "2025-01-01",
        "2025-04-01",
        "2025-07-01",
        "2025-10-01",
        "2026-01-15",
        "2026-03-15",
        "2026-05-15",
    ]
]
ALL = tuple(sorted((*STABLE, *PREVIEW)))
_KNOWN = frozenset(ALL)

Test = Callable[[str], bool]


def known(version: str) -> bool:
    """Say whether the provider has this api-version."""
    return version in _KNOWN


def before(version: str, day: str) -> bool:
    """Say whether a version is older than a day, preview or not."""
    return version[:10] < day


def is_preview(version: str) -> bool:
    """Say whether a version is a preview."""
    return version.endswith("-preview")


def since(day: str) -> Test:
    """Have an action in every version from a day on."""
    return lambda version: not before(version, day)


def previews_since(day: str, *also: str) -> Test:
    """Have an action in previews from a day on, and in the versions named."""
    return lambda version: version in also or (is_preview(version) and not before(version, day))


def only(*versions: str) -> Test:
    """Have an action in these versions alone."""
    return lambda version: version in versions


def supported(tests: Iterable[Test]) -> list[str]:
    """Give the versions that pass every test."""
    checks = list(tests)
    return [version for version in ALL if all(check(version) for check in checks)]
