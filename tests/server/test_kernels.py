"""Environments and kernels over REST: real environments from the local channel."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from jupyter_ci_manager.server.events import JOB_SCHEMA

from .conftest import Ask, Listen, until


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Downloaded packages, kept for all tests here."""
    return tmp_path_factory.mktemp("packages")


@pytest.fixture(autouse=True)
def envs(
    jp_environ: None,
    tmp_path: Path,
    channel: Path,
    packages: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The folder of environments of a user who has the channel and nothing else."""
    for name in list(os.environ):
        if name.startswith(("CONDA", "MAMBA", "CI_MANAGER_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "envs"
    monkeypatch.setenv("CI_MANAGER_BACKEND", "emulator")
    monkeypatch.setenv("CI_MANAGER_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("CI_MANAGER_CHANNELS", channel.as_uri())
    monkeypatch.setenv("CI_MANAGER_ENVS_DIR", str(folder))
    monkeypatch.setenv("CI_MANAGER_PACKAGE_CACHE", str(packages))
    monkeypatch.setenv("CI_MANAGER_DISK_FLOOR_MB", "1")
    monkeypatch.setenv("CI_MANAGER_MANIFEST_FOLDER", str(tmp_path / "share"))
    return folder


def made(envs: Path) -> list[str]:
    return [path.name for path in envs.glob("*")]


def text_of(path: str) -> str:
    return Path(path).read_text("utf-8")


async def succeeds(ask: Ask, job: dict[str, Any]) -> dict[str, Any]:
    """Follow a job as a page does."""

    async def over() -> Any:
        now = (await ask("GET", f"jobs/{job['id']}")).json
        return now if now["state"] in ("succeeded", "failed", "cancelled", "interrupted") else None

    ended: dict[str, Any] = await until(over)
    assert ended["state"] == "succeeded", ended["error"]
    return ended


@pytest.mark.parametrize("jp_base_url", ["/user/x/"])
async def test_a_kernel_from_the_request_to_its_removal(
    ask: Ask, listen: Listen, envs: Path, jp_base_url: str
) -> None:
    hints = await listen()
    before = (await ask("GET", "kernels")).json["kernels"]
    preview = await ask("POST", "kernels", {"name": "newenv", "dry_run": True})
    assert preview.status == 200, preview.json
    assert {"python", "ipykernel", "pip"} <= {one["name"] for one in preview.json["changes"]}
    assert preview.json["prefix"] == str(envs / "newenv")
    assert (await ask("GET", "jobs")).json == {"jobs": []}
    assert not (envs / "newenv").exists()

    begun = await ask("POST", "kernels", {"name": "newenv"})
    assert begun.status == 202, begun.json
    job = begun.json
    assert begun.headers["Location"] == f"{jp_base_url}jupyter-ci-manager/jobs/{job['id']}"
    assert "check" in job["phases"]
    second = await ask("POST", "kernels", {"name": "newenv"})
    assert second.status == 409, second.json
    await succeeds(ask, job)
    await hints.next(JOB_SCHEMA, "ended", job["id"])

    kernels = (await ask("GET", "kernels")).json["kernels"]
    ours = next(kernel for kernel in kernels if kernel["name"] == "newenv")
    assert ours["display_name"] == "Python (newenv)"
    assert ours["is_broken"] is False
    assert len(kernels) == len(before) + 1
    specs = (await ask("GET", "kernelspecs", root="api")).json["kernelspecs"]
    assert specs["newenv"]["spec"]["display_name"] == "Python (newenv)"
    environments = (await ask("GET", "environments")).json["environments"]
    new = next(one for one in environments if one["name"] == "newenv")
    assert new["kernels"] == ["newenv"]
    assert new["is_protected"] is False

    by_prefix = quote(new["prefix"], safe="")
    for environment in ("newenv", by_prefix):
        listed = (await ask("GET", f"environments/{environment}/packages")).json["packages"]
        assert {"python", "pip", "ipykernel"} <= {package["name"] for package in listed}
    for form, word in [("yaml", "name: newenv"), ("explicit", "@EXPLICIT"), ("lock", "package:")]:
        text = (await ask("GET", f"environments/newenv/export?format={form}")).json["text"]
        assert word in text

    renamed = await ask("PATCH", "kernels/newenv", {"display_name": "Mine"})
    assert renamed.json["display_name"] == "Mine"
    await hints.next(JOB_SCHEMA, "ended", "")
    (envs / "newenv" / "bin" / "python").rename(envs / "newenv" / "bin" / "python.away")
    broken = (await ask("GET", "kernels")).json["kernels"]
    assert next(k for k in broken if k["name"] == "newenv")["broken_reason"]
    (envs / "newenv" / "bin" / "python.away").rename(envs / "newenv" / "bin" / "python")
    looked = await ask("POST", "kernels/newenv/repair")
    assert looked.status == 202, looked.json
    assert (await succeeds(ask, looked.json))["result"]["laid_down_anew"] == []

    written = await ask("PUT", "manifest")
    assert written.status == 200, written.json
    assert "newenv" in text_of(written.json["path"])
    nothing_to_do = await ask("POST", "manifest/rebuild")
    assert (nothing_to_do.status, nothing_to_do.json) == (202, {"jobs": [], "refused": []})

    removed = await ask("DELETE", "environments/newenv?confirm=newenv")
    assert removed.status == 202, removed.json
    await succeeds(ask, removed.json)
    assert not (envs / "newenv").exists()
    assert "newenv" not in (await ask("GET", "kernelspecs", root="api")).json["kernelspecs"]
    assert (await ask("GET", "environments/newenv/packages")).status == 404
    assert (await ask("DELETE", "kernels/newenv")).status == 404
    rebuilt = await ask("POST", "manifest/rebuild")
    assert rebuilt.status == 202, rebuilt.json
    assert [job["target"] for job in rebuilt.json["jobs"]] == ["newenv"]
    await succeeds(ask, rebuilt.json["jobs"][0])
    assert "newenv" in (await ask("GET", "kernelspecs", root="api")).json["kernelspecs"]


@pytest.mark.parametrize("jp_base_url", ["/"])
async def test_packages_come_and_go(ask: Ask) -> None:
    await succeeds(ask, (await ask("POST", "kernels", {"name": "pack"})).json)
    mine = await ask("PUT", "environments/pack/protection")
    assert (mine.status, mine.json["is_protected"]) == (200, True), mine.json
    refused = await ask("DELETE", "environments/pack?confirm=pack")
    assert (refused.status, refused.json["code"]) == (422, "protected_environment")
    taken = await ask("POST", "environments/pack/snapshots")
    assert taken.status == 202, taken.json
    await succeeds(ask, taken.json)
    kept = (await ask("GET", "environments/pack/snapshots")).json
    assert (kept["state"], len(kept["snapshots"])) == ("current", 1), kept
    held = await ask("DELETE", "environments/pack/snapshots")
    assert (held.status, held.json["code"]) == (422, "protected_environment")
    free = await ask("DELETE", "environments/pack/protection")
    assert (free.status, free.json["is_protected"]) == (200, False), free.json
    assert (await ask("DELETE", "environments/pack/snapshots")).status == 204
    assert (await ask("GET", "environments/pack/snapshots")).json["snapshots"] == []
    assert (await ask("POST", "environments/none-such/restore")).status == 404
    here = (await ask("GET", "environments/pack/packages")).json["packages"]
    name = next(p["name"] for p in here if p["name"] == "ipykernel")
    asked = {"action": "remove", "packages": [name], "dry_run": True}
    preview = await ask("POST", "environments/pack/packages", asked)
    assert preview.status == 200, preview.json
    assert name in [one["name"] for one in preview.json["changes"] if one["after"] is None]
    begun = await ask("POST", "environments/pack/packages", asked | {"dry_run": False})
    assert begun.status == 202, begun.json
    await succeeds(ask, begun.json)
    rest = (await ask("GET", "environments/pack/packages")).json["packages"]
    assert name not in [package["name"] for package in rest]
    sick = next(k for k in (await ask("GET", "kernels")).json["kernels"] if k["name"] == "pack")
    assert (sick["is_broken"], sick["can_repair"]) == (True, True)
    mended = await ask("POST", "kernels/pack/repair")
    assert mended.status == 202, mended.json
    await succeeds(ask, mended.json)
    well = next(k for k in (await ask("GET", "kernels")).json["kernels"] if k["name"] == "pack")
    assert well["is_broken"] is False


@pytest.mark.parametrize("jp_base_url", ["/user/x/"])
async def test_what_forms_ask_and_an_environment_gets_another_name(
    ask: Ask, envs: Path, jp_base_url: str
) -> None:
    languages = (await ask("GET", "languages")).json["languages"]
    assert languages[0]["name"] == "python"
    asked = (await ask("GET", "languages?versions=1")).json["languages"]
    assert asked[0]["versions"]
    found = await ask("GET", "packages?name=tiny&limit=2")
    assert found.status == 200, found.json
    assert [one["name"] for one in found.json["packages"]] == ["tiny", "tiny-new"]
    assert found.json["total"] == 3
    for query, status, field in [
        ("name=--json", 422, "name"),
        ("name=", 422, "name"),
        ("", 400, "name"),
        ("name=x&limit=0", 422, "limit"),
        ("name=x&channels=https://u:p@h.example/c", 422, "channels"),
    ]:
        refused = await ask("GET", f"packages?{query}")
        assert (refused.status, refused.json["field"].partition("[")[0]) == (status, field)

    await succeeds(ask, (await ask("POST", "kernels", {"name": "old"})).json)
    renamed = await ask("PATCH", "environments/old", {"name": "newer"})
    assert renamed.status == 202, renamed.json
    taken = await ask("POST", "kernels", {"name": "newer"})
    assert taken.status == 409
    done = await succeeds(ask, renamed.json)
    assert done["result"]["kernels"] == ["newer"]
    assert made(envs) == ["newer"]
    near = (await ask("GET", "nearest-kernels?name=old&packages=ipykernel,torch")).json["kernels"]
    assert near[0]["kernel"]["name"] == "newer"
    assert near[0]["reasons"][0] == "former_name"
    assert (near[0]["has"], near[0]["missing"]) == (["ipykernel"], ["torch"])
    for sent, status in [({"name": "a/b"}, 422), ({}, 400), ({"name": "x", "y": 1}, 400)]:
        assert (await ask("PATCH", "environments/newer", sent)).status == status
    assert (await ask("PATCH", "environments/none-such", {"name": "x"})).status == 404


async def test_what_must_never_be_lost_is_refused_with_a_reason(ask: Ask, envs: Path) -> None:
    prefix = envs / "azureml_py36"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    listed = (await ask("GET", "environments")).json["environments"]
    kept = next(one for one in listed if one["name"] == "azureml_py36")
    assert kept["is_protected"] is True
    assert kept["protection_reason"]
    for path in ("azureml_py36", quote(str(prefix), safe=""), quote(f"{envs}/./azureml_py36", "")):
        answer = await ask("DELETE", f"environments/{path}?confirm=azureml_py36")
        assert answer.status == 422, answer.json
        assert answer.json["code"] == "protected_environment"
        assert answer.json["message"]
    over = await ask("POST", "kernels", {"name": "azureml_py36"})
    assert over.status in (409, 422)
    assert (await ask("GET", "jobs")).json == {"jobs": []}
    assert (prefix / "conda-meta" / "history").exists()


LONG = "a" * 300
SECRET = "tk-geheim-0123"
UNLISTED = "https://unlisted.test/c/noarch/numpy-1.0-0.conda"
BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 12)
)


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"name": "a/b"}, 422, "name"),
        ({"name": ".."}, 422, "name"),
        ({"name": "two words"}, 422, "name"),
        ({"name": "-rf"}, 422, "name"),
        ({"name": "$(id)"}, 422, "name"),
        ({"name": "a;b"}, 422, "name"),
        ({"name": LONG}, 422, "name"),
        ({"name": ""}, 422, "name"),
        ({"name": "base"}, None, "name"),
        ({"name": "python3"}, None, "name"),
        ({"name": "n\u0435wenv"}, 422, "name"),
        ({"name": "fine", "packages": ["numpy;rm -rf"]}, 422, "packages"),
        ({"name": "fine", "packages": ["--prefix=/"]}, 422, "packages"),
        ({"name": "fine", "packages": [">="]}, 422, "packages[0]"),
        ({"name": "fine", "packages": ["tiny", UNLISTED]}, 422, "packages[1]"),
        ({"name": "fine", "channels": [f"https://anna:{SECRET}@h.test/c"]}, 422, "channels"),
        ({"name": "fine", "channels": [f"https://h.test/t/{SECRET}/c"]}, 422, "channels"),
        ({"name": "fine", "channels": ["--help"]}, 422, "channels"),
        ({"name": "fine", "pip": ["--index-url=http://x"]}, 422, "pip"),
        ({"name": "fine", "language": "cobol"}, 422, "language"),
        ({"name": "fine", "scope": "everybody"}, 422, "scope"),
        ({"name": "fine", "engine": "pip"}, 422, "engine"),
        ({"name": "fine", "pacakges": []}, 400, "pacakges"),
        ({"name": "fine", "packages": "numpy"}, 400, "packages"),
        ({"name": "fine", "existing": "none-such"}, None, None),
        ({"name": "fine", "environment_yml": "a: &a [*a]"}, 422, "environment_yml"),
        ({"name": "fine", "environment_yml": BOMB}, 422, "environment_yml"),
        ({"name": "fine", "environment_yml": "\x89PNG\r\n\x1a"}, 422, "environment_yml"),
        ({"name": "fine", "environment_yml": f"dependencies: ['{UNLISTED}']"}, 422, None),
        ({"name": "fine", "lock": "numpy==1.0"}, 422, "lock"),
        ({"name": "fine", "lock": "x", "clone": "y"}, 422, None),
        ({"display_name": "Only"}, 400, "name"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)
@pytest.mark.parametrize("jp_base_url", ["/user/x/"])
async def test_bad_requests_name_the_field_and_change_nothing(
    ask: Ask,
    envs: Path,
    caplog: pytest.LogCaptureFixture,
    sent: Any,
    status: int | None,
    field: str | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await ask("POST", "kernels", sent)
    assert SECRET not in answer.body.decode() + caplog.text
    assert answer.status == status or (status is None and answer.status in (404, 409, 422))
    assert answer.json["message"]
    if field is not None:
        assert answer.json["field"].startswith(field)
    assert (await ask("GET", "jobs")).json == {"jobs": []}
    assert made(envs) == []


@pytest.mark.parametrize("name", ["..", "%2e%2e%2fx", "-x", "a%20b", LONG, "%00", "none-such"])
@pytest.mark.parametrize("jp_base_url", ["/user/x/"])
async def test_odd_names_in_paths_reach_nothing(ask: Ask, name: str) -> None:
    for verb, path, sent in [
        ("DELETE", "kernels/{}", None),
        ("PATCH", "kernels/{}", {"display_name": "x"}),
        ("POST", "kernels/{}/repair", None),
        ("DELETE", "environments/{}", None),
        ("PATCH", "environments/{}", {"name": "x"}),
        ("POST", "environments/{}/restore", None),
        ("PUT", "environments/{}/protection", None),
        ("GET", "environments/{}/packages", None),
        ("GET", "environments/{}/export", None),
        ("POST", "environments/{}/packages", {"action": "install", "packages": ["x"]}),
    ]:
        answer = await ask(verb, path.format(name), sent)
        assert answer.status in (400, 404, 405, 422), (verb, path, answer.status, answer.body)


@pytest.mark.parametrize("jp_base_url", ["/user/x/"])
async def test_kernels_that_run_follow_their_environment(ask: Ask, envs: Path) -> None:
    made = (await ask("POST", "kernels", {"name": "old"})).json
    assert (await ask("GET", f"jobs/{made['id']}/request")).json["request"]["name"] == "old"
    await succeeds(ask, made)
    asked = {"path": "a.ipynb", "name": "a.ipynb", "type": "notebook", "kernel": {"name": "old"}}
    begun = await ask("POST", "sessions", asked, root="api")
    assert begun.status == 201, begun.json
    session, kernel = begun.json["id"], begun.json["kernel"]["id"]
    uses = (await ask("GET", "environments/old/uses")).json["uses"]
    assert [
        use["is_ours"] for use in uses if "a.ipynb" in use["name"] or use["name"] == kernel
    ] == [True]

    renamed = await ask("PATCH", "environments/old", {"name": "new", "confirm": "old"})
    assert renamed.status == 202, renamed.json
    done = await succeeds(ask, renamed.json)
    assert done["result"]["renamed"] == {"old": "new"}

    async def followed() -> Any:
        now = (await ask("GET", f"sessions/{session}", root="api")).json["kernel"]
        return now if now["name"] == "new" else None

    now = await until(followed)

    async def alone() -> bool:
        there = (await ask("GET", "kernels", root="api")).json
        return [one["id"] for one in there] == [now["id"]]

    await until(alone)
    assert [use["pid"] for use in uses if Path(f"/proc/{use['pid']}").exists()] == []

    removed = await ask("DELETE", "environments/new?confirm=new")
    await succeeds(ask, removed.json)

    async def none_left() -> bool:
        return (await ask("GET", "kernels", root="api")).json == []

    await until(none_left)
    assert (await ask("GET", "sessions", root="api")).json == []
