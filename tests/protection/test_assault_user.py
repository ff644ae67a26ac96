"""No attack by any face takes anything protected away: as an unprivileged user.

Everything belongs to the one who attacks, so it is never the disk that refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from . import other_user
from .running_assault import FACES, Told, assault, summed

pytestmark = [
    # All attacks together are one fixture.
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not other_user.can_be_another(),
        reason="nobody else can be run as: these tests run as an unprivileged user already, "
        "or namespaces are not permitted",
    ),
]


@pytest.fixture(scope="module")
def found(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    return assault(tmp_path_factory.mktemp("user"), channel, as_user=True, new_every=8)


def test_there_are_enough_by_every_face(
    found: dict[str, list[Told]], record_property: Callable[[str, object], None]
) -> None:
    record_property("told", f"as an unprivileged user: {summed(found)} refused, nothing changed")
    assert list(found) == list(FACES)
    for told in found.values():
        assert len(told) >= 80
        assert len({one.mechanism for one in told}) >= 12


@pytest.mark.parametrize("face", FACES)
def test_every_attack_is_refused_and_changes_nothing(
    found: dict[str, list[Told]], face: str
) -> None:
    assert [told for told in found[face] if not told.is_held] == []


def test_bind_mounts_are_among_them(found: dict[str, list[Told]]) -> None:
    for face in ("jobs", "engine"):
        assert {told.mechanism for told in found[face]} >= {
            "bind mount", "bind mount of its folder", "bind mount of what holds that"
        }  # fmt: skip
