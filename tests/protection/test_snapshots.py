"""What was lost outside our reach is noticed, and comes back whole."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_ci_manager.config import Settings
from jupyter_ci_manager.errors import Refused
from jupyter_ci_manager.kernels.engines import Silent, SolveRequest, engine_by_name
from jupyter_ci_manager.kernels.health import problems
from jupyter_ci_manager.kernels.linked_tree import walk
from jupyter_ci_manager.kernels.snapshots import Snapshots
from jupyter_ci_manager.kernels.tree_manifest import Entry, entry_of


@pytest.fixture
def snapshots(settings: Settings, shipped: Path) -> Snapshots:
    kept = Snapshots(settings)
    assert kept.take(shipped).state == "current"
    return kept


def tree(root: Path) -> list[Entry]:
    return [
        entry_of(entry, f"{inner}/{entry.name}", None)
        for _, inner, files in walk(root)
        for entry in files
    ]


def place_of(prefix: Path, snapshots: Snapshots) -> Path:
    return snapshots._places.of(prefix).folder


def works(prefix: Path) -> bool:
    code = "import sys, azureml.core, ipykernel.kernelapp; print(sys.prefix)"
    done = subprocess.run([prefix / "bin" / "python", "-c", code], capture_output=True, text=True)
    return done.stdout.strip() == str(prefix)


def remove(prefix: Path, settings: Settings) -> None:
    shutil.rmtree(prefix)


def move_away(prefix: Path, settings: Settings) -> None:
    prefix.rename(prefix.with_name("renamed"))


def make_over(prefix: Path, settings: Settings) -> None:
    """What ``conda create -y`` does to an environment of that name."""
    shutil.rmtree(prefix)
    engine = engine_by_name("rattler", settings)
    plan = engine.solve(SolveRequest(specs=("python", "ipykernel"), prefix=prefix), Silent())
    engine._apply(plan, prefix, Silent())


def take_the_heart(prefix: Path, settings: Settings) -> None:
    for folder in prefix.glob("lib/python3*/site-packages/ipykernel"):
        shutil.rmtree(folder)


def forget_the_records(prefix: Path, settings: Settings) -> None:
    shutil.rmtree(prefix / "conda-meta")


def write_in_place(prefix: Path, settings: Settings) -> None:
    """Damage that shows through every link."""
    for file in prefix.glob("lib/python3*/site-packages/azureml/core/__init__.py"):
        with file.open("r+b") as stream:
            stream.write(b"raise SystemExit('broken')\n")
    for cached in prefix.glob("lib/python3*/site-packages/azureml/core/__pycache__"):
        shutil.rmtree(cached)


@pytest.mark.parametrize(
    ("lose", "state"),
    [
        (remove, "lost"),
        (move_away, "lost"),
        (make_over, "replaced"),
        (take_the_heart, "damaged"),
        (forget_the_records, "lost"),
        (write_in_place, "damaged"),
    ],
)
def test_loss_is_noticed_and_undone(
    snapshots: Snapshots,
    shipped: Path,
    settings: Settings,
    lose: Callable[[Path, Settings], None],
    state: str,
) -> None:
    before = {e.path: (e.sha256, e.target) for e in tree(shipped) if not e.path.endswith(".pyc")}
    lose(shipped, settings)
    status = snapshots.status(shipped, thorough=True)
    assert (status.state, status.can_restore) == (state, True)
    assert status.words
    restored = snapshots.restore(shipped)
    assert restored.problems == []
    assert works(shipped)
    after = {e.path: (e.sha256, e.target) for e in tree(shipped) if not e.path.endswith(".pyc")}
    changed = {p for p in before | after if before.get(p) != after.get(p)}
    # conda's records tell of what was laid down anew.
    assert {p for p in changed if not p.startswith("conda-meta/")} == set()


def test_a_kernel_that_was_taken_over_comes_back(
    snapshots: Snapshots, shipped: Path, home: Path
) -> None:
    file = home / "jupyter" / "kernels" / "python3-azureml" / "kernel.json"
    data = json.loads(file.read_text())
    file.write_text(json.dumps(data | {"argv": ["/usr/bin/python3", *data["argv"][1:]]}))
    assert snapshots.status(shipped).lost_kernels == ["python3-azureml"]
    snapshots.restore(shipped)
    assert json.loads(file.read_text()) == data


def test_damage_never_becomes_the_snapshot(snapshots: Snapshots, shipped: Path) -> None:
    take_the_heart(shipped, Settings())
    with pytest.raises(Refused) as caught:
        snapshots.take(shipped)
    assert caught.value.code == "environment_damaged"
    snapshots.restore(shipped)
    assert works(shipped)


def test_a_replacement_never_becomes_the_snapshot(
    snapshots: Snapshots, shipped: Path, settings: Settings
) -> None:
    make_over(shipped, settings)
    with pytest.raises(Refused):
        snapshots.take(shipped)


def test_what_stood_in_the_place_is_kept(
    snapshots: Snapshots, shipped: Path, settings: Settings
) -> None:
    make_over(shipped, settings)
    (shipped / "notes.txt").write_text("mine")
    aside = snapshots.restore(shipped).kept_aside
    assert aside is not None
    assert (aside / "notes.txt").read_text() == "mine"


def test_a_renewed_snapshot_has_what_was_installed(
    snapshots: Snapshots, shipped: Path, settings: Settings
) -> None:
    engine = engine_by_name("rattler", settings)
    for spec in ("six", "tiny-old"):
        plan = engine.solve(SolveRequest(specs=(spec,), prefix=shipped), Silent())
        engine._apply(plan, shipped, Silent())
        assert snapshots.status(shipped).state == "outdated"
        assert snapshots.take(shipped).state == "current"
    place = place_of(shipped, snapshots)
    assert len([p for p in place.iterdir() if p.name.isdigit()]) == 2
    shutil.rmtree(shipped)
    snapshots.restore(shipped)
    assert list(shipped.glob("conda-meta/tiny-old-*.json"))


def test_a_snapshot_costs_next_to_nothing(snapshots: Snapshots, shipped: Path) -> None:
    place = place_of(shipped, snapshots)
    own = sum(
        os.lstat(f"{folder}/{name}").st_blocks * 512
        for folder, _, names in os.walk(place)
        for name in names
        if os.lstat(f"{folder}/{name}").st_nlink == 1
    )
    assert own < 0.1 * sum(entry.size for entry in tree(shipped))


def test_health_tells_what_is_wrong(shipped: Path) -> None:
    assert problems(shipped) == []
    take_the_heart(shipped, Settings())
    told = " ".join(problems(shipped))
    assert "Files of ipykernel are missing" in told
    assert "ipykernel.kernelapp cannot be imported" in told


def test_an_allowed_change_keeps_the_state_before_and_after(
    settings: Settings, shipped: Path
) -> None:
    engine = engine_by_name("rattler", settings)
    plan = engine.solve(SolveRequest(specs=("six",), prefix=shipped), Silent())
    engine.apply(plan, shipped, Silent())
    kept = Snapshots(settings)
    generations = sorted(p for p in place_of(shipped, kept).iterdir() if p.name.isdigit())
    held = [bool(list(g.glob("tree/conda-meta/six-*.json"))) for g in generations]
    assert held == [False, True]
