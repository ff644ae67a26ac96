"""With a policy that allows everything not one attack is refused: it is the policy that refuses.

What would then be lost is saved in the last moment (see ``silenced/sitecustomize.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from . import other_user
from .attacks import engine_attacks, face_attacks, job_attacks
from .running_assault import FACES, Told, assault, summed

#: All attacks together are one fixture.
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def found(channel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Told]]:
    return assault(
        tmp_path_factory.mktemp("silenced"), channel,
        as_user=other_user.can_be_another(), is_silenced=True,
    )  # fmt: skip


def test_all_are_tried(
    found: dict[str, list[Told]], record_property: Callable[[str, object], None]
) -> None:
    record_property("told", f"with a policy that allows everything: {summed(found)} got through")
    assert list(found) == list(FACES)


@pytest.mark.parametrize("face", FACES)
def test_every_attack_gets_through(found: dict[str, list[Told]], face: str) -> None:
    assert [told for told in found[face] if told.is_held] == []
    bound = other_user.has_namespaces()
    tried = {"jobs": job_attacks(bound=bound), "engine": engine_attacks(bound=bound)}
    expected = [attack.name for attack in tried.get(face, face_attacks())]
    assert [told.attack for told in found[face]] == expected
