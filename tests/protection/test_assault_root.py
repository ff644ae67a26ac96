"""No attack by any face takes anything protected away: as whoever runs the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .running_assault import FACES, Told, assault, summed

#: All attacks together are one fixture.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def found(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    return assault(tmp_path_factory.mktemp("root"), channel, as_user=False)


def test_there_are_enough_by_every_face(
    found: dict[str, list[Told]], record_property: Callable[[str, object], None]
) -> None:
    record_property("told", f"as whoever runs the tests: {summed(found)} refused, nothing changed")
    assert list(found) == list(FACES)
    for told in found.values():
        assert len(told) >= 80
        assert len({one.mechanism for one in told}) >= 12


@pytest.mark.parametrize("face", FACES)
def test_every_attack_is_refused_and_changes_nothing(
    found: dict[str, list[Told]], face: str
) -> None:
    assert [told for told in found[face] if not told.is_held] == []
