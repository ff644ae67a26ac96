"""The switch that gives every kernel ``%ci``, over REST."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Ask


@pytest.fixture(autouse=True)
def ipython(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for IPython that is nobody else's."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return tmp_path / "ipython"


async def test_on_and_off_again(ask: Ask, ipython: Path) -> None:
    assert (await ask("GET", "magics")).json["on"] is False

    switched = await ask("PUT", "magics", {"on": True})
    assert (switched.status, switched.json["on"]) == (200, True)
    file = Path(switched.json["path"])
    assert ipython in file.parents
    assert "%ci" in file.read_text(encoding="utf-8")
    assert (await ask("PUT", "magics", {"on": True})).json["on"] is True

    assert (await ask("PUT", "magics", {"on": False})).json["on"] is False
    assert not file.exists()
    assert (await ask("PUT", "magics", {"on": False})).status == 200


async def test_a_file_of_the_users_own_stays(ask: Ask) -> None:
    file = Path((await ask("GET", "magics")).json["path"])
    file.parent.mkdir(parents=True)
    file.write_text("print('mine')\n", encoding="utf-8")
    refused = await ask("PUT", "magics", {"on": True})
    assert (refused.status, refused.json["code"]) == (409, "magics_file")
    assert refused.json["hint"]
    await ask("PUT", "magics", {"on": False})
    assert file.read_text(encoding="utf-8") == "print('mine')\n"


async def test_what_is_no_switch_is_refused(ask: Ask) -> None:
    refused = await ask("PUT", "magics", {"on": "maybe"})
    assert (refused.status, refused.json["field"]) == (400, "on")
