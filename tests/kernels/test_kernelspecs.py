from __future__ import annotations

import json
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jupyter_ci_manager.errors import NameTaken, NotFound, NotPermitted
from jupyter_ci_manager.kernels import kernelspecs, spec_health


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def prefix_in(folder, *, ipykernel=True):
    prefix = folder / "envs" / "newenv"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    python = prefix / "bin" / "python"
    python.touch(mode=0o755)
    site = prefix / "lib" / "python3.11" / "site-packages"
    site.mkdir(parents=True)
    if ipykernel:
        (site / "ipykernel").mkdir()
    return prefix


def spec_for(prefix, **values):
    return {
        "argv": [f"{prefix}/bin/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python (newenv)",
        "language": "python",
        "metadata": {"ci_manager": {"environment": str(prefix)}},
        **values,
    }


def publish(home, name="newenv", **values):
    prefix = values.pop("prefix", None) or prefix_in(home)
    staged = kernelspecs.stage(home / f"staged-{name}", spec_for(prefix, **values))
    return kernelspecs.publish(staged, name)


def test_jupyter_lists_what_was_published(home):
    publish(home)
    out = subprocess.run(
        [sys.executable, "-m", "jupyter_client.kernelspecapp", "list", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    spec = json.loads(out.stdout)["kernelspecs"]["newenv"]["spec"]
    assert spec["display_name"] == "Python (newenv)"
    # A thread of a service that an earlier test has left may tell of its sizes there.
    there = {path.name for path in (home / "data").iterdir()} - {"ci-manager"}
    assert there == {"kernels"}


def test_a_taken_name_is_refused_and_nothing_changes(home):
    folder = publish(home)
    before = (folder / "kernel.json").read_text()
    staged = kernelspecs.stage(home / "other", {"argv": ["other"]})
    with pytest.raises(NameTaken):
        kernelspecs.publish(staged, "newenv")
    assert (folder / "kernel.json").read_text() == before
    kernelspecs.publish(staged, "newenv", replace=True)
    assert kernelspecs.read(folder) == {"argv": ["other"]}


def test_logos_come_along_and_nothing_else(home):
    resources = home / "resources"
    resources.mkdir()
    (resources / "logo-64x64.png").write_bytes(b"png")
    (resources / "kernel.json").write_text("{}")
    (resources / "run.sh").touch()
    staged = kernelspecs.stage(home / "staged", {"argv": ["x"]}, resources)
    assert sorted(path.name for path in staged.iterdir()) == ["kernel.json", "logo-64x64.png"]


def test_a_users_spec_is_the_users_alone(home):
    folder = publish(home)
    for path in (folder, folder / "kernel.json"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_readers_never_see_half_a_spec(home):
    prefix = prefix_in(home)
    stop = threading.Event()
    seen = []

    def look():
        while not stop.is_set():
            for name, folder in kernelspecs.spec_folders().items():
                if name == "newenv":
                    seen.append(kernelspecs.read(folder).get("argv"))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(50):
        publish(home, prefix=prefix, **{"display_name": str(number)}) if number == 0 else None
        kernelspecs.change(kernelspecs.find("newenv"), display_name=str(number))
    stop.set()
    reader.join()
    assert seen
    assert all(seen)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda prefix: (prefix / "bin" / "python").unlink(), "interpreter_gone"),
        (lambda prefix: prefix.rename(prefix.parent / "elsewhere"), "environment_gone"),
        (
            lambda prefix: (prefix / "lib/python3.11/site-packages/ipykernel").rmdir(),
            "ipykernel_missing",
        ),
    ],
)
def test_health_names_what_is_wrong(home, harm, code):
    prefix = prefix_in(home)
    folder = publish(home, prefix=prefix)
    assert not spec_health.describe("newenv", folder).is_broken
    harm(prefix)
    kernel = spec_health.describe("newenv", folder)
    assert kernel.is_broken
    assert kernel.broken_code == code
    assert kernel.broken_reason


def test_health_of_a_spec_that_starts_another_environment(home):
    prefix = prefix_in(home)
    folder = publish(home, argv=[sys.executable, "-m", "ipykernel_launcher"], prefix=prefix)
    assert spec_health.describe("newenv", folder).broken_code == "wrong_prefix"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"argv": []}', '{"argv": [1]}', "\x00"])
def test_a_damaged_spec_does_not_break_the_list(home, content):
    folder = publish(home)
    (folder / "kernel.json").write_text(content)
    kernel = spec_health.describe("newenv", kernelspecs.find("newenv"))
    assert kernel.broken_code == "unreadable"


def test_removing_twice_is_no_error_and_an_unknown_one_is_not_found(home):
    folder = publish(home)
    kernelspecs.remove(folder)
    kernelspecs.remove(folder)
    with pytest.raises(NotFound) as refusal:
        kernelspecs.find("newenv")
    assert refusal.value.field == "name"


def test_kernels_of_an_environment_are_found_by_real_path(home):
    prefix = prefix_in(home)
    publish(home, prefix=prefix)
    (home / "link").symlink_to(prefix)
    assert kernelspecs.kernels_of(home / "link") == ["newenv"]


def test_a_folder_that_cannot_be_written_is_a_clear_refusal(home, monkeypatch):
    (home / "file").touch()
    staged = kernelspecs.stage(home / "staged", {"argv": ["x"]})
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "file" / "data"))
    with pytest.raises(NotPermitted) as refusal:
        kernelspecs.publish(staged, "newenv")
    assert refusal.value.hint
    assert [path.name for path in (home / "staged").iterdir()] == ["kernel.json"]
    assert Path(home / "file").read_bytes() == b""
