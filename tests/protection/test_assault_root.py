"""No attack by any face takes anything protected away: as whoever runs the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from .running_assault import FACES, Told, assault

#: All attacks together are one fixture.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def found(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    return assault(tmp_path_factory.mktemp("root"), channel, as_user=False)


@pytest.mark.parametrize("face", FACES)
def test_every_attack_is_refused_and_changes_nothing(
    found: dict[str, list[Told]], face: str
) -> None:
    assert [told for told in found[face] if not told.is_held] == []
    assert len(found[face]) >= 80
    assert len({told.mechanism for told in found[face]}) >= 12
